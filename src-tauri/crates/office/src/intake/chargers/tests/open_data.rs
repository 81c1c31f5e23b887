//! Open data of charging stations as transactions: each row becomes a CDR under a sample tariff, or
//! is listed with the reason why not. The files lie beside the project (`../shared/data`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use domain::FindingCode;
use serde_json::{Value, json};
use store::row::CdrRow;

use super::tariff;
use crate::api::{ChangeDto, ImportRequest};
use crate::intake::run;
use crate::tests::{desk_in, import_text};
use crate::{Desk, Error, Job};

fn data() -> Option<PathBuf> {
    let data = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this"))
        .join("../../../../shared/data");
    if data.is_dir() {
        return Some(data);
    }
    println!("shared/ is absent: not run");
    None
}

/// A location of ours with an EVSE of three connectors for each station.
fn place(stations: &[String], zone: &str) -> String {
    let connector = |id: u32| {
        json!({
            "id": id.to_string(), "standard": "IEC_62196_T2", "format": "SOCKET",
            "power_type": "AC_3_PHASE", "max_voltage": 230, "max_amperage": 32,
            "tariff_ids": ["DAY"], "last_updated": "2010-01-01T00:00:00Z"
        })
    };
    let evse = |station: &String| {
        json!({
            "uid": station, "status": "AVAILABLE", "last_updated": "2010-01-01T00:00:00Z",
            "connectors": [connector(1), connector(2), connector(3)]
        })
    };
    let evses: Vec<Value> = stations.iter().map(evse).collect();
    json!({
        "country_code": "NL", "party_id": "TAL", "id": "OPEN", "publish": true,
        "address": "Quay 1", "city": "Utrecht", "country": "NLD",
        "coordinates": {"latitude": "52.090000", "longitude": "5.120000"},
        "time_zone": zone, "last_updated": "2010-01-01T00:00:00Z", "evses": evses
    })
    .to_string()
}

/// A desk with a place for the stations and our sample tariff.
fn stocked(folder: &Path, stations: &[String], zone: &str) -> Desk {
    let desk = desk_in(folder);
    import_text(&desk, folder, "place.json", &place(stations, zone));
    let old = tariff().to_string().replace("2026-01-01", "2010-01-01");
    import_text(&desk, folder, "tariff.json", &old);
    desk
}

/// What became of the rows: how many CDRs, their energy, and how often each reason was why not.
#[derive(Debug, PartialEq)]
struct Became {
    made: u32,
    kwh: String,
    why_not: BTreeMap<String, u32>,
}

impl Became {
    fn new(made: u32, kwh: &str, why_not: &[(&str, u32)]) -> Became {
        let reasons = why_not
            .iter()
            .map(|(why, count)| ((*why).to_owned(), *count));
        Became {
            made,
            kwh: kwh.to_owned(),
            why_not: reasons.collect(),
        }
    }
}

fn became(desk: &Desk, energy_kwh: String) -> Became {
    let (mut made, mut matches) = (0, 0);
    store::scan::replays(&desk.book, CdrRow(0), |_, state| {
        made += 1;
        matches += u32::from(state.verdict == Some(0));
    })
    .expect("replays");
    assert_eq!(matches, made, "each CDR replays to its own total");
    let newest = store::import::all(&desk.book).expect("imports").remove(0);
    let code = FindingCode::NoCdrMade;
    let reasons = store::finding::samples(&desk.book, newest.row, code, u32::MAX);
    let mut why_not = BTreeMap::new();
    for sample in reasons.expect("findings") {
        let why = sample.finding.params["trouble"].clone();
        *why_not.entry(why).or_default() += 1;
    }
    Became {
        made,
        kwh: energy_kwh,
        why_not,
    }
}

fn request(zone: &str) -> ImportRequest {
    ImportRequest {
        partner: Some("DE-XYZ".to_owned()),
        time_zone: Some(zone.to_owned()),
        kind: Some("transactions".to_owned()),
        ..ImportRequest::default()
    }
}

