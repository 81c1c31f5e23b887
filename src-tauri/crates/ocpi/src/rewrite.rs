//! A record written again so that nothing is lost which the version can say.
//!
//! The domain keeps of a record what billing needs; who runs a station, when it is open and how its
//! electricity is made is not among that. So a record goes out again from both: its own bytes and
//! the object that was read from them.
//!
//! - In the version it came in and without a fault of form, it goes out as it came: the same
//!   members in the same order and the same digits, without blanks and `null`s.
//! - Else the domain's text is the frame, in which everything has the form that the version wants;
//!   what the domain does not keep is carried over from the record where the version has it
//!   ([`carry`]), and named as lost where it has not. In the same version everything is carried,
//!   also members that no standard has.

mod carry;
mod lists;
mod plain;
mod words;

use std::borrow::Cow;

use domain::{Finding, FindingCode, OcpiVersion};

use crate::json::{self, Doc, Kind, Value};
use crate::path::Path;
use crate::reader::{Object, Read};
use crate::write::{self, Lack, Why, Written};
use carry::{Carried, Child, How, Spec};

/// Writes what was read from a record in a version. `None` for a record that could not be read.
/// The object may have been completed since it was read; that shows only where it is not written
/// as it came.
pub fn record(record: &[u8], read: &Read, version: OcpiVersion) -> Option<Written> {
    let (object, from) = (read.object.as_ref()?, read.recognised?.version);
    let text = String::from_utf8_lossy(record);
    let (mut nodes, mut slips) = (Vec::new(), Vec::new());
    json::parse(&text, &mut nodes, &mut slips).ok()?;
    let raw = Doc {
        text: &text,
        nodes: &nodes,
    };
    let is_faulty = read.findings.iter().any(is_of_form) || !is_placed(object, version);
    if from == version && !is_faulty {
        let mut json = String::with_capacity(text.len());
        plain::push(&mut json, raw.root());
        let lacks = Vec::new();
        return Some(Written { json, lacks });
    }
    let frame = object.written(version);
    let mut nodes = Vec::new();
    json::parse(&frame.json, &mut nodes, &mut slips).expect("our own text is JSON");
    let ours = Doc {
        text: &frame.json,
        nodes: &nodes,
    };
    let mut merging = Merging {
        from,
        to: version,
        lacks: frame.lacks.clone(),
        out: String::with_capacity(text.len()),
    };
    let spec = carry::of(object);
    merging.object(ours.root(), raw.root(), spec, Path::Record);
    Some(Written {
        json: merging.out,
        lacks: merging.lacks,
    })
}

impl Object {
    /// The object in a version, as far as the domain keeps it.
    pub fn written(&self, version: OcpiVersion) -> Written {
        match self {
            Object::Cdr(cdr) => write::cdr(cdr, version),
            Object::Session(session) => write::session(session, version),
            Object::Tariff(tariff) => write::tariff(tariff, version),
            Object::Location(location) => write::location(location, version),
            Object::Token(token) => write::token(token, version),
        }
    }
}

/// Whether a place has its coordinates in the digits that a version wants.
fn is_placed(object: &Object, version: OcpiVersion) -> bool {
    let at = match object {
        Object::Cdr(cdr) => &cdr.location.coordinates,
        Object::Session(session) => &session.location.coordinates,
        Object::Location(location) => &location.coordinates,
        Object::Tariff(_) | Object::Token(_) => return true,
    };
    at.as_ref().is_none_or(|at| write::fits(at, version))
}

/// Whether a finding says that the record has not the form its version wants.
fn is_of_form(finding: &Finding) -> bool {
    use FindingCode as Code;
    matches!(
        finding.code,
        Code::SchemaMissingField
            | Code::SchemaWrongType
            | Code::SchemaLength
            | Code::SchemaEnum
            | Code::SchemaDatetime
            | Code::NotJson
            | Code::PartyUnknown
            | Code::DimensionNotAllowed
            | Code::TaxIncludedMissing
            | Code::OutOfRange
    )
}

/// Two texts becoming one.
struct Merging {
    from: OcpiVersion,
    to: OcpiVersion,
    lacks: Vec<Lack>,
    out: String,
}

