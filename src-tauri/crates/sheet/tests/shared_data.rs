//! Runs over the real files beside the project (`../shared/data`), where they are present.
//!
//! The figures are those of the files' own SOURCES and manifest. A stranger's clone has its own
//! cases in `styles.rs`.

#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

use tallywatt_sheet as sheet;

use std::collections::BTreeMap;
use std::path::PathBuf;

use domain::{Cdr, Currency, Decimal, FindingCode, Tz};
use serde_json::Value;
use sheet::{Guess, Hint, Kind, Record, Row, RowIs, Skipped};

fn data() -> Option<PathBuf> {
    let data = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this"))
        .join("../../../../shared/data");
    if data.is_dir() {
        return Some(data);
    }
    println!("shared/ is absent: not run");
    None
}

fn hint(zone: Tz, currency: &str) -> Hint {
    let party = "GB-PKC".parse().unwrap();
    Hint {
        party,
        zone,
        currency: currency.parse().unwrap(),
    }
}

fn read(path: &std::path::Path, hint: &Hint) -> (Guess, Vec<Row>) {
    let bytes = std::fs::read(path).unwrap();
    assert!(
        sheet::recognise(&bytes, &path.to_string_lossy()).is_some(),
        "{}",
        path.display()
    );
    let book = sheet::open(bytes).unwrap();
    let guess = sheet::guess(&book, hint).unwrap();
    let rows = sheet::read(&book, &guess.template, hint).unwrap().collect();
    (guess, rows)
}

#[derive(Default, Debug, PartialEq)]
struct Sums {
    rows: usize,
    rejected: usize,
    kwh: Decimal,
    net: Decimal,
    vat: Decimal,
    gross: Decimal,
    negative: usize,
    net_by_currency: BTreeMap<Currency, Decimal>,
}

fn sums(rows: &[Row]) -> Sums {
    let mut sums = Sums::default();
    for row in rows.iter().filter(|row| row.is == RowIs::Data) {
        sums.rows += 1;
        let Some(cdr) = &row.record.value else {
            sums.rejected += 1;
            continue;
        };
        sums.kwh += cdr.totals.energy.0;
        if let Some(cost) = &cdr.totals.cost {
            sums.net += cost.excl_vat;
            sums.vat += cost.taxes.iter().map(|tax| tax.amount).sum::<Decimal>();
            sums.gross += cost.incl_vat.unwrap_or_default();
            sums.negative += usize::from(cost.excl_vat < Decimal::ZERO);
            *sums.net_by_currency.entry(cdr.currency).or_default() += cost.excl_vat;
        }
    }
    sums
}

fn count(rows: &[Row], code: FindingCode) -> usize {
    rows.iter()
        .flat_map(|row| &row.record.findings)
        .filter(|f| f.code == code)
        .count()
}

fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}

#[test]
fn every_settlement_file_agrees_with_its_manifest() {
    let Some(data) = data() else { return };
    let folder = data.join("spreadsheets");
    let manifest = std::fs::read_to_string(folder.join("manifest.json")).unwrap();
    let files: Vec<Value> = serde_json::from_str(&manifest).unwrap();
    assert_eq!(files.len(), 9, "nine styles");
    for file in &files {
        let name = file["file"].as_str().unwrap();
        // The partner's zone is UTC: the manifest states wall-clock times.
        let (_, rows) = read(&folder.join(name), &hint(Tz::UTC, "CHF"));
        check_sums(name, file, &sums(&rows));
        let cdrs: Vec<&Cdr> = rows
            .iter()
            .filter_map(|row| row.record.value.as_ref())
            .collect();
        check_ids(name, file, &cdrs);
        let repeated = file["exact_duplicates"].as_u64().unwrap_or(0);
        assert_eq!(
            count(&rows, FindingCode::DuplicateRow) as u64,
            repeated,
            "{name}: repeated"
        );
    }
}

fn check_sums(name: &str, file: &Value, found: &Sums) {
    let number = |what: &str| file[what].as_u64().unwrap();
    assert_eq!(found.rows as u64, number("rows"), "{name}: rows");
    assert_eq!(
        found.negative as u64,
        number("negative_rows"),
        "{name}: negative rows"
    );
    assert_eq!(found.rejected, 0, "{name}: rejected");
    let sums = [
        ("kwh", found.kwh),
        ("net", found.net),
        ("vat", found.vat),
        ("gross", found.gross),
    ];
    for (what, sum) in sums {
        assert_eq!(sum, decimal(&file[what]), "{name}: {what}");
    }
    let currencies = file["currencies"].as_object().unwrap();
    let by_currency = currencies
        .iter()
        .map(|(code, net)| (code.parse().unwrap(), decimal(net)));
    assert_eq!(
        found.net_by_currency,
        by_currency.collect(),
        "{name}: net per currency"
    );
}

