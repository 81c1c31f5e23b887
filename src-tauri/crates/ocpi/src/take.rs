//! Taking a member as what it should be: tolerant in what it accepts, strict in what it reports.
//!
//! Every reader returns the value where one can be had, and raises a finding at the member's path
//! for every liberty it took (SEMANTICS ch. 1, rules 2 to 9).

use std::borrow::Cow;

use domain::{Currency, Decimal, FindingCode, Instant, OcpiId, Severity};

use crate::fields::Members;
use crate::instant;
use crate::json::number::{self, NumberError};
use crate::json::{Kind, Value};
use crate::path::Path;
use crate::report::Report;

/// Decimals that the book keeps of money and energy; more is worth a finding.
const DECIMALS_KEPT: u32 = 6;

/// Largest figure that fits the book's whole millionths: 9 · 10¹².
const FIGURE_MAX: Decimal = Decimal::from_parts(2_043_514_880, 2_095, 0, false, 0);

/// Longest DateTime the standard allows (Types / DateTime).
const DATETIME_MAX: usize = 25;

/// How badly a member is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Optional in the version at hand.
    May,
    /// Mandatory; the record can be used without it.
    Must,
    /// Without it the record cannot be used.
    Key,
}

impl Need {
    /// Mandatory under a condition, else optional.
    pub(crate) fn must_if(condition: bool) -> Need {
        if condition { Need::Must } else { Need::May }
    }

    /// How much it matters that a member is there but cannot be read.
    fn unreadable(self) -> Severity {
        match self {
            Need::May => Severity::Warning,
            Need::Must => Severity::Error,
            Need::Key => Severity::Fatal,
        }
    }
}

/// The JSON type's name as findings show it.
fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "null",
        Kind::True | Kind::False => "boolean",
        Kind::Number => "number",
        Kind::Text => "string",
        Kind::Object => "object",
        Kind::Array => "array",
    }
}

/// A number that needs no second look.
#[inline]
fn plain_number(value: Value<'_>) -> Option<Decimal> {
    if value.kind() == Kind::Number {
        number::plain(value.raw())
    } else {
        None
    }
}

/// As much of a value's text as a finding may quote.
fn quote(value: Value<'_>) -> &str {
    let raw = value.raw();
    &raw[..raw.floor_char_boundary(400)]
}

impl Report {
    /// Notes that a value has another type than the standard says, but was understood.
    #[cold]
    pub(crate) fn wrong_type(&mut self, value: Value<'_>, due: &str, path: Path<'_>) {
        let raised = self
            .raise(FindingCode::SchemaWrongType, path)
            .param("due", due)
            .param("found", kind_name(value.kind()));
        match value.kind() {
            Kind::Object | Kind::Array => {}
            Kind::Null | Kind::True | Kind::False | Kind::Number | Kind::Text => {
                raised.param("value", quote(value));
            }
        }
    }

    /// Notes that a value cannot be read as what is due.
    #[cold]
    pub(crate) fn unreadable(&mut self, value: Value<'_>, due: &str, need: Need, path: Path<'_>) {
        self.raise(FindingCode::SchemaWrongType, path)
            .with_severity(need.unreadable())
            .param("due", due)
            .param("found", kind_name(value.kind()))
            .param("value", quote(value));
    }

    /// A number from its text. One that cannot be kept is fatal: nothing near it will do.
    #[inline]
    pub(crate) fn number(
        &mut self,
        value: Value<'_>,
        need: Need,
        path: Path<'_>,
    ) -> Option<Decimal> {
        match plain_number(value) {
            Some(number) => Some(number),
            None => self.unusual_number(value, need, path),
        }
    }

    /// A number that is a text, or is long, or none.
    #[cold]
    fn unusual_number(&mut self, value: Value<'_>, need: Need, path: Path<'_>) -> Option<Decimal> {
        let text = value.text();
        let read = number::read(text.trim());
        match (value.kind(), read) {
            (Kind::Number, _) => {}
            (Kind::Text, Ok(_) | Err(NumberError::TooLarge)) => {
                self.wrong_type(value, "number", path);
            }
            (Kind::Text, Err(NumberError::NoNumber))
            | (Kind::Null | Kind::True | Kind::False | Kind::Object | Kind::Array, _) => {
                self.unreadable(value, "number", need, path);
                return None;
            }
        }
        let kept = read.ok().filter(|read| read.value.abs() <= FIGURE_MAX);
        let Some(read) = kept else {
            self.raise(FindingCode::OutOfRange, path)
                .param("value", quote(value));
            return None;
        };
        if read.cut || read.value.normalize().scale() > DECIMALS_KEPT {
            self.raise(FindingCode::TooManyDecimals, path)
                .param("value", quote(value));
        }
        Some(read.value)
    }