/// The same with the answer to what a file leaves open: times with `+00` are by the zone column.
fn answered(zone: &str) -> ImportRequest {
    let by_column = ChangeDto {
        what: "zone".to_owned(),
        value: "by_column".to_owned(),
        ..ChangeDto::default()
    };
    ImportRequest {
        changes: vec![by_column],
        ..request(zone)
    }
}

/// What a file leaves open, by what it is about.
fn asked(desk: &Desk, path: &Path, request: &ImportRequest) -> Vec<String> {
    match run(desk, &mut Job::quiet(), request, path) {
        Err(Error::Unclear { questions, .. }) => questions
            .into_iter()
            .map(|question| question.what)
            .collect(),
        other => panic!("nothing was asked: {other:?}"),
    }
}

/// Imports a table as one of transactions.
fn import(desk: &Desk, path: &Path, request: &ImportRequest) -> Became {
    let result = run(desk, &mut Job::quiet(), request, path).expect("the table imports");
    let became = became(desk, result.energy_kwh);
    assert_eq!(result.rejected, rejected(&became), "each with its reason");
    became
}

fn rejected(became: &Became) -> u32 {
    became.why_not.values().sum()
}

/// The texts of a column, each once.
fn column(path: &Path, number: usize) -> Vec<String> {
    let text = std::fs::read_to_string(path).expect("a readable file");
    let rows = text.lines().skip(1);
    let cells = rows.filter_map(|row| row.split(',').nth(number).map(str::to_owned));
    let mut cells: Vec<String> = cells.collect();
    cells.sort_unstable();
    cells.dedup();
    cells
}

#[test]
fn tables_of_the_same_shapes_become_cdrs() {
    let folder = tempfile::tempdir().unwrap();
    let stations = ["51519".to_owned(), "BOULDER / QUAY ST1".to_owned()];
    let desk = stocked(folder.path(), &stations, "Europe/London");
    let path = folder.path().join("stations.csv");
    // As Perth writes it: no tag, date and time apart; one without energy, one that ends too early.
    let table = "_id,CP ID,Connector,Start Date,Start Time,End Date,End Time,Total kWh,Site,Model\n\
        1,51519,2,2017-08-31T00:00:00,22:12,2017-08-31T00:00:00,23:11,18.27,Park,Rapid\n\
        2,51519,1,2017-08-30T00:00:00,22:01,2017-08-30T00:00:00,22:31,0,Park,Rapid\n\
        3,51519,1,2017-08-29T00:00:00,22:01,2017-08-29T00:00:00,21:31,3.5,Park,Rapid\n\
        4,99999,1,2017-08-28T00:00:00,22:01,2017-08-28T00:00:00,22:31,3.5,Other,Rapid\n";
    std::fs::write(&path, table).expect("a test file can be written");
    let unsaid = ImportRequest {
        kind: None,
        ..request("Europe/London")
    };
    assert_eq!(asked(&desk, &path, &unsaid), ["kind"]);
    let became = import(&desk, &path, &request("Europe/London"));
    let reasons = [
        ("clock_unknown", 1),
        ("no_energy", 1),
        ("station_not_found", 1),
    ];
    assert_eq!(became, Became::new(1, "18.27", &reasons));
    // As Boulder writes it: local times with an offset of zero, the zone beside them.
    let path = folder.path().join("city.csv");
    let table = "Station_Name,Address,Start_Date___Time,Start_Time_Zone,End_Date___Time,\
        End_Time_Zone,Total_Duration__hh_mm_ss_,Charging_Time__hh_mm_ss_,Energy__kWh_,ObjectId\n\
        BOULDER / QUAY ST1,9 Quay Rd,2018/01/12 15:54:00+00,MST,2018/01/12 17:22:00+00,MST,\
        1:28:23,1:28:11,6.706,1\n\
        BOULDER / QUAY ST1,9 Quay Rd,2018/01/13 15:54:00+00,MST,2018/01/13 17:22:00+00,MST,\
        1:28:23,1:28:11,0,2\n";
    std::fs::write(&path, table).expect("a test file can be written");
    assert_eq!(asked(&desk, &path, &request("America/Denver")), ["zone"]);
    let became = import(&desk, &path, &answered("America/Denver"));
    assert_eq!(became, Became::new(2, "6.706", &[("no_energy", 1)]));
}

