//! What a meter signed, whatever the format it came in.

use std::fmt;

use domain::{Decimal, Instant};

use crate::verdict::Why;

/// One signed data set: which meter, whose session, what was read. Texts are as signed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dataset {
    /// Version of the format (FV).
    pub format_version: Option<String>,
    /// Kind of the device that signs (GI).
    pub gateway: Option<String>,
    /// Serial number of the device that signs (GS); Alfen: of the adapter.
    pub gateway_serial: Option<String>,
    /// Counter of what this device signed (PG): T12 is the twelfth set of a transaction.
    pub pagination: Option<String>,
    /// Maker of the meter (MV).
    pub meter_vendor: Option<String>,
    /// Model of the meter (MM).
    pub meter_model: Option<String>,
    /// Serial number of the meter (MS).
    pub meter_serial: Option<String>,
    /// The meter's firmware (MF).
    pub meter_firmware: Option<String>,
    /// Whether a user was assigned (IS); old versions write a level here.
    pub identified: Option<String>,
    /// How far the assignment can be trusted (IL).
    pub id_level: Option<String>,
    /// Kind of the user's id (IT).
    pub id_type: Option<String>,
    /// The user's id (ID), such as the number of a card.
    pub id: Option<String>,
    /// Name of the tariff (TT).
    pub tariff_text: Option<String>,
    /// Kind of the charge point's id (CT).
    pub charge_point_type: Option<String>,
    /// The charge point's id (CI).
    pub charge_point: Option<String>,
    /// The meter's number of the charging session; Alfen only.
    pub session: Option<String>,
    /// What was read, in the order signed.
    pub readings: Vec<Reading>,
}

/// One reading of one register. What a signed text leaves out because it is as before is
/// filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// When it was read (TM).
    pub at: Instant,
    /// How far that time can be trusted.
    pub clock: ClockState,
    /// Why it was read (TX); none outside a transaction.
    pub reason: Option<Reason>,
    /// The reading (RV), in [`unit`](Self::unit), with the decimal places signed.
    pub value: Option<Decimal>,
    /// The register (RI), as an OBIS code.
    pub register: Option<String>,
    /// The unit (RU), such as kWh.
    pub unit: Option<String>,
    /// AC or DC (RT).
    pub current: Option<String>,
    /// How the meter was (ST).
    pub status: MeterStatus,
    /// Quantities not to be billed (EF): E is energy, t is time. Empty when all is well.
    pub error_flags: String,
}

/// The state of the clock (OCMF 1.2, table 19).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClockState {
    /// U, or not said.
    Unknown,
    /// I: for information only.
    Informative,
    /// S: synchronised.
    Synchronised,
    /// R: the time since the beginning is exact, the time of day is not.
    Relative,
}

impl ClockState {
    pub(crate) fn of_letter(letter: &str) -> Option<ClockState> {
        match letter {
            "" | "U" => Some(ClockState::Unknown),
            "I" => Some(ClockState::Informative),
            "S" => Some(ClockState::Synchronised),
            "R" => Some(ClockState::Relative),
            _ => None,
        }
    }
}

/// Why a register was read (OCMF 1.2, table 7, TX).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// B: begin.
    Begin,
    /// C: during charging.
    Charging,
    /// X: an error; from here on time or energy are no longer usable.
    Exception,
    /// E: end.
    End,
    /// L: ended at the charge point.
    EndedLocally,
    /// R: ended from afar.
    EndedRemotely,
    /// A: aborted by an error.
    Aborted,
    /// P: ended by a power failure.
    PowerFailure,
    /// S: suspended, not charging.
    Suspended,
    /// T: the tariff changed.
    TariffChange,
}

impl Reason {
    pub(crate) fn of_letter(letter: &str) -> Option<Reason> {
        match letter {
            "B" => Some(Reason::Begin),
            "C" => Some(Reason::Charging),
            "X" => Some(Reason::Exception),
            "E" => Some(Reason::End),
            "L" => Some(Reason::EndedLocally),
            "R" => Some(Reason::EndedRemotely),
            "A" => Some(Reason::Aborted),
            "P" => Some(Reason::PowerFailure),
            "S" => Some(Reason::Suspended),
            "T" => Some(Reason::TariffChange),
            _ => None,
        }
    }

    /// Whether the transaction ends with this reading.
    pub fn ends(self) -> bool {
        match self {
            Reason::End
            | Reason::EndedLocally
            | Reason::EndedRemotely
            | Reason::Aborted
            | Reason::PowerFailure => true,
            Reason::Begin
            | Reason::Charging
            | Reason::Exception
            | Reason::Suspended
            | Reason::TariffChange => false,
        }
    }
}

/// How the meter was when it was read (OCMF 1.2, table 10).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MeterStatus {
    /// G: all is well.
    Good,
    /// Another letter, or bits of Alfen's adapter, with what it means.
    Trouble {
        /// As signed.
        code: String,
        /// What the format says it means.
        means: &'static str,
    },
    /// The format wants a status, and there is none.
    Unsaid,
}

impl MeterStatus {
    pub(crate) fn of_letter(letter: &str) -> MeterStatus {
        let means = match letter {
            "G" => return MeterStatus::Good,
            "N" => "no meter was found",
            "T" => "the meter did not answer in time",
            "D" => "the meter was disconnected",
            "R" => "the meter is gone",
            "M" => "manipulation was detected",
            "X" => "the meter was exchanged",
            "I" => "the meter does not fit the device that signs",
            "O" => "the reading is out of range",
            "S" => "the reading is a substitute",
            "E" => "an unknown error",
            "F" => "the register was not read correctly",
            _ => "a status the format does not know",
        };
        let code = crate::curve::short(letter);
        MeterStatus::Trouble { code, means }
    }
}

impl fmt::Display for MeterStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MeterStatus::Good => f.write_str("good"),
            MeterStatus::Trouble { code, means } => write!(f, "{means} ({code})"),
            MeterStatus::Unsaid => f.write_str("it is not said"),
        }
    }
}

impl Dataset {
    /// The serial number of the meter, or of the device that signs for it.
    pub fn serial(&self) -> Option<&str> {
        let said = |text: &'_ Option<String>| text.as_deref().is_some_and(|text| !text.is_empty());
        [&self.meter_serial, &self.gateway_serial]
            .into_iter()
            .find(|text| said(text))
            .and_then(|text| text.as_deref())
    }

    /// What is wrong with the readings, whoever signed them (I-50). Errors between begin and end
    /// count too (OCMF 1.2, "Signing and Verification Process").
    pub(crate) fn trouble(&self) -> Option<Why> {
        let alone = self.readings.iter().find_map(Reading::trouble);
        alone.or_else(|| time_order(&self.readings))
    }
}

impl Reading {
    fn trouble(&self) -> Option<Why> {
        if self.status != MeterStatus::Good {
            return Some(Why::StatusNotGood(self.status.clone()));
        }
        if !self.error_flags.is_empty() {
            return Some(Why::ErrorFlags(crate::curve::short(&self.error_flags)));
        }
        (self.reason == Some(Reason::Exception)).then_some(Why::Exception)
    }
}

/// The first reading that is older than the one before it.
fn time_order(readings: &[Reading]) -> Option<Why> {
    let mut before: Option<Instant> = None;
    for reading in readings {
        let earlier = reading.at;
        if let Some(later) = before.filter(|before| *before > earlier) {
            return Some(Why::TimeOrder { later, earlier });
        }
        before = Some(earlier);
    }
    None
}
