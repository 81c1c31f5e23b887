//! One clause in English per reading of each switch, to stand after "matches if".

use domain::{Rounding, RoundingMode, RoundingStage};

/// The clause of a reading. Names come from [`domain::Policy::SWITCHES`]; one that is not there is
/// told as it is written.
pub(super) fn clause_of(switch: &str, reading: &str) -> String {
    if let ("rounding", Ok(rounding)) = (switch, reading.parse::<Rounding>()) {
        return rounding_clause(rounding);
    }
    let known = CLAUSES
        .iter()
        .find(|(name, value, _)| *name == switch && *value == reading);
    known.map_or_else(
        || format!("{switch} is {reading}"),
        |(_, _, clause)| (*clause).to_owned(),
    )
}

fn rounding_clause(rounding: Rounding) -> String {
    let what = match rounding.stage {
        RoundingStage::None => return "nothing is rounded".to_owned(),
        RoundingStage::PerTotal => "only totals are rounded",
        RoundingStage::PerPeriod => "the cost of every period is rounded",
        RoundingStage::PerLine => "every priced line is rounded",
        RoundingStage::PerDimension => "the cost of every dimension is rounded",
    };
    rounded_clause(what, rounding)
}

/// What is rounded, with the digits and the mode of a rule.
pub(super) fn rounded_clause(what: &str, rounding: Rounding) -> String {
    let mode = match rounding.mode {
        RoundingMode::HalfUp => ", half up",
        RoundingMode::HalfEven => ", half to even",
        RoundingMode::Up => ", always up",
        RoundingMode::Down => ", always down",
    };
    let decimals = if rounding.digits == 1 {
        "decimal"
    } else {
        "decimals"
    };
    format!("{what} to {} {decimals}{mode}", rounding.digits)
}

/// Switch, reading, clause.
const CLAUSES: [(&str, &str, &str); 48] = [
    (
        "element_lookup",
        "per_dimension",
        "each dimension takes the first element that prices it",
    ),
    (
        "element_lookup",
        "single_element",
        "the first element that applies prices everything",
    ),
    (
        "infer_missing_time",
        "off",
        "time that is not reported is not billed",
    ),
    (
        "infer_missing_time",
        "from_timestamps",
        "time that is not reported is taken from the clock",
    ),
    (
        "missing_tariff_id",
        "single_or_by_start",
        "periods that name no tariff take the one at hand",
    ),
    (
        "missing_tariff_id",
        "free",
        "periods that name no tariff are free",
    ),
    (
        "wrap_weekday",
        "instant",
        "the hours after midnight count to the new weekday",
    ),
    (
        "wrap_weekday",
        "window_start",
        "the hours after midnight count to the weekday the window began",
    ),
    (
        "power_source",
        "extremes_then_average_then_energy",
        "power that is not stated is derived from average and energy",
    ),
    (
        "power_source",
        "treat_unknown_as_match",
        "a restriction on power or current that is not stated holds",
    ),
    (
        "power_source",
        "treat_unknown_as_no_match",
        "a restriction on power or current that is not stated fails",
    ),
    (
        "one_sided_extreme",
        "missing_side_unknown",
        "one stated extreme of power or current says nothing of the other",
    ),
    (
        "one_sided_extreme",
        "stated_side_serves_both",
        "one stated extreme of power or current stands for both",
    ),
    (
        "equal_window",
        "whole_day",
        "a window with equal ends is the whole day",
    ),
    (
        "equal_window",
        "never",
        "a window with equal ends never applies",
    ),
    (
        "lone_midnight_end",
        "end_of_day",
        "an end at 00:00 without a start is the end of the day",
    ),
    (
        "lone_midnight_end",
        "never",
        "an end at 00:00 without a start never applies",
    ),
    (
        "period_split",
        "as_reported",
        "every period is priced as at its start",
    ),
    (
        "period_split",
        "split_linear",
        "every period is split where the price changes",
    ),
    (
        "period_order",
        "sorted_by_start",
        "periods are taken in the order of their start",
    ),
    (
        "period_order",
        "as_given",
        "periods are taken in the order sent",
    ),
    (
        "hour_volume",
        "snap_to_period",
        "hours are restored to the seconds they were",
    ),
    ("hour_volume", "as_stated", "hours are taken as written"),
    (
        "step_mode",
        "session_last",
        "only the last of charging and parking is rounded up to its step",
    ),
    (
        "step_mode",
        "per_dimension",
        "charging and parking are each rounded up to their step",
    ),
    (
        "step_mode",
        "combined_time",
        "charging and parking together are rounded up to the step",
    ),
    (
        "step_mode",
        "per_period",
        "every period is rounded up to its step",
    ),
    ("step_mode", "off", "nothing is rounded up to a step"),
    (
        "step_basis",
        "billable",
        "volumes without a price do not count towards the step",
    ),
    (
        "step_basis",
        "all",
        "volumes without a price count towards the step",
    ),
    (
        "flat_mode",
        "once_per_session",
        "the flat fee is charged once per session",
    ),
    (
        "flat_mode",
        "once_per_component",
        "every flat fee that applies is charged once",
    ),
    (
        "flat_mode",
        "once_per_period",
        "the flat fee is charged in every period",
    ),
    (
        "station_pause",
        "as_reported",
        "pauses of the station are priced as reported",
    ),
    (
        "station_pause",
        "as_time",
        "pauses of the station are charging time",
    ),
    ("station_pause", "free", "pauses of the station are free"),
    (
        "limits_scope",
        "charging_session",
        "minimum and maximum price hold for charging sessions only",
    ),
    (
        "limits_scope",
        "any_cdr",
        "minimum and maximum price hold for a reservation alone, too",
    ),
    (
        "limits_tax",
        "separate",
        "net and gross are each held by their own limit",
    ),
    (
        "limits_tax",
        "proportional",
        "gross moves with net where a limit applies",
    ),
    ("time_price_unit", "hour", "prices of time are per hour"),
    ("time_price_unit", "minute", "prices of time are per minute"),
    (
        "tier_mode",
        "marginal",
        "a step in energy or duration prices what lies beyond it",
    ),
    (
        "tier_mode",
        "whole",
        "a step in energy or duration, once reached, prices everything",
    ),
    (
        "credit_sign",
        "as_stated",
        "the volumes of a credit keep their sign",
    ),
    (
        "credit_sign",
        "negated",
        "the volumes of a credit are turned round",
    ),
    ("tax_stage", "per_rate", "tax is computed once per rate"),
    ("tax_stage", "per_line", "tax is computed on every line"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Policy;

    #[test]
    fn every_reading_has_its_own_sentence() {
        let mut seen = Vec::new();
        for switch in Policy::SWITCHES {
            for reading in switch.readings {
                let clause = clause_of(switch.name, reading);
                assert!(!clause.contains('_'), "{} {reading}: {clause}", switch.name);
                assert!(!seen.contains(&clause), "{clause} stands twice");
                seen.push(clause);
            }
        }
        assert_eq!(seen.len(), CLAUSES.len(), "no sentence without its reading");
    }

    #[test]
    fn rounding_is_told_in_words() {
        assert_eq!(
            clause_of("rounding", "per_line,2,half_even"),
            "every priced line is rounded to 2 decimals, half to even"
        );
        assert_eq!(
            clause_of("rounding", "none,4,half_up"),
            "nothing is rounded"
        );
    }
}
