//! One record's JSON as a flat tape that borrows the record's text.
//!
//! Numbers stay text, so that an amount is never a float on its way to a decimal. A node knows
//! where its subtree ends, so skipping what nobody asked for costs one addition. The tape's memory
//! is handed in and used again for the next record.
//!
//! Two slips are read over and reported, because what was meant is beyond doubt: a comma before a
//! closing bracket, and a bare control character in a text. Everything else that RFC 8259 does not
//! allow ends the reading.

pub(crate) mod number;
mod value;

pub(crate) use value::{Doc, Value};

/// Containers inside containers, at most. OCPI's deepest object needs eight.
const DEPTH_MAX: u32 = 64;

/// Slips noted per record; a text full of control characters is described well enough by these.
const SLIPS_MAX: usize = 50;

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Null,
    True,
    False,
    Number,
    Text,
    Object,
    Array,
}

/// One value or member name: its bytes, and the node after its subtree.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node {
    start: u32,
    end: u32,
    next: u32,
    kind: Kind,
    escaped: bool,
}

/// Something off in the JSON: at which byte, and what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slip {
    pub(crate) at: usize,
    pub(crate) what: &'static str,
}

/// Reads `text`, which must hold one value and nothing after it. The tape replaces what was in
/// `nodes`; slips that were read over are added to `slips`.
pub(crate) fn parse(text: &str, nodes: &mut Vec<Node>, slips: &mut Vec<Slip>) -> Result<(), Slip> {
    nodes.clear();
    if u32::try_from(text.len() + 1).is_err() {
        return Err(Slip {
            at: 0,
            what: "too_large",
        });
    }
    let mut parser = Parser {
        bytes: text.as_bytes(),
        at: 0,
        nodes: std::mem::take(nodes),
        slips,
        fault: None,
    };
    parser.blank();
    if parser.value(0).is_some() {
        parser.blank();
        if parser.peek().is_some() {
            parser.fail::<()>("text_after_value");
        }
    }
    *nodes = parser.nodes;
    parser.fault.map_or(Ok(()), Err)
}

struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
    slips: &'a mut Vec<Slip>,
    /// Why the reading ended, once a function gave `None`.
    fault: Option<Slip>,
}

/// A position as the tape keeps it.
#[inline]
#[allow(clippy::cast_possible_truncation)] // parse() refuses texts beyond 4 GiB
fn place(at: usize) -> u32 {
    at as u32
}

