//! Findings: what is odd about the *data*. A finding is a value; it never stops a batch.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; changes nothing.
    Info,
    /// Read leniently or unclear; the record is used.
    Warning,
    /// The record is used, but somebody must look before money moves.
    Error,
    /// The record cannot be used; it is kept as a document only.
    Fatal,
}

/// Where in the source a finding was made.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// The record as a whole.
    Whole,
    /// A JSON path inside the record, e.g. `charging_periods[3].dimensions[0].volume`.
    Path(String),
    /// A cell of a spreadsheet; `row` counts from 1 as the program that made it shows it.
    Cell {
        /// Sheet name; empty for text files.
        sheet: String,
        /// Row number, from 1.
        row: u32,
        /// The column's heading, or its letter where it has none.
        column: String,
    },
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::Whole => f.write_str("record"),
            Location::Path(path) => f.write_str(path),
            Location::Cell { sheet, row, column } if sheet.is_empty() => {
                write!(f, "row {row}, {column}")
            }
            Location::Cell { sheet, row, column } => write!(f, "{sheet}, row {row}, {column}"),
        }
    }
}

macro_rules! finding_codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $severity:ident;)*) => {
        /// What is odd. The text form is stable: scripts and screens rely on it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum FindingCode {
            $($(#[$doc])* #[serde(rename = $text)] $variant,)*
        }

        impl FindingCode {
            /// Every code, in the order of this file.
            pub const ALL: &'static [FindingCode] = &[$(FindingCode::$variant,)*];

            /// The stable text form.
            pub fn as_str(self) -> &'static str {
                match self { $(FindingCode::$variant => $text,)* }
            }

            /// How much it matters unless the place that raises it knows better.
            pub fn severity(self) -> Severity {
                match self { $(FindingCode::$variant => Severity::$severity,)* }
            }

            /// The code of a text form.
            pub fn from_text(text: &str) -> Option<FindingCode> {
                match text { $($text => Some(FindingCode::$variant),)* _ => None }
            }
        }
    };
}

