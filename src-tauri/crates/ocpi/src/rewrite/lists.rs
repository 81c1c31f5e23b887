//! The words of the standard's lists that the domain does not keep, by version (Locations / data
//! types). A word of ours goes into no version that does not have it.

use domain::OcpiVersion;

use OcpiVersion::{V211, V221, V230};

/// The kind of place in a version's words; `None` where it has none, and needs none.
pub(super) fn place_kind(word: &str, version: OcpiVersion) -> Option<&'static str> {
    const LATER: [&str; 2] = ["ALONG_MOTORWAY", "ON_DRIVEWAY"];
    const BOTH: [&str; 4] = [
        "ON_STREET",
        "PARKING_GARAGE",
        "PARKING_LOT",
        "UNDERGROUND_GARAGE",
    ];
    if let Some(word) = BOTH.into_iter().find(|known| *known == word) {
        return Some(word);
    }
    match version {
        V211 if word == "UNKNOWN" => None,
        V211 => Some("OTHER"),
        V221 | V230 => LATER.into_iter().find(|known| *known == word),
    }
}

/// The words of Status, the same in all versions.
#[allow(clippy::unnecessary_wraps)] // other lists are open in some version
pub(super) fn statuses(_: OcpiVersion) -> Option<&'static [&'static str]> {
    Some(&[
        "AVAILABLE",
        "BLOCKED",
        "CHARGING",
        "INOPERATIVE",
        "OUTOFORDER",
        "PLANNED",
        "REMOVED",
        "RESERVED",
        "UNKNOWN",
    ])
}

/// The words of Capability; open in 2.3.0.
pub(super) fn capabilities(version: OcpiVersion) -> Option<&'static [&'static str]> {
    // The first six are those of 2.1.1.
    const ALL: [&str; 13] = [
        "CHARGING_PROFILE_CAPABLE",
        "CREDIT_CARD_PAYABLE",
        "REMOTE_START_STOP_CAPABLE",
        "RESERVABLE",
        "RFID_READER",
        "UNLOCK_CAPABLE",
        "CHARGING_PREFERENCES_CAPABLE",
        "CHIP_CARD_SUPPORT",
        "CONTACTLESS_CARD_SUPPORT",
        "DEBIT_CARD_PAYABLE",
        "PED_TERMINAL",
        "START_SESSION_CONNECTOR_REQUIRED",
        "TOKEN_GROUP_CAPABLE",
    ];
    match version {
        V211 => Some(&ALL[..6]),
        V221 => Some(&ALL),
        V230 => None,
    }
}

/// The words of ParkingRestriction; open in 2.3.0, which adds EMPLOYEES, TAXIS and TENANTS.
pub(super) fn restrictions(version: OcpiVersion) -> Option<&'static [&'static str]> {
    match version {
        V211 | V221 => Some(&["EV_ONLY", "PLUGGED", "DISABLED", "CUSTOMERS", "MOTORCYCLES"]),
        V230 => None,
    }
}

/// The words of Facility; of 2.3.0 every word is taken.
pub(super) fn facilities(version: OcpiVersion) -> Option<&'static [&'static str]> {
    // The first 16 are those of 2.1.1.
    const ALL: [&str; 20] = [
        "HOTEL",
        "RESTAURANT",
        "CAFE",
        "MALL",
        "SUPERMARKET",
        "SPORT",
        "RECREATION_AREA",
        "NATURE",
        "MUSEUM",
        "BUS_STOP",
        "TAXI_STAND",
        "TRAIN_STATION",
        "AIRPORT",
        "CARPOOL_PARKING",
        "FUEL_STATION",
        "WIFI",
        "BIKE_SHARING",
        "TRAM_STOP",
        "METRO_STATION",
        "PARKING_LOT",
    ];
    match version {
        V211 => Some(&ALL[..16]),
        V221 => Some(&ALL),
        V230 => None,
    }
}

/// The words of ImageCategory; of 2.3.0 every word is taken.
pub(super) fn image_categories(version: OcpiVersion) -> Option<&'static [&'static str]> {
    match version {
        V211 | V221 => Some(&[
            "CHARGER", "ENTRANCE", "LOCATION", "NETWORK", "OPERATOR", "OTHER", "OWNER",
        ]),
        V230 => None,
    }
}

/// The words of EnergySourceCategory; of 2.3.0 every word is taken.
pub(super) fn energy_sources(version: OcpiVersion) -> Option<&'static [&'static str]> {
    match version {
        V211 | V221 => Some(&[
            "NUCLEAR",
            "GENERAL_FOSSIL",
            "COAL",
            "GAS",
            "GENERAL_GREEN",
            "SOLAR",
            "WIND",
            "WATER",
        ]),
        V230 => None,
    }
}
