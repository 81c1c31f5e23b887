//! Alfen's data sets, made here; a published one is among the published.

use super::{data, sign};
use crate::letters::to_hex;
use crate::{Curve, Report, SignedData, Verdict, check};

const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn base32(bytes: &[u8]) -> String {
    let bit = |at: usize| {
        let byte = bytes.get(at / 8).copied().unwrap_or_default();
        usize::from(byte >> (7 - at % 8) & 1)
    };
    let letter = |at| LETTERS[(at..at + 5).fold(0, |value, at| value * 2 + bit(at))];
    let starts = (0..bytes.len() * 8).step_by(5);
    starts.map(|at| char::from(letter(at))).collect()
}

/// What differs between the sets made here.
struct Set {
    kind: u8,
    status: u32,
    seconds: u32,
    unit: u8,
    scaler: i8,
    value: u64,
    session: u32,
}

const BEGIN: Set = Set {
    kind: 0,
    status: 0,
    seconds: 1_767_225_600,
    unit: 30,
    scaler: 0,
    value: 15_762,
    session: 7,
};

impl Set {
    fn bytes(&self) -> Vec<u8> {
        let parts: [&[u8]; 13] = [
            b"ADAPTER-01",
            b"v013",
            &[1, 2],
            b"\x0aMETER-001",
            &self.status.to_le_bytes(),
            &[0; 4],
            &self.seconds.to_le_bytes(),
            &[1, 0, 1, 8, 0, 255],
            &[self.unit, self.scaler.to_le_bytes()[0]],
            &self.value.to_le_bytes(),
            b"04A1B2C3\0\0\0\0\0\0\0\0\0\0\0\0",
            &self.session.to_le_bytes(),
            &[9, 0, 0, 0],
        ];
        parts.concat()
    }

    fn text(&self) -> String {
        let signed = sign(Curve::Secp192r1, &self.bytes());
        let compressed = [&[2 + (signed.point[48] & 1)], &signed.point[1..25]].concat();
        let parts = [compressed, self.bytes(), signed.raw].map(|part| base32(&part));
        format!("AP;{};3;{};", self.kind, parts.join(";"))
    }
}

fn sent(sets: &[Set]) -> SignedData {
    let key = to_hex(&sign(Curve::Secp192r1, b"").point);
    let texts: Vec<String> = sets.iter().map(Set::text).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    data("Alfen Eichrecht", Some(&key), &texts)
}

fn checked(sets: &[Set]) -> Report {
    check(&sent(sets))
}

fn end() -> Set {
    Set {
        kind: 1,
        seconds: BEGIN.seconds + 3_600,
        value: 27_000,
        ..BEGIN
    }
}

#[test]
fn two_sets_make_a_session() {
    let report = checked(&[BEGIN, end()]);
    assert_eq!(report.verdict, Verdict::Verified);
    assert_eq!(report.metered.unwrap().energy.0.to_string(), "11.238");
    let set = report.values[0].dataset.as_ref().unwrap();
    assert_eq!(set.id.as_deref(), Some("04A1B2C3"));
    assert_eq!(set.session.as_deref(), Some("7"));
    assert_eq!(set.pagination.as_deref(), Some("9"));
    assert_eq!(set.serial(), Some("0A4D455445522D303031"));
    assert_eq!(set.readings[0].at.to_rfc3339(), "2026-01-01T00:00:00+00:00");
}

#[test]
fn the_scaler_moves_the_point() {
    for (scaler, value, expected) in [
        (-1, 27_000, "2.7 kWh"),
        (3, 27, "27 kWh"),
        (0, 0, "0 kWh"),
        (-3, 1, "0.000001 kWh"),
    ] {
        let sets = [
            Set {
                scaler,
                value: 0,
                ..BEGIN
            },
            Set {
                scaler,
                value,
                ..end()
            },
        ];
        let metered = checked(&sets).metered.unwrap();
        assert_eq!(
            format!("{} kWh", metered.energy.0),
            expected,
            "{value} * 10^{scaler}"
        );
    }
    for (scaler, value) in [(-128, 1), (127, 1), (12, 1), (0, u64::MAX), (-13, 1)] {
        let said = checked(&[Set {
            scaler,
            value,
            ..BEGIN
        }])
        .verdict
        .to_string();
        let says = "not verified: the payload is damaged: its reading is no number that can be \
            kept exactly";
        assert_eq!(said, says, "{value} * 10^{scaler}");
    }
    let other = checked(&[Set { unit: 32, ..BEGIN }])
        .metered
        .unwrap_err()
        .to_string();
    assert_eq!(other, "no reading is of imported energy in kWh or Wh");
}

#[test]
fn trouble_is_said_in_words() {
    let said = |sets: &[Set]| checked(sets).verdict.to_string();
    for (bit, means) in [
        (1, "an error of the meter (00000002)"),
        (2, "an error of the meter (00000004)"),
        (16, "an error of the adapter (00010000)"),
        (31, "an error of the adapter (80000000)"),
        (
            26,
            "the meter's reading changed between sessions (04000000)",
        ),
    ] {
        let status = 1 << bit;
        let says = format!("not verified: the meter's status is not good: {means}");
        assert_eq!(said(&[Set { status, ..BEGIN }]), says);
    }
    assert_eq!(
        checked(&[Set { status: 1, ..BEGIN }]).verdict,
        Verdict::Verified,
        "no error"
    );
    let sessions = "not verified: the values belong to several sessions of the meter: 7 and 8";
    assert_eq!(
        said(&[
            BEGIN,
            Set {
                session: 8,
                ..end()
            }
        ]),
        sessions
    );
    // The kind of a set is not signed, but the figures are.
    let swapped = [Set { kind: 1, ..BEGIN }, Set { kind: 0, ..end() }];
    assert!(
        said(&swapped).contains("not in order of time"),
        "{}",
        said(&swapped)
    );
}

#[test]
fn a_set_that_was_changed_is_noticed() {
    let good = sent(&[BEGIN]);
    let text = &good.values[0].signed_data;
    // From the key on; letters that only fill up are refused by base32.
    for (at, letter) in text
        .char_indices()
        .skip(7)
        .filter(|(_, letter)| *letter != ';')
    {
        let other = if letter == 'A' { "B" } else { "A" };
        let mut bad = good.clone();
        bad.values[0].signed_data.replace_range(at..=at, other);
        let in_key = at < text.match_indices(';').nth(3).unwrap().0;
        let verdict = check(&bad).verdict;
        // The key inside the text counts for nothing beside one that came along.
        let noticed = matches!(verdict, Verdict::NotVerified(_));
        assert!(
            noticed || (in_key && verdict == Verdict::Verified),
            "{at}: {verdict}"
        );
    }
}
