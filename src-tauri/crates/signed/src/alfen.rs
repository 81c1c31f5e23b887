//! Alfen's signed data sets: `AP;type;version;key;data;signature`, the last three in base32.
//!
//! The layout is the one that the transparency software of S.A.F.E. e.V. reads (Apache-2.0, its
//! package `alfen`): 82 bytes, little end first, signed on secp192r1 over SHA-256, the signature
//! as two numbers of 24 bytes.

use chrono::DateTime;
use domain::Decimal;

use crate::curve::{Curve, short};
use crate::dataset::{ClockState, Dataset, MeterStatus, Reading, Reason};
use crate::letters::{base32, to_hex};
use crate::verdict::{Gap, Part, Verdict, Why, damaged};

/// Where a text of Alfen begins.
pub const HEADER: &str = "AP;";

const LENGTH: usize = 82;

/// The register unit watt-hour, as DLMS numbers it.
const WATT_HOUR: u8 = 30;

/// Bits of the status that stand for an error, and what they mean.
const ERRORS: [(u32, &str); 3] = [
    (1 << 1 | 1 << 2, "an error of the meter"),
    (1 << 16 | 1 << 30 | 1 << 31, "an error of the adapter"),
    (1 << 26, "the meter's reading changed between sessions"),
];

/// A text of Alfen, cut into its parts.
#[derive(Debug)]
pub struct Alfen {
    reason: Reason,
    /// The key that the text itself names.
    pub key: Vec<u8>,
    /// What was signed.
    pub data: Vec<u8>,
    /// The two numbers of the signature.
    pub signature: Vec<u8>,
}

impl Alfen {
    /// The curve of all of them.
    pub const CURVE: Curve = Curve::Secp192r1;

    /// Cuts a text.
    pub fn cut(text: &str) -> Result<Alfen, Verdict> {
        let text = text.trim();
        let parts: Vec<&str> = text.strip_suffix(';').unwrap_or(text).split(';').collect();
        let [identifier, kind, version, key, data, signature] = parts[..] else {
            let what = format!("{} parts in place of six", parts.len());
            return Err(damaged(Part::Text, None, what).into());
        };
        if identifier != "AP" {
            return Err(Gap::AlfenLayout(short(identifier)).into());
        }
        let reason = match kind {
            "0" => Reason::Begin,
            "1" => Reason::End,
            "2" => Reason::Charging,
            _ => return Err(Gap::AlfenLayout(format!("type {}", short(kind))).into()),
        };
        let bytes = |part, text: &str| {
            base32(text).ok_or_else(|| Verdict::from(damaged(part, None, "it is not base32")))
        };
        let data = bytes(Part::Payload, data)?;
        if data.len() != LENGTH {
            let what = format!("version {}, {} bytes", short(version), data.len());
            return Err(Gap::AlfenLayout(what).into());
        }
        let (key, signature) = (bytes(Part::Key, key)?, bytes(Part::Signature, signature)?);
        Ok(Alfen {
            reason,
            key,
            data,
            signature,
        })
    }

    /// What was signed, read. The reason is outside the signature; the caller gets it all the
    /// same, because nothing inside says it.
    pub fn dataset(&self) -> Result<Dataset, Why> {
        let damage = |what: &str| damaged(Part::Payload, None, what);
        let read = || -> Option<Dataset> {
            let status = u32::from_le_bytes(self.part(26)?);
            let seconds = u32::from_le_bytes(self.part(34)?);
            let session = u32::from_le_bytes(self.part(74)?);
            let page = u32::from_le_bytes(self.part(78)?);
            let reading = Reading {
                at: DateTime::from_timestamp(i64::from(seconds), 0)?,
                clock: ClockState::Unknown,
                reason: Some(self.reason),
                value: Some(self.value()?),
                register: Some(register(self.part(38)?)),
                unit: Some(unit(self.part(44)?)),
                current: None,
                status: meter_status(status),
                error_flags: String::new(),
            };
            Some(Dataset {
                gateway_serial: Some(to_hex(&self.part::<10>(0)?)),
                meter_serial: Some(to_hex(&self.part::<10>(16)?)),
                id: Some(text(&self.part::<20>(54)?)).filter(|id| !id.is_empty()),
                session: Some(session.to_string()),
                pagination: Some(page.to_string()),
                readings: vec![reading],
                ..Dataset::default()
            })
        };
        read().ok_or_else(|| damage("its reading is no number that can be kept exactly"))
    }

    /// The register times ten to the power of the scaler.
    fn value(&self) -> Option<Decimal> {
        let number = u64::from_le_bytes(self.part(46)?);
        let [scaler] = self.part(45)?;
        let scaler = i8::from_le_bytes([scaler]);
        let number = Decimal::from(number);
        let value = if scaler >= 0 {
            let ten = Decimal::from(10_u64.checked_pow(u32::try_from(scaler).ok()?)?);
            number.checked_mul(ten)?
        } else {
            let scale = u32::from(scaler.unsigned_abs());
            Decimal::try_from_i128_with_scale(number.mantissa(), scale).ok()?
        };
        let fits = value.scale() <= 12 && value < Decimal::from(10_u64.pow(12));
        fits.then_some(value)
    }

    fn part<const N: usize>(&self, start: usize) -> Option<[u8; N]> {
        self.data.get(start..start + N)?.try_into().ok()
    }
}

/// As OCMF writes registers: hexadecimal, the last part after a star.
fn register(obis: [u8; 6]) -> String {
    let [medium, channel, quantity, kind, tariff, storage] = obis;
    format!("{medium:02X}-{channel:02X}:{quantity:02X}.{kind:02X}.{tariff:02X}*{storage:02X}")
}

fn unit([code]: [u8; 1]) -> String {
    if code == WATT_HOUR {
        "Wh".to_owned()
    } else {
        format!("unit {code}")
    }
}

fn meter_status(bits: u32) -> MeterStatus {
    match ERRORS.iter().find(|(error, _)| bits & error != 0) {
        Some((_, means)) => MeterStatus::Trouble {
            code: format!("{bits:08X}"),
            means,
        },
        None => MeterStatus::Good,
    }
}

/// A text filled up with zeros.
fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.trim_matches(|c: char| c == '\0' || c.is_whitespace())
        .to_owned()
}