fn check_ids(name: &str, file: &Value, cdrs: &[&Cdr]) {
    for (which, cdr) in [("first", cdrs[0]), ("last", cdrs[cdrs.len() - 1])] {
        let said = |what: &str| file[format!("{which}_{what}")].as_str().unwrap();
        assert_eq!(cdr.id.as_str(), said("id"), "{name}: {which}");
        // The times of this file carry +01:00.
        let ahead = i64::from(name.starts_with("05"));
        let wall = cdr.start_at + chrono::Duration::hours(ahead);
        assert_eq!(
            wall.format("%Y-%m-%dT%H:%M:%S").to_string(),
            said("start"),
            "{name}: {which}"
        );
    }
    let ids: std::collections::BTreeSet<String> = cdrs.iter().map(|c| c.id.folded()).collect();
    assert_eq!(
        ids.len() as u64,
        file["distinct_ids"].as_u64().unwrap(),
        "{name}: ids"
    );
}

#[test]
fn rows_that_are_no_records_are_known_for_what_they_are() {
    let Some(data) = data() else { return };
    let skipped = |name: &str, which: Skipped| {
        let (_, rows) = read(&data.join("spreadsheets").join(name), &hint(Tz::UTC, "EUR"));
        rows.iter()
            .filter(|row| row.is == RowIs::Skipped(which))
            .count()
    };
    assert_eq!(skipped("02-german-windows1252.csv", Skipped::Total), 1);
    assert_eq!(skipped("04-merged-header.xlsx", Skipped::Total), 1);
    assert_eq!(skipped("04-merged-header.xlsx", Skipped::Header), 2);
    assert!(skipped("08-duplicates-subtotals.xlsx", Skipped::Subtotal) > 0);
}

#[test]
fn the_trondheim_garages_read_as_their_sources_say() {
    let Some(data) = data() else { return };
    let path = data.join("trondheim-garages/charging-reports.csv");
    let (_, rows) = read(&path, &hint(Tz::Europe__Oslo, "NOK"));
    let found = sums(&rows);
    assert_eq!((found.rows, found.rejected), (6878, 0));
    assert_eq!(found.kwh.normalize().to_string(), "87493.28");
    assert_eq!(
        count(&rows, FindingCode::EndMissing),
        34,
        "NA as end: kept, but said"
    );
    assert_eq!(
        count(&rows, FindingCode::NotANumber),
        6064,
        "durations a spreadsheet damaged"
    );
    let first = rows
        .iter()
        .find_map(|row| row.record.value.as_ref())
        .unwrap();
    assert_eq!(
        first.start_at.to_rfc3339(),
        "2018-12-21T09:20:00+00:00",
        "Oslo is an hour ahead"
    );
    assert_eq!(first.id.as_str(), "1");
    assert!(first.totals.cost.is_none(), "the file has no prices");
    assert_eq!(count(&rows, FindingCode::PriceMissing), 6878);
}

#[test]
fn the_boulder_stations_read_as_their_sources_say() {
    let Some(data) = data() else { return };
    let path = data.join("boulder-public/boulder-2021-03.csv");
    let (guess, rows) = read(&path, &hint(Tz::America__Denver, "USD"));
    let found = sums(&rows);
    assert_eq!((found.rows, found.rejected), (24081, 0));
    assert_eq!(found.kwh.normalize().to_string(), "187365.97");
    let first = rows
        .iter()
        .find_map(|row| row.record.value.as_ref())
        .unwrap();
    assert_eq!(
        first.start_at.to_rfc3339(),
        "2018-01-12T22:54:00+00:00",
        "MST, whatever +00 says"
    );
    assert_eq!(first.location.time_zone, Some(Tz::America__Denver));
    assert_eq!(first.location.city.as_deref(), Some("Boulder"));
    assert!(
        guess.ambiguities.iter().any(|a| a.other == "in_text"),
        "{:?}",
        guess.ambiguities
    );
    let cdrs = || rows.iter().filter_map(|row| row.record.value.as_ref());
    assert_eq!(
        cdrs().filter(|cdr| cdr.totals.energy.0.is_zero()).count(),
        2097
    );
    let day = Decimal::from(24);
    assert_eq!(
        cdrs()
            .filter(|cdr| cdr.totals.time_h.is_some_and(|h| h > day))
            .count(),
        416
    );
    assert_eq!(
        count(&rows, FindingCode::DuplicateRow),
        16,
        "station, times and energy again"
    );
    // The 13 rows that start in MDT and end in MST, or the reverse: their durations count on as if
    // the clock had not been changed. And 4 more, one of them ending in 1970.
    assert_eq!(count(&rows, FindingCode::TimeMismatch), 17);
    assert_eq!(count(&rows, FindingCode::EpochDate), 1);
    assert_eq!(
        count(&rows, FindingCode::LocalTimeAssumed),
        24081,
        "+00 is not believed"
    );
}

