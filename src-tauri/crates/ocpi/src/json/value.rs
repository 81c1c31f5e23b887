//! Walking a parsed record.

use std::borrow::Cow;

use super::{Kind, Node};

/// A parsed record.
#[derive(Clone, Copy)]
pub(crate) struct Doc<'d> {
    pub(crate) text: &'d str,
    pub(crate) nodes: &'d [Node],
}

impl<'d> Doc<'d> {
    /// The outermost value.
    pub(crate) fn root(&'d self) -> Value<'d> {
        Value { doc: self, at: 0 }
    }

    /// The value at a [`Value::place`].
    #[inline]
    pub(crate) fn at(&'d self, place: u32) -> Value<'d> {
        Value {
            doc: self,
            at: place,
        }
    }
}

/// One value of a parsed record.
#[derive(Clone, Copy)]
pub(crate) struct Value<'d> {
    doc: &'d Doc<'d>,
    at: u32,
}

impl<'d> Value<'d> {
    #[inline]
    fn node(self) -> Node {
        self.doc.nodes[self.at as usize]
    }

    /// The record it is part of.
    #[inline]
    pub(crate) fn doc(self) -> &'d Doc<'d> {
        self.doc
    }

    /// Where on the tape it is. No member of an object is at 0: that is the outermost value.
    #[inline]
    pub(crate) fn place(self) -> u32 {
        self.at
    }

    /// What it is.
    #[inline]
    pub(crate) fn kind(self) -> Kind {
        self.node().kind
    }

    /// Its bytes; for a text those between the quotes, escapes unread.
    #[inline]
    pub(crate) fn raw(self) -> &'d str {
        let node = self.node();
        &self.doc.text[node.start as usize..node.end as usize]
    }

    /// A text that needs no second look: of at most `max` bytes, without escapes, and beginning
    /// with an ASCII letter or digit (so neither blank nor `#NA`).
    #[inline]
    pub(crate) fn plain_text(self, max: usize) -> Option<&'d str> {
        let node = self.node();
        if node.kind != Kind::Text || node.escaped {
            return None;
        }
        let text = &self.doc.text[node.start as usize..node.end as usize];
        let first = text.as_bytes().first()?;
        (text.len() <= max && first.is_ascii_alphanumeric()).then_some(text)
    }

    /// A text with its escapes read, borrowed where there are none.
    #[inline]
    pub(crate) fn text(self) -> Cow<'d, str> {
        if self.node().escaped {
            Cow::Owned(unescape(self.raw()))
        } else {
            Cow::Borrowed(self.raw())
        }
    }

    /// The elements of an array; nothing for any other value.
    pub(crate) fn items(self) -> impl Iterator<Item = Value<'d>> {
        let end = if self.kind() == Kind::Array {
            self.node().next
        } else {
            0
        };
        let mut at = self.at + 1;
        std::iter::from_fn(move || {
            let item = Value { doc: self.doc, at };
            (at < end).then(|| {
                at = item.node().next;
                item
            })
        })
    }

    /// Names and values of an object; nothing for any other value.
    #[inline]
    pub(crate) fn members(self) -> impl Iterator<Item = (Value<'d>, Value<'d>)> {
        let end = if self.kind() == Kind::Object {
            self.node().next
        } else {
            0
        };
        let mut at = self.at + 1;
        std::iter::from_fn(move || {
            (at < end).then(|| {
                let name = self.doc.at(at);
                let value = self.doc.at(at + 1);
                at = value.node().next;
                (name, value)
            })
        })
    }

    /// A text's bytes, if it has no escapes.
    #[inline]
    pub(crate) fn plain_bytes(self) -> Option<&'d [u8]> {
        let node = self.node();
        let bytes = &self.doc.text.as_bytes()[node.start as usize..node.end as usize];
        (!node.escaped).then_some(bytes)
    }
}

/// Reads the escapes of a text that [`parse`] accepted. Half a surrogate pair becomes U+FFFD.
pub(super) fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let (read, length) = one_escape(&rest[at..]);
        out.push(read);
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    out
}

/// The character an escape at the start of `text` stands for, and how many bytes it takes.
fn one_escape(text: &str) -> (char, usize) {
    let unit = |from: usize| {
        let hex = text.get(from..from + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(hex, 16).ok()
    };
    match text.as_bytes().get(1) {
        Some(b'n') => ('\n', 2),
        Some(b't') => ('\t', 2),
        Some(b'r') => ('\r', 2),
        Some(b'b') => ('\u{8}', 2),
        Some(b'f') => ('\u{c}', 2),
        Some(b'u') => {
            let first = unit(0).unwrap_or(0xFFFD);
            match unit(6) {
                Some(second @ 0xDC00..=0xDFFF) if (0xD800..0xDC00).contains(&first) => {
                    let joined = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                    (char::from_u32(joined).unwrap_or('\u{FFFD}'), 12)
                }
                Some(_) | None => (char::from_u32(first).unwrap_or('\u{FFFD}'), 6),
            }
        }
        Some(byte) => (char::from(*byte), 2),
        None => ('\u{FFFD}', 1),
    }
}