finding_codes! {
    /// `total_cost` outside tolerance of the replay.
    TotalMismatch = "total_mismatch", Error;
    /// A partial cost outside tolerance of the replay.
    PartMismatch = "part_mismatch", Warning;
    /// The stated parts do not add up to the stated total, and no limit applied.
    PartsDoNotSum = "parts_do_not_sum", Warning;
    /// `total_energy` differs from the periods, or from the session.
    EnergyMismatch = "energy_mismatch", Error;
    /// Energy looks like watt-hours.
    EnergyUnitSuspect = "energy_unit_suspect", Error;
    /// `total_time` differs from end − start, or parking time from the periods.
    TimeMismatch = "time_mismatch", Warning;
    /// An hour volume and the timestamps disagree (SEMANTICS 1.1).
    VolumeDisagreesWithTimestamps = "volume_disagrees_with_timestamps", Warning;
    /// A restriction boundary lies inside a period and would change the price.
    PeriodNotSplit = "period_not_split", Warning;
    /// A period starts before the session or after its end.
    PeriodOutOfSession = "period_out_of_session", Warning;
    /// The tariff prices a dimension that the CDR does not report.
    DimensionMissing = "dimension_missing", Warning;
    /// A dimension that this version does not allow in a CDR.
    DimensionNotAllowed = "dimension_not_allowed", Warning;
    /// No tariff is known for the CDR.
    TariffMissing = "tariff_missing", Error;
    /// More than one tariff fits.
    TariffAmbiguous = "tariff_ambiguous", Warning;
    /// The tariff was not valid when the session started.
    TariffNotValidAtStart = "tariff_not_valid_at_start", Warning;
    /// By the published tariff the session costs something else than by the one in the CDR.
    TariffDiffersFromLocation = "tariff_differs_from_location", Error;
    /// The tariff's currency is not the CDR's.
    CurrencyMismatch = "currency_mismatch", Error;
    /// Ways of charging the flat fee give different amounts.
    FlatAmbiguous = "flat_ambiguous", Warning;
    /// One element has several components of one dimension.
    StepAmbiguous = "step_ambiguous", Warning;
    /// A time window starts and ends at the same time of day; read as the whole day.
    WindowAmbiguous = "window_ambiguous", Warning;
    /// A minimum or maximum price met a session of which OCPI does not say whether it applies.
    LimitsAmbiguous = "limits_ambiguous", Warning;
    /// Parking time while energy flows, or charging time without any energy.
    ParkingDisagreesWithEnergy = "parking_disagrees_with_energy", Warning;
    /// Used and expired reservation cannot be told apart.
    ReservationStateUnknown = "reservation_state_unknown", Warning;
    /// The local time zone is unknown and a restriction needs it.
    ZoneUnknown = "zone_unknown", Error;
    /// A restriction on power or current met a period that states none.
    PowerUnknown = "power_unknown", Warning;
    /// A tax figure is absent where one is due.
    TaxMissing = "tax_missing", Warning;
    /// Net is right, but gross holds another rate of tax than the tariff names.
    TaxRateUnexpected = "tax_rate_unexpected", Error;
    /// Taxes do not add up to gross − net.
    TaxSumMismatch = "tax_sum_mismatch", Warning;
    /// The same CDR again.
    DuplicateCdr = "duplicate_cdr", Error;
    /// The same key with different content; OCPI forbids it.
    CdrChanged = "cdr_changed", Error;
    /// A credit CDR whose original is unknown.
    CreditWithoutOriginal = "credit_without_original", Error;
    /// The original was credited before.
    CreditTwice = "credit_twice", Error;
    /// The credited amount is not the negative of the original.
    CreditAmount = "credit_amount", Error;
    /// Credit and original differ in currency.
    CreditCurrency = "credit_currency", Error;
    /// No session is known for the CDR.
    SessionMissing = "session_missing", Warning;
    /// The session is INVALID and may not be billed.
    SessionInvalid = "session_invalid", Error;
    /// Same token or same connector at the same time.
    SessionOverlap = "session_overlap", Error;
    /// Start or end is not the session's, by more than messages take.
    ClockDiffers = "clock_differs", Warning;
    /// Start and end are the session's, shifted by the zone's hours: local time written as UTC.
    LocalTimeAsUtc = "local_time_as_utc", Warning;
    /// The CDR is settled in another month than its session ended in.
    MonthDiffers = "month_differs", Warning;
    /// The CDR came after its month was settled.
    LateCdr = "late_cdr", Warning;
    /// It was accepted, and its replay gives another figure since.
    ChangedSinceDecided = "changed_since_decided", Warning;
    /// The token is none of those we know.
    TokenUnknown = "token_unknown", Warning;
    /// The token was issued by another provider.
    TokenNotOurs = "token_not_ours", Error;
    /// More energy than the connector gives in the time.
    EnergyAbovePower = "energy_above_power", Warning;
    /// More energy than any battery holds.
    EnergyAboveBattery = "energy_above_battery", Warning;
    /// One token took more energy within 24 hours than is usual.
    EnergyAboveDay = "energy_above_day", Warning;
    /// A cost for a session that ends when it starts.
    CostWithoutTime = "cost_without_time", Warning;
    /// A session longer than a night.
    SessionTooLong = "session_too_long", Info;
    /// Another price per kWh than is usual at the location.
    PriceOutOfLine = "price_out_of_line", Warning;
    /// `last_updated` lies before the end of the session.
    LastUpdatedBeforeEnd = "last_updated_before_end", Info;
    /// The end lies before the start.
    EndBeforeStart = "end_before_start", Error;
    /// 1970-01-01: "unknown by agreement".
    EpochDate = "epoch_date", Warning;
    /// The session lies in the future.
    FutureDate = "future_date", Error;
    /// A mandatory field is absent.
    SchemaMissingField = "schema_missing_field", Warning;
    /// A field has another JSON type than the standard says.
    SchemaWrongType = "schema_wrong_type", Warning;
    /// A text is longer than the standard allows.
    SchemaLength = "schema_length", Info;
    /// A value outside its list of values.
    SchemaEnum = "schema_enum", Warning;
    /// A time that is not RFC 3339 in UTC.
    SchemaDatetime = "schema_datetime", Warning;
    /// Not JSON, or JSON cut off.
    NotJson = "not_json", Fatal;
    /// JSON, but none of the objects we know.
    UnknownObject = "unknown_object", Fatal;
    /// The owner of an object of a version without owners is not known.
    PartyUnknown = "party_unknown", Fatal;
    /// The record belongs to a party that its sender does not speak for (Transport / GET).
    ForeignParty = "foreign_party", Fatal;
    /// A rule by which a charger's transaction was read, or an oddity of its log.
    ChargerLog = "charger_log", Info;
    /// No CDR can be made of a charger's transaction.
    NoCdrMade = "no_cdr_made", Fatal;
    /// A figure with more than six decimals; the text is kept.
    TooManyDecimals = "too_many_decimals", Info;
    /// A figure too large to keep.
    OutOfRange = "out_of_range", Fatal;
    /// A price may exist outside the elements (alternative text or URL).
    PriceMayBeOutsideElements = "price_may_be_outside_elements", Info;
    /// `tax_included` is mandatory and absent; read as NO.
    TaxIncludedMissing = "tax_included_missing", Warning;
    /// Zero energy, yet a cost.
    ZeroEnergyWithCost = "zero_energy_with_cost", Warning;
    /// Energy is negative.
    NegativeEnergy = "negative_energy", Warning;
    /// A cell holds no number where one is due.
    NotANumber = "not_a_number", Fatal;
    /// A cell holds no date where one is due.
    NotADate = "not_a_date", Fatal;
    /// A cell that must be filled is empty.
    MissingValue = "missing_value", Fatal;
    /// Energy is absent from the row.
    EnergyMissing = "energy_missing", Warning;
    /// The row repeats another row of the file exactly.
    DuplicateRow = "duplicate_row", Warning;
    /// The row has no price columns; nothing is stated.
    PriceMissing = "price_missing", Info;
    /// Local time was read in the partner's zone.
    LocalTimeAssumed = "local_time_assumed", Info;
    /// A local time that the clock showed twice, or never, when it was changed.
    LocalTimeAmbiguous = "local_time_ambiguous", Warning;
    /// The end is absent; the record ends when it started, or after the stated duration.
    EndMissing = "end_missing", Error;
    /// Day and month of a date were perhaps swapped; both readings are given.
    DateOrderSuspect = "date_order_suspect", Warning;
    /// The energy that counts by the agreed rule is not the CDR's (I-42).
    TruthEnergy = "truth_energy", Error;
    /// The start or end that counts by the agreed rule is not the CDR's (I-42).
    TruthTime = "truth_time", Warning;
}