#[test]
fn the_perth_stations_read_as_their_sources_say() {
    let Some(data) = data() else { return };
    for (name, total, kwh, without, backwards, zero, outside) in [
        (
            "2016-09_2017-08.csv",
            13676,
            "139121.132",
            37,
            35,
            468,
            2337,
        ),
        (
            "2017-09_2018-08.csv",
            20277,
            "221808.974",
            43,
            29,
            407,
            3584,
        ),
    ] {
        let path = data.join("perth-kinross").join(name);
        let (_, rows) = read(&path, &hint(Tz::Europe__London, "GBP"));
        let found = sums(&rows);
        assert_eq!((found.rows, found.rejected), (total, without), "{name}");
        assert_eq!(found.kwh.normalize().to_string(), kwh, "{name}");
        assert_eq!(
            count(&rows, FindingCode::EndBeforeStart),
            backwards,
            "{name}"
        );
        let cdrs = || rows.iter().filter_map(|row| row.record.value.as_ref());
        assert_eq!(
            cdrs().filter(|c| c.totals.energy.0.is_zero()).count(),
            zero,
            "{name}"
        );
        // Of the dates outside the file's year, those in the first days after it are not proven.
        let suspect = count(&rows, FindingCode::DateOrderSuspect);
        println!("{name}: {suspect} of {outside} swapped dates are said");
        assert!(
            suspect <= outside && suspect * 10 >= outside * 8,
            "{name}: {suspect}"
        );
        let rejected = rows.iter().filter(|row| row.is_rejected());
        for row in rejected {
            let codes: Vec<_> = row.record.findings.iter().map(|f| f.code).collect();
            assert!(
                codes.contains(&FindingCode::MissingValue),
                "{name}: {codes:?}"
            );
            assert!(
                codes.contains(&FindingCode::EnergyMissing),
                "{name}: {codes:?}"
            );
        }
    }
}

/// The kind that is guessed, and every row read as a transaction.
fn as_transactions(path: &std::path::Path, hint: &Hint) -> (Kind, Vec<Row<Record>>) {
    let bytes = std::fs::read(path).unwrap();
    let book = sheet::open(bytes).unwrap();
    let Guess { mut template, .. } = sheet::guess(&book, hint).unwrap();
    let kind = std::mem::replace(&mut template.kind, Kind::Transactions);
    let rows = sheet::records(&book, &template, hint).unwrap().collect();
    (kind, rows)
}

#[test]
fn the_open_data_read_as_transactions() {
    let Some(data) = data() else { return };
    for (name, zone, kind, rows, rejected, kwh) in [
        (
            "boulder-public/boulder-2021-03.csv",
            Tz::America__Denver,
            Kind::Transactions,
            24081,
            0,
            "187365.97",
        ),
        (
            "perth-kinross/2016-09_2017-08.csv",
            Tz::Europe__London,
            Kind::Transactions,
            13676,
            0,
            "139121.132",
        ),
        (
            "perth-kinross/2017-09_2018-08.csv",
            Tz::Europe__London,
            Kind::Transactions,
            20277,
            0,
            "221808.974",
        ),
        (
            "trondheim-garages/charging-reports.csv",
            Tz::Europe__Oslo,
            Kind::Sessions,
            6878,
            0,
            "87493.28",
        ),
    ] {
        let (guessed, read) = as_transactions(&data.join(name), &hint(zone, "EUR"));
        assert_eq!(guessed, kind, "{name}");
        let data: Vec<_> = read.iter().filter(|row| row.is == RowIs::Data).collect();
        let all = data
            .iter()
            .filter_map(|row| match row.record.value.as_ref()? {
                Record::Transaction(transaction) => Some(transaction),
                other => panic!("{name}: {other:?}"),
            });
        let all: Vec<_> = all.collect();
        assert_eq!(
            (data.len(), data.len() - all.len()),
            (rows, rejected),
            "{name}"
        );
        assert!(
            all.iter().all(|transaction| transaction.station.is_some()),
            "{name}"
        );
        let energy = all.iter().filter_map(|transaction| transaction.energy);
        let sum: Decimal = energy.map(|energy| energy.0).sum();
        assert_eq!(sum.normalize().to_string(), kwh, "{name}");
    }
}
