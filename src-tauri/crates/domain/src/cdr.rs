//! The charge detail record, normalised from any OCPI version or spreadsheet.

use chrono_tz::Tz;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::identity::{CdrKey, OcpiId, OcpiVersion, PartyKey};
use crate::location::Coordinates;
use crate::money::Currency;
use crate::quantity::Kwh;
use crate::tariff::Tariff;
use crate::time::Instant;

/// A net amount with what is known of its tax (Types / Price).
///
/// `incl_vat: None` means *unknown*, never "equal to net" (SEMANTICS 3.10).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Without tax, in the record's currency.
    pub excl_vat: Decimal,
    /// With tax, if stated or derivable from `taxes`.
    pub incl_vat: Option<Decimal>,
    /// The taxes named one by one (2.3.0); empty in earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taxes: Vec<TaxAmount>,
}

impl Price {
    /// A net amount without any word on tax (2.1.1).
    pub fn net(excl_vat: Decimal) -> Self {
        Price {
            excl_vat,
            incl_vat: None,
            taxes: Vec::new(),
        }
    }
}

/// One tax on an amount (2.3.0, Types / TaxAmount).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxAmount {
    /// Its name, e.g. `VAT`.
    pub name: String,
    /// Percent, if stated.
    pub percentage: Option<Decimal>,
    /// The tax itself, in the record's currency.
    pub amount: Decimal,
}

/// What a charging period measures (CDRs / CdrDimensionType). Volumes: kWh, hours, A, kW, percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs)] // the names are the standard's own
pub enum DimensionKind {
    Energy,
    Time,
    ParkingTime,
    ReservationTime,
    Flat,
    MaxCurrent,
    MinCurrent,
    MaxPower,
    MinPower,
    Current,
    Power,
    EnergyImport,
    EnergyExport,
    StateOfCharge,
    ReservationExpires,
    ReservationOvertime,
    /// A value we do not know; a finding holds its text.
    Unknown,
}

/// One measured volume of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dimension {
    /// What was measured.
    pub kind: DimensionKind,
    /// How much. Its scale is the number of decimals the sender wrote (SEMANTICS 1.1).
    pub volume: Decimal,
}

/// A stretch of the session in which nothing that matters for the price changes. It has no end of
/// its own: it ends where the next one starts, the last where the session ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargingPeriod {
    /// Its first instant.
    pub start_at: Instant,
    /// What was measured in it.
    pub dimensions: Vec<Dimension>,
    /// The tariff the sender says applies (2.2+).
    pub tariff_id: Option<OcpiId>,
}

impl ChargingPeriod {
    /// The volume of a dimension: the sum, where a sender repeats it.
    pub fn volume(&self, kind: DimensionKind) -> Option<Decimal> {
        let mut found = None;
        for dimension in self.dimensions.iter().filter(|d| d.kind == kind) {
            found = match found {
                None => Some(dimension.volume),
                Some(sum) => Decimal::checked_add(sum, dimension.volume),
            };
        }
        found
    }
}

/// The driver's token as the CDR shows it. In 2.1.1 only `contract_id` (`auth_id`) is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRef {
    /// The provider that issued it (2.2.1+).
    pub party: Option<PartyKey>,
    /// The token's uid.
    pub uid: Option<OcpiId>,
    /// RFID, APP_USER, … as sent.
    pub kind: Option<String>,
    /// The contract (eMAID) or 2.1.1 `auth_id`.
    pub contract_id: Option<OcpiId>,
}

/// Where the session took place, as it was at its start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CdrLocation {
    /// Location id at the CPO; absent in spreadsheets without one.
    pub id: Option<OcpiId>,
    /// Name, if given.
    pub name: Option<String>,
    /// Street and number.
    pub address: Option<String>,
    /// City.
    pub city: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// ISO 3166 alpha-3 country as sent.
    pub country: Option<String>,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<Coordinates>,
    /// The EVSE's uid at the CPO; `#NA` is read as absent.
    pub evse_uid: Option<OcpiId>,
    /// The EVSE id in eMI3 form, e.g. `NL*ABC*E1`.
    pub evse_id: Option<OcpiId>,
    /// The connector's id.
    pub connector_id: Option<OcpiId>,
    /// AC_1_PHASE, AC_3_PHASE, DC, … as sent.
    pub power_type: Option<String>,
    /// The connector's standard: IEC_62196_T2, CHADEMO, … as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connector_standard: Option<String>,
    /// The connector's form: SOCKET, CABLE as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connector_format: Option<String>,
    /// The connector's voltage in V (2.1.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voltage: Option<u32>,
    /// The connector's current in A per phase (2.1.1).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amperage: Option<u32>,
    /// A zone inside the record (2.1.1, or a non-standard field); usually absent.
    pub time_zone: Option<Tz>,
}