impl Parser<'_> {
    #[inline]
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[inline]
    fn blank(&mut self) {
        if self.peek().is_some_and(|byte| byte <= b' ') {
            self.blanks();
        }
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }

    /// Ends the reading: this byte cannot be what stands here.
    #[cold]
    fn fail<T>(&mut self, what: &'static str) -> Option<T> {
        let cut_off = self.at >= self.bytes.len();
        let what = if cut_off { "cut_off" } else { what };
        self.fault = Some(Slip { at: self.at, what });
        None
    }

    /// Notes a slip that is read over.
    fn passed(&mut self, at: usize, what: &'static str) {
        if self.slips.len() < SLIPS_MAX {
            self.slips.push(Slip { at, what });
        }
    }

    #[inline]
    fn push(&mut self, start: usize, kind: Kind, escaped: bool) {
        let next = place(self.nodes.len() + 1);
        let (start, end) = (place(start), place(self.at));
        self.nodes.push(Node {
            start,
            end,
            next,
            kind,
            escaped,
        });
    }

    fn value(&mut self, depth: u32) -> Option<()> {
        match self.peek() {
            Some(b'"') => self.text(),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.array(depth),
            Some(b't') => self.word(b"true", Kind::True),
            Some(b'f') => self.word(b"false", Kind::False),
            Some(b'n') => self.word(b"null", Kind::Null),
            Some(_) | None => self.fail("no_value"),
        }
    }

    fn word(&mut self, word: &'static [u8], kind: Kind) -> Option<()> {
        if !self.bytes[self.at..].starts_with(word) {
            return self.fail("no_value");
        }
        let start = self.at;
        self.at += word.len();
        self.push(start, kind, false);
        Some(())
    }

    #[inline]
    fn digits(&mut self) -> Option<()> {
        let start = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at == start {
            self.fail("bad_number")
        } else {
            Some(())
        }
    }

    #[inline]
    fn number(&mut self) -> Option<()> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        if self.peek() == Some(b'0') {
            self.at += 1;
        } else {
            self.digits()?;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        self.push(start, Kind::Number, false);
        Some(())
    }

    /// A text; the node holds what stands between the quotes.
    #[inline]
    fn text(&mut self) -> Option<()> {
        self.at += 1;
        let start = self.at;
        self.at = plain_until(self.bytes, start);
        if self.peek() == Some(b'"') {
            self.push(start, Kind::Text, false);
            self.at += 1;
            return Some(());
        }
        self.unusual_text(start)
    }

    /// A text with an escape or a control character at the current byte.
    #[cold]
    #[inline(never)]
    fn unusual_text(&mut self, start: usize) -> Option<()> {
        let mut escaped = false;
        loop {
            self.at = plain_until(self.bytes, self.at);
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    escaped = true;
                    self.escape()?;
                }
                Some(_) => {
                    self.passed(self.at, "control_character");
                    self.at += 1;
                }
                None => return self.fail("cut_off"),
            }
        }
        self.push(start, Kind::Text, escaped);
        self.at += 1;
        Some(())
    }

    fn escape(&mut self) -> Option<()> {
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                let hex = self.bytes.get(self.at + 1..self.at + 5);
                if !hex.is_some_and(|h| h.iter().all(u8::is_ascii_hexdigit)) {
                    return self.fail("bad_escape");
                }
                self.at += 5;
            }
            Some(_) | None => return self.fail("bad_escape"),
        }
        Some(())
    }

    fn close(&mut self, node: usize) {
        self.at += 1;
        self.nodes[node].end = place(self.at);
        self.nodes[node].next = place(self.nodes.len());
    }

    /// Opens a container and returns its node; `next` is set when it closes.
    fn open(&mut self, kind: Kind, depth: u32) -> Option<usize> {
        if depth >= DEPTH_MAX {
            return self.fail("too_deep");
        }
        let node = self.nodes.len();
        self.push(self.at, kind, false);
        self.at += 1;
        self.blank();
        Some(node)
    }

    /// After a member or element: goes on past a comma, or says that the container ends here.
    #[inline]
    fn ends(&mut self, bracket: u8) -> Option<bool> {
        self.blank();
        match self.peek() {
            Some(b',') => {
                let comma = self.at;
                self.at += 1;
                self.blank();
                let ends = self.peek() == Some(bracket);
                if ends {
                    self.passed(comma, "trailing_comma");
                }
                Some(ends)
            }
            Some(byte) if byte == bracket => Some(true),
            Some(_) | None => self.fail("no_comma_or_end"),
        }
    }

    fn object(&mut self, depth: u32) -> Option<()> {
        let node = self.open(Kind::Object, depth)?;
        let mut ends = self.peek() == Some(b'}');
        while !ends {
            if self.peek() != Some(b'"') {
                return self.fail("no_member_name");
            }
            self.text()?;
            self.blank();
            if self.peek() != Some(b':') {
                return self.fail("no_colon");
            }
            self.at += 1;
            self.blank();
            self.value(depth + 1)?;
            ends = self.ends(b'}')?;
        }
        self.close(node);
        Some(())
    }

    fn array(&mut self, depth: u32) -> Option<()> {
        let node = self.open(Kind::Array, depth)?;
        let mut ends = self.peek() == Some(b']');
        while !ends {
            self.value(depth + 1)?;
            ends = self.ends(b']')?;
        }
        self.close(node);
        Some(())
    }
}

