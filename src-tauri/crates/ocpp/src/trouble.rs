//! What is odd about a log, a meter or a transaction, and what was done about it.

use std::fmt;

macro_rules! troubles {
    ($($(#[$doc:meta])* $variant:ident $({ $($field:ident : $type:ty),* })? =
        $code:literal, $text:literal;)*) => {
        /// What is odd. [`code`](Trouble::code) is stable text, with [`params`](Trouble::params)
        /// to fill a sentence in any language; `Display` is the sentence in English.
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[allow(missing_docs)] // the fields are named in the sentence
        pub enum Trouble {
            $($(#[$doc])* $variant $({ $($field: $type),* })?,)*
        }

        impl Trouble {
            /// Every code there is.
            pub const CODES: &'static [&'static str] = &[$($code,)*];

            /// The stable text form.
            pub fn code(&self) -> &'static str {
                match self { $(Trouble::$variant $({ $($field: _),* })? => $code,)* }
            }

            /// Names and values of what the sentence needs.
            pub fn params(&self) -> Vec<(&'static str, String)> {
                match self {
                    $(Trouble::$variant $({ $($field),* })? => {
                        vec![$($((stringify!($field), $field.to_string()),)*)?]
                    })*
                }
            }

            fn template(&self) -> &'static str {
                match self { $(Trouble::$variant $({ $($field: _),* })? => $text,)* }
            }
        }
    };
}

