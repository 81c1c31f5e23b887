//! The tariff: price components under restrictions (OCPI Tariffs module).

use chrono::{NaiveDate, NaiveTime, Weekday};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::identity::{OcpiId, OcpiVersion, PartyKey};
use crate::money::Currency;
use crate::quantity::{Ampere, Kw, Kwh, StepSize};
use crate::time::Instant;

/// What a component prices: per kWh, per hour charging, per hour parking, or once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TariffDimension {
    /// Once.
    Flat,
    /// Per kWh, step in Wh.
    Energy,
    /// Per hour of charging (in a reservation element: of reservation), step in seconds.
    Time,
    /// Per hour connected and not charging, step in seconds.
    ParkingTime,
}

impl TariffDimension {
    /// The name OCPI uses.
    pub fn as_str(self) -> &'static str {
        match self {
            TariffDimension::Flat => "FLAT",
            TariffDimension::Energy => "ENERGY",
            TariffDimension::Time => "TIME",
            TariffDimension::ParkingTime => "PARKING_TIME",
        }
    }
}

/// Who a tariff is for (2.2+). Absent means everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are the standard's own
pub enum TariffKind {
    Regular,
    AdHocPayment,
    ProfileCheap,
    ProfileFast,
    ProfileGreen,
    /// A value we do not know; a finding holds its text.
    Unknown,
}

/// Whether component prices contain tax (2.3.0; earlier versions are always net).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TaxIncluded {
    /// Net prices, tax is added.
    No,
    /// Gross prices.
    Yes,
    /// No tax applies.
    NotApplicable,
}

/// A lower or upper bound on a session's price; net and gross are bounded independently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceLimit {
    /// Bound on the net total.
    pub excl_vat: Decimal,
    /// Bound on the gross total, if given.
    pub incl_vat: Option<Decimal>,
}

/// One price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceComponent {
    /// What is priced.
    pub dimension: TariffDimension,
    /// Per unit of the dimension, in the tariff's currency.
    pub price: Decimal,
    /// Percent; absent means no VAT applies, which is not 0 % (SEMANTICS 3.10).
    pub vat: Option<Decimal>,
    /// Billing block.
    pub step: StepSize,
}

/// Days of the week as a set; empty means any day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DaySet(u8);

impl DaySet {
    /// Monday to Sunday.
    pub const WEEK: [Weekday; 7] = [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
        Weekday::Sat,
        Weekday::Sun,
    ];

    /// Adds a day.
    pub fn insert(&mut self, day: Weekday) {
        self.0 |= 1 << day.num_days_from_monday();
    }

    /// Whether the day is in the set. An empty set holds no day.
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.num_days_from_monday()) != 0
    }

    /// Its days, Monday first. An empty set gives none.
    pub fn days(self) -> impl Iterator<Item = Weekday> {
        DaySet::WEEK
            .into_iter()
            .filter(move |day| self.contains(*day))
    }

    /// Whether no day is named, so that every day will do.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// Which kind of reservation an element prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ReservationRule {
    /// Any reservation.
    Reservation,
    /// A reservation that expired unused.
    ReservationExpires,
}

/// When an element applies. All that are given must hold (SEMANTICS 3.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restrictions {
    /// Local time of day from which it applies, inclusive.
    pub start_time: Option<NaiveTime>,
    /// Local time of day until which it applies, exclusive; 00:00 is the end of the day.
    pub end_time: Option<NaiveTime>,
    /// Local date from which it applies, inclusive.
    pub start_date: Option<NaiveDate>,
    /// Local date until which it applies, exclusive.
    pub end_date: Option<NaiveDate>,
    /// Energy of the session so far, inclusive.
    pub min_kwh: Option<Kwh>,
    /// Energy of the session so far, exclusive.
    pub max_kwh: Option<Kwh>,
    /// Momentary current, inclusive.
    pub min_current: Option<Ampere>,
    /// Momentary current, exclusive.
    pub max_current: Option<Ampere>,
    /// Momentary power, inclusive.
    pub min_power: Option<Kw>,
    /// Momentary power, exclusive.
    pub max_power: Option<Kw>,
    /// Seconds since the session started, inclusive.
    pub min_duration_s: Option<u32>,
    /// Seconds since the session started, exclusive.
    pub max_duration_s: Option<u32>,
    /// Local weekdays.
    pub days: DaySet,
    /// Set on elements that price a reservation, and only that.
    pub reservation: Option<ReservationRule>,
}

impl Restrictions {
    /// Whether they ask for the wall clock: time of day, date or weekday.
    pub fn read_clock(&self) -> bool {
        self.start_time.is_some()
            || self.end_time.is_some()
            || self.start_date.is_some()
            || self.end_date.is_some()
            || !self.days.is_empty()
    }

    /// Whether they ask how far the session came: its energy or its duration.
    pub fn read_course(&self) -> bool {
        self.min_kwh.is_some()
            || self.max_kwh.is_some()
            || self.min_duration_s.is_some()
            || self.max_duration_s.is_some()
    }

    /// Whether they ask for current or power.
    pub fn read_flow(&self) -> bool {
        self.min_current.is_some()
            || self.max_current.is_some()
            || self.min_power.is_some()
            || self.max_power.is_some()
    }
}

/// Components that apply together while their restrictions hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TariffElement {
    /// The prices.
    pub components: Vec<PriceComponent>,
    /// When they apply; all fields empty means always.
    pub restrictions: Restrictions,
}

/// A tariff as one version of one owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tariff {
    /// The OCPI version it was read as.
    pub version: OcpiVersion,
    /// Its owner; absent in 2.1.1 where the connection tells.
    pub party: Option<PartyKey>,
    /// The owner's id for it.
    pub id: OcpiId,
    /// Currency of every price in it.
    pub currency: Currency,
    /// Who it is for.
    pub kind: Option<TariffKind>,
    /// Whether a text or link for people exists that may name prices the elements cannot.
    pub has_alternative_text: bool,
    /// Lower bound of a session's price.
    pub min_price: Option<PriceLimit>,
    /// Upper bound of a session's price.
    pub max_price: Option<PriceLimit>,
    /// Elements in the order that decides (first match per dimension).
    pub elements: Vec<TariffElement>,
    /// Whether prices contain tax.
    pub tax_included: TaxIncluded,
    /// First instant of validity.
    pub valid_from: Option<Instant>,
    /// Last instant of validity, inclusive.
    pub valid_until: Option<Instant>,
    /// When the owner last changed it.
    pub last_updated: Option<Instant>,
}
