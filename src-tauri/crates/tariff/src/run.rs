//! One run over a session: the core that `replay` and `price` share.
//!
//! Here is the course of a run and what is known at the start of each period; `charging` enters the
//! volumes of a period, `plain` those of one with nothing odd, `flags` makes the findings.
//!
//! For each period in time order the active components are looked up and its volumes entered in the
//! ledger; then step size, sums, tax, limits and rounding follow in this order.

mod charging;
mod flags;
mod parts;
mod plain;

use domain::policy::InferMissingTime;
use domain::replay::{Billed, Phase, RestrictionField};
use domain::{
    Finding, FindingCode, Instant, LimitsScope, Policy, RoundingStage, Severity, StationPause,
    StepMode, Tariff, TariffDimension,
};

use self::charging::FlatFees;
use self::flags::of_session;
use self::plain::{Steady, reads_plainly};
use crate::clock::Clock;
use crate::input::ReplayInput;
use crate::ledger::{Ledger, Line, Tally};
use crate::lookup::{Assume, Lookup, Seek, Wanted};
use crate::number::{Exact, OutOfRange, add, hours_of};
use crate::outline::{Needs, Outline};
use crate::restriction::{Moment, Reached, Rules};
use crate::select::{self, Choice, Plan};
use crate::step::{self, Unpriced};
use crate::sum::Sum;
use crate::timeline::{Measured, Span, Timeline};
use crate::total::{self, Costs, Limits};
use crate::trace::{Seen, Trace};

/// What a run found.
#[derive(Default)]
pub(crate) struct Outcome<'a> {
    /// The priced lines, in time order; kept where somebody reads them.
    pub lines: Vec<Line<'a>>,
    pub costs: Costs,
    pub billed: Billed,
    pub findings: Vec<Finding>,
    /// A restriction that could not be judged, and the period it stood in.
    pub unknown: Option<(usize, RestrictionField)>,
}

/// Why a session has no price; the findings say more.
enum Stop {
    Unpriceable,
    OutOfRange,
}

impl From<OutOfRange> for Stop {
    fn from(_: OutOfRange) -> Self {
        Stop::OutOfRange
    }
}

/// Prices a session once, under one assumption about unknown power and current. The outcome that is
/// filled must be empty.
pub(crate) fn run<'a, T: Trace>(
    input: &ReplayInput<'a>,
    assume: Assume,
    trace: &mut T,
    outcome: &mut Outcome<'a>,
) {
    let mut run = Run::new(input, assume, T::FULL, outcome);
    match run.price(trace) {
        Ok(()) => {}
        Err(Stop::Unpriceable) => run.forget_price(),
        Err(Stop::OutOfRange) => {
            run.forget_price();
            let finding = of_session(FindingCode::OutOfRange);
            run.outcome
                .findings
                .push(finding.with_severity(Severity::Error));
        }
    }
    run.outcome.lines = run.ledger.into_lines();
}

/// What the periods carry, seen before the first is priced.
#[derive(Clone, Copy, Default)]
#[allow(clippy::struct_excessive_bools)] // independent facts, not states
struct Carries {
    energy: bool,
    time: bool,
    parking: bool,
    reservation: bool,
}

impl Carries {
    fn of(input: &ReplayInput<'_>) -> Self {
        use domain::DimensionKind as Kind;
        let mut carries = Carries::default();
        for dimension in input.periods.iter().flat_map(|period| &period.dimensions) {
            match dimension.kind {
                Kind::Energy => carries.energy = true,
                Kind::Time => carries.time = true,
                Kind::ParkingTime => carries.parking = true,
                Kind::ReservationTime => carries.reservation = true,
                _ => {}
            }
        }
        carries.time |= match input.policy.station_pause {
            StationPause::AsReported | StationPause::Free => false,
            StationPause::AsTime => charging::some_pause(input),
        };
        carries
    }

    /// The dimensions of the use.
    fn wanted(self) -> Wanted {
        Wanted::NONE
            .with(TariffDimension::Energy, self.energy)
            .with(TariffDimension::Time, self.time)
            .with(TariffDimension::ParkingTime, self.parking)
    }

    /// Nothing but a reservation.
    fn only_reservation(self) -> bool {
        self.reservation && !self.energy && !self.time && !self.parking
    }
}

/// One period under the tariff that prices it.
struct Period<'p, 'a> {
    span: &'p Span<'a>,
    index: usize,
    tariff: &'a Tariff,
    needs: Needs,
}