troubles! {
    // Reading a log.
    /// A line beyond the limit; skipped.
    LineTooLong { bytes: u64 } = "line_too_long", "a line of more than {bytes} bytes was skipped";
    /// A line in which no message was found; skipped.
    NotAMessage = "not_a_message", "the line holds no OCPP message";
    /// Neither the line nor the caller says which station it is; skipped.
    StationUnknown = "station_unknown", "the line does not say which station it is from";
    /// A message without a field that it needs; skipped.
    FieldMissing { action: String, field: &'static str } =
        "field_missing", "{action} has no usable {field}";
    /// A text that is no time.
    BadTime { text: String } = "bad_time", "{text} is no time";
    /// A text that is no number, or one beyond all meters.
    BadValue { text: String } = "bad_value", "{text} is no meter value";
    /// Energy in a unit that no energy has.
    UnknownUnit { unit: String } = "unknown_unit", "{unit} is no unit of energy";
    /// The same message with the same id; skipped.
    DuplicateMessage { id: String } = "duplicate_message", "message {id} came twice";
    /// The same event with the same sequence number (2.0.1); skipped.
    DuplicateEvent { seq: i64 } = "duplicate_event", "event {seq} of the transaction came twice";
    /// Sequence numbers are missing (2.0.1).
    SequenceGap { after: i64, before: i64 } =
        "sequence_gap", "no event between {after} and {before} came";
    /// A start was sent again; taken as the same.
    RepeatedStart = "repeated_start", "the start was sent again";
    /// An end was sent again; the first counts.
    RepeatedStop = "repeated_stop", "the end was sent again";
    /// A start whose answer the log lacks; matched by connector and order.
    AnswerMissing = "answer_missing", "the answer to the start, with its id, is not in the log";
    /// The central system did not accept the tag.
    NotAccepted { status: String } = "not_accepted", "the tag was answered with {status}";
    /// Something about a transaction came after its end; it was used.
    LateMessage = "late_message", "a message about the transaction came after its end";
    /// Something about a transaction came long after its end; dropped.
    TooLate = "too_late", "a message about the transaction came too long after its end";
    /// The station restarted while a transaction was open; it stays open.
    Restarted = "restarted", "the station restarted while the transaction was open";
    /// Another transaction began on the connector, or under the id, before this one ended.
    Replaced = "replaced", "another transaction began before this one ended";
    /// More open transactions than are kept.
    TooManyOpen = "too_many_open", "too many transactions are open at once";
    /// More values than are kept of one transaction; those beyond were dropped.
    TooManyValues = "too_many_values", "the transaction has too many values";
    /// The log has no start.
    StartNotInLog = "start_not_in_log", "the log does not hold the start of the transaction";
    /// The log has no end.
    StopNotInLog = "stop_not_in_log", "the log does not hold the end of the transaction";

    // The clock.
    /// Rule 1: times of an unset clock moved by what the log's own times say.
    ClockShifted { seconds: i64 } = "clock_shifted", "the station's clock was moved by {seconds} s";
    /// Rule 2: an end moved, since the clock was set in between.
    ClockSetBetween { seconds: i64 } =
        "clock_set_between", "the clock was set in between; a time was moved by {seconds} s";
    /// Rule 1 or 2 without anything to go by: no record.
    ClockUnknown = "clock_unknown", "the station's clock was off and the log has no time beside it";
    /// Rule 3: values or states outside the session; dropped.
    OutsideSession { count: usize } =
        "outside_session", "{count} values lie before the start or after the end";

    // The meter.
    /// Rule 4: the register per phase was summed.
    PhasesSummed = "phases_summed", "the meter was read per phase and summed";
    /// Rule 4: some phases were missing; dropped.
    PhaseMissing { count: usize } = "phase_missing", "{count} readings lack a phase";
    /// Rule 5: energy of intervals was summed.
    IntervalsSummed = "intervals_summed", "the meter tells energy by intervals, which were summed";
    /// Rule 6: no meter value at the start; the first sample stands in.
    StartFromSample = "start_from_sample", "the first sample stands in for the meter at the start";
    /// Rule 6: no meter value at the end; the last sample stands in.
    StopFromSample = "stop_from_sample", "the last sample stands in for the meter at the end";
    /// Rule 7: readings of one second; the first counts.
    DuplicateReadings { count: usize } =
        "duplicate_readings", "{count} readings came twice for one second";
    /// Rule 8: a single reading out of line; dropped.
    ReadingBack { wh: String } = "reading_back", "a reading of {wh} Wh goes back and was dropped";
    /// Rule 9: the counter passed a power of ten.
    MeterRollover { at_wh: String } = "meter_rollover", "the meter rolled over at {at_wh} Wh";
    /// Rule 10: the counter began anew.
    MeterReset { from_wh: String, to_wh: String } =
        "meter_reset", "the meter fell from {from_wh} to {to_wh} Wh and counts from zero";
    /// Rule 11: a start of zero that no sample continues; dropped.
    StartMeterZero = "start_meter_zero", "the meter at the start says 0, the samples do not";
    /// Rule 12: a long time without a reading in which energy flowed; shared evenly.
    ReadingGap { minutes: i64 } = "reading_gap", "no reading for {minutes} minutes";
    /// Rule 15: the energy that was signed counts, and the register tells another.
    SignedCounts { register_wh: String, signed_wh: String } =
        "signed_counts", "{signed_wh} Wh were signed and count; the register says {register_wh}";
    /// More than any station gives: no record.
    TooMuchEnergy { wh: String } = "too_much_energy", "the meter tells {wh} Wh, which cannot be";
    /// No meter value at all: no record.
    NoMeter = "no_meter", "there is no meter value";

    // Making a record.
    /// Rule 13: energy while the station says that none flows; counted to the charging beside it.
    EnergyInPause { wh: String } =
        "energy_in_pause", "{wh} Wh flowed while the station said that none does";
    /// Rule 13: the station never says that it charges, yet energy flowed: all is charging.
    StatesContradicted = "states_contradicted", "energy flowed, and no state says charging";
    /// Rule 14: the station told no state; parking began when the meter stood still.
    ParkingFromMeter { minutes: i64 } =
        "parking_from_meter", "the last {minutes} minutes without energy are taken as parking";
    /// The session does not end after it began: no record.
    EndNotAfterStart = "end_not_after_start", "the session does not end after it began";
    /// Nothing was charged: no record.
    NoEnergy = "no_energy", "no energy flowed";
    /// No tariff was in force at the start: no record.
    NoTariff = "no_tariff", "no tariff was in force at the start";
    /// More than one tariff was in force; the first counts.
    TariffAmbiguous { id: String } =
        "tariff_ambiguous", "more than one tariff was in force; {id} was taken";
    /// The tariff's currency is not the one asked for: no record.
    CurrencyMismatch { currency: String } =
        "currency_mismatch", "the tariff is in {currency}";
    /// The tariff engine could not price it: no record.
    NotPriced { why: String } = "not_priced", "no price: {why}";
    /// The tariff engine found something odd in the record made.
    Replay { code: &'static str } = "replay", "the tariff engine says {code}";
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = self.template().to_owned();
        for (name, value) in self.params() {
            text = text.replace(&format!("{{{name}}}"), &value);
        }
        f.write_str(&text)
    }
}

/// A trouble and where it was met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What.
    pub trouble: Trouble,
    /// The line of the log (row of the table), from 1, where one can be named.
    pub line: Option<u64>,
    /// The station and the transaction, where it is about one.
    pub about: Option<About>,
}

/// Which transaction a trouble is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct About {
    /// The station's name.
    pub station: String,
    /// The transaction's id; empty where only the station is known.
    pub transaction: String,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if let Some(about) = &self.about {
            write!(f, "{}/{}: ", about.station, about.transaction)?;
        }
        self.trouble.fmt(f)
    }
}