/// The totals a CDR states (CDRs / CDR object). Hours and kWh as measured, not as billed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CdrTotals {
    /// `total_cost`. Absent only in spreadsheets without prices.
    pub cost: Option<Price>,
    /// `total_fixed_cost`.
    pub fixed_cost: Option<Price>,
    /// `total_energy_cost`.
    pub energy_cost: Option<Price>,
    /// `total_time_cost`: cost of charging time.
    pub time_cost: Option<Price>,
    /// `total_parking_cost`.
    pub parking_cost: Option<Price>,
    /// `total_reservation_cost`.
    pub reservation_cost: Option<Price>,
    /// `total_energy`.
    pub energy: Kwh,
    /// `total_time`, hours, charging and not.
    pub time_h: Option<Decimal>,
    /// `total_parking_time`, hours.
    pub parking_h: Option<Decimal>,
}

/// What a meter signed, as the CDR carries it (2.2+, CDRs / SignedData class). Texts as sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedData {
    /// How the values are written, as OCPI names it: OCMF, …
    pub encoding_method: String,
    /// Version of that way of writing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding_method_version: Option<u32>,
    /// The public key, if it came along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key: Option<String>,
    /// The values, in the order sent.
    pub values: Vec<SignedValue>,
    /// Where a driver can look at them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// One signed value (2.2+, CDRs / SignedValue class).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedValue {
    /// Start, End, Intermediate, or another word.
    pub nature: String,
    /// What the value says, for people.
    pub plain_data: String,
    /// The signed text, as it is or in base64 or hexadecimal digits.
    pub signed_data: String,
}

/// What form a record came in; it decides which rules and which leniencies apply.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Form {
    /// OCPI JSON of a version.
    Ocpi(OcpiVersion),
    /// A row of a spreadsheet.
    Sheet,
}

/// A charge detail record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cdr {
    /// What it came as.
    pub form: Form,
    /// Who it belongs to, and its id there.
    pub party: PartyKey,
    /// The owner's id for it.
    pub id: OcpiId,
    /// Start of the session, or of its reservation.
    pub start_at: Instant,
    /// End of the session (not of the energy flow).
    pub end_at: Instant,
    /// The session it bills.
    pub session_id: Option<OcpiId>,
    /// The driver's token.
    pub token: TokenRef,
    /// AUTH_REQUEST, WHITELIST, COMMAND as sent.
    pub auth_method: Option<String>,
    /// Reference of the authorisation (2.2+).
    pub authorization_reference: Option<OcpiId>,
    /// Where it took place.
    pub location: CdrLocation,
    /// The meter's name.
    pub meter_id: Option<String>,
    /// Currency of every amount in it.
    pub currency: Currency,
    /// Tariffs carried inside.
    pub tariffs: Vec<Tariff>,
    /// Periods in the order sent.
    pub periods: Vec<ChargingPeriod>,
    /// What the meter signed (2.2+).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_data: Option<Box<SignedData>>,
    /// What it states.
    pub totals: CdrTotals,
    /// Free text.
    pub remark: Option<String>,
    /// The invoice the sender says it will be on.
    pub invoice_reference_id: Option<OcpiId>,
    /// A credit CDR cancels another (2.2+, Credit CDRs).
    pub credit: bool,
    /// The CDR that is credited.
    pub credit_reference_id: Option<OcpiId>,
    /// Money flows to the driver's home energy; settled elsewhere.
    pub home_charging_compensation: bool,
    /// When the sender last changed it.
    pub last_updated: Option<Instant>,
}

impl Cdr {
    /// Owner and id.
    pub fn key(&self) -> CdrKey {
        CdrKey {
            party: self.party.clone(),
            id: self.id.clone(),
        }
    }
}
