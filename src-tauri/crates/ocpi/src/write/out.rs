//! The JSON text being written, and one object in it.
//!
//! An own writer and not a library's, because figures go out digit by digit, and because whoever
//! writes a member says in the same breath how badly the version needs it.

use std::fmt::Write;

use domain::{Currency, Decimal, Instant, OcpiId, OcpiVersion, PartyKey};

use super::Written;
use super::lack::{self, Lack, Why};
use super::text;
use crate::path::Path;

/// How badly the version needs a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Need {
    /// Left out when not known.
    May,
    /// Named when not known.
    Must,
}

impl Need {
    /// Required under a condition, else optional.
    pub(super) fn must_if(condition: bool) -> Need {
        if condition { Need::Must } else { Need::May }
    }
}

/// Whether a text is one, and neither blank nor the word for "cannot be known".
pub(super) fn says_something(text: &str) -> bool {
    !text.trim().is_empty() && text != "#NA"
}

/// A text being written.
pub(super) struct Out {
    version: OcpiVersion,
    text: String,
    lacks: Vec<Lack>,
}

impl Out {
    pub(super) fn new(version: OcpiVersion) -> Self {
        Out {
            version,
            text: String::new(),
            lacks: Vec::new(),
        }
    }

    /// Writes the record itself.
    pub(super) fn record(&mut self, members: impl FnOnce(&mut Object<'_, '_>)) {
        self.object(Path::Record, members);
    }

    pub(super) fn finish(self) -> Written {
        Written {
            json: self.text,
            lacks: self.lacks,
        }
    }

    fn object(&mut self, path: Path<'_>, members: impl FnOnce(&mut Object<'_, '_>)) {
        self.text.push('{');
        members(&mut Object {
            out: self,
            path,
            empty: true,
        });
        self.text.push('}');
    }

    fn quoted(&mut self, text: &str) {
        text::push_quoted(&mut self.text, text);
    }

    fn plain(&mut self, value: impl std::fmt::Display) {
        write!(self.text, "{value}").expect("a String takes whatever is written to it");
    }
}

/// An object being written. Every member is written by one call, in the order of the calls.
pub(super) struct Object<'o, 'p> {
    out: &'o mut Out,
    path: Path<'p>,
    empty: bool,
}

impl Object<'_, '_> {
    /// The version that is written.
    pub(super) fn version(&self) -> OcpiVersion {
        self.out.version
    }

    /// Whether it is 2.2.1 or later.
    pub(super) fn modern(&self) -> bool {
        self.out.version >= OcpiVersion::V221
    }

    fn name(&mut self, name: &'static str) {
        if !self.empty {
            self.out.text.push(',');
        }
        self.empty = false;
        // Our own names need no escape.
        self.out.text.push('"');
        self.out.text.push_str(name);
        self.out.text.push_str("\":");
    }

    /// Names something about a member.
    pub(super) fn note(&mut self, name: &'static str, why: Why, value: Option<&str>) {
        let path = self.path.field(name);
        lack::note(&mut self.out.lacks, path, why, value);
    }

    /// Names something about an element of a list.
    pub(super) fn note_item(
        &mut self,
        name: &'static str,
        index: usize,
        why: Why,
        value: Option<&str>,
    ) {
        let path = self.path.field(name);
        lack::note(&mut self.out.lacks, path.item(index), why, value);
    }

    /// Names a member as lost for want of a field, if the object holds one.
    pub(super) fn lost_if(&mut self, held: bool, name: &'static str) {
        if held {
            self.note(name, Why::NotInVersion, None);
        }
    }

    /// Names a member of a member as lost, if the object holds one.
    pub(super) fn lost_inside(&mut self, held: bool, name: &'static str, inner: &'static str) {
        if held {
            let path = self.path.field(name);
            let why = Why::NotInVersion;
            lack::note(&mut self.out.lacks, path.field(inner), why, None);
        }
    }

    /// Names a member that is required and not known.
    pub(super) fn unknown(&mut self, name: &'static str) {
        self.note(name, Why::Unknown, None);
    }

    fn unknown_if(&mut self, need: Need, name: &'static str) {
        match need {
            Need::May => {}
            Need::Must => self.unknown(name),
        }
    }

    /// A word of ours that the version has.
    pub(super) fn word(&mut self, name: &'static str, word: &str) {
        self.name(name);
        self.out.quoted(word);
    }

    /// A text of at most `max` characters. Required and not known, it is `#NA` from 2.2.1 on
    /// (Transport / No data available).
    pub(super) fn text(&mut self, name: &'static str, text: Option<&str>, max: usize, need: Need) {
        match (text.filter(|text| says_something(text)), need) {
            (Some(text), _) => {
                self.check_length(name, text, max);
                self.word(name, text);
            }
            (None, Need::May) => {}
            (None, Need::Must) if self.modern() => {
                self.note(name, Why::WrittenNa, None);
                self.word(name, "#NA");
            }
            (None, Need::Must) => self.unknown(name),
        }
    }

    fn check_length(&mut self, name: &'static str, text: &str, max: usize) {
        if text.chars().count() > max {
            self.note(name, Why::TooLong, None);
        }
    }

    /// An id.
    pub(super) fn id(&mut self, name: &'static str, id: Option<&OcpiId>, max: usize, need: Need) {
        self.text(name, id.map(OcpiId::as_str), max, need);
    }