/// The first byte from `at` on that is a quote, a backslash or a control character; eight at once.
#[inline]
fn plain_until(bytes: &[u8], mut at: usize) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    while let Some(eight) = bytes.get(at..at + 8) {
        let word = u64::from_le_bytes(eight.try_into().expect("the slice has eight bytes"));
        // With bit 1 flipped, a quote and the control characters are all the bytes below 0x21. A
        // borrow can only spoil bytes above a true hit, and only the lowest hit is used.
        let flipped = word ^ (ONES * 0x02);
        let slash = word ^ (ONES * u64::from(b'\\'));
        let hit =
            (flipped.wrapping_sub(ONES * 0x21) & !flipped) | (slash.wrapping_sub(ONES) & !slash);
        let hit = hit & HIGHS;
        if hit != 0 {
            return at + (hit.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while bytes
        .get(at)
        .is_some_and(|b| *b >= 0x20 && *b != b'"' && *b != b'\\')
    {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Result<Vec<Slip>, Slip> {
        let (mut nodes, mut slips) = (Vec::new(), Vec::new());
        parse(text, &mut nodes, &mut slips).map(|()| slips)
    }

    #[test]
    fn what_the_grammar_allows_is_read_and_nothing_else() {
        for good in [
            "{}",
            "[]",
            " [1, -0.5e+3, true, false, null] ",
            r#"{"a":{"b":["c\u00e9\n",{}]}}"#,
            "0",
            r#""\\\"""#,
        ] {
            assert_eq!(check(good), Ok(vec![]), "{good} is JSON");
        }
        for (bad, what) in [
            ("", "cut_off"),
            ("{", "cut_off"),
            (r#"{"a":1"#, "cut_off"),
            (r#"{"a" 1}"#, "no_colon"),
            ("{a:1}", "no_member_name"),
            ("[1 2]", "no_comma_or_end"),
            ("[01]", "no_comma_or_end"),
            ("[1.]", "bad_number"),
            ("[+1]", "no_value"),
            ("[NaN]", "no_value"),
            (r#"["\x"]"#, "bad_escape"),
            ("{} {}", "text_after_value"),
        ] {
            assert_eq!(check(bad).map_err(|s| s.what), Err(what), "{bad:?}");
        }
    }

    #[test]
    fn two_slips_are_read_over_and_reported() {
        assert_eq!(
            check("[1,]"),
            Ok(vec![Slip {
                at: 2,
                what: "trailing_comma"
            }])
        );
        assert_eq!(
            check("{\"a\":\"x\ty\"}"),
            Ok(vec![Slip {
                at: 7,
                what: "control_character"
            }])
        );
    }

    #[test]
    fn nesting_has_a_limit() {
        let nested = |n: usize| "[".repeat(n) + &"]".repeat(n);
        assert_eq!(check(&nested(64)), Ok(vec![]));
        assert_eq!(check(&nested(65)).map_err(|s| s.what), Err("too_deep"));
        assert_eq!(
            check(&"[".repeat(1_000_000)).map_err(|s| s.what),
            Err("too_deep")
        );
    }

    #[test]
    fn texts_come_out_as_serde_json_reads_them() {
        for text in [
            r#""plain""#,
            r#""caf\u00e9 \ud83d\ude00 \/ \\ \" \b\f\n\r\t""#,
            r#""ünï""#,
            r#""""#,
            r#""exactly8""#,
            r#""\u0041bcdefghijkl\"mnop""#,
        ] {
            let (mut nodes, mut slips) = (Vec::new(), Vec::new());
            parse(text, &mut nodes, &mut slips).unwrap();
            let ours = Doc {
                text,
                nodes: &nodes,
            }
            .root()
            .text()
            .into_owned();
            assert_eq!(ours, serde_json::from_str::<String>(text).unwrap());
        }
        assert_eq!(
            value::unescape(r"\ud83d x"),
            "\u{FFFD} x",
            "half a pair cannot be read"
        );
    }

    #[test]
    fn members_and_items_skip_whole_subtrees() {
        let text = r#"{"a":[1,[2,3],{"x":4}],"b":{},"c":null}"#;
        let (mut nodes, mut slips) = (Vec::new(), Vec::new());
        parse(text, &mut nodes, &mut slips).unwrap();
        let doc = Doc {
            text,
            nodes: &nodes,
        };
        let root = doc.root();
        let names: Vec<String> = root
            .members()
            .map(|(name, _)| name.raw().to_owned())
            .collect();
        assert_eq!(names, ["a", "b", "c"]);
        let (_, list) = root.members().next().unwrap();
        let kinds: Vec<Kind> = list.items().map(Value::kind).collect();
        assert_eq!(kinds, [Kind::Number, Kind::Array, Kind::Object]);
        assert_eq!(root.items().count(), 0, "an object has no elements");
    }
}
