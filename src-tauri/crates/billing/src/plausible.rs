//! Plausible: which CDRs of a partner claim what cannot well be, whatever the tariff says.
//!
//! [`oddities`] and [`prices`] name each claim with the figures they compared, so that a person can
//! check it. They decide nothing: an odd CDR may still be right (a lorry, a fleet card, a bill for
//! parking).
//!
//! # The rules, and the codes of SEMANTICS 9 they belong to
//!
//! | [`Oddity`] | says | code |
//! |---|---|---|
//! | `EnergyAbovePower` | more energy than the connector gives in the time | none |
//! | `EnergyAboveBattery` | more energy than any battery holds | none |
//! | `EnergyAboveDay` | one token took more in 24 hours than agreed | none |
//! | `TwoPlaces` | one token at two places at once | `session_overlap` |
//! | `CostWithoutEnergy` | a cost, and no energy | ours: `zero_energy_with_cost` |
//! | `CostWithoutTime` | a cost, and no time | none |
//! | `TooLong` | a session longer than a night | none |
//! | `PriceOutOfLine` | another price per kWh than usual at the place | none |
//!
//! `energy_unit_suspect` is something else: there, two figures of one record stand 1 to 1000.
//! The two codes that exist are raised elsewhere, too: `session_overlap` by
//! [`reconcile`](crate::reconcile), `zero_energy_with_cost` on reading OCPI. What is told here
//! adds the figures; whoever shows both shows one finding.
//!
//! Two bills for one connector at one time are not here: `reconcile` says that, and names the
//! other CDR. It knows which of them are duplicates, credited or ruled out, and bill nothing.
//!
//! # What to hand in
//! The CDRs of one partner that bill something, over as long a time as can be had: a day of a
//! token and the price of a place are seen only in many CDRs. Credits are passed over here;
//! duplicates, credited originals and CDRs ruled out are the caller's to leave out, for they would
//! make a token's day too big.
//!
//! A time that is unknown (SEMANTICS 1.5: the Unix epoch) or runs backwards is no time: it is said
//! on reading, and no rule here computes with it.
//!
//! The result does not depend on the order of the input. Time grows with n log n, from sorting.
//! Whatever is computed is an `i128`, which holds it for all figures that can be handed in.

mod price;
mod single;
#[cfg(test)]
mod tests;
mod token;

use domain::finding::Location;
use domain::{Currency, Decimal, Finding, FindingCode};

use crate::intern::Sym;
use crate::reconcile::in_row_order;
use crate::reconcile::overlap::SLACK_S;

pub use price::{Priced, prices};

/// What is asked of a CDR. Money and energy in millionths, times in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fact {
    /// Its row in the book; a later arrival has a higher row.
    pub row: i64,
    /// Start, Unix seconds.
    pub start_s: i64,
    /// End, Unix seconds.
    pub end_s: i64,
    /// `total_energy` as stated, millionths of a kWh.
    pub energy_e6: i64,
    /// `total_cost` net as stated, millionths; absent where the source has no price.
    pub stated_e6: Option<i64>,
    /// How long it charged, where the record tells charging from parking.
    pub charging_s: Option<i64>,
    /// The card. Absent where the id is shared by many, as for drivers who pay on the spot.
    pub token: Option<Sym>,
    /// The location.
    pub place: Option<Sym>,
    /// The most power that the connector gives, watts.
    pub power_w: Option<u32>,
    /// Currency of its amounts.
    pub currency: Currency,
    /// A credit CDR: passed over, since it repeats the figures of its original.
    pub credit: bool,
}

impl Fact {
    /// How long the session was; absent where a time is unknown or they run backwards.
    fn session_s(&self) -> Option<i64> {
        let known = self.start_s != 0 && self.end_s != 0;
        let session_s = self.end_s.checked_sub(self.start_s)?;
        (known && session_s >= 0).then_some(session_s)
    }
}

