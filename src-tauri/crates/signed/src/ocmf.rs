//! The Open Charge Metering Format: `OCMF|payload|signature`, both JSON.
//!
//! The payload is what was signed, byte by byte, white space and all; so it is cut out of the
//! text and never written anew. OCMF forbids a pipe inside a section, but signers are not all
//! careful: one inside a JSON string does not end the section here.

use std::fmt;
use std::marker::PhantomData;

use chrono::{DateTime, Utc};
use domain::{Decimal, Instant};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::curve::{Curve, short};
use crate::dataset::{ClockState, Dataset, MeterStatus, Reading, Reason};
use crate::letters;
use crate::verdict::{Gap, Part, Verdict, Why, damaged};

/// Where an OCMF text begins.
pub const HEADER: &str = "OCMF|";

/// The most digits before and after the point of a reading: with more, sums are not exact.
const DIGITS_MAX: u32 = 12;

/// The most readings of one set that are read.
const READINGS_MAX: usize = 1_000;

/// The longest field of a reading, in bytes; a time has 30.
const FIELD_MAX: usize = 64;

/// An OCMF text, cut into its parts.
#[derive(Debug)]
pub struct Ocmf<'a> {
    /// What was signed.
    pub payload: &'a str,
    signature: Signature,
}

#[derive(Debug, Deserialize)]
struct Signature {
    #[serde(rename = "SA", default)]
    algorithm: Loose,
    #[serde(rename = "SE", default)]
    encoding: Loose,
    #[serde(rename = "SM", default)]
    format: Loose,
    #[serde(rename = "SD", default)]
    data: Loose,
}

/// A text, or a number or word that stands where a text should; null is as good as nothing.
#[derive(Debug, Default, Clone)]
struct Loose(Option<String>);

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Loose, D::Error> {
        let raw = Box::<RawValue>::deserialize(from)?;
        let text = raw.get();
        Ok(Loose(match text.as_bytes().first() {
            Some(b'"') => Some(serde_json::from_str(text).map_err(D::Error::custom)?),
            Some(b'n') => None,
            _ => Some(text.to_owned()),
        }))
    }
}

/// A JSON object; a derived reader would take a list of the same fields too.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Object<T>, D::Error> {
        from.deserialize_map(Fields(PhantomData))
    }
}

struct Fields<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(fields)).map(Object)
    }
}

#[derive(Deserialize)]
#[allow(non_snake_case)] // the names of the format, which the fields of `Dataset` explain
struct Payload {
    #[serde(default)]
    FV: Loose,
    #[serde(default, alias = "VI")] // the name until version 0.4
    GI: Loose,
    #[serde(default)]
    GS: Loose,
    #[serde(default)]
    PG: Loose,
    #[serde(default)]
    MV: Loose,
    #[serde(default)]
    MM: Loose,
    #[serde(default)]
    MS: Loose,
    #[serde(default)]
    MF: Loose,
    #[serde(default)]
    IS: Loose,
    #[serde(default)]
    IL: Loose,
    #[serde(default)]
    IT: Loose,
    #[serde(default)]
    ID: Loose,
    #[serde(default)]
    TT: Loose,
    #[serde(default)]
    CT: Loose,
    #[serde(default)]
    CI: Loose,
    #[serde(default)]
    RD: Vec<Object<Wire>>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default)]
#[allow(non_snake_case)] // the names of the format, which the fields of `Reading` explain
struct Wire {
    TM: Loose,
    TX: Loose,
    RV: Loose,
    RI: Loose,
    RU: Loose,
    RT: Loose,
    EF: Loose,
    ST: Loose,
}

impl Wire {
    fn fits(&self) -> Result<(), String> {
        let fields = [
            &self.TM, &self.TX, &self.RV, &self.RI, &self.RU, &self.RT, &self.EF, &self.ST,
        ];
        let long = |field: &&&Loose| field.0.as_ref().is_some_and(|text| text.len() > FIELD_MAX);
        match fields.iter().find(long) {
            Some(_) => Err(format!("a field is longer than {FIELD_MAX} bytes")),
            None => Ok(()),
        }
    }
}