#[test]
fn a_table_without_tags_is_of_the_partner_chosen_and_of_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let desk = stocked(folder.path(), &["51519".to_owned()], "Europe/London");
    let path = folder.path().join("stations.csv");
    let table = "_id,CP ID,Connector,Start Date,Start Time,End Date,End Time,Total kWh,Site,Model\n\
        1,51519,2,2017-08-31T00:00:00,22:12,2017-08-31T00:00:00,23:11,18.27,Park,Rapid\n\
        2,51519,2,2017-08-30T00:00:00,22:12,2017-08-30T00:00:00,23:11,18.27,Park,Rapid\n";
    std::fs::write(&path, table).expect("a test file can be written");
    assert_eq!(import(&desk, &path, &request("Europe/London")).made, 2);
    let detail = crate::detail::cdr(&desk, 1).expect("the first CDR");
    assert_eq!(
        (detail.row.partner.as_str(), detail.row.contract.as_str()),
        ("DE-XYZ", "")
    );
}

/// Imports a file of open data: every row is a CDR, or is listed with its reason.
fn whole(name: &str, station: usize, request: &ImportRequest, rows: u32, becomes: &Became) {
    let Some(data) = data() else { return };
    let path = data.join(name);
    let folder = tempfile::tempdir().unwrap();
    let zone = request.time_zone.as_deref().expect("each has a zone");
    let desk = stocked(folder.path(), &column(&path, station), zone);
    let became = import(&desk, &path, request);
    assert_eq!(became.made + rejected(&became), rows, "{name}");
    assert_eq!(became, *becomes, "{name}");
}

#[test]
fn the_boulder_stations_become_cdrs() {
    // 2,097 rows have no energy; some of them end as they begin.
    let reasons = [
        ("clock_unknown", 1),
        ("end_not_after_start", 194),
        ("no_energy", 1_912),
    ];
    let becomes = Became::new(21_974, "187365.827", &reasons);
    let name = "boulder-public/boulder-2021-03.csv";
    whole(name, 0, &answered("America/Denver"), 24_081, &becomes);
}

#[test]
fn the_perth_stations_become_cdrs() {
    // 35 and 29 rows end before they start, 37 and 43 have no end.
    let reasons = [
        ("clock_unknown", 35),
        ("end_not_after_start", 344),
        ("no_energy", 193),
        ("stop_not_in_log", 37),
    ];
    let becomes = Became::new(13_067, "138563.776", &reasons);
    let name = "perth-kinross/2016-09_2017-08.csv";
    whole(name, 1, &request("Europe/London"), 13_676, &becomes);
    let reasons = [
        ("clock_unknown", 29),
        ("end_not_after_start", 227),
        ("no_energy", 226),
        ("stop_not_in_log", 43),
        ("too_much_energy", 1),
    ];
    let becomes = Became::new(19_751, "222449.79", &reasons);
    let name = "perth-kinross/2017-09_2018-08.csv";
    whole(name, 1, &request("Europe/London"), 20_277, &becomes);
}

#[test]
fn the_trondheim_garages_become_cdrs() {
    // 34 rows have no end. Durations that a spreadsheet damaged are said and not used.
    let reasons = [("end_not_after_start", 17), ("stop_not_in_log", 34)];
    let becomes = Became::new(6_827, "87107.3", &reasons);
    let name = "trondheim-garages/charging-reports.csv";
    whole(name, 1, &request("Europe/Oslo"), 6_878, &becomes);
}
