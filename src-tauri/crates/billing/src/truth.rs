//! Whose figures count for a CDR, by the rule agreed, and how far the CDR is from them (I-42 to
//! I-46).
//!
//! The sources are asked in the rule's order; the first whose figure can be relied on counts. The
//! caller says of each source what it tells, and why it is not to be relied on.

use std::fmt;

use domain::{
    Decimal, Finding, FindingCode, FindingLocation, Instant, Kwh, SourceOrder, TruthRule,
    TruthSource,
};

/// The least that meters show, in kWh: a difference of no more is none.
const LEAST_KWH: Decimal = Decimal::from_parts(1, 0, 0, false, 3);
/// Likewise of times, in milliseconds.
const LEAST_MS: i64 = 1_000;

/// Why a source's figure does not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// The meter signed nothing.
    NotSigned,
    /// There is no key to check the signature with.
    KeyUnknown,
    /// The signature, or what was signed, does not hold.
    NotVerified(String),
    /// This program cannot check it.
    NotSupported(String),
    /// What was signed tells no energy between a begin and an end.
    NoReading(String),
    /// The meter's clock was not set when it was read.
    ClockNotSet,
    /// No register was told.
    NoRegister,
    /// The register's figures rise, so that they may be counts or shares.
    RegisterUnclear,
    /// No session belongs to the CDR.
    NoSession,
    /// The session has not ended.
    SessionOpen,
    /// The session is declared invalid.
    SessionInvalid,
}

impl Unfit {
    /// The stable text form.
    pub fn as_str(&self) -> &'static str {
        match self {
            Unfit::NotSigned => "not_signed",
            Unfit::KeyUnknown => "key_unknown",
            Unfit::NotVerified(_) => "not_verified",
            Unfit::NotSupported(_) => "not_supported",
            Unfit::NoReading(_) => "no_reading",
            Unfit::ClockNotSet => "clock_not_set",
            Unfit::NoRegister => "no_register",
            Unfit::RegisterUnclear => "register_unclear",
            Unfit::NoSession => "no_session",
            Unfit::SessionOpen => "session_open",
            Unfit::SessionInvalid => "session_invalid",
        }
    }

    /// What there is to say beside the word.
    pub fn detail(&self) -> &str {
        match self {
            Unfit::NotVerified(why) | Unfit::NotSupported(why) | Unfit::NoReading(why) => why,
            Unfit::NotSigned
            | Unfit::KeyUnknown
            | Unfit::ClockNotSet
            | Unfit::NoRegister
            | Unfit::RegisterUnclear
            | Unfit::NoSession
            | Unfit::SessionOpen
            | Unfit::SessionInvalid => "",
        }
    }
}

/// What a source tells of one figure: it counts, or is shown with the reason why not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure<T> {
    /// The figure, if it tells one.
    pub told: Option<T>,
    /// Why it does not count; a source that tells nothing always says why.
    pub unfit: Option<Unfit>,
}

impl<T: Copy> Figure<T> {
    /// One that counts.
    pub fn fit(told: T) -> Self {
        Figure {
            told: Some(told),
            unfit: None,
        }
    }

    /// One that is shown, if there is any, and does not count.
    pub fn unfit(told: Option<T>, why: Unfit) -> Self {
        Figure {
            told,
            unfit: Some(why),
        }
    }

    fn counting(&self) -> Option<T> {
        self.told.filter(|_| self.unfit.is_none())
    }
}

/// What a source tells of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The energy, kWh.
    pub energy: Figure<Kwh>,
    /// When it began.
    pub start: Figure<Instant>,
    /// When it ended.
    pub end: Figure<Instant>,
}

impl Told {
    /// A source that tells nothing.
    pub fn nothing(why: &Unfit) -> Told {
        Told {
            energy: Figure::unfit(None, why.clone()),
            start: Figure::unfit(None, why.clone()),
            end: Figure::unfit(None, why.clone()),
        }
    }
}

