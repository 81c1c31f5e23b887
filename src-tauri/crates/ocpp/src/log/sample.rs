//! Sampled values of both versions (1.6 §7.33 MeterValue; 2.0.1 `MeterValueType`).

use domain::{Decimal, Instant};

use crate::json::{Json, Members, decimal};
use crate::series::is_countable;
use crate::stamp;
use crate::transaction::{Measurand, Place, Sample, Signed, Stamp, Transaction};
use crate::trouble::Trouble;

/// Values kept of one transaction; a day of one value a second is less.
const SAMPLES_MAX: usize = 100_000;

/// Reads a list of meter values into a transaction. What is odd goes to `odd`.
pub(super) fn read(
    list: Json<'_>,
    received_at: Option<Instant>,
    line: u64,
    into: &mut Transaction,
    odd: &mut Vec<Trouble>,
) {
    let single = list.is_object().then_some(list);
    for meter_value in list.items().into_iter().chain(single) {
        let members = meter_value.members();
        let text = members.text("timestamp").unwrap_or_default();
        let Some(at) = stamp::read(&text).or(received_at.filter(|_| text.is_empty())) else {
            odd.push(Trouble::BadTime { text: short(&text) });
            continue;
        };
        let when = Stamp {
            at,
            received_at,
            line,
        };
        let sampled = members.get("sampledValue");
        let single = sampled.filter(|value| value.is_object());
        let sampled = sampled.map(Json::items).unwrap_or_default();
        for value in sampled.into_iter().chain(single) {
            if into.samples.len() + into.signed.len() >= SAMPLES_MAX {
                odd.push(Trouble::TooManyValues);
                return;
            }
            match one(&value.members(), when, into) {
                Ok(()) => {}
                Err(trouble) => odd.push(trouble),
            }
        }
    }
}

/// One sampled value.
fn one(value: &Members<'_>, when: Stamp, into: &mut Transaction) -> Result<(), Trouble> {
    let context = value.text("context");
    let context = context.unwrap_or_else(|| "Sample.Periodic".to_owned());
    let text = value.text("value").unwrap_or_default();
    if value
        .text("format")
        .is_some_and(|format| format == "SignedData")
    {
        into.signed.push(Signed {
            when,
            context,
            text,
            encoding: None,
            public_key: None,
        });
        return Ok(());
    }
    if let Some(signed) = value.get("signedMeterValue").map(Json::members)
        && let Some(text) = signed.text("signedMeterData")
    {
        into.signed.push(Signed {
            when,
            context: context.clone(),
            text,
            encoding: signed.text("encodingMethod"),
            public_key: signed.text("publicKey"),
        });
    }
    let measurand = match value.text("measurand").as_deref() {
        None | Some("Energy.Active.Import.Register") => Measurand::Register,
        Some("Energy.Active.Import.Interval") => Measurand::Interval,
        Some(other) => Measurand::Other(other.to_owned()),
    };
    let of_measure = value.get("unitOfMeasure").map(Json::members);
    let unit = value
        .text("unit")
        .or_else(|| of_measure.as_ref()?.text("unit"));
    let multiplier = of_measure.and_then(|m| m.get("multiplier")?.whole());
    let number = decimal(&text).and_then(|n| n.checked_mul(power_of_ten(multiplier.unwrap_or(0))?));
    let number = number.ok_or_else(|| Trouble::BadValue { text: short(&text) })?;
    let (amount, unit) = match measurand {
        Measurand::Register | Measurand::Interval => (in_wh(number, unit.as_deref())?, "Wh".into()),
        Measurand::Other(_) => (number, unit.unwrap_or_default()),
    };
    into.samples.push(Sample {
        when,
        context,
        measurand,
        phase: value.text("phase"),
        unit,
        place: place(value.text("location").as_deref()),
        value: amount,
    });
    Ok(())
}

fn place(name: Option<&str>) -> Place {
    match name {
        None | Some("Outlet") => Place::Outlet,
        Some("Cable") => Place::Cable,
        Some("Inlet") => Place::Inlet,
        Some("EV") => Place::Vehicle,
        Some(_) => Place::Body,
    }
}

/// Energy in Wh; where no unit is named, it is Wh (1.6 §7.45).
fn in_wh(value: Decimal, unit: Option<&str>) -> Result<Decimal, Trouble> {
    let factor = match unit.unwrap_or("Wh").to_ascii_lowercase().as_str() {
        "wh" => 1,
        "kwh" => 1_000,
        "mwh" => 1_000_000,
        other => return Err(Trouble::UnknownUnit { unit: short(other) }),
    };
    let wh = value.checked_mul(Decimal::from(factor));
    let wh = wh.filter(|wh| is_countable(*wh));
    wh.ok_or_else(|| Trouble::BadValue {
        text: short(&value.to_string()),
    })
}

/// What a multiplier of 2.0.1 multiplies by.
fn power_of_ten(exponent: i64) -> Option<Decimal> {
    let size = u32::try_from(exponent.unsigned_abs())
        .ok()
        .filter(|size| *size <= 18)?;
    let power = 10_i64.checked_pow(size)?;
    Some(if exponent < 0 {
        Decimal::new(1, size)
    } else {
        Decimal::from(power)
    })
}

/// The beginning of a text, to be shown.
pub(super) fn short(text: &str) -> String {
    text.chars().take(60).collect()
}
