//! Values as JSON text.

use std::fmt::Write;

use chrono::{SecondsFormat, Timelike};
use domain::Instant;

/// Digits of a fraction of a second that fit a DateTime's 25 characters.
const FRACTION_MAX: usize = 4;

/// Adds a text between quotes, escaped where JSON demands it and nowhere else.
pub(crate) fn push_quoted(out: &mut String, text: &str) {
    out.push('"');
    let mut rest = text;
    while let Some(at) = rest.find(|c: char| c < ' ' || c == '"' || c == '\\') {
        out.push_str(&rest[..at]);
        let byte = rest.as_bytes()[at];
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            control => write!(out, "\\u{control:04x}").expect("a String takes what is written"),
        }
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

/// An instant as DateTime: RFC 3339 with `Z`, and whether digits of its fraction had to be cut.
pub(super) fn date_time(at: Instant) -> (String, bool) {
    let mut text = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    // Chrono counts a leap second as nanoseconds beyond the first thousand million.
    let nanos = at.nanosecond() % 1_000_000_000;
    if nanos == 0 {
        return (text, false);
    }
    let digits = format!("{nanos:09}");
    let (kept, cut) = digits.split_at(FRACTION_MAX);
    let kept = kept.trim_end_matches('0');
    if !kept.is_empty() {
        text.pop();
        text.push('.');
        text.push_str(kept);
        text.push('Z');
    }
    (text, cut.bytes().any(|digit| digit != b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_back_from_any_reader() {
        for odd in [
            "",
            "plain",
            "\"",
            "a\"b\\c\n\r\t\u{1}\u{1f}\u{7f}\u{2028}é😀",
        ] {
            let mut json = String::new();
            push_quoted(&mut json, odd);
            assert_eq!(serde_json::from_str::<String>(&json).unwrap(), odd);
        }
    }

    #[test]
    fn an_instant_has_at_most_25_characters() {
        for (at, text, cut) in [
            ("2026-01-31T10:20:30Z", "2026-01-31T10:20:30Z", false),
            ("2026-01-31T10:20:30.5Z", "2026-01-31T10:20:30.5Z", false),
            ("2026-01-31T10:20:30.01Z", "2026-01-31T10:20:30.01Z", false),
            (
                "2026-01-31T10:20:30.0123Z",
                "2026-01-31T10:20:30.0123Z",
                false,
            ),
            (
                "2026-01-31T10:20:30.01234Z",
                "2026-01-31T10:20:30.0123Z",
                true,
            ),
            ("2026-01-31T10:20:30.00001Z", "2026-01-31T10:20:30Z", true),
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", false),
        ] {
            let instant = at.parse::<Instant>().unwrap();
            assert_eq!(date_time(instant), (text.to_owned(), cut), "{at}");
        }
    }
}
