//! Tariffs: in words, looked over for faults, and tried on a made-up session. Those of files here
//! and in [`try_file`], those of the book in [`list`], [`view`] and [`try_version`].

mod known;
mod tried;
mod viewed;

#[cfg(test)]
mod tests;

use std::path::Path;

use domain::{OcpiVersion, Tariff, Tz};
use ocpi::Object;
use serde::Serialize;
use tariff::Language;

use crate::api::TariffFault;
use crate::error::Result;
use crate::outside::{self, bytes, unreadable};
use crate::{words, zones};

pub use tariff::{Language as SpokenLanguage, Reader as ExplainedTo};
pub use tried::{TriedSession, TrySession, try_file, try_version};
pub use viewed::{list, view};

/// A tariff in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TariffWords {
    /// The owner's id for it.
    pub id: String,
    /// Currency of its prices.
    pub currency: String,
    /// `en`, `nl`, `de`, `fr`.
    pub language: String,
    /// Sentences.
    pub text: Vec<String>,
}

/// The faults of a tariff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TariffFaults {
    /// The owner's id for it.
    pub id: String,
    /// Faults, the most serious first.
    pub findings: Vec<TariffFault>,
}

impl TariffFaults {
    /// Whether somebody should look at it.
    pub fn need_a_person(&self) -> bool {
        self.findings.iter().any(|fault| fault.severity != "info")
    }
}

/// Every tariff of a file in words.
pub fn explain_file(
    path: &Path,
    version: Option<OcpiVersion>,
    language: Language,
) -> Result<Vec<TariffWords>> {
    let told = |tariff: &Tariff| {
        let text = tariff::explain_tariff(tariff, language);
        in_words(tariff, language, text)
    };
    Ok(read(path, version)?.iter().map(told).collect())
}

/// What changed from the tariffs of one file to those of another, paired by id; a file that holds
/// one tariff is compared whatever its id.
pub fn explain_change(
    before: &Path,
    after: &Path,
    version: Option<OcpiVersion>,
    language: Language,
) -> Result<Vec<TariffWords>> {
    let (old, new) = (read(before, version)?, read(after, version)?);
    let mut told = Vec::new();
    for tariff in &new {
        let earlier = match (old.as_slice(), new.as_slice()) {
            ([only], [_]) => Some(only),
            _ => old.iter().find(|old| old.id == tariff.id),
        };
        let earlier = earlier
            .ok_or_else(|| unreadable(before, &format!("it holds no tariff {}", tariff.id)))?;
        let text = tariff::explain_change(earlier, tariff, language);
        told.push(in_words(tariff, language, text));
    }
    Ok(told)
}

/// The faults of every tariff of a file. The zone is the location's, where it is known.
pub fn lint_file(
    path: &Path,
    version: Option<OcpiVersion>,
    zone: Option<Tz>,
    language: Language,
) -> Result<Vec<TariffFaults>> {
    let faults = |tariff: &Tariff| TariffFaults {
        id: tariff.id.to_string(),
        findings: faults(tariff, zone.or_else(|| zone_of(tariff)), language),
    };
    Ok(read(path, version)?.iter().map(faults).collect())
}

/// The faults of a tariff, the most serious first.
fn faults(tariff: &Tariff, zone: Option<Tz>, language: Language) -> Vec<TariffFault> {
    let fault = |finding: &tariff::LintFinding| TariffFault {
        code: finding.code.as_str().to_owned(),
        severity: words::severity(finding.severity).to_owned(),
        at: finding.path.clone(),
        text: finding.text(language),
    };
    tariff::lint(tariff, zone).iter().map(fault).collect()
}

fn in_words(tariff: &Tariff, language: Language, text: Vec<String>) -> TariffWords {
    TariffWords {
        id: tariff.id.to_string(),
        currency: tariff.currency.to_string(),
        language: language.code().to_owned(),
        text,
    }
}

/// The zone of the owner's country, where it has only one.
fn zone_of(tariff: &Tariff) -> Option<Tz> {
    tariff
        .party
        .as_ref()
        .and_then(|party| zones::single(party.country()))
}

/// The tariffs of a file. A record that is none, or cannot be read, is refused with its reason.
fn read(path: &Path, version: Option<OcpiVersion>) -> Result<Vec<Tariff>> {
    let mut tariffs = Vec::new();
    for (object, findings) in outside::objects(&bytes(path)?, version, None) {
        match object {
            Some(Object::Tariff(tariff)) => tariffs.push(*tariff),
            Some(Object::Cdr(_) | Object::Session(_) | Object::Location(_) | Object::Token(_)) => {
                return Err(unreadable(path, "it holds something that is no tariff"));
            }
            None => {
                let worst = findings.iter().max_by_key(|finding| finding.severity);
                let why = worst.map_or_else(String::new, |finding| {
                    format!(" ({} at {})", finding.code.as_str(), finding.at)
                });
                return Err(unreadable(
                    path,
                    &format!("it holds a record nobody can read{why}"),
                ));
            }
        }
    }
    if tariffs.is_empty() {
        return Err(unreadable(path, "it holds no tariff"));
    }
    Ok(tariffs)
}