/// From where on something is odd. What equals a limit is not odd; each partner may have others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// How far the energy may lie above what the connector's power gives in the time, in
    /// thousandths: stations are named by rounded power. 100 is a tenth.
    pub power_margin_permille: u16,
    /// How far clocks may be off, seconds: added to the time in which energy flowed, and what two
    /// sessions of one token may overlap.
    pub slack_s: u32,
    /// The most energy of one session, millionths of a kWh: more than the battery of any car.
    pub battery_e6: i64,
    /// The most energy that one token takes in sessions that start within 24 hours, millionths of
    /// a kWh.
    pub day_e6: i64,
    /// The longest session, seconds. A night at low power is within it.
    pub session_s: i64,
    /// How many CDRs of a place with a price it takes to know what is usual there.
    pub price_least_cdrs: u32,
    /// The least energy with which a CDR has a price per kWh, millionths of a kWh: on less, a fee
    /// per session is most of it. Where there is no energy there never is a price per kWh.
    pub price_least_energy_e6: i64,
    /// How many median absolute deviations a price may lie from the median of its place.
    pub price_deviations: u32,
    /// How far a price may lie from the median in any case, in thousandths of the median: where
    /// nearly all prices are equal, the deviation is zero.
    pub price_margin_permille: u16,
}

impl Default for Limits {
    /// A tenth and a minute over the power, 250 kWh a session, 500 kWh a day, 24 hours; of at
    /// least 20 prices on at least 1 kWh, six deviations and half the median.
    fn default() -> Self {
        Limits {
            power_margin_permille: 100,
            slack_s: SLACK_S,
            battery_e6: 250_000_000,
            day_e6: 500_000_000,
            session_s: 24 * 3_600,
            price_least_cdrs: 20,
            price_least_energy_e6: 1_000_000,
            price_deviations: 6,
            price_margin_permille: 500,
        }
    }
}

/// What is implausible about a CDR, with what was compared. Energy and money in millionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Oddity {
    /// More energy than the connector gives in the time.
    EnergyAbovePower {
        /// The energy stated.
        energy_e6: i64,
        /// The most it can be, margin and slack added; rounded down.
        most_e6: i128,
        /// The connector's power, watts.
        power_w: u32,
        /// The time in which it charged, slack not added: charging or session, the shorter.
        charging_s: i64,
    },
    /// More energy than any battery holds.
    EnergyAboveBattery {
        /// The energy stated.
        energy_e6: i64,
        /// The most of one session.
        most_e6: i64,
    },
    /// One token took more energy within 24 hours than agreed. Each CDR from the one on that goes
    /// above it is told.
    EnergyAboveDay {
        /// The energy of the token's CDRs that start in the 24 hours up to this start, its own
        /// included.
        energy_e6: i128,
        /// The most of a day.
        most_e6: i64,
        /// How many CDRs that is.
        cdrs: usize,
        /// Row of the first of them to start: its own where it is the only one.
        first: i64,
    },
    /// One token at two places at the same time; of the two, the later arrival is told.
    TwoPlaces {
        /// How long the two overlap, seconds.
        shared_s: i64,
        /// How much is no overlap, seconds.
        most_s: u32,
        /// Place of this CDR.
        place: Sym,
        /// Row of the CDR it overlaps.
        other: i64,
        /// Place of that one.
        other_place: Sym,
    },
    /// A cost without energy. A fee for a reservation is one, too.
    CostWithoutEnergy {
        /// The net cost stated.
        stated_e6: i64,
        /// How long the session was, seconds; absent where its times are unknown.
        session_s: Option<i64>,
    },
    /// A cost for a session that ends when it starts.
    CostWithoutTime {
        /// The net cost stated.
        stated_e6: i64,
        /// Start and end, Unix seconds.
        at_s: i64,
    },
    /// A session longer than a night.
    TooLong {
        /// How long it was, seconds.
        session_s: i64,
        /// The longest, seconds.
        most_s: i64,
    },
    /// Another price per kWh than is usual at the place.
    PriceOutOfLine {
        /// Net cost by energy, millionths of the currency per kWh; rounded down.
        price_e6: i128,
        /// The median of the place's CDRs in this currency, likewise.
        median_e6: i128,
        /// How far a price may lie from it, likewise.
        most_off_e6: i128,
        /// How many CDRs the median is of.
        cdrs: usize,
    },
}

