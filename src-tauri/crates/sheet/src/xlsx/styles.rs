//! Which cell formats show dates.

use std::collections::HashMap;

use quick_xml::events::Event;

use super::attribute;
use super::part::Part;
use crate::cell::Dated;
use crate::error::Error;
use crate::grid::within;
use crate::limits;

/// Reads the cell formats: what each makes of a number.
pub(super) fn read(mut part: Part<'_>) -> Result<Vec<Option<Dated>>, Error> {
    let mut own = HashMap::<u32, Option<Dated>>::new();
    let mut formats = Vec::new();
    let mut is_cells = false;
    loop {
        match part.next()? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "numFmt" => {
                    let (id, code) = (attribute(&tag, "numFmtId")?, attribute(&tag, "formatCode")?);
                    if let (Some(id), Some(code)) = (id.and_then(|id| id.parse().ok()), code) {
                        within(own.len(), limits::FORMATS, "formats")?;
                        own.insert(id, dated(&code));
                    }
                }
                "cellXfs" => is_cells = true,
                "xf" if is_cells => {
                    within(formats.len(), limits::FORMATS, "formats")?;
                    let id = attribute(&tag, "numFmtId")?.and_then(|id| id.parse().ok());
                    let id: u32 = id.unwrap_or(0);
                    formats.push(own.get(&id).copied().unwrap_or_else(|| built_in(id)));
                }
                _ => {}
            },
            Event::End(tag) if tag.local_name().as_ref() == "cellXfs" => is_cells = false,
            Event::Eof => return Ok(formats),
            _ => {}
        }
    }
}

/// The formats that every program knows by number (ECMA-376 part 1, 18.8.30).
fn built_in(id: u32) -> Option<Dated> {
    match id {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Some(Dated::Moment),
        46 => Some(Dated::Span),
        _ => None,
    }
}

/// What the code of a format says: letters of dates outside quotes and brackets make a moment,
/// `[h]`, `[m]` or `[s]` a duration. Only the part for positive numbers counts.
fn dated(code: &str) -> Option<Dated> {
    let mut chars = code.chars();
    let mut rest = String::new();
    while let Some(c) = chars.next() {
        match c {
            ';' => break,
            '\\' | '_' | '*' => {
                chars.next();
            }
            '"' => {
                chars.by_ref().find(|&c| c == '"');
            }
            '[' => {
                let inside: String = chars.by_ref().take_while(|&c| c != ']').collect();
                let unit = inside.to_ascii_lowercase();
                let is_span = ["h", "m", "s"].iter().any(|letter| {
                    !unit.is_empty() && unit.trim_matches(|c| letter.contains(c)).is_empty()
                });
                if is_span {
                    return Some(Dated::Span);
                }
            }
            c => rest.push(c.to_ascii_lowercase()),
        }
    }
    // `General` and its translations are no dates, though they have such letters.
    let is_general = matches!(rest.trim(), "general" | "standard" | "standaard" | "@");
    let is_dated = rest.contains(['d', 'm', 'y', 'h', 's']);
    (!is_general && is_dated).then_some(Dated::Moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_of_dates_are_known() {
        use Dated::{Moment, Span};
        for (code, expected) in [
            ("DD/MM/YY", Some(Moment)),
            ("H:MM:SS;@", Some(Moment)),
            ("[$-407]d. mmmm yyyy;@", Some(Moment)),
            ("m\"M\"d\"D\";@", Some(Moment)),
            ("yyyy\\-mm\\-dd\\Thh:mm", Some(Moment)),
            ("h AM/PM", Some(Moment)),
            ("[h]:mm:ss", Some(Span)),
            ("[mm]:ss", Some(Span)),
            ("General", None),
            ("0.00", None),
            ("#,##0\\ [$\u{20bd}-46D]", None),
            ("\"days\" 0", None),
            ("0.00 \\d", None),
            ("0;[Red]-0 \"h\"", None),
            ("#,##0.00_);[Red](#,##0.00)", None),
            ("0.00E+00", None),
            ("[Red]0.0", None),
            ("[Magenta]0", None),
        ] {
            assert_eq!(dated(code), expected, "{code}");
        }
    }
}