#[allow(clippy::struct_excessive_bools)] // independent facts, not states
struct Run<'i, 'a> {
    input: &'i ReplayInput<'a>,
    timeline: Timeline<'a>,
    carries: Carries,
    /// Whether charging time is taken from the clock (I-30).
    infers_time: bool,
    /// Whether plain periods are priced plainly.
    reads_plainly: bool,
    /// What the reservation and the use came to, where that decides the tier (I-31).
    reached: Option<[Reached; 2]>,
    seek_reservation: Seek,
    lookup: Lookup,
    /// The wall clock of the location, where its zone is known.
    clock: Option<Clock>,
    /// What prices plain periods until something changes.
    steady: Option<Steady<'a>>,
    /// Where the last plain period ends; also in milliseconds from 1970.
    plain_until: Option<(Instant, i64)>,
    /// What is billed so far.
    ledger: Ledger<'a>,
    outcome: &'i mut Outcome<'a>,
    /// The tariff looked at last, and what it depends on.
    tariff: Option<(usize, &'a Tariff, Needs)>,
    /// The tariff at the start of the session: its limits count.
    first_tariff: Option<usize>,
    several_tariffs: bool,
    /// Energy of the session so far, kWh.
    energy_kwh: Sum,
    use_start_at: Option<Instant>,
    /// The place of the period in the trace, counted in parts where periods are split.
    part: usize,
    /// Volumes without a price, where they count for step size.
    unpriced: Vec<Unpriced>,
    flat: FlatFees,
    reservation_flat_charged: bool,
    /// Dimensions with a price that no period of the session reports.
    missing: Wanted,
    /// How often a finding about periods was made.
    counts: Vec<(FindingCode, usize)>,
}

impl<'i, 'a> Run<'i, 'a> {
    fn new(
        input: &'i ReplayInput<'a>,
        assume: Assume,
        full: bool,
        outcome: &'i mut Outcome<'a>,
    ) -> Self {
        let carries = Carries::of(input);
        let expired = carries.only_reservation() && (!input.session_known || !input.evse_known);
        let lookup = Lookup {
            assume,
            elements: input.policy.element_lookup,
            outline: Outline::NONE,
            unknown: None,
        };
        let infers_time = match input.policy.infer_missing_time {
            InferMissingTime::Off => false,
            InferMissingTime::FromTimestamps => !carries.time && !carries.parking,
        };
        Run {
            input,
            timeline: Timeline::new(input),
            carries,
            infers_time,
            reads_plainly: !infers_time && !carries.reservation && reads_plainly(input),
            reached: None,
            seek_reservation: if expired {
                Seek::Expired
            } else {
                Seek::Reserved
            },
            lookup,
            clock: input.zone.map(Clock::new),
            steady: None,
            plain_until: None,
            ledger: Ledger::new(full || reads_lines(input.policy)),
            outcome,
            tariff: None,
            first_tariff: None,
            several_tariffs: false,
            energy_kwh: Sum::ZERO,
            use_start_at: None,
            part: 0,
            unpriced: Vec::new(),
            flat: FlatFees::default(),
            reservation_flat_charged: false,
            missing: Wanted::NONE,
            counts: Vec::new(),
        }
    }

    fn forget_price(&mut self) {
        self.outcome.costs = Costs::default();
        self.outcome.billed = Billed::default();
        self.ledger = Ledger::new(false);
    }

    fn price<T: Trace>(&mut self, trace: &mut T) -> Result<(), Stop> {
        let start = self.timeline.start_at();
        let plan =
            select::plan(self.input, start, &mut self.outcome.findings).ok_or(Stop::Unpriceable)?;
        if self.timeline.len() == 0 {
            let finding = Finding::at_path(FindingCode::DimensionMissing, "charging_periods");
            self.outcome
                .findings
                .push(finding.with_severity(Severity::Error));
            return Err(Stop::Unpriceable);
        }
        self.reached = Reached::at_the_end(
            &self.timeline,
            self.input.mirrored,
            self.carries.reservation,
            self.input.policy.tier_mode,
        )?;
        for place in 0..self.timeline.len() {
            if T::FULL || !self.price_plain(place, plan)? {
                self.steady = None;
                self.price_period(place, plan, trace)?;
            }
        }
        self.flag_session();
        let mode = self.input.policy.step_mode;
        step::apply(&mut self.ledger, mode, &self.unpriced, trace)?;
        self.add_up(trace)?;
        Ok(())
    }

