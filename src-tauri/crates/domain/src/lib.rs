//! The trade's words and numbers: money, energy, identity, CDRs, sessions, tariffs, replays.
//!
//! Everything here is a plain value: no I/O, no clock, no randomness. Other crates read bytes into
//! these types (`ocpi`, `sheet`), compute with them (`tariff`, `billing`), write them (`store`) and
//! draw them (`document`).
//!
//! # Words that mislead
//! OCPI's `total_time_cost` is the cost of *charging* time; *parking time* is idle time at the
//! plug. *Stated* is the figure in the CDR, *replayed* the engine's, *reported* the partner's own
//! statement, *agreed* what is settled. *Difference* is always stated − replayed.

pub mod cdr;
pub mod finding;
pub mod identity;
pub mod invoice;
pub mod location;
pub mod money;
pub mod outcome;
pub mod party;
pub mod policy;
pub mod quantity;
pub mod record;
pub mod replay;
pub mod session;
pub mod tariff;
pub mod time;
pub mod token;
pub mod truth;

pub use cdr::{
    Cdr, CdrLocation, CdrTotals, ChargingPeriod, Dimension, DimensionKind, Price, SignedData,
    SignedValue, TaxAmount, TokenRef,
};
pub use finding::{Checked, Finding, FindingCode, Location as FindingLocation, Severity};
pub use identity::{CdrKey, OcpiId, OcpiVersion, PartyKey};
pub use location::{Connector, Coordinates, Evse, Location};
pub use money::{Currency, Money, MoneyError, Totals};
pub use outcome::{Bucket, Direction};
pub use party::{Agreement, Company, Partner, Thresholds, Tolerances};
pub use policy::{
    CreditSign, ElementLookup, EqualWindow, FlatMode, HourVolume, InferMissingTime, LimitsScope,
    LimitsTax, LoneMidnightEnd, MissingTariffId, OneSidedExtreme, PeriodOrder, PeriodSplit, Policy,
    PowerSource, Rounding, RoundingMode, RoundingStage, StationPause, StepBasis, StepMode, Switch,
    TaxStage, TierMode, TimePriceUnit, UnknownReading, WrapWeekday,
};
pub use quantity::{Ampere, Kw, Kwh, StepSize};
pub use record::InvoiceRecord;
pub use replay::{Parts, Replay, Verdict};
pub use session::{Session, SessionStatus};
pub use tariff::{
    DaySet, PriceComponent, PriceLimit, ReservationRule, Restrictions, Tariff, TariffDimension,
    TariffElement, TariffKind, TaxIncluded,
};
pub use time::{BillingMonth, Instant};
pub use token::Token;
pub use truth::{NotARule, SourceOrder, TruthRule, TruthSource};

pub use chrono_tz::Tz;
pub use rust_decimal::Decimal;
