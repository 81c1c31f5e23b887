//! Locations, EVSEs and connectors: what billing needs of them (Locations module).

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

use crate::identity::{OcpiId, PartyKey};
use crate::time::Instant;

/// Where a place is (Locations / GeoLocation), as the texts the sender wrote: degrees are never
/// computed with, and every rewriting of one would move the place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coordinates {
    /// Degrees north.
    pub latitude: String,
    /// Degrees east.
    pub longitude: String,
}

/// A place with charge points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// Its owner; absent in 2.1.1 where the connection tells.
    pub party: Option<PartyKey>,
    /// The owner's id for it.
    pub id: OcpiId,
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
    /// Whether drivers may be shown it (2.2+).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publish: Option<bool>,
    /// The zone in which tariff restrictions are read; mandatory from 2.2.
    pub time_zone: Option<Tz>,
    /// Its EVSEs.
    pub evses: Vec<Evse>,
    /// When the owner last changed it.
    pub last_updated: Option<Instant>,
}

/// One charge point that serves one vehicle at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evse {
    /// The owner's uid for it.
    pub uid: OcpiId,
    /// Its eMI3 id, e.g. `NL*ABC*E1`.
    pub evse_id: Option<OcpiId>,
    /// Its connectors.
    pub connectors: Vec<Connector>,
}

/// One plug or socket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connector {
    /// Its id within the EVSE.
    pub id: OcpiId,
    /// IEC_62196_T2, CHADEMO, … as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standard: Option<String>,
    /// SOCKET, CABLE as sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Tariffs that apply here. Empty means *no information*, not free.
    pub tariff_ids: Vec<OcpiId>,
    /// Voltage in V.
    pub voltage: Option<u32>,
    /// Current in A per phase.
    pub amperage: Option<u32>,
    /// AC_1_PHASE, AC_3_PHASE, DC, … as sent.
    pub power_type: Option<String>,
    /// The most power it gives in W, where it is stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_power: Option<u32>,
}

impl Connector {
    /// The most power it gives in W: as stated, else voltage times current for each phase.
    pub fn power_w(&self) -> Option<u32> {
        let phases = match self.power_type.as_deref() {
            Some("AC_3_PHASE") => 3,
            Some("AC_2_PHASE" | "AC_2_PHASE_SPLIT") => 2,
            Some("AC_1_PHASE" | "DC") => 1,
            Some(_) | None => return self.max_power,
        };
        let computed = || {
            self.voltage?
                .checked_mul(self.amperage?)?
                .checked_mul(phases)
        };
        self.max_power.or_else(computed)
    }
}
