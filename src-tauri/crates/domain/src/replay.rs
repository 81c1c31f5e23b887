//! The result of replaying a price: every slice, every choice, every rounding.
//!
//! A replay is a derivation: a pure function of a CDR (or session), its tariffs, a zone and a
//! policy.

use chrono::NaiveDateTime;
use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::identity::OcpiId;
use crate::money::Currency;
use crate::policy::{Policy, RoundingStage};
use crate::tariff::TariffDimension;
use crate::time::Instant;

/// A figure for the total and for each of OCPI's five parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parts<T> {
    /// `total_cost`.
    pub total: T,
    /// `total_fixed_cost`.
    pub fixed: T,
    /// `total_energy_cost`.
    pub energy: T,
    /// `total_time_cost`.
    pub time: T,
    /// `total_parking_cost`.
    pub parking: T,
    /// `total_reservation_cost`.
    pub reservation: T,
}

/// A computed amount. Net is unknown only for gross prices without a rate; gross only where tax is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Without tax.
    pub excl_vat: Option<Decimal>,
    /// With tax.
    pub incl_vat: Option<Decimal>,
}

/// Whether stated and replayed agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Within tolerance.
    Matches,
    /// Outside tolerance.
    Differs,
    /// No price could be computed; a finding says why.
    NotPriced,
}

/// Which part of the session a line prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Charging and parking.
    Use,
    /// The reservation before it.
    Reservation,
}

/// One priced slice: measured → billed → × unit price → amount. All figures unrounded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Index of the charging period (in time order).
    pub period: usize,
    /// First instant of the slice.
    pub start_at: Instant,
    /// Its end.
    pub end_at: Instant,
    /// Charging or reservation.
    pub phase: Phase,
    /// Index into [`Replay::tariff_ids`].
    pub tariff: usize,
    /// Index of the element in the tariff.
    pub element: usize,
    /// Index of the component in the element.
    pub component: usize,
    /// What is priced.
    pub dimension: TariffDimension,
    /// kWh, hours or 1, as measured.
    pub measured: Decimal,
    /// The same after step size.
    pub billed: Decimal,
    /// Per kWh, hour or once, as the tariff states it.
    pub unit_price: Decimal,
    /// Percent; absent means no VAT applies.
    pub vat: Option<Decimal>,
    /// Unrounded amount.
    pub amount: Amount,
}

/// Which restriction kept an element from applying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names are the standard's own
pub enum RestrictionField {
    StartTime,
    EndTime,
    StartDate,
    EndDate,
    MinKwh,
    MaxKwh,
    MinCurrent,
    MaxCurrent,
    MinPower,
    MaxPower,
    MinDuration,
    MaxDuration,
    DayOfWeek,
    Reservation,
}

impl RestrictionField {
    /// The name OCPI uses.
    pub fn as_str(self) -> &'static str {
        match self {
            RestrictionField::StartTime => "start_time",
            RestrictionField::EndTime => "end_time",
            RestrictionField::StartDate => "start_date",
            RestrictionField::EndDate => "end_date",
            RestrictionField::MinKwh => "min_kwh",
            RestrictionField::MaxKwh => "max_kwh",
            RestrictionField::MinCurrent => "min_current",
            RestrictionField::MaxCurrent => "max_current",
            RestrictionField::MinPower => "min_power",
            RestrictionField::MaxPower => "max_power",
            RestrictionField::MinDuration => "min_duration",
            RestrictionField::MaxDuration => "max_duration",
            RestrictionField::DayOfWeek => "day_of_week",
            RestrictionField::Reservation => "reservation",
        }
    }
}

/// Why an element did not give the price of a dimension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// It has no component of this dimension.
    NoComponent,
    /// An earlier element applies already; the first match counts.
    EarlierElement {
        /// Index of that element.
        element: usize,
    },
    /// A restriction does not hold.
    Restricted {
        /// Which one.
        field: RestrictionField,
        /// What the tariff demands, as text.
        demanded: String,
        /// What was found, as text.
        found: String,
    },
}

/// Why one other element was not chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// Index of the element.
    pub element: usize,
    /// Why not.
    pub reason: Reason,
}