    /// A value that should be one of `known`. There is no neutral word for it.
    pub(super) fn one_of(
        &mut self,
        name: &'static str,
        value: Option<&str>,
        known: &[&str],
        need: Need,
    ) {
        let Some(value) = value.filter(|value| says_something(value)) else {
            return self.unknown_if(need, name);
        };
        if !known.contains(&value) {
            self.note(name, Why::NotInList, Some(value));
        }
        self.word(name, value);
    }

    /// A figure, digit by digit.
    pub(super) fn number(&mut self, name: &'static str, figure: Option<Decimal>, need: Need) {
        match figure {
            Some(figure) => {
                self.name(name);
                self.out.plain(figure);
            }
            None => self.unknown_if(need, name),
        }
    }

    /// A whole number.
    pub(super) fn count(&mut self, name: &'static str, count: Option<u32>, need: Need) {
        self.number(name, count.map(Decimal::from), need);
    }

    /// An instant: RFC 3339 with `Z`.
    pub(super) fn instant(&mut self, name: &'static str, at: Option<Instant>, need: Need) {
        let Some(at) = at else {
            return self.unknown_if(need, name);
        };
        let (text, cut) = text::date_time(at);
        if cut {
            self.note(name, Why::TooFine, None);
        }
        self.word(name, &text);
    }

    /// A boolean.
    pub(super) fn flag(&mut self, name: &'static str, flag: bool) {
        self.name(name);
        self.out.plain(flag);
    }

    /// A currency; there is no neutral one.
    pub(super) fn currency(&mut self, name: &'static str, currency: Option<Currency>) {
        match currency {
            Some(currency) => self.word(name, currency.code()),
            None => self.unknown(name),
        }
    }

    /// The two fields that name a party. `#NA` does not fit a country code.
    pub(super) fn party(&mut self, party: Option<&PartyKey>) {
        if let Some(party) = party {
            self.word("country_code", party.country());
            self.word("party_id", party.party());
        } else {
            self.unknown("country_code");
            self.unknown("party_id");
        }
    }

    /// A member that is an object.
    pub(super) fn object(&mut self, name: &'static str, members: impl FnOnce(&mut Object<'_, '_>)) {
        self.name(name);
        self.out.object(self.path.field(name), members);
    }

    /// A list of objects, each with its place in the list it came from. A list that is empty is
    /// left out or, where it is required, written empty and named.
    pub(super) fn objects<T>(
        &mut self,
        name: &'static str,
        items: impl IntoIterator<Item = (usize, T)>,
        need: Need,
        mut members: impl FnMut(&mut Object<'_, '_>, T),
    ) {
        let mut items = items.into_iter().peekable();
        if self.is_absent(name, items.peek().is_none(), need) {
            return;
        }
        let list = self.path.field(name);
        for (number, (index, item)) in items.enumerate() {
            if number > 0 {
                self.out.text.push(',');
            }
            self.out
                .object(list.item(index), |object| members(object, item));
        }
        self.out.text.push(']');
    }

    /// A list that says by being empty that there is none.
    pub(super) fn no_objects(&mut self, name: &'static str) {
        self.name(name);
        self.out.text.push_str("[]");
    }

    /// A list of texts of at most `max` characters.
    pub(super) fn texts<'t>(
        &mut self,
        name: &'static str,
        items: impl IntoIterator<Item = &'t str>,
        max: usize,
        need: Need,
    ) {
        let mut items = items.into_iter().peekable();
        if self.is_absent(name, items.peek().is_none(), need) {
            return;
        }
        for (index, item) in items.enumerate() {
            if index > 0 {
                self.out.text.push(',');
            }
            if item.chars().count() > max {
                self.note_item(name, index, Why::TooLong, None);
            }
            self.out.quoted(item);
        }
        self.out.text.push(']');
    }

    /// Opens a list, unless it is empty and optional.
    fn is_absent(&mut self, name: &'static str, is_empty: bool, need: Need) -> bool {
        match (is_empty, need) {
            (true, Need::May) => return true,
            (true, Need::Must) => self.note(name, Why::Empty, None),
            (false, Need::May | Need::Must) => {}
        }
        self.name(name);
        self.out.text.push('[');
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(members: impl FnOnce(&mut Object<'_, '_>)) -> (String, Vec<String>) {
        let mut out = Out::new(OcpiVersion::V221);
        out.record(members);
        let written = out.finish();
        let lacks = written.lacks.iter().map(Lack::to_string).collect();
        (written.json, lacks)
    }

    #[test]
    fn figures_keep_their_digits() {
        for figure in ["0.10", "-3.50", "15", "0.0000000000000000000000000001"] {
            let decimal = figure.parse::<Decimal>().unwrap();
            let (json, _) = written(|object| object.number("n", Some(decimal), Need::Must));
            assert_eq!(json, format!(r#"{{"n":{figure}}}"#));
        }
    }

    #[test]
    fn what_is_not_known_is_left_out_or_written_as_not_known() {
        let (json, lacks) = written(|object| {
            object.text("name", None, 255, Need::May);
            object.text("city", Some(" "), 45, Need::Must);
            object.number("kwh", None, Need::Must);
            object.party(None);
            object.objects("tariffs", [(0, ()); 0], Need::May, |_, ()| {});
            object.objects("elements", [(0, ()); 0], Need::Must, |_, ()| {});
        });
        assert_eq!(json, r##"{"city":"#NA","elements":[]}"##);
        assert_eq!(
            lacks,
            [
                "missing city: written_na",
                "missing kwh: unknown",
                "missing country_code: unknown",
                "missing party_id: unknown",
                "missing elements: empty",
            ]
        );
    }
}