impl Oddity {
    /// The stable text form.
    pub fn as_str(self) -> &'static str {
        match self {
            Oddity::EnergyAbovePower { .. } => "energy_above_power",
            Oddity::EnergyAboveBattery { .. } => "energy_above_battery",
            Oddity::EnergyAboveDay { .. } => "energy_above_day",
            Oddity::TwoPlaces { .. } => "two_places",
            Oddity::CostWithoutEnergy { .. } => "cost_without_energy",
            Oddity::CostWithoutTime { .. } => "cost_without_time",
            Oddity::TooLong { .. } => "too_long",
            Oddity::PriceOutOfLine { .. } => "price_out_of_line",
        }
    }

    /// The finding it is, with what was compared: energy in kWh, times in seconds, money in the
    /// CDR's currency, other CDRs by row.
    pub fn finding(self) -> Finding {
        let told = |code| Finding::new(code, Location::Whole);
        match self {
            Oddity::EnergyAbovePower {
                energy_e6,
                most_e6,
                power_w,
                charging_s,
            } => told(FindingCode::EnergyAbovePower)
                .with("energy", e6(energy_e6.into()))
                .with("most", e6(most_e6))
                .with("power_w", power_w)
                .with("charging_s", charging_s),
            Oddity::EnergyAboveBattery { energy_e6, most_e6 } => {
                told(FindingCode::EnergyAboveBattery)
                    .with("energy", e6(energy_e6.into()))
                    .with("most", e6(most_e6.into()))
            }
            Oddity::EnergyAboveDay {
                energy_e6,
                most_e6,
                cdrs,
                first,
            } => told(FindingCode::EnergyAboveDay)
                .with("energy", e6(energy_e6))
                .with("most", e6(most_e6.into()))
                .with("cdrs", cdrs)
                .with("other", first),
            Oddity::TwoPlaces {
                shared_s, other, ..
            } => told(FindingCode::SessionOverlap)
                .with("shared_s", shared_s)
                .with("other", other),
            Oddity::CostWithoutEnergy { stated_e6, .. } => {
                told(FindingCode::ZeroEnergyWithCost).with("stated", e6(stated_e6.into()))
            }
            Oddity::CostWithoutTime { stated_e6, .. } => {
                told(FindingCode::CostWithoutTime).with("stated", e6(stated_e6.into()))
            }
            Oddity::TooLong { session_s, most_s } => told(FindingCode::SessionTooLong)
                .with("session_s", session_s)
                .with("most_s", most_s),
            Oddity::PriceOutOfLine {
                price_e6,
                median_e6,
                cdrs,
                ..
            } => told(FindingCode::PriceOutOfLine)
                .with("price", e6(price_e6))
                .with("usual", e6(median_e6))
                .with("cdrs", cdrs),
        }
    }
}

/// Millionths as decimal text.
fn e6(value: i128) -> String {
    Decimal::try_from_i128_with_scale(value, 6).map_or_else(
        |_| format!("{value}e-6"),
        |value| value.normalize().to_string(),
    )
}

/// An oddity and the CDR it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Odd {
    /// Row of the CDR.
    pub row: i64,
    /// What is odd about it.
    pub oddity: Oddity,
}

/// What is implausible about the CDRs of one partner, apart from their prices: by row, and for one
/// row in the order of [`Oddity`], each at most once.
///
/// # Panics
/// When two CDRs share a row: rows are identities.
pub fn oddities(facts: &[Fact], limits: &Limits) -> Vec<Odd> {
    let mut facts = in_row_order(facts, |fact| fact.row);
    facts.retain(|fact| !fact.credit);

    let mut odd = Vec::new();
    single::find(&facts, limits, &mut odd);
    token::days(&facts, limits, &mut odd);
    token::places(&facts, limits, &mut odd);
    odd.sort_unstable();
    odd
}
