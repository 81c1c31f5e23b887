//! What is noted while a record is read: findings with their places, and the version read as.

use std::fmt::Display;

use domain::{Checked, Finding, FindingCode, FindingLocation, OcpiVersion, PartyKey, Severity};

use crate::path::Path;

/// Findings kept per record. A record that breaks every rule a thousand times over is described
/// well enough by the first two hundred; a fatal one is always kept.
const FINDINGS_MAX: usize = 200;

/// Longest stretch of a partner's text that a finding quotes, in characters.
const QUOTE_MAX: usize = 80;

/// The findings of one record, and what its readers must know of where it came from.
pub(crate) struct Report {
    /// The version the record is read as.
    pub(crate) version: OcpiVersion,
    /// The connection's party: owner of objects whose version names none.
    pub(crate) party: Option<PartyKey>,
    findings: Vec<Finding>,
    /// The latest finding beyond the limit.
    spare: Option<Finding>,
}

/// A finding just raised, to be filled in.
pub(crate) struct Raised<'r>(&'r mut Finding);

impl Raised<'_> {
    pub(crate) fn with_severity(self, severity: Severity) -> Self {
        self.0.severity = severity;
        self
    }

    /// Adds a named figure; long texts are quoted in part.
    pub(crate) fn param(self, name: &str, value: impl Display) -> Self {
        let text = value.to_string();
        let short = match text.char_indices().nth(QUOTE_MAX) {
            Some((at, _)) => format!("{}…", &text[..at]),
            None => text,
        };
        self.0.params.insert(name.to_owned(), short);
        self
    }
}

impl Report {
    pub(crate) fn new(version: OcpiVersion, party: Option<PartyKey>) -> Self {
        Report {
            version,
            party,
            findings: Vec::new(),
            spare: None,
        }
    }

    /// Notes a finding at a place.
    #[cold]
    pub(crate) fn raise(&mut self, code: FindingCode, path: Path<'_>) -> Raised<'_> {
        let at = if path.is_record() {
            FindingLocation::Whole
        } else {
            FindingLocation::Path(path.to_string())
        };
        let finding = Finding::new(code, at);
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(finding);
            return Raised(self.findings.last_mut().expect("a finding was just pushed"));
        }
        self.keep_fatal_spare();
        Raised(self.spare.insert(finding))
    }

    /// One fatal finding beyond the limit is kept, unless there is one already.
    fn keep_fatal_spare(&mut self) {
        let fatal = |finding: &Finding| finding.severity == Severity::Fatal;
        if let Some(spare) = self.spare.take().filter(fatal)
            && !self.findings.iter().any(fatal)
        {
            self.findings.push(spare);
        }
    }

    /// Ends the report: the value is given out only if nothing fatal was found.
    pub(crate) fn close<T>(mut self, value: Option<T>) -> Checked<Option<T>> {
        self.keep_fatal_spare();
        let fatal = self.findings.iter().any(|f| f.severity == Severity::Fatal);
        assert!(
            value.is_some() || fatal,
            "a record is refused only with a fatal finding"
        );
        Checked {
            value: value.filter(|_| !fatal),
            findings: self.findings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_findings_is_bounded_but_a_fatal_one_is_kept() {
        let mut report = Report::new(OcpiVersion::V221, None);
        for index in 0..2_000 {
            let severity = if index % 900 == 899 {
                Severity::Fatal
            } else {
                Severity::Info
            };
            report
                .raise(FindingCode::SchemaEnum, Path::Record)
                .with_severity(severity)
                .param("index", index);
        }
        let checked = report.close(Some(()));
        assert_eq!(checked.findings.len(), FINDINGS_MAX + 1);
        assert_eq!(
            checked.findings.last().map(|f| f.params["index"].as_str()),
            Some("899")
        );
        assert_eq!(checked.value, None, "a fatal finding refuses the record");
    }

    #[test]
    fn long_quotes_are_cut_between_characters() {
        let mut report = Report::new(OcpiVersion::V221, None);
        report
            .raise(FindingCode::SchemaEnum, Path::Record)
            .param("value", "ß".repeat(500));
        let findings = report.close(Some(())).findings;
        assert_eq!(findings[0].params["value"], format!("{}…", "ß".repeat(80)));
    }
}