    fn add_up<T: Trace>(&mut self, trace: &mut T) -> Result<(), Stop> {
        let limits = Limits {
            tariff: self
                .first_tariff
                .and_then(|index| self.input.tariffs.get(index)),
            apply: match self.input.policy.limits_scope {
                LimitsScope::ChargingSession => !self.carries.only_reservation(),
                LimitsScope::AnyCdr => true,
            },
            tax: self.input.policy.limits_tax,
        };
        let costs = &mut self.outcome.costs;
        let (policy, tariffs) = (*self.input.policy, self.input.tariffs);
        total::settle(&self.ledger, tariffs, limits, policy, trace, costs)?;
        let newest = |tally: &Tally<'_>| {
            let tariff = total::tariff_at(tally.tariff, self.input.tariffs);
            tariff.version == domain::OcpiVersion::V230
        };
        if costs.tax_unknown && self.ledger.tallies().iter().any(newest) {
            let finding = of_session(FindingCode::TaxMissing);
            self.outcome.findings.push(finding);
        }
        self.outcome.billed = billed(self.ledger.tallies())?;
        Ok(())
    }

    fn price_period<T: Trace>(
        &mut self,
        place: usize,
        plan: Plan,
        trace: &mut T,
    ) -> Result<(), Stop> {
        let span = self.timeline.span(place);
        let mut measured = Measured::default();
        measured.read(span.period, self.input.mirrored)?;
        if self.infers_time {
            measured.infer_time(span.millis());
        }
        if span.cut {
            self.flag_period(FindingCode::PeriodOutOfSession, &span);
        }
        let tariff = self.tariff_of(&span, plan)?;
        let changed = charging::paused(&measured, self.input.policy.station_pause)?;
        let billed = changed.as_ref().unwrap_or(&measured);
        match tariff {
            Some(tariff) if self.in_parts(&span, billed, tariff.2) => {
                self.price_parts(&span, billed, tariff, trace)?;
            }
            Some(_) | None => self.price_whole(&span, billed, tariff, trace)?,
        }
        self.part += 1;
        if !measured.from_clock {
            self.flag_contradictions(&measured, &span);
        }
        if let Some(energy) = measured.energy {
            self.energy_kwh.add(energy.into())?;
        }
        Ok(())
    }

