//! `--policy key=value`: the readings of a partner, by the names the semantics give them; and
//! `--truth figure=sources`: whose figures count.

use domain::{Policy, TruthRule};

use crate::end::Failure;

/// A policy with these changes.
pub fn changed(policy: Policy, changes: &[String]) -> Result<Policy, Failure> {
    changes
        .iter()
        .try_fold(policy, |policy, change| one(policy, change))
}

/// A rule with these changes.
pub fn truth(rule: TruthRule, changes: &[String]) -> Result<TruthRule, Failure> {
    changes.iter().try_fold(rule, |rule, change| {
        let changed = rule.changed(change);
        changed.map_err(|why| Failure::usage(format!("--truth {change}: {why}")))
    })
}

fn one(policy: Policy, change: &str) -> Result<Policy, Failure> {
    let (switch, reading) = change
        .split_once('=')
        .ok_or_else(|| Failure::usage(format!("--policy {change:?}: write it as key=value")))?;
    policy
        .with(switch.trim(), reading)
        .map_err(|unknown| Failure::usage(format!("--policy {change}: {unknown}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{RoundingMode, RoundingStage, StepMode, TaxStage};

    fn policy(changes: &[&str]) -> Result<Policy, Failure> {
        let changes: Vec<String> = changes.iter().map(|c| (*c).to_owned()).collect();
        changed(Policy::STANDARD, &changes)
    }

    #[test]
    fn readings_go_by_their_names() {
        let changes = [
            "rounding={per_line, 2, half_even}",
            "tax_stage=per_line",
            "step_mode=per_period",
        ];
        let read = policy(&changes).unwrap();
        assert_eq!(read.rounding.stage, RoundingStage::PerLine);
        assert_eq!(read.rounding.digits, 2);
        assert_eq!(read.rounding.mode, RoundingMode::HalfEven);
        assert_eq!(read.tax_stage, TaxStage::PerLine);
        assert_eq!(read.step_mode, StepMode::PerPeriod);
        assert_eq!(policy(&[]).unwrap(), Policy::STANDARD);
    }

    #[test]
    fn whose_figures_count_goes_by_name() {
        let changes = ["energy=signed,meter", "start=session"].map(str::to_owned);
        let rule = truth(TruthRule::default(), &changes).unwrap();
        let reads = "energy=signed,meter,cdr start=session,cdr end=cdr";
        assert_eq!(rule.to_string(), reads);
        for bad in ["energy", "power=meter", "energy=guess", "energy=cdr,meter"] {
            let refused = truth(TruthRule::default(), &[bad.to_owned()]);
            assert!(refused.is_err(), "{bad:?} must be refused");
        }
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for bad in [
            "rounding",
            "rounding=4",
            "rounding=per_total,9,half_up",
            "rounding=per_total,2,bankers",
            "tax_stage=never",
            "step=off",
        ] {
            assert!(policy(&[bad]).is_err(), "{bad:?} must be refused");
        }
    }
}
