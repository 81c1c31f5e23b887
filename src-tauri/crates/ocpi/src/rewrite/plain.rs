//! Values of a record as they came, but for blanks and `null`s.

use domain::OcpiVersion;

use super::member;
use crate::json::{Kind, Value};
use crate::write::push_quoted;

/// Writes a value. Members that are `null` are absent (SEMANTICS 1) and left out.
pub(super) fn push(out: &mut String, value: Value<'_>) {
    match value.kind() {
        Kind::Null | Kind::True | Kind::False | Kind::Number => out.push_str(value.raw()),
        Kind::Text => push_raw(out, value.raw()),
        Kind::Object => push_members(out, value, |_, name| name.raw().to_owned()),
        Kind::Array => {
            out.push('[');
            for (index, item) in value.items().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                push(out, item);
            }
            out.push(']');
        }
    }
}

/// Writes the members of an object under the names that `named` gives them.
pub(super) fn push_members(
    out: &mut String,
    object: Value<'_>,
    named: impl Fn(&str, Value<'_>) -> String,
) {
    out.push('{');
    let there = object.members();
    let there = there.filter(|(_, value)| value.kind() != Kind::Null);
    for (index, (name, value)) in there.enumerate() {
        if index > 0 {
            out.push(',');
        }
        push_raw(out, &named(&name.text(), name));
        out.push(':');
        push(out, value);
    }
    out.push('}');
}

/// Writes the inside of a text, whose escapes are in order; bare control characters are not.
fn push_raw(out: &mut String, raw: &str) {
    out.push('"');
    if raw.bytes().all(|byte| byte >= b' ') {
        out.push_str(raw);
    } else {
        for letter in raw.chars() {
            if letter < ' ' {
                let mut quoted = String::new();
                push_quoted(&mut quoted, letter.encode_utf8(&mut [0; 4]));
                out.push_str(quoted.trim_matches('"'));
            } else {
                out.push(letter);
            }
        }
    }
    out.push('"');
}

/// Writes a text of ours.
pub(super) fn push_text(out: &mut String, text: &str) {
    push_quoted(out, text);
}

/// Writes a name and its colon.
pub(super) fn push_name(out: &mut String, name: &str) {
    push_quoted(out, name);
    out.push(':');
}

/// Writes opening times. From 2.2 on they always say whether it is open all the time.
pub(super) fn push_hours(out: &mut String, hours: Value<'_>, version: OcpiVersion) {
    push(out, hours);
    let says = member(hours, "twentyfourseven").is_some();
    if version > OcpiVersion::V211 && !says && out.ends_with('}') {
        out.pop();
        if !out.ends_with('{') {
            out.push(',');
        }
        out.push_str("\"twentyfourseven\":false}");
    }
}
