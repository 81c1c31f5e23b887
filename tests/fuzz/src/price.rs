//! Any CDR and tariff through the reader into the engine: both front doors agree, lines add up.

use differential::choose::{Bytes, Choose};
use differential::make::{Manners, ZONE, pair};
use domain::replay::{Amount, Replay};
use domain::{Cdr, Decimal, Policy, Tariff};
use ocpi::Hint;
use tariff::{Priced, ReplayInput, compare, price, replay};

/// What divides policy, CDR and tariff in the bytes of [`json`].
const MARK: &[u8] = b"\n---\n";
/// Figures up to here leave room for exact sums.
const LARGEST: i64 = 1_000_000_000;

/// One byte for the policy, then a CDR and a tariff as any JSON, divided by a line `---`.
pub fn json(bytes: &[u8]) {
    let Some((first, bytes)) = bytes.split_first() else {
        return;
    };
    let policy = policy(&mut Bytes(&[
        *first,
        first.rotate_left(3),
        first.rotate_left(5),
    ]));
    let mark = bytes.windows(MARK.len()).position(|window| window == MARK);
    let (cdr, tariff) = match mark {
        Some(at) => (&bytes[..at], &bytes[at + MARK.len()..]),
        None => (bytes, &[][..]),
    };
    records(cdr, tariff, &policy);
}

/// A made-up pair; the bytes are the choices.
pub fn pairs(bytes: &[u8]) {
    let mut from = Bytes(bytes);
    let policy = policy(&mut from);
    let manners = if from.percent(30) {
        Manners::Sound
    } else {
        Manners::Odd
    };
    let pair = pair(&mut from, manners);
    records(pair.cdr.as_bytes(), pair.tariff.as_bytes(), &policy);
}

/// The standard policy with up to three switches turned.
fn policy(from: &mut Bytes<'_>) -> Policy {
    let mut policy = Policy::STANDARD;
    for _ in 0..from.below(4) {
        let switch = from.one(&Policy::SWITCHES);
        let rounding = [
            "per_line,2,half_up",
            "per_period,3,down",
            "per_dimension,0,half_even",
        ];
        let readings = if switch.readings.is_empty() {
            &rounding[..]
        } else {
            switch.readings
        };
        let reading = from.one(readings);
        policy = policy
            .with(switch.name, reading)
            .expect("a reading from the switch's own list");
    }
    policy
}

fn records(cdr: &[u8], tariff: &[u8], policy: &Policy) {
    let party = domain::PartyKey::new("NL", "TAL").ok();
    let hint = Hint {
        party,
        ..Hint::default()
    };
    let tariff = ocpi::read_tariff(tariff, &hint).value;
    let chosen: Vec<&Tariff> = tariff.iter().collect();
    if let Some(cdr) = ocpi::read_cdr(cdr, &hint).value {
        let input = ReplayInput::of_cdr(&cdr, &chosen, Some(ZONE), policy);
        let replayed = check(&input);
        let (totals, exact) = (&replayed.totals, &replayed.exact);
        let _ = compare(&cdr, totals, exact, policy, Decimal::new(1, 2));
        check(&input.with_tariffs(&chosen));
        let utc = ReplayInput {
            zone: None,
            ..input
        };
        check(&utc);
        if is_modest(&cdr, &input) {
            lines_add_up(&replayed);
        }
    }
    if let Some(session) = ocpi::read_session(cdr, &hint).value {
        check(&ReplayInput::of_session(
            &session,
            &chosen,
            Some(ZONE),
            policy,
        ));
    }
}

/// Replays and prices; both must say the same, every time.
fn check(input: &ReplayInput<'_>) -> Replay {
    let replayed = replay(input);
    let priced = price(input);
    let mut findings = replayed.findings.clone();
    for finding in &mut findings {
        // What is at stake in a period that was not split is worked out with the trace only.
        finding.params.retain(|name, _| name != "as_reported" && name != "split");
    }
    let of_replay = Priced {
        totals: replayed.totals.clone(),
        exact: replayed.exact.clone(),
        billed: replayed.billed.clone(),
        findings,
    };
    assert_eq!(priced, of_replay, "price and replay say the same");
    assert_eq!(replay(input), replayed, "a replay is the same twice");
    replayed
}

/// Whether every figure is of a size at which 28 digits hold every product and sum.
fn is_modest(cdr: &Cdr, input: &ReplayInput<'_>) -> bool {
    let modest = |figure: Decimal| figure.abs() < Decimal::from(LARGEST) && figure.scale() <= 6;
    let volumes = cdr.periods.iter().flat_map(|period| &period.dimensions);
    let components = input.tariffs.iter().flat_map(|tariff| &tariff.elements);
    let mut components = components.flat_map(|element| &element.components);
    volumes
        .into_iter()
        .all(|dimension| modest(dimension.volume))
        && components.all(|c| modest(c.price) && c.vat.is_none_or(modest))
}

/// Where no limit moved the total, it is the sum of its lines, and that of its parts.
fn lines_add_up(replayed: &Replay) {
    let Some(total) = replayed.exact.total else {
        return;
    };
    if !replayed.limits.is_empty() {
        return;
    }
    let exact = &replayed.exact;
    let parts = [
        exact.fixed,
        exact.energy,
        exact.time,
        exact.parking,
        exact.reservation,
    ];
    for of in [|a: &Amount| a.excl_vat, |a: &Amount| a.incl_vat] {
        let lines = replayed.lines.iter().map(|line| of(&line.amount));
        let lines: Option<Decimal> = lines.sum();
        let parts: Option<Decimal> = parts.iter().flatten().map(of).sum();
        for (sum, what) in [(lines, "lines"), (parts, "parts")] {
            let near = match (of(&total), sum) {
                (Some(total), Some(sum)) => (total - sum).abs() < Decimal::new(1, 6),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            };
            assert!(near, "the {what} give {sum:?}, the total is {total:?}");
        }
    }
}
