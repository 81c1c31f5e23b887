//! Signed values among the meter values of OCPP, from before a CDR is made of them.
//!
//! OCPP 1.6 marks them by the format SignedData and has the text itself as value, or, by the
//! application note of the Open Charge Alliance, the object of OCPP 2.0.1 as text. OCPP 2.0.1
//! has an object `signedMeterValue` of its own.

use serde_json::{Map, Value};
use thiserror::Error;

use domain::{SignedData, SignedValue};

use crate::report::signed_text;
use crate::{TEXT_MAX, ocmf};

/// The longest message that is read, in bytes.
const MESSAGE_MAX: usize = 1024 * 1024;

/// The text is no message with sampled values.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NotSampledValues {
    /// It is not JSON.
    #[error("the meter values are not JSON (line {line}, column {column})")]
    NotJson {
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// It is longer than what is read.
    #[error("the meter values are too long: {0} bytes, at most 1048576 are read")]
    TooLong(usize),
}

/// Finds the signed values in a message of OCPP, or any part of one: MeterValues,
/// StopTransaction, TransactionEvent, a list of meter values, or one sampled value. Values of one
/// method and one key come together; a key that is sent with one of them counts for the rest.
///
/// # Errors
/// When the text is not JSON, or longer than 1 MiB.
pub fn in_sampled_values(json: &str) -> Result<Vec<SignedData>, NotSampledValues> {
    if json.len() > MESSAGE_MAX {
        return Err(NotSampledValues::TooLong(json.len()));
    }
    let value: Value = serde_json::from_str(json).map_err(|error| NotSampledValues::NotJson {
        line: error.line(),
        column: error.column(),
    })?;
    let mut found = Vec::new();
    search(&value, &mut found);
    Ok(grouped(found))
}

struct Found {
    method: String,
    key: Option<String>,
    value: SignedValue,
}

/// Goes down into everything; serde_json reads no more than 128 levels.
fn search(value: &Value, found: &mut Vec<Found>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| search(item, found)),
        Value::Object(fields) => match sampled(fields) {
            Some(one) => found.push(one),
            None => fields.values().for_each(|field| search(field, found)),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn sampled(fields: &Map<String, Value>) -> Option<Found> {
    let nature = nature(text(fields, "context").unwrap_or_default());
    if let Some(Value::Object(signed)) = fields.get("signedMeterValue") {
        return of_object(signed, nature);
    }
    if !text(fields, "format")?.eq_ignore_ascii_case("SignedData") {
        return None;
    }
    of_text(text(fields, "value")?, nature)
}

/// A value of format SignedData: the signed text itself, or an object with it as text.
fn of_text(value: &str, nature: String) -> Option<Found> {
    if value.len() <= TEXT_MAX
        && value.trim_start().starts_with('{')
        && let Ok(Value::Object(signed)) = serde_json::from_str(value)
    {
        return of_object(&signed, nature);
    }
    let ocmf = value.trim_start().starts_with(ocmf::HEADER);
    let method = if ocmf { "OCMF" } else { "" }.to_owned();
    let signed_data = value.to_owned();
    let value = SignedValue {
        nature,
        plain_data: String::new(),
        signed_data,
    };
    Some(Found {
        method,
        key: None,
        value,
    })
}

fn of_object(signed: &Map<String, Value>, nature: String) -> Option<Found> {
    let signed_data = text(signed, "signedMeterData")?.to_owned();
    let own = |name| {
        text(signed, name)
            .map(str::to_owned)
            .filter(|text| !text.is_empty())
    };
    Some(Found {
        method: own("encodingMethod").unwrap_or_default(),
        key: own("publicKey"),
        value: SignedValue {
            nature,
            plain_data: String::new(),
            signed_data,
        },
    })
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    fields.get(name)?.as_str()
}

/// A signed value of a charger's log, taken out of its message already.
#[derive(Clone, Copy, Debug)]
pub struct LoggedValue<'a> {
    /// The context of the reading, as `Transaction.Begin`.
    pub context: &'a str,
    /// The value of format SignedData (1.6), or `signedMeterData` (2.0.1).
    pub text: &'a str,
    /// `encodingMethod` (2.0.1).
    pub encoding: Option<&'a str>,
    /// `publicKey` (2.0.1).
    pub public_key: Option<&'a str>,
}

/// Puts the signed values of one transaction together, as [`in_sampled_values`] does. A station
/// often sends a value twice, on its own and again with the end of the transaction: it counts once
/// (I-52).
pub fn of_logged_values<'a>(values: impl IntoIterator<Item = LoggedValue<'a>>) -> Vec<SignedData> {
    let read = |value: LoggedValue<'a>| {
        let nature = nature(value.context);
        if value.encoding.is_none() && value.public_key.is_none() {
            return of_text(value.text, nature);
        }
        let said = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
        Some(Found {
            method: said(value.encoding).unwrap_or_default(),
            key: said(value.public_key),
            value: SignedValue {
                nature,
                plain_data: String::new(),
                signed_data: value.text.to_owned(),
            },
        })
    };
    let mut groups = grouped(values.into_iter().filter_map(read).collect());
    for group in &mut groups {
        for value in &mut group.values {
            value.plain_data = plain(&value.signed_data);
        }
        let mut seen = std::collections::HashSet::new();
        group
            .values
            .retain(|value| seen.insert(value.signed_data.clone()));
    }
    groups
}

/// The text as it is, which OCPI wants beside the signed one: the same in OCMF. Empty where it
/// is of another format.
fn plain(signed_data: &str) -> String {
    let value = SignedValue {
        signed_data: signed_data.to_owned(),
        ..SignedValue::default()
    };
    let text = signed_text(&value, ocmf::HEADER);
    if text.starts_with(ocmf::HEADER) {
        text
    } else {
        String::new()
    }
}

/// OCPI's word for the context of a reading.
fn nature(context: &str) -> String {
    match context {
        "Transaction.Begin" => "Start",
        "Transaction.End" => "End",
        _ => "Intermediate",
    }
    .to_owned()
}

fn grouped(found: Vec<Found>) -> Vec<SignedData> {
    let mut groups: Vec<SignedData> = Vec::new();
    for Found { method, key, value } in found {
        let same = |group: &&mut SignedData| {
            let keys = (&group.public_key, &key);
            group.encoding_method.eq_ignore_ascii_case(&method)
                && (keys.0.is_none() || keys.1.is_none() || keys.0 == keys.1)
        };
        if let Some(group) = groups.iter_mut().find(same) {
            group.values.push(value);
            group.public_key = group.public_key.take().or(key);
        } else {
            groups.push(SignedData {
                encoding_method: method,
                public_key: key,
                values: vec![value],
                ..SignedData::default()
            });
        }
    }
    groups
}
