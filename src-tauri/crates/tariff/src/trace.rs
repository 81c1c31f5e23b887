//! What a run tells about itself. The totals-only path passes `()`, which costs nothing.
//!
//! Nothing in here can fail: a replay must never lack a price that `price` gives.

use chrono::NaiveDateTime;
use domain::policy::ElementLookup;
use domain::replay::{
    Choice, LimitLine, Passed, PeriodTrace, Phase, Reason, RoundingLine, StepLine,
};
use domain::{Restrictions, Tariff, TariffDimension, TariffElement};

use crate::lookup::{Assume, DIMENSIONS, Seek, component_of};
use crate::restriction::{Check, Moment, check, describe};
use crate::timeline::Span;

/// One period as the run saw it.
pub(crate) struct Seen<'s> {
    pub span: &'s Span<'s>,
    pub tariff: Option<(usize, &'s Tariff)>,
    pub local: Option<NaiveDateTime>,
    pub assume: Assume,
    pub elements: ElementLookup,
    /// The phases the period belongs to, each with its moment.
    pub phases: &'s [(Seek, Moment<'s>)],
}

/// A listener. Everything is handed over as a closure, so that nobody builds what nobody reads.
pub(crate) trait Trace {
    /// Whether the wall clock is wanted even where no restriction needs it.
    const FULL: bool = false;

    fn period(&mut self, _seen: &Seen<'_>) {}
    fn stepped(&mut self, _line: impl FnOnce() -> StepLine) {}
    fn limited(&mut self, _line: impl FnOnce() -> LimitLine) {}
    fn rounded(&mut self, _line: impl FnOnce() -> RoundingLine) {}
}

impl Trace for () {}

/// Keeps everything a replay shows.
#[derive(Default)]
pub(crate) struct FullTrace {
    /// Candidates in the order of their first use.
    pub tariffs: Vec<usize>,
    pub periods: Vec<PeriodTrace>,
    pub steps: Vec<StepLine>,
    pub limits: Vec<LimitLine>,
    pub roundings: Vec<RoundingLine>,
}

impl FullTrace {
    /// The place of a candidate among the tariffs used.
    pub fn place_of(&mut self, candidate: usize) -> usize {
        if let Some(place) = self.tariffs.iter().position(|used| *used == candidate) {
            return place;
        }
        self.tariffs.push(candidate);
        self.tariffs.len() - 1
    }

    /// Drops what belongs to a price that could not be computed to its end.
    pub fn forget_price(&mut self) {
        self.steps.clear();
        self.limits.clear();
        self.roundings.clear();
    }
}

impl Trace for FullTrace {
    const FULL: bool = true;

    fn period(&mut self, seen: &Seen<'_>) {
        let mut choices = Vec::new();
        if let Some((_, tariff)) = seen.tariff {
            for (seek, moment) in seen.phases {
                let reserved = *seek != Seek::Use;
                for dimension in DIMENSIONS {
                    let priced_in_reservations =
                        matches!(dimension, TariffDimension::Flat | TariffDimension::Time);
                    if !reserved || priced_in_reservations {
                        choices.push(choice(tariff, *seek, dimension, moment, seen));
                    }
                }
            }
        }
        let first = seen.phases.first().map(|(_, moment)| moment);
        let tariff = seen.tariff.map(|(candidate, _)| self.place_of(candidate));
        self.periods.push(PeriodTrace {
            sent_index: seen.span.sent_index,
            start_at: seen.span.start_at,
            end_at: seen.span.end_at.unwrap_or(seen.span.start_at),
            local_start: seen.local,
            energy_before_kwh: first.map(|moment| moment.energy_kwh).unwrap_or_default(),
            seconds_before: first.map_or(0, |moment| moment.seconds),
            tariff,
            choices,
        });
    }

    fn stepped(&mut self, line: impl FnOnce() -> StepLine) {
        self.steps.push(line());
    }

    fn limited(&mut self, line: impl FnOnce() -> LimitLine) {
        self.limits.push(line());
    }

    fn rounded(&mut self, line: impl FnOnce() -> RoundingLine) {
        self.roundings.push(line());
    }
}

/// For one dimension at one moment: the element that applies, and why each other one does not.
fn choice(
    tariff: &Tariff,
    seek: Seek,
    dimension: TariffDimension,
    moment: &Moment<'_>,
    seen: &Seen<'_>,
) -> Choice {
    let assume = seen.assume;
    let (decided, chosen) = decide(tariff, seek, dimension, moment, seen);
    let pass_of = |element: &TariffElement| {
        let rule = element.restrictions.reservation;
        seek.passes().iter().position(|pass| *pass == rule)
    };
    let mut passed = Vec::new();
    for (index, element) in tariff.elements.iter().enumerate() {
        if chosen == Some(index) {
            continue;
        }
        let reason = if component_of(element, dimension).is_none() {
            Reason::NoComponent
        } else if let Some(pass) = pass_of(element) {
            failure(&element.restrictions, moment, assume).unwrap_or_else(|| {
                let earlier = decided[pass].or(chosen);
                let element = earlier.expect("what applies is chosen unless another decided");
                Reason::EarlierElement { element }
            })
        } else {
            wrong_phase(&element.restrictions, seek, moment)
        };
        passed.push(Passed {
            element: index,
            reason,
        });
    }
    let phase = match seek {
        Seek::Use => Phase::Use,
        Seek::Reserved | Seek::Expired => Phase::Reservation,
    };
    Choice {
        dimension,
        phase,
        element: chosen,
        passed,
    }
}

/// The element that decided each pass, and the one that gives the price.
fn decide(
    tariff: &Tariff,
    seek: Seek,
    dimension: TariffDimension,
    moment: &Moment<'_>,
    seen: &Seen<'_>,
) -> ([Option<usize>; 2], Option<usize>) {
    let (mut decided, mut chosen) = ([None; 2], None);
    for (pass, decider) in seek.passes().iter().zip(&mut decided) {
        if chosen.is_some() {
            break;
        }
        *decider = tariff.elements.iter().position(|element| {
            let looked_at = match seen.elements {
                ElementLookup::PerDimension => component_of(element, dimension).is_some(),
                ElementLookup::SingleElement => true,
            };
            looked_at
                && element.restrictions.reservation == *pass
                && failure(&element.restrictions, moment, seen.assume).is_none()
        });
        chosen =
            decider.filter(|index| component_of(&tariff.elements[*index], dimension).is_some());
    }
    (decided, chosen)
}

fn wrong_phase(restrictions: &Restrictions, seek: Seek, moment: &Moment<'_>) -> Reason {
    let field = domain::replay::RestrictionField::Reservation;
    let found = match seek {
        Seek::Use => "charging",
        Seek::Reserved => "reservation, used",
        Seek::Expired => "reservation, expired",
    };
    Reason::Restricted {
        field,
        demanded: describe(field, restrictions, moment).0,
        found: found.to_owned(),
    }
}

fn failure(restrictions: &Restrictions, moment: &Moment<'_>, assume: Assume) -> Option<Reason> {
    let field = match check(restrictions, moment) {
        Check::Holds => return None,
        Check::Unknown(_) if assume == Assume::Active => return None,
        Check::Unknown(field) | Check::Fails(field) => field,
    };
    let (demanded, found) = describe(field, restrictions, moment);
    Some(Reason::Restricted {
        field,
        demanded,
        found,
    })
}
