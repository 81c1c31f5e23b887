//! A partner's CDRs beside those of the book, field by field: the go-live test with a partner.
//!
//! Both sides computed the same sessions on their own. [`pair`] says which records are of the same
//! session, one to one; [`compare`] puts every field of a pair side by side; [`Tally`] sums up how
//! often each field agrees and by how much it differs at most.
//!
//! *Reported* is what the partner's file says, *held* what the book says: of amounts the replayed
//! figure, of all else the record. A difference is always reported − held, exact.

mod fields;
mod pairing;
mod tally;
#[cfg(test)]
mod tests;

use domain::replay::{Amount, Parts};
use domain::{Decimal, DimensionKind};

pub use fields::compare;
pub use pairing::{By, Key, Pair, Paired, pair};
pub use tally::{FieldTally, Tally};

/// One of the figures of a CDR's cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// `total_cost`.
    Total,
    /// `total_fixed_cost`.
    Fixed,
    /// `total_energy_cost`.
    Energy,
    /// `total_time_cost`.
    Time,
    /// `total_parking_cost`.
    Parking,
    /// `total_reservation_cost`.
    Reservation,
}

impl Part {
    /// All six, in the order they are compared.
    pub const ALL: [Part; 6] = [
        Part::Total,
        Part::Fixed,
        Part::Energy,
        Part::Time,
        Part::Parking,
        Part::Reservation,
    ];

    /// This part of a set of figures.
    pub fn of<T>(self, parts: &Parts<T>) -> &T {
        match self {
            Part::Total => &parts.total,
            Part::Fixed => &parts.fixed,
            Part::Energy => &parts.energy,
            Part::Time => &parts.time,
            Part::Parking => &parts.parking,
            Part::Reservation => &parts.reservation,
        }
    }

    /// The same, to be set.
    pub fn of_mut<T>(self, parts: &mut Parts<T>) -> &mut T {
        match self {
            Part::Total => &mut parts.total,
            Part::Fixed => &mut parts.fixed,
            Part::Energy => &mut parts.energy,
            Part::Time => &mut parts.time,
            Part::Parking => &mut parts.parking,
            Part::Reservation => &mut parts.reservation,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Part::Total => "total_cost",
            Part::Fixed => "total_fixed_cost",
            Part::Energy => "total_energy_cost",
            Part::Time => "total_time_cost",
            Part::Parking => "total_parking_cost",
            Part::Reservation => "total_reservation_cost",
        }
    }
}

/// A field that is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The CDR's id.
    Id,
    /// The session it bills.
    SessionId,
    /// Reference of the authorisation.
    AuthorizationReference,
    /// Start of the session, to the instant: zones do not matter.
    StartAt,
    /// Its end.
    EndAt,
    /// Currency of the amounts.
    Currency,
    /// The location's id.
    LocationId,
    /// The EVSE's uid.
    EvseUid,
    /// The EVSE id; its separators do not matter.
    EvseId,
    /// The connector.
    ConnectorId,
    /// The contract; its separators do not matter.
    ContractId,
    /// The token's uid.
    TokenUid,
    /// Energy, kWh.
    EnergyKwh,
    /// Time, hours.
    TimeH,
    /// Parking time, hours.
    ParkingH,
    /// A part of the cost without tax.
    Net(Part),
    /// A part of the cost with tax.
    Gross(Part),
    /// The tariffs named or carried, as a set.
    TariffIds,
    /// How many charging periods.
    Periods,
    /// When a charging period begins.
    PeriodStart,
    /// What a charging period measures.
    Volume(DimensionKind),
}

