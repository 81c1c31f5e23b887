//! What may be changed to explain a figure, and the words for it.

use domain::{Decimal, Instant, OcpiId, Rounding, TariffDimension};

use super::wording::{clause_of, rounded_clause};

/// One change: a reading of the policy, or a supposition about the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A switch is read otherwise (SEMANTICS ch. 8).
    Policy {
        /// The switch, e.g. `step_mode`.
        switch: &'static str,
        /// Its reading, e.g. `per_period`.
        reading: String,
    },
    /// Another version of the same tariff.
    TariffVersion {
        /// Its place among the versions offered.
        place: usize,
        /// The tariff's id.
        tariff: OcpiId,
        /// When that version was last changed, if it says so.
        last_updated: Option<Instant>,
    },
    /// Another tariff of the connector.
    NeighbourTariff {
        /// Its place among the tariffs offered.
        place: usize,
        /// Its id.
        tariff: OcpiId,
    },
    /// Times of day, dates and weekdays are taken in UTC.
    ClockUtc,
    /// All times are moved.
    ClockShifted {
        /// By so many hours; positive is later.
        hours: i8,
    },
    /// The stated net figures are gross, and the gross ones net.
    NetGrossSwapped,
    /// The tariff's net prices are taken to contain tax.
    PricesWithTax,
    /// Another rate of VAT on everything.
    VatRate {
        /// The rate in percent.
        percent: Decimal,
    },
    /// Only one of the time prices is per minute; both are a reading of `time_price_unit`.
    MinutePrices {
        /// `TIME` or `PARKING_TIME`.
        dimension: TariffDimension,
    },
    /// Volumes in hours are taken for minutes: time costs a sixtieth.
    HoursAsMinutes,
    /// The energy of the periods is in Wh.
    WattHours,
    /// Parking time is charged as charging time.
    ParkingAsCharging,
    /// Minimum and maximum price are left out.
    LimitsIgnored,
    /// The flat fee is charged twice.
    FlatTwice,
    /// The flat fee is left out.
    FlatMissing,
    /// The total is rounded by a rule of its own, the parts as agreed.
    TotalRounded {
        /// The total's rule.
        rule: Rounding,
    },
}

impl Change {
    /// What is supposed, as the clause after "matches if"; stable per reading.
    pub fn clause(&self) -> String {
        match self {
            Change::Policy { switch, reading } => clause_of(switch, reading),
            Change::TariffVersion {
                tariff,
                last_updated,
                ..
            } => match last_updated {
                Some(at) => {
                    let at = at.format("%Y-%m-%d %H:%M UTC");
                    format!("tariff {tariff} is taken in its version of {at}")
                }
                None => format!("another version of tariff {tariff} is taken"),
            },
            Change::NeighbourTariff { tariff, .. } => {
                format!("tariff {tariff} of the same connector is taken")
            }
            Change::ClockUtc => "times of day are read in UTC, not in local time".to_owned(),
            Change::ClockShifted { hours } => {
                let way = if *hours < 0 { "earlier" } else { "later" };
                let (number, unit) = (
                    hours.unsigned_abs(),
                    if hours.abs() == 1 { "" } else { "s" },
                );
                format!("all times lie {number} hour{unit} {way}")
            }
            Change::NetGrossSwapped => "net and gross are swapped".to_owned(),
            Change::PricesWithTax => "the tariff's prices contain tax".to_owned(),
            Change::VatRate { percent } => {
                format!("VAT is {} % on everything", percent.normalize())
            }
            Change::MinutePrices { dimension } => {
                let what = match dimension {
                    TariffDimension::ParkingTime => "parking",
                    TariffDimension::Time => "charging time",
                    TariffDimension::Flat | TariffDimension::Energy => dimension.as_str(),
                };
                format!("the price of {what} is per minute")
            }
            Change::HoursAsMinutes => "hours are taken for minutes".to_owned(),
            Change::WattHours => "the energy of the periods is in watt-hours".to_owned(),
            Change::ParkingAsCharging => "parking time is charged as charging time".to_owned(),
            Change::LimitsIgnored => "minimum and maximum price are left out".to_owned(),
            Change::FlatTwice => "the flat fee is charged twice".to_owned(),
            Change::FlatMissing => "the flat fee is left out".to_owned(),
            Change::TotalRounded { rule } => rounded_clause("the total alone is rounded", *rule),
        }
    }
}
