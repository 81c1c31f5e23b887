//! Which cell formats show dates, and which a currency.

use std::collections::HashMap;

use quick_xml::events::Event;

use super::attribute;
use super::part::Part;
use crate::cell::Dated;
use crate::error::Error;
use crate::grid::{Money, within};
use crate::limits;

/// What a cell format makes of a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Form {
    pub(super) dated: Option<Dated>,
    /// The currency that it shows beside the number.
    pub(super) currency: Money,
}

/// Reads the cell formats.
pub(super) fn read(mut part: Part<'_>) -> Result<Vec<Form>, Error> {
    let mut own = HashMap::<u32, Form>::new();
    let mut formats = Vec::new();
    let mut is_cells = false;
    loop {
        match part.next()? {
            Event::Start(tag) => match tag.local_name().as_ref() {
                "numFmt" => {
                    let (id, code) = (attribute(&tag, "numFmtId")?, attribute(&tag, "formatCode")?);
                    if let (Some(id), Some(code)) = (id.and_then(|id| id.parse().ok()), code) {
                        within(own.len(), limits::FORMATS, "formats")?;
                        own.insert(id, form(&code));
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

/// The formats that every program knows by number (ECMA-376 part 1, 18.8.30). Those of money show
/// the currency of whoever opens the file: they name none.
fn built_in(id: u32) -> Form {
    let dated = match id {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Some(Dated::Moment),
        46 => Some(Dated::Span),
        _ => None,
    };
    Form {
        dated,
        currency: Money::default(),
    }
}

fn form(code: &str) -> Form {
    let dated = dated(code);
    let currency = match dated {
        None => currency(code).unwrap_or_default(),
        Some(_) => Money::default(),
    };
    Form { dated, currency }
}

/// The currency in the code of a format: `#,##0.00 [$€-407]`, `[$CHF] 0.00`, `"EUR" 0`, `0.00 €`.
fn currency(code: &str) -> Option<Money> {
    let positive = code.split(';').next().unwrap_or_default();
    let bracketed = positive.split("[$").skip(1);
    let bracketed = bracketed.filter_map(|rest| rest.split(['-', ']']).next());
    let parts = || positive.split('"');
    let quoted = parts().skip(1).step_by(2);
    // What stands open: without the parts in quotes and brackets.
    let open = parts().step_by(2).flat_map(|part| part.split('['));
    let open = open.map(|part| part.rsplit(']').next().unwrap_or_default());
    let bare = open.flat_map(|part| part.split(|c: char| c.is_ascii() && c != '$'));
    bracketed.chain(quoted).chain(bare).find_map(Money::of_sign)
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
    fn formats_of_money_are_known() {
        for (code, expected) in [
            ("#,##0.00 [$€-407]", Some("EUR")),
            ("[$£-809]#,##0.00;[Red]-[$£-809]#,##0.00", Some("GBP")),
            ("[$CHF] #,##0.00", Some("CHF")),
            ("\"EUR\" 0.00", Some("EUR")),
            ("#,##0.00 €", Some("EUR")),
            ("\"$\"#,##0.00_);(\"$\"#,##0.00)", Some("USD")),
            ("#,##0.00\\ \"kWh\"", None),
            ("[$-407]#,##0.00", None),
            ("#,##0.00", None),
            ("General", None),
        ] {
            let found = currency(code).and_then(Money::currency);
            let found = found.map(|currency| currency.code().to_owned());
            assert_eq!(found.as_deref(), expected, "{code}");
        }
    }

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
