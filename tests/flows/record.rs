//! A CDR that is right, written by hand: 0.50 per kWh, 21 % VAT, totals to four decimals.

use std::path::{Path, PathBuf};

use office::api::{CompanyDto, ImportRequest, ImportResult, PartnerDto};
use office::{Desk, Job};

/// One CDR and its session.
#[derive(Clone, Debug)]
pub struct Record {
    /// Its id; the session's is the same with `S-` before it.
    pub id: String,
    /// Day of September 2026, from 1.
    pub day: u32,
    /// Watt-hours.
    pub wh: u64,
    /// Stated net in ten-thousandths; what is right unless changed.
    pub net_e4: u64,
    /// Stated gross likewise.
    pub gross_e4: u64,
    /// Whether the CDR names its session.
    pub names_session: bool,
}

impl Record {
    /// A right CDR.
    pub fn new(number: u32, wh: u64) -> Record {
        let net_e4 = wh * 5_000 / 1_000;
        Record {
            id: format!("CDR-{number:04}"),
            day: number % 28 + 1,
            wh,
            net_e4,
            gross_e4: gross(net_e4),
            names_session: true,
        }
    }

    /// The same, its CDR naming no session.
    pub fn nameless(mut self) -> Record {
        self.names_session = false;
        self
    }

    /// The same stating more than its tariff gives.
    pub fn raised(mut self, by_e4: u64) -> Record {
        self.net_e4 += by_e4;
        self.gross_e4 = gross(self.net_e4);
        self
    }

    /// The same with both totals rounded to whole cents.
    pub fn in_cents(mut self) -> Record {
        let cents = |e4: u64| (e4 + 50) / 100 * 100;
        self.gross_e4 = cents(gross(self.net_e4));
        self.net_e4 = cents(self.net_e4);
        self
    }

    fn hour(&self) -> u32 {
        self.id.bytes().map(u32::from).sum::<u32>() % 20
    }

    fn cdr(&self) -> String {
        let Record {
            id,
            day,
            wh,
            net_e4,
            gross_e4,
            names_session,
        } = self;
        let session = if *names_session {
            format!("S-{id}")
        } else {
            "none".to_owned()
        };
        let (from, until) = self.times();
        let (net, gross) = (decimal(*net_e4), decimal(*gross_e4));
        let kwh = format!("{}.{:03}", wh / 1000, wh % 1000);
        format!(
            r#"{{"country_code":"DE","party_id":"ABC","id":"{id}","session_id":"{session}",
"start_date_time":"{from}","end_date_time":"{until}",
"cdr_token":{{"country_code":"NL","party_id":"TAL","uid":"U{id}","type":"RFID",
"contract_id":"NL-TAL-{id}"}},"auth_method":"WHITELIST",
"cdr_location":{{"id":"L{}","name":"Straße {}","address":"Straße 1","city":"Łódź",
"country":"DEU","coordinates":{{"latitude":"50.1","longitude":"8.6"}},"evse_uid":"E{id}",
"evse_id":"DE*ABC*E{id}","connector_id":"1","connector_standard":"IEC_62196_T2",
"connector_format":"SOCKET","connector_power_type":"AC_3_PHASE"}},"currency":"EUR",
"tariffs":[{{"country_code":"DE","party_id":"ABC","id":"T1","currency":"EUR","elements":[
{{"price_components":[{{"type":"ENERGY","price":0.5,"vat":21.0,"step_size":1}}]}}],
"last_updated":"2026-01-01T00:00:00Z"}}],
"charging_periods":[{{"start_date_time":"{from}","dimensions":[
{{"type":"ENERGY","volume":{kwh}}}],"tariff_id":"T1"}}],
"total_cost":{{"excl_vat":{net},"incl_vat":{gross}}},"total_energy":{kwh},"total_time":1.0,
"last_updated":"2026-10-01T00:00:00Z"}}"#,
            day % 3,
            day % 3
        )
        .replace('\n', "")
    }

    fn session(&self) -> String {
        let Record { id, wh, .. } = self;
        let (from, until) = self.times();
        let kwh = format!("{}.{:03}", wh / 1000, wh % 1000);
        format!(
            r#"{{"country_code":"DE","party_id":"ABC","id":"S-{id}","start_date_time":"{from}",
"end_date_time":"{until}","kwh":{kwh},"cdr_token":{{"country_code":"NL","party_id":"TAL",
"uid":"U{id}","type":"RFID","contract_id":"NL-TAL-{id}"}},"auth_method":"WHITELIST",
"location_id":"L1","evse_uid":"E{id}","connector_id":"1","currency":"EUR",
"status":"COMPLETED","last_updated":"{until}"}}"#
        )
        .replace('\n', "")
    }

    fn times(&self) -> (String, String) {
        let at = |hour: u32| format!("2026-09-{:02}T{hour:02}:15:00Z", self.day);
        (at(self.hour()), at(self.hour() + 1))
    }
}

