//! `--policy key=value`: the readings of a partner, by the names the semantics give them.

use domain::{Policy, Rounding};

use crate::end::Failure;

/// A policy with these changes. Readings that the engine cannot compute are refused.
pub fn changed(policy: Policy, changes: &[String]) -> Result<Policy, Failure> {
    changes
        .iter()
        .try_fold(policy, |policy, change| one(policy, change))
}

fn one(policy: Policy, change: &str) -> Result<Policy, Failure> {
    let (key, value) = change
        .split_once('=')
        .ok_or_else(|| Failure::usage(format!("--policy {change:?}: write it as key=value")))?;
    match key {
        "rounding" => Ok(Policy {
            rounding: rounding(value)?,
            ..policy
        }),
        "tax_stage" => {
            let tax_stage = office::partners::tax_stage(value)
                .map_err(|_| refused(change, "per_rate or per_line"))?;
            Ok(Policy {
                tax_stage,
                ..policy
            })
        }
        other => Err(Failure::usage(format!(
            "--policy {other}: this version knows rounding and tax_stage"
        ))),
    }
}

/// `per_total,4,half_up`, with or without braces.
fn rounding(value: &str) -> Result<Rounding, Failure> {
    let wanted = "stage,digits,mode such as per_total,4,half_up";
    let refuse = || refused(&format!("rounding={value}"), wanted);
    let plain = value.trim().trim_start_matches('{').trim_end_matches('}');
    let parts: Vec<&str> = plain.split([',', '/']).map(str::trim).collect();
    let [stage, digits, mode] = parts[..] else {
        return Err(refuse());
    };
    Ok(Rounding {
        stage: office::partners::rounding_stage(stage).map_err(|_| refuse())?,
        digits: digits
            .parse()
            .ok()
            .filter(|digits| *digits <= 6)
            .ok_or_else(refuse)?,
        mode: office::partners::rounding_mode(mode).map_err(|_| refuse())?,
    })
}

fn refused(change: &str, wanted: &str) -> Failure {
    Failure::usage(format!("--policy {change}: write {wanted}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{RoundingMode, RoundingStage, TaxStage};

    fn policy(changes: &[&str]) -> Result<Policy, Failure> {
        let changes: Vec<String> = changes.iter().map(|c| (*c).to_owned()).collect();
        changed(Policy::STANDARD, &changes)
    }

    #[test]
    fn readings_go_by_their_names() {
        let read = policy(&["rounding={per_line, 2, half_even}", "tax_stage=per_line"]).unwrap();
        assert_eq!(read.rounding.stage, RoundingStage::PerLine);
        assert_eq!(read.rounding.digits, 2);
        assert_eq!(read.rounding.mode, RoundingMode::HalfEven);
        assert_eq!(read.tax_stage, TaxStage::PerLine);
        assert_eq!(policy(&[]).unwrap(), Policy::STANDARD);
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for bad in [
            "rounding",
            "rounding=4",
            "rounding=per_total,9,half_up",
            "rounding=per_total,2,bankers",
            "tax_stage=never",
            "step_mode=per_period",
        ] {
            assert!(policy(&[bad]).is_err(), "{bad:?} must be refused");
        }
    }
}
