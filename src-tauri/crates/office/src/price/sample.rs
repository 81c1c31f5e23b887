//! One kept sample as its file has it: the record, the tariffs, zone, policy and what is expected.

use std::path::Path;
use std::str::FromStr;

use domain::{Cdr, Finding, FindingCode, OcpiVersion, Policy, Severity, Tariff, Tz};
use ocpi::{Kind, Object};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::PriceRequest;
use super::expected::Expected;
use crate::api::FindingDto;
use crate::outside::{self, bytes};
use crate::words;

/// The members of a sample, each as its own text: figures must not pass through a float.
#[derive(Default, Deserialize)]
struct Members<'a> {
    #[serde(borrow, default)]
    id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    ocpi: Option<&'a RawValue>,
    #[serde(borrow, default)]
    time_zone: Option<&'a RawValue>,
    #[serde(borrow, default)]
    cdr: Option<&'a RawValue>,
    #[serde(borrow, default)]
    tariffs: Option<&'a RawValue>,
    #[serde(borrow, default)]
    policy: Option<&'a RawValue>,
    #[serde(borrow, default)]
    expected: Option<&'a RawValue>,
}

/// A sample as far as it could be read.
pub(super) struct Sample {
    /// Its id; `None` where it has none or is no JSON.
    pub id: Option<String>,
    /// What its team expects.
    pub expected: Expected,
    /// What to price; `None` where something it needs is broken.
    pub job: Option<Job>,
    /// What was odd about it; fatal where it cannot be priced.
    pub findings: Vec<FindingDto>,
}

/// What to price and how.
pub(super) struct Job {
    pub cdr: Cdr,
    /// What was odd about reading the record.
    pub read: Vec<Finding>,
    /// Tariffs that stand in for those inside it; none keeps its own.
    pub tariffs: Vec<Tariff>,
    pub request: PriceRequest,
}

/// Reads a sample. What it leaves out is as `request` says; paths start at `folder`.
pub(super) fn read(text: &str, folder: &Path, request: &PriceRequest) -> Sample {
    let mut reading = Reading {
        folder,
        findings: Vec::new(),
        broken: false,
    };
    let members: Members<'_> = match serde_json::from_str(text) {
        Ok(members) => members,
        Err(error) => {
            reading.fatal(FindingCode::NotJson, "", &error.to_string());
            Members::default()
        }
    };
    let id = members.id.and_then(|id| reading.id(id));
    let (expected, findings) = members
        .expected
        .map_or_else(Default::default, |expected| Expected::read(expected.get()));
    reading.findings.extend(findings.iter().map(words::finding));
    let job = if reading.broken {
        None
    } else {
        reading.job(&members, request)
    };
    Sample {
        id,
        expected,
        job,
        findings: reading.findings,
    }
}

/// Reading one sample: where its paths start, and what was odd so far.
struct Reading<'a> {
    folder: &'a Path,
    findings: Vec<FindingDto>,
    /// Whether it cannot be priced any more.
    broken: bool,
}