/// Net and 21 % VAT.
fn gross(net_e4: u64) -> u64 {
    (net_e4 * 121 + 50) / 100
}

fn decimal(value_e4: u64) -> String {
    format!("{}.{:04}", value_e4 / 10_000, value_e4 % 10_000)
}

/// Writes CDRs as one file, a line each.
pub fn cdr_file(folder: &Path, name: &str, records: &[Record]) -> PathBuf {
    write(folder, name, records.iter().map(Record::cdr))
}

/// Writes sessions likewise.
pub fn session_file(folder: &Path, name: &str, records: &[Record]) -> PathBuf {
    write(folder, name, records.iter().map(Record::session))
}

fn write(folder: &Path, name: &str, lines: impl Iterator<Item = String>) -> PathBuf {
    let path = folder.join(name);
    let text: String = lines.map(|line| line + "\n").collect();
    std::fs::write(&path, text).expect("the test's folder can be written");
    path
}

/// A file of CDRs or sessions with some of its text replaced.
pub fn changed(path: PathBuf, changes: &[(&str, &str)]) -> PathBuf {
    let mut text = std::fs::read_to_string(&path).unwrap();
    for (from, to) in changes {
        assert!(text.contains(from), "{from} is in {text}");
        text = text.replace(from, to);
    }
    std::fs::write(&path, text).unwrap();
    path
}

/// A desk at a new book whose partner DE-ABC bills us and is complete.
pub fn desk(folder: &Path) -> Desk {
    let mut desk = acceptance::new_book(&folder.join("book.tallywatt"));
    let defaults = office::partners::defaults(&desk, "DE-ABC").unwrap();
    let partner = PartnerDto {
        company: CompanyDto {
            name: "Abrechnung & Söhne GmbH".to_owned(),
            street: "Straße 1".to_owned(),
            city: "Köln".to_owned(),
            postal_code: "50667".to_owned(),
            country: "DE".to_owned(),
            vat_id: "DE123456789".to_owned(),
            email: "post@abrechnung.example".to_owned(),
            iban: "DE89370400440532013000".to_owned(),
            bic: "COBADEFFXXX".to_owned(),
        },
        direction: "payable".to_owned(),
        ..defaults
    };
    office::partners::set(&mut desk, &partner).unwrap();
    desk.now = "2026-10-05T08:00:00Z".parse().unwrap();
    desk
}

/// Imports a file and reconciles.
pub fn import(desk: &Desk, path: &Path) -> ImportResult {
    let request = ImportRequest::default();
    let result = office::intake::run(desk, &mut Job::quiet(), &request, path).unwrap();
    office::reconcile::reconcile_stale(desk, &mut Job::quiet()).unwrap();
    result
}

/// The buckets of September 2026 with counts and sums, as one comparable text.
pub fn standing(desk: &Desk) -> String {
    let (partner, month) = office::reconcile::parse(desk, "DE-ABC", "2026-09").unwrap();
    let key = (
        store::party::find(&desk.book, &partner).unwrap().unwrap(),
        month,
    );
    let totals = store::month::totals(&desk.book, Some(key)).unwrap();
    let mut outcomes = office::reconcile::list(desk, &partner, month).unwrap();
    outcomes.sort_by(|a, b| (&a.cdr, &a.session).cmp(&(&b.cdr, &b.session)));
    format!("{totals:#?}\n{outcomes:#?}")
}
