//! The yardstick: the same bytes into plain structs by serde, numbers as exact decimals.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use domain::Decimal;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A JSON number by its digits.
#[allow(dead_code)] // a parse is all that is wanted of it
struct Exact(Decimal);

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw: &RawValue = Deserialize::deserialize(deserializer)?;
        Decimal::from_str(raw.get())
            .map(Exact)
            .map_err(D::Error::custom)
    }
}

macro_rules! object {
    ($($name:ident { $($field:ident: $of:ty,)* })*) => {
        $(
            #[derive(Deserialize)]
            #[allow(dead_code)] // a parse is all that is wanted of it
            #[allow(clippy::struct_field_names)] // the names are the standard's own
            pub struct $name {
                $($field: $of,)*
            }
        )*
    };
}

object! {
    Cdr {
        country_code: String,
        party_id: String,
        id: String,
        start_date_time: DateTime<Utc>,
        end_date_time: DateTime<Utc>,
        session_id: Option<String>,
        cdr_token: Token,
        auth_method: String,
        cdr_location: Location,
        currency: String,
        tariffs: Vec<Tariff>,
        charging_periods: Vec<Period>,
        total_cost: Price,
        total_energy: Exact,
        total_time: Exact,
        last_updated: DateTime<Utc>,
    }
    Token {
        country_code: String,
        party_id: String,
        uid: String,
        r#type: String,
        contract_id: String,
    }
    Location {
        id: String,
        address: String,
        city: String,
        country: String,
        coordinates: Coordinates,
        evse_uid: String,
        evse_id: String,
        connector_id: String,
        connector_standard: String,
        connector_format: String,
        connector_power_type: String,
    }
    Coordinates {
        latitude: String,
        longitude: String,
    }
    Period {
        start_date_time: DateTime<Utc>,
        dimensions: Vec<Dimension>,
        tariff_id: Option<String>,
    }
    Dimension {
        r#type: String,
        volume: Exact,
    }
    Price {
        excl_vat: Exact,
        incl_vat: Option<Exact>,
    }
    Tariff {
        country_code: String,
        party_id: String,
        id: String,
        currency: String,
        min_price: Option<Price>,
        max_price: Option<Price>,
        elements: Vec<Element>,
        last_updated: DateTime<Utc>,
    }
    Element {
        price_components: Vec<Component>,
        restrictions: Option<Restrictions>,
    }
    Component {
        r#type: String,
        price: Exact,
        vat: Option<Exact>,
        step_size: u32,
    }
    Restrictions {
        start_time: Option<String>,
        end_time: Option<String>,
        min_kwh: Option<Exact>,
        max_kwh: Option<Exact>,
        min_duration: Option<u32>,
        max_duration: Option<u32>,
        day_of_week: Option<Vec<String>>,
    }
}

/// The record, typed.
pub fn parse(json: &[u8]) -> Cdr {
    serde_json::from_slice(json).expect("the bench's records are typed as OCPI says")
}