impl Reading<'_> {
    fn fatal(&mut self, code: FindingCode, at: &str, found: &str) {
        let finding = Finding::at_path(code, at)
            .with_severity(Severity::Fatal)
            .with("found", found);
        self.findings.push(words::finding(&finding));
        self.broken = true;
    }

    /// A name or a number.
    fn id(&mut self, id: &RawValue) -> Option<String> {
        match serde_json::from_str(id.get()) {
            Ok(Value::String(name)) => Some(name),
            Ok(Value::Number(_)) => Some(id.get().to_owned()),
            Ok(Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_)) | Err(_) => {
                self.fatal(FindingCode::SchemaWrongType, "id", id.get());
                None
            }
        }
    }

    fn job(&mut self, members: &Members<'_>, request: &PriceRequest) -> Option<Job> {
        let version = match members.ocpi {
            Some(text) => self.word::<OcpiVersion>("ocpi", text),
            None => request.version,
        };
        let time_zone = match members.time_zone {
            Some(text) => self.word::<Tz>("time_zone", text),
            None => request.time_zone,
        };
        let policy = match members.policy {
            Some(changes) => self.policy(request.policy, changes),
            None => request.policy,
        };
        let tariffs = members
            .tariffs
            .map_or_else(Vec::new, |tariffs| self.tariffs(tariffs, version));
        let Some(record) = members.cdr else {
            self.fatal(FindingCode::SchemaMissingField, "cdr", "");
            return None;
        };
        let (cdr, read) = self.cdr(record, version)?;
        let request = PriceRequest {
            version,
            time_zone,
            policy,
        };
        (!self.broken).then_some(Job {
            cdr,
            read,
            tariffs,
            request,
        })
    }

    /// A value that is written as one word.
    fn word<T: FromStr>(&mut self, at: &str, text: &RawValue) -> Option<T> {
        let Ok(word) = serde_json::from_str::<String>(text.get()) else {
            self.fatal(FindingCode::SchemaWrongType, at, text.get());
            return None;
        };
        let known = word.parse().ok();
        if known.is_none() {
            self.fatal(FindingCode::SchemaEnum, at, &word);
        }
        known
    }

    fn policy(&mut self, mut policy: Policy, changes: &RawValue) -> Policy {
        let Ok(Value::Object(changes)) = serde_json::from_str(changes.get()) else {
            self.fatal(FindingCode::SchemaWrongType, "policy", changes.get());
            return policy;
        };
        for (switch, value) in &changes {
            let at = format!("policy.{switch}");
            let Some(reading) = reading_of(policy, value) else {
                self.fatal(FindingCode::SchemaWrongType, &at, &value.to_string());
                continue;
            };
            match policy.with(switch, &reading) {
                Ok(changed) => policy = changed,
                Err(unknown) => self.fatal(FindingCode::SchemaEnum, &at, &unknown.to_string()),
            }
        }
        policy
    }

    fn tariffs(&mut self, tariffs: &RawValue, version: Option<OcpiVersion>) -> Vec<Tariff> {
        let one_or_many =
            serde_json::from_str(tariffs.get()).unwrap_or_else(|_| vec![tariffs.to_owned()]);
        let mut read = Vec::new();
        for (index, tariff) in one_or_many.iter().enumerate() {
            let at = format!("tariffs[{index}]");
            for (object, findings) in self.objects(&at, tariff, version, Kind::Tariff) {
                match object {
                    Some(Object::Tariff(tariff)) => read.push(*tariff),
                    Some(
                        Object::Cdr(_)
                        | Object::Session(_)
                        | Object::Location(_)
                        | Object::Token(_),
                    ) => self.fatal(FindingCode::UnknownObject, &at, "no tariff"),
                    None => self.inside(&at, &findings),
                }
            }
        }
        read
    }

    /// The one CDR of a sample.
    fn cdr(
        &mut self,
        record: &RawValue,
        version: Option<OcpiVersion>,
    ) -> Option<(Cdr, Vec<Finding>)> {
        let mut objects = self.objects("cdr", record, version, Kind::Cdr);
        if objects.len() > 1 {
            let found = format!("{} records", objects.len());
            self.fatal(FindingCode::UnknownObject, "cdr", &found);
            return None;
        }
        match objects.pop()? {
            (Some(Object::Cdr(cdr)), findings) => return Some((*cdr, findings)),
            (None, findings) => self.inside("cdr", &findings),
            (
                Some(
                    Object::Session(_) | Object::Tariff(_) | Object::Location(_) | Object::Token(_),
                ),
                _,
            ) => self.fatal(FindingCode::UnknownObject, "cdr", "no CDR"),
        }
        None
    }

    /// The objects that stand at a place: written there, or in the file that its path names.
    fn objects(
        &mut self,
        at: &str,
        place: &RawValue,
        version: Option<OcpiVersion>,
        kind: Kind,
    ) -> Vec<outside::Found> {
        if place.get().starts_with('{') {
            return outside::objects(place.get().as_bytes(), version, Some(kind));
        }
        let Ok(path) = serde_json::from_str::<String>(place.get()) else {
            self.fatal(FindingCode::SchemaWrongType, at, place.get());
            return Vec::new();
        };
        match bytes(&self.folder.join(&path)) {
            Ok(text) => {
                let objects = outside::objects(&text, version, Some(kind));
                if objects.is_empty() {
                    self.fatal(FindingCode::UnknownObject, at, &path);
                }
                objects
            }
            Err(error) => {
                let params = [("file", path), ("problem", error.to_string())];
                self.findings.push(FindingDto {
                    code: "file_not_read".to_owned(),
                    severity: words::severity(Severity::Fatal).to_owned(),
                    at: at.to_owned(),
                    params: params.map(|(name, value)| (name.to_owned(), value)).into(),
                });
                self.broken = true;
                Vec::new()
            }
        }
    }

    /// What was wrong with a record, told from the place it stands at.
    fn inside(&mut self, at: &str, findings: &[Finding]) {
        for finding in findings.iter().map(words::finding) {
            let at = if finding.at.is_empty() {
                at.to_owned()
            } else {
                format!("{at}.{}", finding.at)
            };
            self.findings.push(FindingDto { at, ..finding });
        }
        self.broken = true;
    }
}

/// A reading as the policy takes it. Rounding may be an object or a list of its three words; what
/// an object leaves out stays as it was.
fn reading_of(policy: Policy, reading: &Value) -> Option<String> {
    let word = |value: &Value| match value {
        Value::String(word) => Some(word.clone()),
        Value::Number(digits) => Some(digits.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    match reading {
        Value::Array(words) => Some(
            words
                .iter()
                .map(word)
                .collect::<Option<Vec<_>>>()?
                .join(","),
        ),
        Value::Object(rounding) => {
            let now = policy.rounding.to_string();
            let names = ["stage", "digits", "mode"];
            if rounding.keys().any(|name| !names.contains(&name.as_str())) {
                return None;
            }
            let words = names.into_iter().zip(now.split(','));
            let words = words.map(|(name, now)| match rounding.get(name) {
                Some(value) => word(value),
                None => Some(now.to_owned()),
            });
            Some(words.collect::<Option<Vec<_>>>()?.join(","))
        }
        Value::String(_) | Value::Number(_) => word(reading),
        Value::Null | Value::Bool(_) => None,
    }
}
