//! The text forms in which values cross to the screens.

use chrono::SecondsFormat;
use domain::finding::Location;
use domain::{Finding, Instant, Severity, Tz};
use tariff::Language;

use crate::api::FindingDto;
use crate::error::{Error, Result};

/// RFC 3339 in UTC.
pub(crate) fn instant(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// RFC 3339 on the wall clock of a zone, with its offset.
pub(crate) fn local(at: Instant, zone: Tz) -> String {
    at.with_timezone(&zone)
        .to_rfc3339_opts(SecondsFormat::AutoSi, false)
}

/// A language by its code.
pub(crate) fn language(code: &str) -> Result<Language> {
    code.parse().map_err(|_| Error::BadRequest {
        field: "language",
        value: code.to_owned(),
    })
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |value: u8| char::from(DIGITS[usize::from(value)]);
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

/// The bytes of a hexadecimal text.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes().chunks(2);
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    text.len()
        .is_multiple_of(2)
        .then(|| digits.map(byte).collect())?
}

/// The stable text of a severity.
pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
        Severity::Fatal => "fatal",
    }
}

/// A finding; the sentence is made from its code and figures.
pub(crate) fn finding(finding: &Finding) -> FindingDto {
    FindingDto {
        code: finding.code.as_str().to_owned(),
        severity: severity(finding.severity).to_owned(),
        at: match &finding.at {
            Location::Whole => String::new(),
            at @ (Location::Path(_) | Location::Cell { .. }) => at.to_string(),
        },
        params: finding.params.clone(),
    }
}

/// The stable text of a unit variant.
pub(crate) fn stable(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("a unit variant is a JSON string, not {other:?}"),
    }
}

/// A place in a list as it crosses to the screens.
pub(crate) fn index(place: usize) -> u32 {
    u32::try_from(place).expect("no list of a CDR is that long")
}
