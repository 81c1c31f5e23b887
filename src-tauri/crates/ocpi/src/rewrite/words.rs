//! Words of closed lists, alone and inside objects, as far as the version has them.

use domain::OcpiVersion;

use super::carry::{self, Word};
use super::{Merging, member, plain};
use crate::json::{Kind, Value};
use crate::path::Path;
use crate::write::{self, Why};

impl Merging {
    /// Writes a word, or the words of a list, that the version has.
    pub(super) fn words(
        &mut self,
        value: Value<'_>,
        known: Option<&[&str]>,
        path: Path<'_>,
    ) -> bool {
        let has = |word: &str| known.is_none_or(|known| known.contains(&word));
        if value.kind() != Kind::Array {
            let word = value.text();
            if has(&word) {
                plain::push(&mut self.out, value);
            }
            return has(&word);
        }
        let before = self.out.len();
        self.out.push('[');
        let mut written = false;
        for (index, item) in value.items().enumerate() {
            let word = item.text();
            if has(&word) {
                if written {
                    self.out.push(',');
                }
                written = true;
                plain::push(&mut self.out, item);
            } else {
                let field = path.item(index).to_string();
                write::note_at(&mut self.lacks, field, Why::NotInVersion, Some(&word));
            }
        }
        self.out.push(']');
        if !written {
            self.out.truncate(before);
        }
        written
    }

    /// Writes objects with one word each that the version may not have; whether there were any.
    pub(super) fn each(&mut self, (value, word): (Value<'_>, Word), path: Path<'_>) -> bool {
        if value.kind() != Kind::Array {
            plain::push(&mut self.out, value);
            return true;
        }
        let before = self.out.len();
        self.out.push('[');
        let mut written = false;
        for (index, item) in value.items().enumerate() {
            let known = (word.of)(self.to);
            let came = member(item, word.name).map(|it| it.text().into_owned());
            let unknown = came.filter(|it| known.is_some_and(|known| !known.contains(&&**it)));
            if let Some(came) = &unknown {
                let why = match word.other {
                    Some(_) => Why::WrittenOther,
                    None => Why::NotInVersion,
                };
                let field = path.item(index);
                let field = field.field(word.name).to_string();
                write::note_at(&mut self.lacks, field, why, Some(came));
            }
            if unknown.is_some() && word.other.is_none() {
                continue;
            }
            if written {
                self.out.push(',');
            }
            written = true;
            let other = unknown.and(word.other);
            self.with_word(item, word.name, other);
        }
        self.out.push(']');
        if !written {
            self.out.truncate(before);
        }
        written
    }

    /// Writes an object, with another word in one place if there is one.
    fn with_word(&mut self, item: Value<'_>, name: &str, other: Option<&str>) {
        let Some(other) = other else {
            return plain::push(&mut self.out, item);
        };
        self.out.push('{');
        let there = item.members();
        let there = there.filter(|(_, value)| value.kind() != Kind::Null);
        for (index, (member, value)) in there.enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            plain::push_name(&mut self.out, &member.text());
            if member.text() == name {
                plain::push_text(&mut self.out, other);
            } else {
                plain::push(&mut self.out, value);
            }
        }
        self.out.push('}');
    }

    /// Writes an energy mix. What 2.1.1 calls the source of an impact is its category later.
    pub(super) fn energy_mix(&mut self, mix: Value<'_>, path: Path<'_>) {
        if mix.kind() != Kind::Object {
            return plain::push(&mut self.out, mix);
        }
        self.out.push('{');
        let mut first = true;
        let there = mix.members();
        for (name, value) in there.filter(|(_, value)| value.kind() != Kind::Null) {
            let before = self.out.len();
            if !first {
                self.out.push(',');
            }
            let name = name.text();
            plain::push_name(&mut self.out, &name);
            let written = match name.as_ref() {
                "environ_impact" => {
                    self.impacts(value);
                    true
                }
                "energy_sources" => {
                    let sources = path.field("energy_sources");
                    self.each((value, carry::ENERGY_SOURCE), sources)
                }
                _ => {
                    plain::push(&mut self.out, value);
                    true
                }
            };
            if written {
                first = false;
            } else {
                self.out.truncate(before);
            }
        }
        self.out.push('}');
    }

    fn impacts(&mut self, impacts: Value<'_>) {
        let (other, ours) = match self.to {
            OcpiVersion::V211 => ("category", "source"),
            OcpiVersion::V221 | OcpiVersion::V230 => ("source", "category"),
        };
        self.out.push('[');
        for (index, item) in impacts.items().enumerate() {
            if index > 0 {
                self.out.push(',');
            }
            plain::push_members(&mut self.out, item, |name, as_it_came| match name {
                name if name == other => ours.to_owned(),
                _ => as_it_came.raw().to_owned(),
            });
        }
        self.out.push(']');
    }
}
