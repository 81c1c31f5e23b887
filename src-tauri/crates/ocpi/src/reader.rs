//! From a record's bytes to a domain object, with memory that is used again.

use std::borrow::Cow;

use domain::{
    Cdr, Checked, Finding, FindingCode, FindingLocation, InvoiceRecord, Location, OcpiVersion,
    Session, Severity, Tariff, Token,
};

use crate::json::{self, Doc, Node, Slip, Value};
use crate::path::Path;
use crate::report::Report;
use crate::{Hint, Kind, Recognised, cdr, location, recognise, record, session, tariff, token};

/// An object that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Object {
    /// A charge detail record.
    Cdr(Box<Cdr>),
    /// A charging session.
    Session(Box<Session>),
    /// A tariff.
    Tariff(Box<Tariff>),
    /// A location.
    Location(Box<Location>),
    /// A token.
    Token(Token),
}

/// What became of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// What it is; `None` when it is not JSON or none of the objects we know.
    pub recognised: Option<Recognised>,
    /// The object; `None` exactly when one of the findings is fatal.
    pub object: Option<Object>,
    /// What was odd, in reading order.
    pub findings: Vec<Finding>,
}

/// Reads records one after the other. Keep one per thread: it uses its memory again.
#[derive(Debug, Default)]
pub struct Reader {
    nodes: Vec<Node>,
    slips: Vec<Slip>,
}

impl Reader {
    /// A reader without any memory yet.
    pub fn new() -> Self {
        Reader::default()
    }

    /// Says what a record is, without reading it. See [`recognise`](crate::recognise()).
    pub fn recognise(&mut self, record: &[u8], hint: &Hint) -> Option<Recognised> {
        let hint = Hint {
            kind: None,
            ..hint.clone()
        };
        let text = self.parsed(record).ok()?;
        let doc = Doc {
            text: &text,
            nodes: &self.nodes,
        };
        recognise::recognise(doc.root(), &hint)
    }

    /// Recognises and reads a record: one JSON object with nothing but blanks around it.
    pub fn read(&mut self, record: &[u8], hint: &Hint) -> Read {
        let text = match self.parsed(record) {
            Ok(text) => text,
            Err(slip) => return refused(FindingCode::NotJson, Some(slip)),
        };
        let doc = Doc {
            text: &text,
            nodes: &self.nodes,
        };
        let Some(recognised) = recognise::recognise(doc.root(), hint) else {
            return refused(FindingCode::UnknownObject, None);
        };
        let report = self.report(recognised.version, hint);
        let read = object(doc.root(), recognised.kind, report);
        Read {
            recognised: Some(recognised),
            object: read.value,
            findings: read.findings,
        }
    }

    /// Whether a record is an invoice reconciliation record. See
    /// [`is_record`](crate::is_record()).
    pub fn is_record(&mut self, record: &[u8]) -> bool {
        self.parsed(record).is_ok_and(|text| {
            let doc = Doc {
                text: &text,
                nodes: &self.nodes,
            };
            record::is_record(doc.root())
        })
    }

    /// Reads an invoice reconciliation record, whatever its content looks like.
    pub fn read_record(&mut self, record: &[u8], hint: &Hint) -> Checked<Option<InvoiceRecord>> {
        let text = match self.parsed(record) {
            Ok(text) => text,
            Err(slip) => {
                return Checked {
                    value: None,
                    findings: refused(FindingCode::NotJson, Some(slip)).findings,
                };
            }
        };
        let doc = Doc {
            text: &text,
            nodes: &self.nodes,
        };
        let mut report = self.report(OcpiVersion::V230, hint);
        let value = record::record(doc.root(), &mut report);
        report.close(value)
    }

    /// Parses a record onto the tape and gives its text. What was read over is in the slips.
    fn parsed<'r>(&mut self, record: &'r [u8]) -> Result<Cow<'r, str>, Slip> {
        let text = text_of(record);
        self.slips.clear();
        json::parse(&text, &mut self.nodes, &mut self.slips)?;
        if matches!(text, Cow::Owned(_)) {
            let at = std::str::from_utf8(record).map_or_else(|error| error.valid_up_to(), str::len);
            self.slips.push(Slip {
                at,
                what: "not_utf8",
            });
        }
        Ok(text)
    }

    /// A report that begins with what was read over while parsing.
    fn report(&self, version: OcpiVersion, hint: &Hint) -> Report {
        let mut report = Report::new(version, hint.party.clone());
        for slip in &self.slips {
            report
                .raise(FindingCode::NotJson, Path::Record)
                .with_severity(Severity::Warning)
                .param("problem", slip.what)
                .param("offset", slip.at);
        }
        report
    }
}

/// The record as text; bytes that are no UTF-8 become U+FFFD.
fn text_of(record: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(record) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => String::from_utf8_lossy(record),
    }
}

/// Reads the value as what it was recognised as.
fn object(value: Value<'_>, kind: Kind, mut report: Report) -> Checked<Option<Object>> {
    let object = match kind {
        Kind::Cdr => cdr::cdr(value, &mut report).map(|cdr| Object::Cdr(Box::new(cdr))),
        Kind::Session => {
            session::session(value, &mut report).map(|session| Object::Session(Box::new(session)))
        }
        Kind::Tariff => tariff::tariff(value, &mut report, Path::Record)
            .map(|tariff| Object::Tariff(Box::new(tariff))),
        Kind::Location => location::location(value, &mut report)
            .map(|location| Object::Location(Box::new(location))),
        Kind::Token => token::token(value, &mut report).map(Object::Token),
    };
    report.close(object)
}

/// A record that is kept as a document only.
fn refused(code: FindingCode, slip: Option<Slip>) -> Read {
    let mut finding = Finding::new(code, FindingLocation::Whole);
    if let Some(slip) = slip {
        finding = finding.with("problem", slip.what).with("offset", slip.at);
    }
    Read {
        recognised: None,
        object: None,
        findings: vec![finding],
    }
}