/// For one dimension of one period: the element that applies, and why no other does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The dimension looked up.
    pub dimension: TariffDimension,
    /// Charging or reservation.
    pub phase: Phase,
    /// The element that applies; none means this dimension is free now.
    pub element: Option<usize>,
    /// Every other element with its reason, in tariff order.
    pub passed: Vec<Passed>,
}

/// What was known at the start of a period, and what was chosen from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodTrace {
    /// Index in the record as sent.
    pub sent_index: usize,
    /// Start, UTC.
    pub start_at: Instant,
    /// End, UTC.
    pub end_at: Instant,
    /// Start on the wall clock of the location, if its zone is known.
    pub local_start: Option<NaiveDateTime>,
    /// Energy of the session before it, kWh.
    pub energy_before_kwh: Decimal,
    /// Seconds of the session before it.
    pub seconds_before: i64,
    /// Index into [`Replay::tariff_ids`]; none means no tariff applies, so free.
    pub tariff: Option<usize>,
    /// One choice per dimension.
    pub choices: Vec<Choice>,
}

/// What was rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)] // the names are those of the parts
pub enum RoundedFigure {
    Period,
    Line,
    Total,
    Fixed,
    Energy,
    Time,
    Parking,
    Reservation,
}

/// One rounding in the open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundingLine {
    /// At which stage.
    pub stage: RoundingStage,
    /// Which figure.
    pub figure: RoundedFigure,
    /// Period or line index where the figure is one of many.
    pub index: Option<usize>,
    /// True for gross, false for net.
    pub gross: bool,
    /// Before.
    pub before: Decimal,
    /// After.
    pub after: Decimal,
}

/// One step of step-size rounding in the open (SEMANTICS 3.5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepLine {
    /// The dimension whose session total was rounded up.
    pub dimension: TariffDimension,
    /// Charging or reservation.
    pub phase: Phase,
    /// Index into [`Replay::lines`] of the line that took the extra.
    pub line: usize,
    /// Wh or seconds.
    pub step: u32,
    /// Session total before, in kWh or hours.
    pub before: Decimal,
    /// Session total after.
    pub after: Decimal,
}

/// A minimum or maximum price that changed the total.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitLine {
    /// True for a minimum, false for a maximum.
    pub minimum: bool,
    /// True for gross, false for net.
    pub gross: bool,
    /// Before.
    pub before: Decimal,
    /// After.
    pub after: Decimal,
}

/// What was billed in all, after step size.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Billed {
    /// kWh with a price.
    pub energy_kwh: Decimal,
    /// Hours of charging with a price.
    pub time_h: Decimal,
    /// Hours of parking with a price.
    pub parking_h: Decimal,
    /// Hours of reservation with a price.
    pub reservation_h: Decimal,
}

/// Net, tax and gross of one tax rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateLine {
    /// Percent; absent means no VAT applies.
    pub vat: Option<Decimal>,
    /// Unrounded net.
    pub excl_vat: Option<Decimal>,
    /// Unrounded gross.
    pub incl_vat: Option<Decimal>,
}

/// A replayed price with its whole trace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replay {
    /// Currency of all amounts.
    pub currency: Currency,
    /// The zone restrictions were read in.
    pub zone: Option<Tz>,
    /// The policy it was computed under.
    pub policy: Policy,
    /// Tariffs used, by id, in the order of their first use.
    pub tariff_ids: Vec<OcpiId>,
    /// Periods in time order.
    pub periods: Vec<PeriodTrace>,
    /// Priced slices in time order; their amounts add up to `exact`.
    pub lines: Vec<Line>,
    /// Step-size roundings.
    pub steps: Vec<StepLine>,
    /// Sums per tax rate.
    pub rates: Vec<RateLine>,
    /// Limits that applied.
    pub limits: Vec<LimitLine>,
    /// Roundings of amounts.
    pub roundings: Vec<RoundingLine>,
    /// Billed quantities.
    pub billed: Billed,
    /// Totals after limits, before rounding. A part that nothing prices is `None`.
    pub exact: Parts<Option<Amount>>,
    /// Totals as the policy rounds them.
    pub totals: Parts<Option<Amount>>,
    /// What was odd or unclear.
    pub findings: Vec<Finding>,
}
