//! From a CDR's signed data to verdicts and energy.

use domain::{SignedData, SignedValue};

use crate::alfen::{self, Alfen};
use crate::curve::{Curve, numbers, short, verify};
use crate::dataset::Dataset;
use crate::energy::{self, Metered, NoEnergy};
use crate::key::Key;
use crate::ocmf::{self, Ocmf};
use crate::verdict::{Gap, Part, Verdict, Why};
use crate::{ALL_TEXTS_MAX, TEXT_MAX, VALUES_MAX, letters};

/// The ways to write signed values that OCPI names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EncodingMethod {
    /// Open Charge Metering Format.
    Ocmf,
    /// Alfen's own.
    AlfenEichrecht,
    /// SML, as meters of EMH and others write it.
    Edl40Extension,
    /// Mennekes' own XML around EDL40.
    Edl40Mennekes,
    /// Another word.
    Unknown(String),
}

impl EncodingMethod {
    /// Reads OCPI's word, in any case.
    pub fn of(text: &str) -> EncodingMethod {
        match text.trim().to_ascii_lowercase().as_str() {
            "ocmf" => EncodingMethod::Ocmf,
            "alfen eichrecht" => EncodingMethod::AlfenEichrecht,
            "edl40 e-mobility extension" => EncodingMethod::Edl40Extension,
            "edl40 mennekes" => EncodingMethod::Edl40Mennekes,
            _ => EncodingMethod::Unknown(short(text.trim())),
        }
    }
}

/// All that can be said about the signed data of one CDR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// About all of it together.
    pub verdict: Verdict,
    /// About each value, in the order sent.
    pub values: Vec<CheckedValue>,
    /// What each register of imported energy counted. Read even where a signature does not hold;
    /// the verdict says what it is worth.
    pub registers: Vec<Metered>,
    /// The one of them that says what the session drew.
    pub metered: Result<Metered, NoEnergy>,
}

/// One signed value, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedValue {
    /// As sent.
    pub nature: String,
    /// About this value alone.
    pub verdict: Verdict,
    /// What was signed, if it can be read.
    pub dataset: Option<Dataset>,
}

/// Checks the signed data of one CDR: each signature, each reading, and whether the values belong
/// together. Never fails; what cannot be read is a verdict.
pub fn check(data: &SignedData) -> Report {
    if let Some(why) = refused(data) {
        return report(Some(why), Vec::new());
    }
    let key = data.public_key.as_deref().map_or(Ok(None), Key::read);
    let method = EncodingMethod::of(&data.encoding_method);
    let values = data
        .values
        .iter()
        .map(|value| {
            let (verdict, dataset) = check_value(&method, &key, value);
            CheckedValue {
                nature: value.nature.clone(),
                verdict,
                dataset,
            }
        })
        .collect();
    report(None, values)
}

/// Why the values are not looked at.
fn refused(data: &SignedData) -> Option<Why> {
    let length = |value: &SignedValue| value.signed_data.len() + value.plain_data.len();
    let bytes = data.values.iter().map(length).sum();
    match data.values.len() {
        0 => Some(Why::Empty),
        count if count > VALUES_MAX => Some(Why::TooMany(count)),
        // One that is too long alone is said to be.
        1 => None,
        _ => (bytes > ALL_TEXTS_MAX).then_some(Why::TooLong {
            part: Part::AllTexts,
            bytes,
            most: ALL_TEXTS_MAX,
        }),
    }
}

/// Puts the values together; `refused` is why they were not looked at.
fn report(refused: Option<Why>, values: Vec<CheckedValue>) -> Report {
    let sets: Vec<(&str, &Dataset)> = values
        .iter()
        .filter_map(|value| Some((value.nature.as_str(), value.dataset.as_ref()?)))
        .collect();
    let counted = if sets.is_empty() {
        Err(NoEnergy::NothingRead)
    } else {
        energy::registers(&sets)
    };
    let registers = counted.clone().unwrap_or_default();
    let metered = counted.and_then(|registers| energy::total(&registers).cloned());
    let apart = || together(&sets).or_else(|| energy::backwards(&registers));
    let verdict = match refused {
        Some(why) => why.into(),
        None => match worst(&values) {
            failed @ Verdict::NotVerified(_) => failed,
            other @ (Verdict::Verified | Verdict::KeyUnknown | Verdict::NotSupported(_)) => {
                apart().map_or(other, Verdict::from)
            }
        },
    };
    Report {
        verdict,
        values,
        registers,
        metered,
    }
}

/// The first thing wrong, else the least that holds for all.
fn worst(values: &[CheckedValue]) -> Verdict {
    let mut worst = &Verdict::Verified;
    for value in values {
        if weight(&value.verdict) > weight(worst) {
            worst = &value.verdict;
        }
    }
    worst.clone()
}

fn weight(verdict: &Verdict) -> u8 {
    match verdict {
        Verdict::Verified => 0,
        Verdict::KeyUnknown => 1,
        Verdict::NotSupported(_) => 2,
        Verdict::NotVerified(_) => 3,
    }
}