    /// Prices a period by what applies at its start.
    fn price_whole<T: Trace>(
        &mut self,
        span: &Span<'a>,
        measured: &Measured,
        tariff: Option<(usize, &'a Tariff, Needs)>,
        trace: &mut T,
    ) -> Result<(), Stop> {
        let local = self.local(span, tariff, T::FULL)?;
        let phases = self.phases(span, measured, local);
        trace.period(&Seen {
            span,
            tariff: tariff.map(|(index, tariff, _)| (index, tariff)),
            local,
            assume: self.lookup.assume,
            elements: self.lookup.elements,
            phases: phases.as_slice(),
        });
        let Some((index, tariff, needs)) = tariff else {
            return Ok(());
        };
        let period = Period {
            span,
            index,
            tariff,
            needs,
        };
        for (seek, moment) in phases.as_slice() {
            match seek {
                Seek::Use => self.price_use(&period, moment)?,
                Seek::Reserved | Seek::Expired => self.price_reservation(&period, moment)?,
            }
        }
        self.note_unknown(span);
        Ok(())
    }

    /// Keeps the first restriction of the session that could not be judged.
    fn note_unknown(&mut self, span: &Span<'_>) {
        if let Some(field) = self.lookup.unknown.take() {
            self.outcome.unknown.get_or_insert((span.sent_index, field));
        }
    }

    /// The tariff of a period; `None` where the period is free.
    fn tariff_of(
        &mut self,
        span: &Span<'_>,
        plan: Plan,
    ) -> Result<Option<(usize, &'a Tariff, Needs)>, Stop> {
        let index = match plan {
            Plan::One(index) => index,
            Plan::ByPeriod => {
                let id = span.period.tariff_id.as_ref();
                match select::by_period(self.input.tariffs, id, self.timeline.start_at()) {
                    Choice::Tariff(index) => index,
                    Choice::Free => {
                        self.flag_period(FindingCode::TariffAmbiguous, span);
                        return Ok(None);
                    }
                    Choice::Missing => {
                        if let Some(finding) = self.flag_period(FindingCode::TariffMissing, span) {
                            finding
                                .params
                                .extend(id.map(|id| ("tariff".into(), id.to_string())));
                        }
                        return Err(Stop::Unpriceable);
                    }
                }
            }
        };
        if let Some(known) = self.tariff.filter(|(known, ..)| *known == index) {
            return Ok(Some(known));
        }
        self.enter_tariff(index, plan)
    }

    /// Looks at a tariff that the session had not used before this period.
    fn enter_tariff(
        &mut self,
        index: usize,
        plan: Plan,
    ) -> Result<Option<(usize, &'a Tariff, Needs)>, Stop> {
        let tariff = self
            .input
            .tariffs
            .get(index)
            .expect("the plan names candidates only");
        let currency = self.input.currency.unwrap_or(tariff.currency);
        if tariff.currency != currency {
            let finding = of_session(FindingCode::CurrencyMismatch)
                .with("stated", currency)
                .with("tariff", tariff.currency);
            self.outcome.findings.push(finding);
            return Err(Stop::Unpriceable);
        }
        let needs = self.lookup.outline.read(tariff);
        self.several_tariffs |= self.first_tariff.is_some_and(|first| first != index);
        if self.first_tariff.is_none() && plan == Plan::ByPeriod {
            let start = self.timeline.start_at();
            let findings = &mut self.outcome.findings;
            select::flag_validity(self.input.tariffs, index, start, findings);
        }
        self.first_tariff.get_or_insert(index);
        if needs.equal_window {
            self.flag_once(of_session(FindingCode::WindowAmbiguous).with("tariff", &tariff.id));
        }
        if needs.expiry && self.carries.only_reservation() {
            self.flag_reservation();
        }
        self.tariff = Some((index, tariff, needs));
        Ok(self.tariff)
    }

    /// The wall clock at the start of a period, where somebody looks at it.
    fn local(
        &mut self,
        span: &Span<'_>,
        tariff: Option<(usize, &Tariff, Needs)>,
        full: bool,
    ) -> Result<Option<chrono::NaiveDateTime>, Stop> {
        let needed = tariff.is_some_and(|(_, _, needs)| needs.clock);
        match &mut self.clock {
            Some(clock) if needed || full => Ok(Some(clock.at(span.start_at))),
            None if needed => {
                let finding = of_session(FindingCode::ZoneUnknown);
                self.outcome.findings.push(finding);
                Err(Stop::Unpriceable)
            }
            Some(_) | None => Ok(None),
        }
    }

    /// The phases a period belongs to, with what is known at its start in each.
    fn phases<'m>(
        &mut self,
        span: &Span<'_>,
        measured: &'m Measured,
        local: Option<chrono::NaiveDateTime>,
    ) -> Phases<'m> {
        let millis = span.millis();
        let energy_kwh = self.energy_kwh.value();
        let rules = Rules::of(self.input.policy);
        let [reserved_in_all, used_in_all] = self.reached.map_or([None; 2], |both| both.map(Some));
        let moment = |since: Instant, reached: Option<Reached>| Moment {
            reached,
            rules,
            local,
            energy_kwh,
            seconds: span.start_at.signed_duration_since(since).num_seconds(),
            measured,
            millis,
        };
        let session_start = self.timeline.start_at();
        if !measured.is_use() {
            let phase = (
                self.seek_reservation,
                moment(session_start, reserved_in_all),
            );
            return Phases {
                both: [phase, phase],
                len: 1,
            };
        }
        // Durations count from the start of charging where a reservation came first (I-09).
        let first = if self.carries.reservation {
            span.start_at
        } else {
            session_start
        };
        let since = *self.use_start_at.get_or_insert(first);
        let used = (Seek::Use, moment(since, used_in_all));
        if measured.reservation.is_some() {
            let reserved = moment(session_start, reserved_in_all);
            Phases {
                both: [(self.seek_reservation, reserved), used],
                len: 2,
            }
        } else {
            Phases {
                both: [used, used],
                len: 1,
            }
        }
    }
}

/// The phases of one period: a reservation, the use of the connector, or one after the other.
struct Phases<'m> {
    both: [(Seek, Moment<'m>); 2],
    len: usize,
}

impl<'m> Phases<'m> {
    fn as_slice(&self) -> &[(Seek, Moment<'m>)] {
        &self.both[..self.len]
    }
}

/// Whether a policy steps or rounds each line by itself.
fn reads_lines(policy: &Policy) -> bool {
    let rounded = match policy.rounding.stage {
        RoundingStage::PerLine | RoundingStage::PerPeriod => true,
        RoundingStage::None | RoundingStage::PerDimension | RoundingStage::PerTotal => false,
    };
    rounded || policy.step_mode == StepMode::PerPeriod
}

/// What was billed in all: kWh and hours with a price.
fn billed(tallies: &[Tally<'_>]) -> Exact<Billed> {
    let mut billed = Billed::default();
    for tally in tallies {
        let sum = match (tally.phase, tally.price.dimension) {
            (_, TariffDimension::Flat) => continue,
            (Phase::Reservation, _) => &mut billed.reservation_h,
            (Phase::Use, TariffDimension::Energy) => &mut billed.energy_kwh,
            (Phase::Use, TariffDimension::Time) => &mut billed.time_h,
            (Phase::Use, TariffDimension::ParkingTime) => &mut billed.parking_h,
        };
        *sum = add(*sum, tally.billed()?)?;
    }
    for seconds in [
        &mut billed.time_h,
        &mut billed.parking_h,
        &mut billed.reservation_h,
    ] {
        if !seconds.is_zero() {
            *seconds = hours_of(*seconds)?;
        }
    }
    Ok(billed)
}