impl Field {
    /// The name OCPI uses, as a path: `total_cost.excl_vat`, `charging_periods.ENERGY`.
    pub fn name(self) -> String {
        match self {
            Field::Id => "id".to_owned(),
            Field::SessionId => "session_id".to_owned(),
            Field::AuthorizationReference => "authorization_reference".to_owned(),
            Field::StartAt => "start_date_time".to_owned(),
            Field::EndAt => "end_date_time".to_owned(),
            Field::Currency => "currency".to_owned(),
            Field::LocationId => "cdr_location.id".to_owned(),
            Field::EvseUid => "cdr_location.evse_uid".to_owned(),
            Field::EvseId => "cdr_location.evse_id".to_owned(),
            Field::ConnectorId => "cdr_location.connector_id".to_owned(),
            Field::ContractId => "cdr_token.contract_id".to_owned(),
            Field::TokenUid => "cdr_token.uid".to_owned(),
            Field::EnergyKwh => "total_energy".to_owned(),
            Field::TimeH => "total_time".to_owned(),
            Field::ParkingH => "total_parking_time".to_owned(),
            Field::Net(part) => format!("{}.excl_vat", part.name()),
            Field::Gross(part) => format!("{}.incl_vat", part.name()),
            Field::TariffIds => "tariffs.id".to_owned(),
            Field::Periods => "charging_periods".to_owned(),
            Field::PeriodStart => "charging_periods.start_date_time".to_owned(),
            Field::Volume(kind) => format!("charging_periods.{}", dimension(kind)),
        }
    }

    /// Whether it is an amount of money.
    pub fn is_money(self) -> bool {
        matches!(self, Field::Net(_) | Field::Gross(_))
    }
}

fn dimension(kind: DimensionKind) -> &'static str {
    match kind {
        DimensionKind::Energy => "ENERGY",
        DimensionKind::Time => "TIME",
        DimensionKind::ParkingTime => "PARKING_TIME",
        DimensionKind::ReservationTime => "RESERVATION_TIME",
        DimensionKind::Flat => "FLAT",
        DimensionKind::MaxCurrent => "MAX_CURRENT",
        DimensionKind::MinCurrent => "MIN_CURRENT",
        DimensionKind::MaxPower => "MAX_POWER",
        DimensionKind::MinPower => "MIN_POWER",
        DimensionKind::Current => "CURRENT",
        DimensionKind::Power => "POWER",
        DimensionKind::EnergyImport => "ENERGY_IMPORT",
        DimensionKind::EnergyExport => "ENERGY_EXPORT",
        DimensionKind::StateOfCharge => "STATE_OF_CHARGE",
        DimensionKind::ReservationExpires => "RESERVATION_EXPIRES",
        DimensionKind::ReservationOvertime => "RESERVATION_OVERTIME",
        DimensionKind::Unknown => "UNKNOWN",
    }
}

/// How a field stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// The same value.
    Equal,
    /// Not the same, but one is the other rounded, or the agreement tolerates it.
    Within,
    /// Another value.
    Differs,
    /// Only the book has it.
    OnlyHeld,
    /// Only the partner's file has it.
    OnlyReported,
}

impl Standing {
    /// The stable text.
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Equal => "equal",
            Standing::Within => "within",
            Standing::Differs => "differs",
            Standing::OnlyHeld => "only_held",
            Standing::OnlyReported => "only_reported",
        }
    }
}

/// A field of a pair with both values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compared {
    /// Which.
    pub field: Field,
    /// The charging period it is of, from 0 in time order.
    pub period: Option<usize>,
    /// How it stands.
    pub standing: Standing,
    /// What the partner's file says.
    pub reported: Option<String>,
    /// What the book says.
    pub held: Option<String>,
    /// Reported − held where both are figures: money in the currency, energy in kWh, times in
    /// hours, instants in seconds.
    pub difference: Option<Decimal>,
}

/// The amounts of a pair, made comparable by the caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amounts {
    /// What the partner's file says. No gross where its form is silent on tax.
    pub reported: Parts<Option<Amount>>,
    /// What the replay gives, at the partner's digits.
    pub held: Parts<Option<Amount>>,
    /// Largest difference that rounding and the agreement's tolerance explain.
    pub slack: Decimal,
}