    /// A text of at most `max` characters; longer ones are kept and noted. Blank counts as absent.
    #[inline]
    pub(crate) fn text<'d>(
        &mut self,
        value: Value<'d>,
        max: usize,
        need: Need,
        path: Path<'_>,
    ) -> Option<Cow<'d, str>> {
        let text = match value.kind() {
            Kind::Text => value.text(),
            Kind::Number | Kind::True | Kind::False => {
                self.wrong_type(value, "string", path);
                value.text()
            }
            Kind::Null | Kind::Object | Kind::Array => {
                self.unreadable(value, "string", need, path);
                return None;
            }
        };
        if text.len() > max && text.chars().count() > max {
            self.raise(FindingCode::SchemaLength, path)
                .param("max", max)
                .param("length", text.chars().count());
        }
        Some(text)
    }

    /// Notes a value outside its list of values; it is kept as sent.
    #[cold]
    pub(crate) fn unknown_value(&mut self, text: &str, path: Path<'_>) {
        self.raise(FindingCode::SchemaEnum, path)
            .param("value", text);
    }
}

impl<'d, const N: usize> Members<'d, '_, N> {
    /// Notes that a member is absent, as badly as it is needed.
    #[inline]
    pub(crate) fn missing(&self, report: &mut Report, field: impl Into<usize>, need: Need) {
        match need {
            Need::May => {}
            Need::Must => {
                report.raise(FindingCode::SchemaMissingField, self.path(field));
            }
            Need::Key => {
                report
                    .raise(FindingCode::SchemaMissingField, self.path(field))
                    .with_severity(Severity::Fatal);
            }
        }
    }

    /// Notes that a member came under another version's name.
    #[cold]
    pub(crate) fn instead(&self, report: &mut Report, due: impl Into<usize>, found: &str) {
        report
            .raise(FindingCode::SchemaMissingField, self.path(due))
            .with_severity(Severity::Info)
            .param("instead", found);
    }

    /// The field that holds what is due: `due` itself, or the name another version has for it,
    /// with a note.
    pub(crate) fn either<F: Copy + Into<usize>>(&self, report: &mut Report, due: F, other: F) -> F {
        if self.has(due) || !self.has(other) {
            return due;
        }
        self.instead(report, due, self.name(other));
        other
    }

    /// The member, or a note that it is missing.
    #[inline]
    pub(crate) fn due(
        &self,
        report: &mut Report,
        field: impl Into<usize>,
        need: Need,
    ) -> Option<Value<'d>> {
        let field = field.into();
        let value = self.get(field);
        if value.is_none() {
            self.missing(report, field, need);
        }
        value
    }

    /// A text; blank and `#NA` ("cannot be known", Transport / No data available) count as absent.
    #[inline]
    pub(crate) fn text(
        &self,
        report: &mut Report,
        field: impl Into<usize>,
        max: usize,
        need: Need,
    ) -> Option<Cow<'d, str>> {
        let field = field.into();
        let value = self.due(report, field, need)?;
        match value.plain_text(max) {
            Some(text) => Some(Cow::Borrowed(text)),
            None => self.unusual_text(report, field, max, need),
        }
    }

    /// A text that is long, escaped, blank, `#NA`, in another script, or none.
    #[cold]
    fn unusual_text(
        &self,
        report: &mut Report,
        field: usize,
        max: usize,
        need: Need,
    ) -> Option<Cow<'d, str>> {
        let text = report.text(self.get(field)?, max, need, self.path(field))?;
        if text.trim().is_empty() {
            self.missing(report, field, need);
            return None;
        }
        if text == "#NA" {
            let severity = if need == Need::Key {
                Severity::Fatal
            } else {
                Severity::Info
            };
            report
                .raise(FindingCode::SchemaMissingField, self.path(field))
                .with_severity(severity)
                .param("value", "#NA");
            return None;
        }
        Some(text)
    }

    /// A text to keep.
    #[inline]
    pub(crate) fn string(
        &self,
        report: &mut Report,
        field: impl Into<usize>,
        max: usize,
        need: Need,
    ) -> Option<String> {
        let field = field.into();
        let value = self.due(report, field, need)?;
        match value.plain_text(max) {
            Some(text) => Some(text.to_owned()),
            None => self
                .unusual_text(report, field, max, need)
                .map(Cow::into_owned),
        }
    }

    /// An id.
    #[inline]
    pub(crate) fn id(
        &self,
        report: &mut Report,
        field: impl Into<usize>,
        max: usize,
        need: Need,
    ) -> Option<OcpiId> {
        self.string(report, field, max, need).map(OcpiId)
    }

    /// A text that should be one of `known`; any other is kept and noted.
    #[inline]
    pub(crate) fn one_of(
        &self,
        report: &mut Report,
        field: impl Into<usize>,
        known: &[&str],
        need: Need,
    ) -> Option<String> {
        let field = field.into();
        let text = self.text(report, field, 255, need)?;
        if !known.contains(&text.as_ref()) {
            report.unknown_value(&text, self.path(field));
        }
        Some(text.into_owned())
    }

    /// A number.
    #[inline]
    pub(crate) fn number(
        &self,
        report: &mut Report,
        field: impl Into<usize>,
        need: Need,
    ) -> Option<Decimal> {
        let field = field.into();
        let value = self.due(report, field, need)?;
        match plain_number(value) {
            Some(number) => Some(number),
            None => report.unusual_number(value, need, self.path(field)),
        }
    }

    /// A whole number from 0 up; a fraction is cut, a negative is 0, both with a finding.
    pub(crate) fn count(
        &self,
        report: &mut Report,
        field: impl Into<usize>,
        need: Need,
    ) -> Option<u32> {
        let field = field.into();
        let value = self.due(report, field, need)?;
        let plain = value.kind() == Kind::Number && value.raw().len() < 10;
        if let Some(count) = plain.then(|| value.raw().parse().ok()).flatten() {
            return Some(count);
        }
        let number = report.number(value, need, self.path(field))?;
        let whole = number.trunc().max(Decimal::ZERO);
        if whole != number || number.scale() > 0 {
            report.wrong_type(value, "integer", self.path(field));
        }
        let count = u32::try_from(whole).ok();
        if count.is_none() {
            report.unreadable(value, "integer", need, self.path(field));
        }
        count
    }

    /// A boolean; `"true"`, `"false"`, 1 and 0 are understood.
    pub(crate) fn flag(
        &self,
        report: &mut Report,
        field: impl Into<usize>,
        need: Need,
    ) -> Option<bool> {
        let field = field.into();
        let value = self.due(report, field, need)?;
        let lenient = match (value.kind(), value.raw()) {
            (Kind::True, _) => return Some(true),
            (Kind::False, _) => return Some(false),
            (Kind::Text, text) if text.eq_ignore_ascii_case("true") => Some(true),
            (Kind::Text, text) if text.eq_ignore_ascii_case("false") => Some(false),
            (Kind::Text | Kind::Number, "1") => Some(true),
            (Kind::Text | Kind::Number, "0") => Some(false),
            (Kind::Null | Kind::Number | Kind::Text | Kind::Object | Kind::Array, _) => None,
        };
        match lenient {
            Some(_) => report.wrong_type(value, "boolean", self.path(field)),
            None => report.unreadable(value, "boolean", need, self.path(field)),
        }
        lenient
    }

    /// An instant (Types / DateTime).
    #[inline]
    pub(crate) fn instant(
        &self,
        report: &mut Report,
        field: impl Into<usize>,
        need: Need,
    ) -> Option<Instant> {
        let field = field.into();
        let value = self.due(report, field, need)?;
        if value.kind() != Kind::Text {
            report.unreadable(value, "DateTime", need, self.path(field));
            return None;
        }
        let text = value.text();
        let Some((at, lapse)) = instant::read(&text) else {
            report
                .raise(FindingCode::SchemaDatetime, self.path(field))
                .with_severity(need.unreadable())
                .param("value", &text);
            return None;
        };
        if let Some(lapse) = lapse {
            report
                .raise(FindingCode::SchemaDatetime, self.path(field))
                .param("problem", lapse)
                .param("value", &text);
        } else if text.len() > DATETIME_MAX {
            report
                .raise(FindingCode::SchemaLength, self.path(field))
                .param("max", DATETIME_MAX)
                .param("length", text.len());
        }
        Some(at)
    }

    /// A currency code; lower case is understood.
    #[inline]
    pub(crate) fn currency(
        &self,
        report: &mut Report,
        field: impl Into<usize>,
        need: Need,
    ) -> Option<Currency> {
        let field = field.into();
        let text = self.text(report, field, 3, need)?;
        let currency = text.parse::<Currency>().ok();
        match currency {
            Some(currency) if currency.code() == text => {}
            Some(_) => report.unknown_value(&text, self.path(field)),
            None => {
                report
                    .raise(FindingCode::SchemaEnum, self.path(field))
                    .with_severity(need.unreadable())
                    .param("value", &text);
            }
        }
        currency
    }

    /// The elements of a list. One bare value is taken as a list of one, with a finding.
    pub(crate) fn list<F: Into<usize>>(
        &self,
        report: &mut Report,
        field: F,
        need: Need,
    ) -> impl Iterator<Item = Value<'d>> + use<'d, F, N> {
        let field = field.into();
        let value = self.due(report, field, need);
        let list = value.filter(|v| v.kind() == Kind::Array);
        let single = value.filter(|v| v.kind() != Kind::Array);
        if let Some(single) = single {
            report.wrong_type(single, "array", self.path(field));
        }
        if need != Need::May && list.is_some_and(|list| list.items().next().is_none()) {
            self.missing(report, field, need);
        }
        list.into_iter().flat_map(Value::items).chain(single)
    }

    /// A member that must be an object.
    pub(crate) fn object(
        &self,
        report: &mut Report,
        field: impl Into<usize>,
        need: Need,
    ) -> Option<Value<'d>> {
        let field = field.into();
        let value = self.due(report, field, need)?;
        report.object(value, need, self.path(field))
    }
}

impl Report {
    /// A value that must be an object.
    #[inline]
    pub(crate) fn object<'d>(
        &mut self,
        value: Value<'d>,
        need: Need,
        path: Path<'_>,
    ) -> Option<Value<'d>> {
        if value.kind() == Kind::Object {
            return Some(value);
        }
        self.unreadable(value, "object", need, path);
        None
    }
}
