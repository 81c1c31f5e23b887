//! Energy, power, current and step sizes as types of their own.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// Energy in kilowatt-hours. Negative when more was fed back than drawn (OCPI 2.2+).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Kwh(pub Decimal);

/// Power in kilowatts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Kw(pub Decimal);

/// Current in amperes, summed over all phases (OCPI 2.2+).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Ampere(pub Decimal);

/// The billing block of a price component: Wh for ENERGY, seconds for time. 0 rounds nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct StepSize(pub u32);
