//! Suggest: how well a CDR and a session fit that nothing ties by itself, with what speaks for and
//! against. A person decides; nothing is matched by this.

/// What of a CDR or of a session is compared. Texts as the record spells them; empty: not given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Side<'a> {
    /// Reference of the authorisation.
    pub authorization: &'a str,
    /// The driver's contract, or the token where there is none.
    pub contract: &'a str,
    /// The EVSE.
    pub evse: &'a str,
    /// The location.
    pub location: &'a str,
    /// Start, Unix seconds.
    pub start_s: i64,
    /// End, Unix seconds; absent where it still runs.
    pub end_s: Option<i64>,
    /// Energy, millionths of a kWh.
    pub energy_e6: i64,
}

/// One thing that speaks for or against a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The same authorisation.
    SameAuthorization,
    /// The same contract.
    SameContract,
    /// Another contract.
    OtherContract,
    /// The same EVSE.
    SameEvse,
    /// Another EVSE at the same location.
    SameLocation,
    /// Another EVSE, and not at the same location.
    OtherEvse,
    /// At least half of the shorter lies within the other.
    TimesOverlap,
    /// They start within half an hour of each other.
    TimesNear,
    /// The same energy: 0.01 kWh or a thousandth apart.
    EnergyEqual,
    /// Energies a twentieth apart.
    EnergyNear,
    /// Energies further apart.
    EnergyDiffers,
    /// Another CDR bills the session.
    BilledAlready,
}

impl Reason {
    /// The stable text form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Reason::SameAuthorization => "same_authorization",
            Reason::SameContract => "same_contract",
            Reason::OtherContract => "other_contract",
            Reason::SameEvse => "same_evse",
            Reason::SameLocation => "same_location",
            Reason::OtherEvse => "other_evse",
            Reason::TimesOverlap => "times_overlap",
            Reason::TimesNear => "times_near",
            Reason::EnergyEqual => "energy_equal",
            Reason::EnergyNear => "energy_near",
            Reason::EnergyDiffers => "energy_differs",
            Reason::BilledAlready => "billed_already",
        }
    }

    /// What it adds to the confidence, in points of a hundred.
    fn points(self) -> i32 {
        match self {
            Reason::SameAuthorization => 40,
            Reason::SameContract
            | Reason::SameEvse
            | Reason::TimesOverlap
            | Reason::EnergyEqual => 25,
            Reason::SameLocation | Reason::TimesNear | Reason::EnergyNear => 10,
            Reason::OtherContract => -25,
            Reason::OtherEvse => -15,
            Reason::EnergyDiffers => -10,
            Reason::BilledAlready => -30,
        }
    }
}

/// How sure a match is, 0 to 100, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// 0 to 100.
    pub confidence: u32,
    /// What speaks for and against.
    pub reasons: Vec<Reason>,
}

/// Half an hour in seconds.
const NEAR_S: u64 = 1_800;

/// How well a CDR and a session fit.
pub fn fit(cdr: &Side<'_>, session: &Side<'_>, billed_already: bool) -> Fit {
    let same = |one: &str, other: &str| match (one, other) {
        ("", _) | (_, "") => None,
        (one, other) => Some(one.eq_ignore_ascii_case(other)),
    };
    let mut reasons = Vec::new();
    if same(cdr.authorization, session.authorization) == Some(true) {
        reasons.push(Reason::SameAuthorization);
    }
    match same(cdr.contract, session.contract) {
        Some(true) => reasons.push(Reason::SameContract),
        Some(false) => reasons.push(Reason::OtherContract),
        None => {}
    }
    let beside = same(cdr.location, session.location) == Some(true);
    match same(cdr.evse, session.evse) {
        Some(true) => reasons.push(Reason::SameEvse),
        Some(false) if !beside => reasons.push(Reason::OtherEvse),
        Some(false) | None if beside => reasons.push(Reason::SameLocation),
        Some(false) | None => {}
    }
    reasons.extend(times(cdr, session));
    reasons.push(energy(cdr.energy_e6, session.energy_e6));
    if billed_already {
        reasons.push(Reason::BilledAlready);
    }
    let points: i32 = reasons.iter().map(|reason| reason.points()).sum();
    Fit {
        confidence: u32::try_from(points.clamp(0, 100)).expect("not below zero"),
        reasons,
    }
}

