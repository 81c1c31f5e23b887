//! The demo's spreadsheet: a text file with semicolons and decimal commas.

use chrono::DateTime;

use super::exact::kwh;
use super::record::Record;
use super::world::Feed;

/// Headings of the columns.
const HEADINGS: &str = "CDR ID;Start;End;Location ID;Location;City;EVSE ID;Contract ID;\
                        Energy (kWh);Charging time;Parking time;\
                        Net amount;VAT amount;Gross amount;Currency";

/// The rows of a month.
pub(super) fn text(feed: &Feed, records: &[Record]) -> String {
    let mut text = format!("{HEADINGS}\r\n");
    for record in records {
        text.push_str(&row(feed, record));
        text.push_str("\r\n");
    }
    text
}

fn row(feed: &Feed, record: &Record) -> String {
    let local = |at_s: i64| {
        let at = DateTime::from_timestamp(at_s, 0).expect("the demo data lies in this century");
        at.with_timezone(&feed.zone)
            .format("%d.%m.%Y %H:%M:%S")
            .to_string()
    };
    let comma = |number: String| number.replace('.', ",");
    let (name, _, _, city) = feed.sites[feed.site(record.evse)];
    let total = record.cost.total;
    let clock = |s: i64| format!("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
    [
        record.id.clone(),
        local(record.start_s),
        local(record.end_s),
        feed.location_id(feed.site(record.evse)),
        name.to_owned(),
        city.to_owned(),
        feed.evse_id(record.evse),
        feed.contract(record.token, record.issuer),
        comma(kwh(record.wh)),
        clock(seconds(record, true)),
        clock(seconds(record, false)),
        comma(total.net(record.digits, record.how)),
        comma(total.tax(record.vat_permille, record.digits, record.how)),
        comma(total.gross(record.vat_permille, record.digits, record.how)),
        record.currency.clone(),
    ]
    .join(";")
}

fn seconds(record: &Record, charging: bool) -> i64 {
    record
        .slices
        .iter()
        .filter(|s| s.charging == charging)
        .map(|s| s.seconds)
        .sum()
}
