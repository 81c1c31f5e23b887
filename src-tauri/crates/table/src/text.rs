//! Texts that a spreadsheet program must not take for something else.

use std::borrow::Cow;

/// Whether a spreadsheet program may read a text as a formula: by its first sign, also after an
/// import that drops a tab or a line break before it.
pub(crate) fn is_dangerous(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n'])
}

/// The text as it may stand in a CSV file.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    if is_dangerous(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether a text is a plain decimal: digits, at most one point, at most one minus.
pub(crate) fn is_figure(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    plain(whole) && plain(fraction)
}
