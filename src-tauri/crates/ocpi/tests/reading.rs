//! What holds for every record, whatever is in it.

mod fixtures;

use domain::Severity;
use fixtures::{ALL, connection};
use ocpi::{Hint, Kind, Read, Reader};
use proptest::prelude::*;
use serde_json::Value;

/// Whoever reads must be told either what it is or why it cannot be used.
fn holds(read: &Read) {
    let fatal = read.findings.iter().any(|f| f.severity == Severity::Fatal);
    assert_eq!(
        read.object.is_none(),
        fatal,
        "no object exactly when a finding is fatal: {read:?}"
    );
    assert!(read.object.is_none() || read.recognised.is_some());
}

fn read(record: &[u8]) -> Read {
    Reader::new().read(record, &connection())
}

/// Small pseudo-random numbers from a seed.
fn random(seed: &mut u64) -> usize {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*seed >> 40).expect("24 bits")
}

/// The same value with the members of every object in another order, and strange ones among them.
fn shuffled(value: &Value, seed: &mut u64) -> Value {
    match value {
        Value::Object(members) => {
            let mut list: Vec<(String, Value)> = members
                .iter()
                .map(|(name, value)| (name.clone(), shuffled(value, seed)))
                .collect();
            let strange = serde_json::json!({"deep": [1, {"id": "not this"}, null, "]}"]});
            list.push((format!("x_vendor_{}", random(seed) % 100), strange));
            for last in (1..list.len()).rev() {
                list.swap(last, random(seed) % (last + 1));
            }
            Value::Object(list.into_iter().collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(|v| shuffled(v, seed)).collect()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
    }
}

/// The same value written in the most unusual way: every text escaped, every number with an
/// exponent, blanks everywhere.
fn unusual(value: &Value) -> String {
    let text = |text: &str| {
        let units: Vec<String> = text
            .encode_utf16()
            .map(|unit| format!("\\u{unit:04x}"))
            .collect();
        format!("\"{}\"", units.concat())
    };
    match value {
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{} :\t{}", text(name), unusual(value)))
                .collect();
            format!("{{ {} }}", members.join(" ,\r\n"))
        }
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(unusual).collect();
            format!("[\n{} ]", items.join(" , "))
        }
        Value::Number(number) => format!("{number}E-0"),
        Value::String(string) => text(string),
        Value::Null | Value::Bool(_) => value.to_string(),
    }
}

#[test]
fn the_plain_and_the_unusual_way_to_write_a_record_are_read_alike() {
    for (what, record) in ALL {
        let value: Value = serde_json::from_str(record).expect(what);
        let plain = read(value.to_string().as_bytes());
        assert_eq!(plain.findings, [], "{what}");
        assert_eq!(read(unusual(&value).as_bytes()), plain, "{what}");
    }
}

#[test]
fn a_reader_that_is_used_again_remembers_nothing() {
    let mut reader = Reader::new();
    for (_, record) in ALL.iter().chain(ALL.iter().rev()) {
        let cut = &record.as_bytes()[..record.len() / 2];
        holds(&reader.read(cut, &connection()));
        assert_eq!(
            reader.read(record.as_bytes(), &connection()),
            read(record.as_bytes())
        );
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        holds(&read(&bytes));
    }

    #[test]
    fn damaged_records_are_read_without_panic(
        which in 0..ALL.len(),
        at in any::<prop::sample::Index>(),
        length in 0_usize..40,
        with in prop::sample::select(vec![
            "", "\"", "{", "}", "[", "]", ",", "null", "-1", "1e999", "\"\"", "\"#NA\"", "{}", "[]",
            "true", "\\u", "é", "\n", "99999999999999999999999999999999", "1970-01-01T00:00:00Z",
        ]),
        kind in prop::option::of(prop::sample::select(vec![
            Kind::Cdr, Kind::Session, Kind::Tariff, Kind::Location, Kind::Token,
        ])),
    ) {
        let record = ALL[which].1.as_bytes();
        let start = at.index(record.len());
        let end = (start + length).min(record.len());
        let damaged = [&record[..start], with.as_bytes(), &record[end..]].concat();
        let hint = Hint { kind, ..connection() };
        holds(&Reader::new().read(&damaged, &hint));
    }

    #[test]
    fn the_order_of_members_and_unknown_ones_change_nothing(
        which in 0..ALL.len(),
        seed in any::<u64>(),
    ) {
        let value: Value = serde_json::from_str(ALL[which].1).unwrap();
        let mut seed = seed;
        let shuffled = shuffled(&value, &mut seed);
        prop_assert_eq!(
            read(shuffled.to_string().as_bytes()),
            read(value.to_string().as_bytes())
        );
    }

    #[test]
    fn numbers_come_through_exactly(
        mantissa in -9_999_999_999_999_i64..9_999_999_999_999,
        scale in 0_u32..7,
    ) {
        let number = domain::Decimal::new(mantissa, scale);
        prop_assume!(number.abs() <= domain::Decimal::from(9_000_000_000_000_i64));
        let record = fixtures::changed(
            fixtures::CDR_221,
            r#""total_energy": 20.5"#,
            &format!(r#""total_energy": {number}"#),
        );
        let cdr = ocpi::read_cdr(record.as_bytes(), &connection()).value.unwrap();
        let read = cdr.totals.energy.0;
        prop_assert_eq!((read.mantissa(), read.scale()), (number.mantissa(), number.scale()));
    }
}
