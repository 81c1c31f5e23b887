//! Three CDRs of 2.2.1 with their tariff inside: trivial, realistic, long.

use chrono::{DateTime, TimeDelta, Utc};
use domain::Decimal;
use serde_json::{Value, json};

/// Every input with its name.
pub fn all() -> [(&'static str, String); 3] {
    [
        ("trivial (1 element, 1 period)", trivial()),
        ("realistic (8 elements, 20 periods)", realistic()),
        ("long (8 elements, 500 periods, 41 hours)", long(500)),
    ]
}

fn at(seconds: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-03-06T14:00:00Z".parse().expect("an instant");
    start + TimeDelta::seconds(seconds)
}

fn text(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn trivial() -> String {
    let elements = json!([{"price_components": [component("ENERGY", "0.35", 1)]}]);
    let period = period(0, &[("ENERGY", Decimal::new(21_375, 3))]);
    cdr(&json!({"elements": elements}), &[period], 2_400)
}

fn realistic() -> String {
    let periods: Vec<Value> = (0..20)
        .map(|i| {
            if i < 18 {
                let energy = ("ENERGY", Decimal::new(4_125 + i, 3));
                period(i * 1_800, &[energy, ("TIME", Decimal::new(5_000, 4))])
            } else {
                period(i * 1_800, &[("PARKING_TIME", Decimal::new(5_000, 4))])
            }
        })
        .collect();
    cdr(&eight_elements(), &periods, 36_000)
}

/// A period every 295.2 seconds is 0.0820 h; 500 of them are 41 hours.
pub fn long(periods: u32) -> String {
    let seconds = i64::from(periods) * 2_952 / 10;
    let periods: Vec<Value> = (0..i64::from(periods))
        .map(|i| {
            let energy = ("ENERGY", Decimal::new(182 + i % 7, 3));
            let time = ("TIME", Decimal::new(820, 4));
            period(i * 2_952 / 10, &[energy, time])
        })
        .collect();
    cdr(&eight_elements(), &periods, seconds)
}

/// Flat, weekday, energy threshold, time of day past midnight, two-step time price, idle fee,
/// minimum and maximum.
fn eight_elements() -> Value {
    json!({
        "min_price": {"excl_vat": number("1.00")},
        "max_price": {"excl_vat": number("60.00")},
        "elements": [
            one(&component("FLAT", "0.50", 1)),
            when(&component("ENERGY", "0.29", 1), &json!({"day_of_week": ["SATURDAY", "SUNDAY"]})),
            when(&component("ENERGY", "0.31", 1), &json!({"min_kwh": number("60.0")})),
            when(
                &component("ENERGY", "0.33", 1),
                &json!({"start_time": "18:00", "end_time": "06:00"}),
            ),
            one(&component("ENERGY", "0.39", 1)),
            when(&component("TIME", "2.40", 60), &json!({"min_duration": 14_400})),
            one(&component("TIME", "0.60", 60)),
            one(&component("PARKING_TIME", "4.00", 300)),
        ]
    })
}

fn one(component: &Value) -> Value {
    json!({"price_components": [component]})
}

fn when(component: &Value, restrictions: &Value) -> Value {
    json!({"price_components": [component], "restrictions": restrictions})
}

fn component(kind: &str, price: &str, step: u32) -> Value {
    json!({"type": kind, "price": number(price), "vat": number("21.0"), "step_size": step})
}

fn period(second: i64, dimensions: &[(&str, Decimal)]) -> Value {
    let dimensions: Vec<Value> = dimensions
        .iter()
        .map(|(kind, volume)| json!({"type": kind, "volume": number(&volume.to_string())}))
        .collect();
    json!({"start_date_time": text(at(second)), "dimensions": dimensions})
}

/// A number with its digits as written: marked here, unquoted when the record is complete.
fn number(digits: &str) -> Value {
    Value::from(format!("#{digits}#"))
}

fn cdr(tariff: &Value, periods: &[Value], seconds: i64) -> String {
    let mut tariff = tariff.clone();
    tariff["country_code"] = "NL".into();
    tariff["party_id"] = "TAL".into();
    tariff["id"] = "TARIFF-1".into();
    tariff["currency"] = "EUR".into();
    tariff["last_updated"] = text(at(-86_400)).into();
    let record = json!({
        "country_code": "NL", "party_id": "TAL", "id": "CDR-20260306-000017",
        "start_date_time": text(at(0)), "end_date_time": text(at(seconds)),
        "session_id": "SES-20260306-000017",
        "cdr_token": {
            "country_code": "NL", "party_id": "RYD", "uid": "04A1B2C3D4E5F6", "type": "RFID",
            "contract_id": "NL-RYD-C0000017-X"
        },
        "auth_method": "WHITELIST",
        "cdr_location": {
            "id": "LOC-17", "address": "Marktplein 1", "city": "Utrecht", "country": "NLD",
            "coordinates": {"latitude": "52.090700", "longitude": "5.121400"},
            "evse_uid": "E17", "evse_id": "NL*TAL*E17", "connector_id": "1",
            "connector_standard": "IEC_62196_T2", "connector_format": "SOCKET",
            "connector_power_type": "AC_3_PHASE"
        },
        "currency": "EUR", "tariffs": [tariff], "charging_periods": periods,
        "total_cost": {"excl_vat": number("10.00"), "incl_vat": number("12.10")},
        "total_energy": number("21.375"), "total_time": number("0.6667"),
        "last_updated": text(at(seconds + 60))
    });
    record.to_string().replace("\"#", "").replace("#\"", "")
}