/// What a CDR states.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stated {
    /// `total_energy`, kWh.
    pub energy: Kwh,
    /// Start.
    pub start: Instant,
    /// End.
    pub end: Instant,
}

/// What all sources tell of one session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    /// What the meter signed.
    pub signed: Told,
    /// The meter's register.
    pub meter: Told,
    /// The session.
    pub session: Told,
    /// The CDR.
    pub stated: Stated,
}

/// Which source counts for one figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts<T> {
    /// The source.
    pub source: TruthSource,
    /// Its figure.
    pub figure: T,
    /// What the CDR states.
    pub stated: T,
    /// Whether the two are further apart than meters and clocks show.
    pub differs: bool,
}

/// Which sources count for a CDR.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truth {
    /// For the energy.
    pub energy: Counts<Kwh>,
    /// For the start.
    pub start: Counts<Instant>,
    /// For the end.
    pub end: Counts<Instant>,
}

/// Judges which sources count.
pub fn judge(rule: &TruthRule, sources: &Sources) -> Truth {
    let stated = sources.stated;
    let kwh_apart = |one: Kwh, other: Kwh| match one.0.checked_sub(other.0) {
        Some(by) => by.abs() > LEAST_KWH,
        None => true,
    };
    let apart = |one: Instant, other: Instant| (one - other).num_milliseconds().abs() > LEAST_MS;
    let (energy, start, end) = (
        sources.figures(|told| &told.energy),
        sources.figures(|told| &told.start),
        sources.figures(|told| &told.end),
    );
    Truth {
        energy: first(&rule.energy, energy, stated.energy, kwh_apart),
        start: first(&rule.start, start, stated.start, apart),
        end: first(&rule.end, end, stated.end, apart),
    }
}

