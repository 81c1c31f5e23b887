//! Every agreed reading crosses to the screens, comes back, and stays with each result.

use domain::{BillingMonth, FlatMode, StepMode};
use store::row::CdrRow;

use super::*;
use crate::Job;
use crate::tests::{cdr, desk_in, import_text};

/// The partner NL-ABC with these readings.
fn agreed(desk: &mut Desk, changes: &[(&str, &str)]) -> PartnerDto {
    let mut partner = defaults(desk, "NL-ABC").expect("defaults for any party");
    partner.company.name = "Abrechnung BV".to_owned();
    let changes = changes.iter();
    partner.policy = changes
        .map(|(switch, reading)| ((*switch).to_owned(), (*reading).to_owned()))
        .collect();
    set(desk, &partner).expect("known readings can be agreed")
}

#[test]
fn every_agreed_reading_crosses_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk_in(folder.path());
    let changes = [
        ("step_mode", "per_period"),
        ("flat_mode", "once_per_component"),
        ("rounding", "per_line,2,half_even"),
        ("tax_stage", "per_line"),
    ];
    let kept = agreed(&mut desk, &changes);
    assert_eq!(kept.policy.len(), changes.len());
    for (switch, reading) in changes {
        assert_eq!(kept.policy[switch], reading);
    }
    // What a form does: take the partner, change something else, send it back.
    let mut form = get(&desk, "nl-abc").unwrap();
    form.due_days = 14;
    set(&mut desk, &form).unwrap();
    let after = partner(&desk, &"NL-ABC".parse().unwrap()).unwrap();
    assert_eq!(after.agreement.due_days, 14);
    assert_eq!(after.agreement.policy.step_mode, StepMode::PerPeriod);
    assert_eq!(after.agreement.policy.flat_mode, FlatMode::OncePerComponent);
    assert_eq!(readings(&after.agreement.policy), kept.policy);
    // The readings sent are all there are: one left out is the standard one again.
    form.policy.remove("rounding");
    let after = set(&mut desk, &form).unwrap();
    assert!(!after.policy.contains_key("rounding"));
    assert_eq!(after.policy.len(), changes.len() - 1);
}

#[test]
fn every_reading_of_every_switch_can_be_agreed() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk_in(folder.path());
    for switch in Policy::SWITCHES {
        for reading in switch.readings.iter().skip(1) {
            let kept = agreed(&mut desk, &[(switch.name, reading)]);
            let only = BTreeMap::from([(switch.name.to_owned(), (*reading).to_owned())]);
            assert_eq!(kept.policy, only);
            assert_eq!(get(&desk, "NL-ABC").unwrap().policy, only);
        }
    }
}

#[test]
fn a_reading_nobody_knows_is_refused_and_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk_in(folder.path());
    let kept = agreed(&mut desk, &[("step_mode", "off")]);
    for (switch, reading) in [("step_mode", "sometimes"), ("steps", "off")] {
        let mut wrong = kept.clone();
        wrong.policy.insert(switch.to_owned(), reading.to_owned());
        let refused = set(&mut desk, &wrong).unwrap_err();
        let Error::BadRequest { field, value } = refused else {
            panic!("{refused:?}")
        };
        assert_eq!((field, value), ("policy", format!("{switch}={reading}")));
    }
    assert_eq!(get(&desk, "NL-ABC").unwrap(), kept);
}

/// The policy a stored result was computed under: its agreement is a decision, and the decision
/// keeps the whole agreement.
fn policy_of(desk: &Desk, row: CdrRow) -> Policy {
    let replayed = store::replay::get(&desk.book, row).unwrap().unwrap();
    let decision = store::decision::get(&desk.book, replayed.agreement).unwrap();
    let details: serde_json::Value = serde_json::from_str(&decision.unwrap().details).unwrap();
    let partner: Partner = serde_json::from_value(details["content"].clone()).unwrap();
    partner.agreement.policy
}

#[test]
fn a_stored_result_leads_to_the_policy_it_was_computed_under() {
    let folder = tempfile::tempdir().unwrap();
    let mut desk = desk_in(folder.path());
    agreed(
        &mut desk,
        &[
            ("step_mode", "per_period"),
            ("rounding", "per_total,2,half_up"),
        ],
    );
    import_text(&desk, folder.path(), "one.json", &cdr(1));
    let row = CdrRow::from(1);
    let first = policy_of(&desk, row);
    assert_eq!(first.step_mode, StepMode::PerPeriod);
    assert_eq!(first.rounding.digits, 2);
    // A later agreement leaves the earlier result with the policy it had …
    agreed(&mut desk, &[("step_mode", "off")]);
    assert_eq!(policy_of(&desk, row), first);
    // … until it is replayed, which names the new decision even where no figure changes.
    let month: BillingMonth = "2026-09".parse().unwrap();
    let key = "NL-ABC".parse().unwrap();
    crate::replay::replay_month(&desk, &mut Job::quiet(), &key, month).unwrap();
    let second = policy_of(&desk, row);
    assert_eq!(second.step_mode, StepMode::Off);
    assert_eq!(second.rounding, Policy::STANDARD.rounding);
}