impl<'a> Ocmf<'a> {
    /// Cuts a text. White space around it and around the signature is no part of anything.
    pub fn cut(text: &'a str) -> Result<Ocmf<'a>, Why> {
        let lead = text.len() - text.trim_start().len() + HEADER.len();
        let Some(rest) = text.trim_start().strip_prefix(HEADER) else {
            return Err(damaged(Part::Text, Some(0), "it does not begin with OCMF|"));
        };
        let Some((payload, signature)) = pipe(rest).and_then(|at| rest.split_at_checked(at)) else {
            let what = "no pipe between payload and signature";
            return Err(damaged(Part::Text, Some(text.len()), what));
        };
        let signature = signature.strip_prefix('|').unwrap_or(signature);
        let start = lead + payload.len() + 1;
        let Object(signature) =
            serde_json::from_str(signature).map_err(of_json(Part::Signature, signature, start))?;
        Ok(Ocmf { payload, signature })
    }

    /// The signature: its curve and its bytes.
    pub fn signature(&self) -> Result<(Curve, Vec<u8>), Verdict> {
        let part = |loose: &Loose| loose.0.clone().filter(|text| !text.is_empty());
        let curve = match part(&self.signature.algorithm) {
            Some(text) => Curve::of_algorithm(&text)?,
            None => Curve::Secp256r1,
        };
        if let Some(format) = part(&self.signature.format)
            && !format.eq_ignore_ascii_case("application/x-der")
        {
            return Err(Gap::SignatureFormat(short(&format)).into());
        }
        let Some(data) = part(&self.signature.data) else {
            return Err(damaged(Part::Signature, None, "it has no data (SD)").into());
        };
        let encoding = part(&self.signature.encoding).unwrap_or_else(|| "hex".to_owned());
        let bytes = match encoding.to_ascii_lowercase().as_str() {
            "hex" => letters::hex(&data),
            "base64" => letters::base64(&data),
            _ => return Err(Gap::SignatureFormat(short(&encoding)).into()),
        };
        let what = format!("its data (SD) is not {}", short(&encoding));
        let bytes = bytes.ok_or_else(|| damaged(Part::Signature, None, what))?;
        Ok((curve, bytes))
    }

    /// What was signed, read.
    pub fn dataset(&self) -> Result<Dataset, Why> {
        let Object::<Payload>(payload) = serde_json::from_str(self.payload).map_err(of_json(
            Part::Payload,
            self.payload,
            HEADER.len(),
        ))?;
        Ok(Dataset {
            format_version: payload.FV.0,
            gateway: payload.GI.0,
            gateway_serial: payload.GS.0,
            pagination: payload.PG.0,
            meter_vendor: payload.MV.0,
            meter_model: payload.MM.0,
            meter_serial: payload.MS.0,
            meter_firmware: payload.MF.0,
            identified: payload.IS.0,
            id_level: payload.IL.0,
            id_type: payload.IT.0,
            id: payload.ID.0,
            tariff_text: payload.TT.0,
            charge_point_type: payload.CT.0,
            charge_point: payload.CI.0,
            session: None,
            readings: readings(payload.RD)?,
        })
    }
}

/// Where the payload ends: the first pipe outside a JSON string.
fn pipe(text: &str) -> Option<usize> {
    let (mut quoted, mut escaped) = (false, false);
    text.bytes().position(|byte| {
        let ends = byte == b'|' && !quoted;
        quoted ^= byte == b'"' && !escaped;
        escaped = quoted && byte == b'\\' && !escaped;
        ends
    })
}

/// Says where JSON breaks, counted in bytes from the start of the signed text.
fn of_json(part: Part, text: &str, start: usize) -> impl Fn(serde_json::Error) -> Why {
    move |error| {
        let before = error.line().saturating_sub(1);
        let lines = text.split_inclusive('\n').take(before).map(str::len);
        let at = start + lines.sum::<usize>() + error.column().saturating_sub(1);
        let what = if error.is_data() {
            "not the fields of OCMF"
        } else {
            "not JSON"
        };
        damaged(part, Some(at), what)
    }
}

/// Fills in what is as in the reading before (OCMF 1.2, "Readings"), and reads each.
///
/// Bounded in number and length, because one long text that every later reading takes over would
/// fill the memory.
fn readings(wires: Vec<Object<Wire>>) -> Result<Vec<Reading>, Why> {
    if wires.len() > READINGS_MAX {
        let what = format!("{} readings, at most {READINGS_MAX} are read", wires.len());
        return Err(damaged(Part::Payload, None, what));
    }
    let mut before = Wire::default();
    let mut readings = Vec::with_capacity(wires.len());
    for (index, Object(wire)) in wires.into_iter().enumerate() {
        before = filled(wire, &before);
        let read = before.fits().and_then(|()| reading(&before));
        readings.push(read.map_err(|what| {
            damaged(
                Part::Payload,
                None,
                format!("reading {}: {what}", index + 1),
            )
        })?);
    }
    Ok(readings)
}

fn filled(wire: Wire, before: &Wire) -> Wire {
    let or = |own: Loose, other: &Loose| Loose(own.0.or_else(|| other.0.clone()));
    let mut wire = Wire {
        TM: or(wire.TM, &before.TM),
        TX: or(wire.TX, &before.TX),
        RV: wire.RV,
        RI: or(wire.RI, &before.RI),
        RU: or(wire.RU, &before.RU),
        RT: or(wire.RT, &before.RT),
        EF: or(wire.EF, &before.EF),
        ST: or(wire.ST, &before.ST),
    };
    // A reading that only reports an error leaves its value out for another reason.
    let well = wire.ST.0.as_deref() == Some("G") && wire.EF.0.as_deref().is_none_or(str::is_empty);
    if well {
        wire.RV = or(wire.RV, &before.RV);
    }
    wire
}

fn reading(wire: &Wire) -> Result<Reading, String> {
    let said = |loose: &Loose| loose.0.clone().filter(|text| !text.is_empty());
    let (at, clock) = time(&said(&wire.TM).ok_or("it has no time (TM)")?)?;
    let reason = match said(&wire.TX) {
        Some(letter) => {
            let unknown = || format!("its reason (TX) {:?} is unknown", short(&letter));
            Some(Reason::of_letter(&letter).ok_or_else(unknown)?)
        }
        None => None,
    };
    let status = match said(&wire.ST) {
        Some(letter) => MeterStatus::of_letter(&letter),
        None => MeterStatus::Unsaid,
    };
    Ok(Reading {
        at,
        clock,
        reason,
        value: said(&wire.RV).map(|text| number(&text)).transpose()?,
        register: said(&wire.RI),
        unit: said(&wire.RU),
        current: said(&wire.RT),
        status,
        error_flags: wire.EF.0.clone().unwrap_or_default(),
    })
}

/// `2018-07-24T13:22:04,000+0200 S`.
fn time(text: &str) -> Result<(Instant, ClockState), String> {
    let bad = || format!("its time (TM) {:?} cannot be read", short(text));
    let (time, letter) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    let time = time.replacen(',', ".", 1);
    let time = match time.strip_suffix('Z') {
        Some(utc) => format!("{utc}+0000"),
        None => time,
    };
    let at = DateTime::parse_from_str(&time, "%Y-%m-%dT%H:%M:%S%.f%z").map_err(|_| bad())?;
    let clock = ClockState::of_letter(letter.trim()).ok_or_else(bad)?;
    Ok((at.with_timezone(&Utc), clock))
}

/// A JSON number, or the same in quotes as meters of Isabellenhütte write it, exactly.
fn number(text: &str) -> Result<Decimal, String> {
    let bad = || {
        format!(
            "its value (RV) {:?} is no number that can be kept exactly",
            short(text)
        )
    };
    let value = if text.contains(['e', 'E']) {
        Decimal::from_scientific(text).map_err(|_| bad())?
    } else {
        Decimal::from_str_exact(text).map_err(|_| bad())?
    };
    let limit = Decimal::from(10_u64.pow(DIGITS_MAX));
    let fits = value.scale() <= DIGITS_MAX && value.abs() < limit;
    fits.then_some(value).ok_or_else(bad)
}
