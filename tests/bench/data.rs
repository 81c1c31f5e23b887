//! A million CDRs to measure with, when no other file is given: every run the same bytes.

use std::fs::File;
use std::io::{BufWriter, Result, Write};
use std::path::Path;

/// Seconds from one session's start to the next, so that a million spread over a month.
const SPACING_MS: u64 = 2_600;
/// 2026-09-01T00:00:00Z.
const START: i64 = 1_788_220_800;

/// Writes `count` OCPI 2.2.1 CDRs, one a line: energy and a start fee at 21 % VAT, priced exactly.
pub fn write_cdrs(path: &Path, count: u64) -> Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    for number in 0..count {
        write_cdr(&mut out, number)?;
    }
    out.flush()
}

fn write_cdr(out: &mut impl Write, number: u64) -> Result<()> {
    let spread = number.wrapping_mul(6_364_136_223_846_793_005) >> 33;
    let (wh, minutes) = (2_000 + spread % 58_000, 12 + spread % 180);
    let (place, evse) = (spread % 4_000, spread % 4);
    let start = START + i64::try_from(number * SPACING_MS / 1_000).expect("within a month");
    let end = start + i64::try_from(minutes * 60).expect("hours");
    // € 0.50 to start and € 0.35 a kWh, in hundredths of a thousandth; VAT 21 % on top.
    let net = 50_000 + wh * 35;
    let gross = net * 121 / 100;
    let (start, end) = (instant(start), instant(end));
    let energy = decimal(wh, 3);
    write!(
        out,
        r#"{{"country_code":"NL","party_id":"BIG","id":"BIG-{number:08}","#,
    )?;
    write!(
        out,
        r#""start_date_time":"{start}","end_date_time":"{end}","session_id":"S{number:08}","#,
    )?;
    write!(
        out,
        r#""cdr_token":{{"country_code":"NL","party_id":"TAL","uid":"{spread:08X}","type":"RFID","#,
    )?;
    write!(
        out,
        r#""contract_id":"NL-TAL-C{:08}-X"}},"auth_method":"WHITELIST","#,
        spread % 90_000
    )?;
    write!(
        out,
        r#""cdr_location":{{"id":"L{place}","name":"Quay {place}","address":"Quay {place}","#,
    )?;
    write!(
        out,
        r#""city":"Utrecht","postal_code":"3500 AA","country":"NLD","coordinates":"#,
    )?;
    write!(
        out,
        r#"{{"latitude":"52.09","longitude":"5.12"}},"evse_uid":"{place}-{evse}","#,
    )?;
    write!(
        out,
        r#""evse_id":"NL*BIG*E{place}*{evse}","connector_id":"1","connector_standard":"#,
    )?;
    write!(
        out,
        r#""IEC_62196_T2","connector_format":"SOCKET","connector_power_type":"AC_3_PHASE"}},"#
    )?;
    write!(
        out,
        r#""currency":"EUR","tariffs":[{TARIFF}],"charging_periods":[{{"#
    )?;
    write!(
        out,
        r#""start_date_time":"{start}","tariff_id":"DAY","dimensions":["#
    )?;
    write!(
        out,
        r#"{{"type":"ENERGY","volume":{energy}}}]}}],"total_cost":"#
    )?;
    write!(
        out,
        r#"{{"excl_vat":{},"incl_vat":{}}},"#,
        decimal(net, 5),
        decimal(gross, 5)
    )?;
    // Twelve-minute steps would be exact; other minutes are rounded to four decimals of an hour.
    let hours = decimal((minutes * 10_000 + 30) / 60, 4);
    writeln!(
        out,
        r#""total_energy":{energy},"total_time":{hours},"last_updated":"{end}"}}"#
    )
}

const TARIFF: &str = concat!(
    r#"{"country_code":"NL","party_id":"BIG","id":"DAY","currency":"EUR","elements":["#,
    r#"{"price_components":[{"type":"FLAT","price":0.50,"vat":21.0,"step_size":1},"#,
    r#"{"type":"ENERGY","price":0.35,"vat":21.0,"step_size":1}]}],"#,
    r#""last_updated":"2026-08-01T00:00:00Z"}"#
);

/// A whole number of units as decimal text with `places` decimals.
fn decimal(units: u64, places: u32) -> String {
    let one = 10_u64.pow(places);
    format!(
        "{}.{:0width$}",
        units / one,
        units % one,
        width = places as usize
    )
}

fn instant(seconds: i64) -> String {
    let instant = chrono::DateTime::from_timestamp(seconds, 0).expect("a day of this century");
    instant.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