impl Sources {
    /// One figure of every source but the CDR, by source.
    pub fn figures<'a, T>(
        &'a self,
        of: impl Fn(&'a Told) -> &'a Figure<T>,
    ) -> [(TruthSource, &'a Figure<T>); 3] {
        [
            (TruthSource::Signed, of(&self.signed)),
            (TruthSource::Meter, of(&self.meter)),
            (TruthSource::Session, of(&self.session)),
        ]
    }
}

/// The first source in order with a figure to rely on; the CDR has one in every case.
fn first<T: Copy>(
    order: &SourceOrder,
    figures: [(TruthSource, &Figure<T>); 3],
    stated: T,
    apart: impl Fn(T, T) -> bool,
) -> Counts<T> {
    let counting = order.sources().iter().find_map(|source| {
        let (_, figure) = figures.iter().find(|(of, _)| of == source)?;
        // What the CDR states comes last, so nothing behind it is passed over.
        Some((*source, figure.counting()?))
    });
    let (source, figure) = counting.unwrap_or((TruthSource::Cdr, stated));
    Counts {
        source,
        figure,
        stated,
        differs: apart(stated, figure),
    }
}

impl Truth {
    /// A finding for each figure of the CDR that is not the one that counts.
    pub fn findings(&self) -> Vec<Finding> {
        let energy = &self.energy;
        let mut found = Vec::new();
        if energy.differs {
            let kwh = |kwh: Kwh| kwh.0.normalize().to_string();
            let by = energy.stated.0.checked_sub(energy.figure.0);
            let finding = Finding::new(FindingCode::TruthEnergy, FindingLocation::Whole)
                .with("source", energy.source.as_str())
                .with("counts", kwh(energy.figure))
                .with("stated", kwh(energy.stated));
            found.push(match by {
                Some(by) => finding.with("difference", by.normalize()),
                None => finding,
            });
        }
        for (figure, counts) in [("start", &self.start), ("end", &self.end)] {
            if counts.differs {
                let difference = Seconds::between(counts.figure, counts.stated);
                let finding = Finding::new(FindingCode::TruthTime, FindingLocation::Whole)
                    .with("figure", figure)
                    .with("source", counts.source.as_str())
                    .with("counts", counts.figure.to_rfc3339())
                    .with("stated", counts.stated.to_rfc3339())
                    .with("difference", difference);
                found.push(finding);
            }
        }
        found
    }
}

/// How much later an instant is than another, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seconds(Decimal);

impl Seconds {
    /// From one instant to another.
    pub fn between(from: Instant, to: Instant) -> Seconds {
        Seconds(Decimal::new((to - from).num_milliseconds(), 3).normalize())
    }
}

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        format!("2026-09-01T{text}Z").parse().expect("an instant")
    }

    fn kwh(text: &str) -> Kwh {
        Kwh(text.parse().expect("a decimal"))
    }

    /// Signed 10 kWh, metered 10.2, in the session 10.5, and a CDR of 11 that begins a minute late.
    fn sources(signature: Option<Unfit>) -> Sources {
        let told = |energy: &str| Told {
            energy: Figure::fit(kwh(energy)),
            start: Figure::fit(at("08:00:00")),
            end: Figure::fit(at("09:00:00")),
        };
        let mut signed = told("10");
        signed.energy.unfit = signature;
        Sources {
            signed,
            meter: told("10.2"),
            session: told("10.5"),
            stated: Stated {
                energy: kwh("11"),
                start: at("08:01:00"),
                end: at("09:00:01"),
            },
        }
    }

    fn rule(changes: &[&str]) -> TruthRule {
        let changes = changes.iter();
        changes.fold(TruthRule::default(), |rule, change| {
            rule.changed(change).expect("a rule")
        })
    }

    #[test]
    fn the_first_source_that_can_be_relied_on_counts() {
        for (order, signature, counts, figure) in [
            ("energy=cdr", None, TruthSource::Cdr, "11"),
            ("energy=signed,meter", None, TruthSource::Signed, "10"),
            (
                "energy=signed,meter",
                Some(Unfit::KeyUnknown),
                TruthSource::Meter,
                "10.2",
            ),
            (
                "energy=signed",
                Some(Unfit::NotVerified("broken".into())),
                TruthSource::Cdr,
                "11",
            ),
            ("energy=session,signed", None, TruthSource::Session, "10.5"),
        ] {
            let truth = judge(&rule(&[order]), &sources(signature));
            assert_eq!(truth.energy.source, counts, "{order}");
            assert_eq!(truth.energy.figure, kwh(figure), "{order}");
            assert_eq!(truth.energy.differs, counts != TruthSource::Cdr, "{order}");
        }
    }

    #[test]
    fn what_counts_and_is_not_stated_is_a_finding() {
        let rule = rule(&["energy=signed", "start=session", "end=session"]);
        let truth = judge(&rule, &sources(None));
        let found = truth.findings();
        let codes: Vec<FindingCode> = found.iter().map(|finding| finding.code).collect();
        // The end is a second off, which clocks do not tell apart.
        assert_eq!(codes, [FindingCode::TruthEnergy, FindingCode::TruthTime]);
        assert_eq!(found[0].params["counts"], "10");
        assert_eq!(found[0].params["difference"], "1");
        assert_eq!(found[1].params["figure"], "start");
        assert_eq!(found[1].params["difference"], "60");
        let as_stated = judge(&TruthRule::default(), &sources(None));
        assert_eq!(as_stated.findings(), [], "the CDR states what counts");
    }

    #[test]
    fn a_watt_hour_and_a_second_are_no_difference() {
        let mut near = sources(None);
        near.stated.energy = kwh("10.001");
        near.stated.start = at("08:00:01");
        let rule = rule(&["energy=signed", "start=signed"]);
        assert_eq!(judge(&rule, &near).findings(), []);
        near.stated.energy = kwh("9.9989");
        near.stated.start = at("07:59:58.999");
        assert_eq!(judge(&rule, &near).findings().len(), 2);
    }
}