/// Whether values that are fine alone are of one meter, one session, and in order (I-51).
fn together(sets: &[(&str, &Dataset)]) -> Option<Why> {
    let differing = |of: fn(&Dataset) -> Option<&str>| {
        let mut said = sets.iter().filter_map(|(_, set)| of(set));
        let first = said.next()?;
        let other = said.find(|other| *other != first)?;
        Some((short(first), short(other)))
    };
    if let Some((first, other)) = differing(Dataset::serial) {
        return Some(Why::SeveralMeters { first, other });
    }
    if let Some((first, other)) = differing(|set| set.session.as_deref()) {
        return Some(Why::SeveralSessions { first, other });
    }
    None
}

type Checked = (Verdict, Option<Dataset>);

fn check_value(
    method: &EncodingMethod,
    key: &Result<Option<Key>, Why>,
    value: &SignedValue,
) -> Checked {
    let longest = value.signed_data.len().max(value.plain_data.len());
    if longest > TEXT_MAX {
        let why = Why::TooLong {
            part: Part::Text,
            bytes: longest,
            most: TEXT_MAX,
        };
        return (why.into(), None);
    }
    match method {
        EncodingMethod::Ocmf => check_ocmf(&signed_text(value, ocmf::HEADER), key),
        EncodingMethod::AlfenEichrecht => check_alfen(&signed_text(value, alfen::HEADER), key),
        EncodingMethod::Edl40Extension => (Gap::Edl40("EDL40 E-Mobility Extension").into(), None),
        EncodingMethod::Edl40Mennekes => (Gap::Edl40("EDL40 Mennekes").into(), None),
        EncodingMethod::Unknown(name) => {
            // The header of OCMF says beyond doubt what it is; senders leave the method empty.
            let text = signed_text(value, ocmf::HEADER);
            if text.starts_with(ocmf::HEADER) {
                return check_ocmf(&text, key);
            }
            (Gap::Method(name.clone()).into(), None)
        }
    }
}

/// The signed text of a value (I-47): OCPI wants it in base64, most send it as it is; OCPP 1.6
/// wants hexadecimal digits. Some send it as plain data, and only the signature as signed data.
pub(crate) fn signed_text(value: &SignedValue, header: &str) -> String {
    let signed = value.signed_data.trim();
    let decoded = || {
        let bytes = letters::hex(signed).or_else(|| letters::base64(signed))?;
        String::from_utf8(bytes).ok()
    };
    let begins = |text: &String| text.trim_start().starts_with(header);
    if signed.starts_with(header) {
        return signed.to_owned();
    }
    let plain = || Some(value.plain_data.trim().to_owned());
    let text = decoded().filter(begins).or_else(|| plain().filter(begins));
    text.map_or_else(|| signed.to_owned(), |text| text.trim().to_owned())
}

fn check_ocmf(text: &str, key: &Result<Option<Key>, Why>) -> Checked {
    match Ocmf::cut(text) {
        Ok(ocmf) => with_readings(ocmf_signature(&ocmf, key), ocmf.dataset()),
        Err(why) => (why.into(), None),
    }
}

fn ocmf_signature(ocmf: &Ocmf<'_>, key: &Result<Option<Key>, Why>) -> Verdict {
    let checked = || -> Result<Verdict, Verdict> {
        let (curve, signature) = ocmf.signature()?;
        if curve == Curve::Secp192k1 {
            return Err(Gap::Curve(curve).into());
        }
        let numbers = numbers(curve, &signature)?;
        let Some(key) = key.as_ref().map_err(Clone::clone)? else {
            return Ok(Verdict::KeyUnknown);
        };
        Ok(verify(
            curve,
            &key.point_on(curve)?,
            ocmf.payload.as_bytes(),
            &numbers,
        ))
    };
    checked().unwrap_or_else(|verdict| verdict)
}

fn check_alfen(text: &str, key: &Result<Option<Key>, Why>) -> Checked {
    match Alfen::cut(text) {
        Ok(alfen) => with_readings(alfen_signature(&alfen, key), alfen.dataset()),
        Err(verdict) => (verdict, None),
    }
}

/// The key inside the text says only whether the text is whole: whoever changes the text can
/// change that key too. It does not take the place of one that came along.
fn alfen_signature(alfen: &Alfen, key: &Result<Option<Key>, Why>) -> Verdict {
    let checked = || -> Result<Verdict, Verdict> {
        let numbers = numbers(Alfen::CURVE, &alfen.signature)?;
        let own = verify(Alfen::CURVE, &alfen.key, &alfen.data, &numbers);
        let Some(key) = key.as_ref().map_err(Clone::clone)? else {
            return Ok(if own == Verdict::Verified {
                Verdict::KeyUnknown
            } else {
                own
            });
        };
        let point = key.point_on(Alfen::CURVE)?;
        let given = verify(Alfen::CURVE, &point, &alfen.data, &numbers);
        let differ = own == Verdict::Verified && given == Why::SignatureMismatch.into();
        Ok(if differ {
            Why::KeysDiffer.into()
        } else {
            given
        })
    };
    checked().unwrap_or_else(|verdict| verdict)
}

/// A signature that fails says more than readings that look odd; readings that look odd say more
/// than a key that is missing.
fn with_readings(signature: Verdict, read: Result<Dataset, Why>) -> Checked {
    let failed = matches!(signature, Verdict::NotVerified(_));
    match read {
        Err(_) if failed => (signature, None),
        Err(why) => (why.into(), None),
        Ok(dataset) => {
            let trouble = dataset.trouble().filter(|_| !failed);
            (trouble.map_or(signature, Verdict::from), Some(dataset))
        }
    }
}