/// The value of a member; of a repeated name the last counts, and `null` is none.
fn member<'d>(object: Value<'d>, name: &str) -> Option<Value<'d>> {
    let named = object.members().filter(|(other, _)| other.text() == name);
    named
        .last()
        .map(|(_, value)| value)
        .filter(|value| value.kind() != Kind::Null)
}

impl Merging {
    /// Writes an object of ours with what the record's says besides.
    fn object(&mut self, ours: Value<'_>, raw: Value<'_>, spec: &'static Spec, path: Path<'_>) {
        if (ours.kind(), raw.kind()) != (Kind::Object, Kind::Object) {
            plain::push(&mut self.out, ours);
            return self.lost_inside(raw, Child::One(spec), path);
        }
        self.out.push('{');
        for (index, (name, value)) in ours.members().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            let name = name.text();
            plain::push_name(&mut self.out, &name);
            let theirs = member(raw, &name);
            match (spec.child(&name), theirs) {
                (Some((name, Child::One(inner))), Some(theirs)) => {
                    self.object(value, theirs, inner, path.field(name));
                }
                (Some((name, Child::Many(inner, key))), Some(theirs)) => {
                    self.list((value, theirs), (inner, key), path.field(name));
                }
                (Some(_) | None, _) => self.member(value, raw, (&name, spec), path),
            }
        }
        let empty = ours.members().next().is_none();
        self.besides(ours, (raw, spec), empty, path);
        self.out.push('}');
    }

    /// Writes a member of ours, or the record's where ours only stands in for it.
    fn member(
        &mut self,
        ours: Value<'_>,
        raw: Value<'_>,
        (name, spec): (&str, &Spec),
        path: Path<'_>,
    ) {
        if let Some(carried) = spec.carried(name)
            && let Some((theirs, how)) = carry::stand_in(raw, carried)
            && self.value(theirs, how, path.field(carried.name))
        {
            return self.is_kept(path.field(carried.name));
        }
        plain::push(&mut self.out, ours);
    }

    /// Writes the elements of a list of ours, each with what the record's of the same key says
    /// besides.
    fn list(
        &mut self,
        (ours, raw): (Value<'_>, Value<'_>),
        (spec, key): (&'static Spec, &str),
        path: Path<'_>,
    ) {
        let key_of = |item: Value<'_>| member(item, key).map(|key| key.text().to_ascii_lowercase());
        let mut theirs: Vec<_> = raw.items().enumerate().collect();
        self.out.push('[');
        for (index, item) in ours.items().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            let wanted = key_of(item);
            let found = theirs.iter().position(|(_, it)| key_of(*it) == wanted);
            match found.map(|at| theirs.remove(at)) {
                Some((at, it)) => self.object(item, it, spec, path.item(at)),
                None => plain::push(&mut self.out, item),
            }
        }
        self.out.push(']');
        for (at, _) in theirs {
            let field = path.item(at).to_string();
            if !self.lacks.iter().any(|lack| lack.field == field) {
                write::note_at(&mut self.lacks, field, Why::NotKept, None);
            }
        }
    }

    /// Writes what the record says and ours does not, or names it as lost.
    fn besides(
        &mut self,
        ours: Value<'_>,
        (raw, spec): (Value<'_>, &'static Spec),
        mut empty: bool,
        path: Path<'_>,
    ) {
        for (name, value) in raw.members() {
            let name = name.text();
            if value.kind() == Kind::Null || member(ours, &name).is_some() {
                continue;
            }
            let reads = (spec.reads)(&name);
            let carried = spec.carried(&name);
            // What ours is written from, and has no place in the version, ours names as lost.
            let carried = carried.filter(|it| !reads || it.name_in(self.to).is_some());
            if let Some(carried) = carried {
                self.carry(value, carried, &mut empty, path);
            } else if reads {
                if let Some((name, child)) = spec.child(&name) {
                    self.lost_part(value, child, path.field(name));
                }
            } else if self.from == self.to {
                self.begin(&name, &mut empty);
                plain::push(&mut self.out, value);
            } else {
                self.lose(&name, path);
            }
        }
    }

    fn begin(&mut self, name: &str, empty: &mut bool) {
        if !*empty {
            self.out.push(',');
        }
        *empty = false;
        plain::push_name(&mut self.out, name);
    }

    /// Writes a member that the domain does not keep, where the version has it.
    fn carry(&mut self, value: Value<'_>, carried: &Carried, empty: &mut bool, path: Path<'_>) {
        let field = path.field(carried.name);
        let Some(name) = carried.name_in(self.to) else {
            // A word of another version that ours is already written from.
            return match carried.how {
                How::PlaceKind => {}
                How::Plain | How::Words(_) | How::Each(_) | How::Hours | How::EnergyMix => {
                    self.lose(carried.name, path);
                }
            };
        };
        let (before, was_empty) = (self.out.len(), *empty);
        self.begin(name, empty);
        if self.value(value, carried.how, field) {
            self.is_kept(field);
            // Either of the two is what the domain calls an alternative text.
            if carried.name == "tariff_alt_url" {
                self.is_kept(path.field("tariff_alt_text"));
            }
        } else {
            self.out.truncate(before);
            *empty = was_empty;
        }
    }

    /// Writes a value of the record in the words of the version; whether there was any.
    fn value(&mut self, value: Value<'_>, how: How, path: Path<'_>) -> bool {
        match how {
            How::Plain => plain::push(&mut self.out, value),
            How::Hours => plain::push_hours(&mut self.out, value, self.to),
            How::EnergyMix => self.energy_mix(value, path),
            How::Words(words) => return self.words(value, words(self.to), path),
            How::Each(word) => return self.each((value, word), path),
            How::PlaceKind => {
                let came = value.text();
                let Some(word) = lists::place_kind(&came, self.to) else {
                    if came != "UNKNOWN" {
                        let why = Why::NotInVersion;
                        write::note_at(&mut self.lacks, path.to_string(), why, Some(&came));
                    }
                    return false;
                };
                if word != came {
                    let why = Why::WrittenOther;
                    write::note_at(&mut self.lacks, path.to_string(), why, Some(&came));
                }
                plain::push_text(&mut self.out, word);
            }
        }
        true
    }

    /// Names what is lost with a part of the record that ours does not have: in its own version the
    /// part itself, which could not be read.
    fn lost_part(&mut self, raw: Value<'_>, child: Child, path: Path<'_>) {
        if self.from != self.to {
            return self.lost_inside(raw, child, path);
        }
        let field = path.to_string();
        let is_named = |lack: &Lack| lack.field.starts_with(&field);
        let is_hollow = raw.kind() == Kind::Array && raw.items().next().is_none();
        if !is_hollow && !self.lacks.iter().any(is_named) {
            write::note_at(&mut self.lacks, field, Why::NotKept, None);
        }
    }

    /// Names what a part of the record says besides, when the version has no such part.
    fn lost_inside(&mut self, raw: Value<'_>, child: Child, path: Path<'_>) {
        match child {
            Child::Many(inner, _) => {
                for (index, item) in raw.items().enumerate() {
                    self.lost_inside(item, Child::One(inner), path.item(index));
                }
            }
            Child::One(spec) => {
                for (name, value) in raw.members() {
                    let name = name.text();
                    let is_said = carry::goes_unsaid(&name, value);
                    if let Some((name, child)) = spec.child(&name) {
                        self.lost_inside(value, child, path.field(name));
                    } else if !is_said && (spec.carried(&name).is_some() || !(spec.reads)(&name)) {
                        self.lose(&name, path);
                    }
                }
            }
        }
    }

    fn lose(&mut self, name: &str, path: Path<'_>) {
        let field = match path {
            Path::Record => Cow::Borrowed(name),
            Path::Field(..) | Path::Item(..) => Cow::Owned(format!("{path}.{name}")),
        };
        write::note_at(&mut self.lacks, field.into_owned(), Why::NotInVersion, None);
    }

    /// Takes back that something is not known or not kept.
    fn is_kept(&mut self, path: Path<'_>) {
        write::unnote(&mut self.lacks, &path.to_string());
    }
}