impl fmt::Display for FindingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One oddity: what, how bad, where, and the figures a sentence about it needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// What it is.
    pub code: FindingCode,
    /// How much it matters.
    pub severity: Severity,
    /// Where it was found.
    pub at: Location,
    /// Named figures for the sentence a person reads.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

impl Finding {
    /// A finding of the code's own severity.
    pub fn new(code: FindingCode, at: Location) -> Self {
        Finding {
            code,
            severity: code.severity(),
            at,
            params: BTreeMap::new(),
        }
    }

    /// A finding at a JSON path.
    pub fn at_path(code: FindingCode, path: impl Into<String>) -> Self {
        Finding::new(code, Location::Path(path.into()))
    }

    /// The same with another severity.
    #[must_use]
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The same with one more figure.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.params.insert(name.to_owned(), value.to_string());
        self
    }
}

/// A value with what was odd about reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked<T> {
    /// The value.
    pub value: T,
    /// What was odd, in reading order.
    pub findings: Vec<Finding>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_read_back() {
        let mut seen = std::collections::BTreeSet::new();
        for code in FindingCode::ALL {
            assert!(seen.insert(code.as_str()), "{code} stands twice");
            assert_eq!(FindingCode::from_text(code.as_str()), Some(*code));
        }
        assert_eq!(FindingCode::from_text("nonsense"), None);
    }

    #[test]
    fn places_read_as_people_say_them() {
        let cell = Location::Cell {
            sheet: "CDRs".into(),
            row: 17,
            column: "Kosten".into(),
        };
        assert_eq!(cell.to_string(), "CDRs, row 17, Kosten");
        assert_eq!(
            Location::Path("total_cost".into()).to_string(),
            "total_cost"
        );
    }
}