fn times(cdr: &Side<'_>, session: &Side<'_>) -> Option<Reason> {
    let ends = (
        cdr.end_s.unwrap_or(i64::MAX),
        session.end_s.unwrap_or(i64::MAX),
    );
    let shared = ends
        .0
        .min(ends.1)
        .saturating_sub(cdr.start_s.max(session.start_s));
    let shorter = ends
        .0
        .saturating_sub(cdr.start_s)
        .min(ends.1.saturating_sub(session.start_s));
    if shared > 0 && shared >= shorter / 2 {
        Some(Reason::TimesOverlap)
    } else if cdr.start_s.abs_diff(session.start_s) <= NEAR_S {
        Some(Reason::TimesNear)
    } else {
        None
    }
}

fn energy(cdr_e6: i64, session_e6: i64) -> Reason {
    let apart = cdr_e6.abs_diff(session_e6);
    let of = session_e6.unsigned_abs();
    if apart <= (of / 1_000).max(10_000) {
        Reason::EnergyEqual
    } else if apart <= of / 20 {
        Reason::EnergyNear
    } else {
        Reason::EnergyDiffers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CDR: Side<'static> = Side {
        authorization: "",
        contract: "NL-TAL-C1",
        evse: "NL*ABC*E1",
        location: "L1",
        start_s: 10_000,
        end_s: Some(13_600),
        energy_e6: 20_000_000,
    };

    #[test]
    fn a_session_that_agrees_in_all_is_certain() {
        let same = Side {
            contract: "nl-tal-c1",
            ..CDR
        };
        let fit = fit(&CDR, &same, false);
        assert_eq!(fit.confidence, 100);
        let words: Vec<&str> = fit.reasons.iter().map(|reason| reason.as_str()).collect();
        assert_eq!(
            words,
            [
                "same_contract",
                "same_evse",
                "times_overlap",
                "energy_equal"
            ]
        );
    }

    #[test]
    fn what_speaks_against_is_told_and_weighs() {
        let other = Side {
            contract: "NL-TAL-C2",
            evse: "NL*ABC*E2",
            start_s: 12_400,
            end_s: Some(16_000),
            energy_e6: 20_900_000,
            ..CDR
        };
        let beside = fit(&CDR, &other, true);
        let words: Vec<&str> = beside
            .reasons
            .iter()
            .map(|reason| reason.as_str())
            .collect();
        assert_eq!(
            words,
            [
                "other_contract",
                "same_location",
                "energy_near",
                "billed_already"
            ],
            "a third of an hour in common of an hour is little"
        );
        assert_eq!(beside.confidence, 0);
        let elsewhere = Side {
            location: "L2",
            authorization: "A1",
            start_s: 11_000,
            end_s: None,
            energy_e6: 1,
            ..other
        };
        let cdr = Side {
            authorization: "a1",
            ..CDR
        };
        let words: Vec<&str> = fit(&cdr, &elsewhere, false)
            .reasons
            .iter()
            .map(|reason| reason.as_str())
            .collect();
        let expected = [
            "same_authorization",
            "other_contract",
            "other_evse",
            "times_overlap",
            "energy_differs",
        ];
        assert_eq!(words, expected);
        let near = Side {
            start_s: 9_000,
            end_s: Some(9_900),
            ..CDR
        };
        assert!(fit(&CDR, &near, false).reasons.contains(&Reason::TimesNear));
    }

    #[test]
    fn ids_that_are_not_given_say_nothing() {
        let bare = Side::default();
        assert_eq!(
            fit(&bare, &bare, false).reasons,
            [Reason::TimesOverlap, Reason::EnergyEqual]
        );
    }
}
