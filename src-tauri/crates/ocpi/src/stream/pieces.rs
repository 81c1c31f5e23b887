//! The splitter at work: one state, one step.

use domain::{Finding, FindingCode, FindingLocation, Severity};
use memchr::memchr;

use super::scan::Scan;
use super::{BOM, CONTEXTS_MAX, ENVELOPE, Found, Last, NOTES_MAX, Piece, Raw, Splitter, State};

/// The pieces of one block. Not an [`Iterator`], because a piece may borrow the splitter's memory.
#[derive(Debug)]
pub struct Pieces<'s> {
    splitter: &'s mut Splitter,
    block: &'s [u8],
    /// Next byte to look at.
    at: usize,
    /// Where in this block the piece at hand begins (0 if in an earlier one).
    from: usize,
    ended: bool,
}

impl<'s> Pieces<'s> {
    pub(super) fn new(splitter: &'s mut Splitter, block: &'s [u8]) -> Self {
        Pieces {
            splitter,
            block,
            at: 0,
            from: 0,
            ended: false,
        }
    }
}

impl Pieces<'_> {
    /// The next piece, or `None` when the block is used up.
    #[allow(clippy::should_implement_trait)] // a lending iterator, which the trait cannot be
    pub fn next(&mut self) -> Option<Piece<'_>> {
        if std::mem::take(&mut self.splitter.carry_out) {
            self.splitter.carry.clear();
        }
        if self.ended {
            return None;
        }
        let found = self.found();
        if found.is_none() {
            self.ended = true;
            self.keep_rest();
        }
        found.map(|found| self.piece(found))
    }

    /// Goes on until something is found or the block is used up.
    fn found(&mut self) -> Option<Found> {
        if self.splitter.finished {
            return self.left_open();
        }
        while let Some(byte) = self.block.get(self.at).copied() {
            let found = match self.splitter.state {
                State::Between => self.between(byte),
                State::Head => self.head(byte),
                State::Name => self.name(byte),
                State::Record => self.record(),
                State::Junk => self.junk(byte),
                State::Member => self.member(byte),
                State::Colon => self.colon(byte),
                State::SkipNested => self.skip_nested(),
                State::SkipWord => self.skip_word(byte),
            };
            match found {
                Some(Found::Note(_)) if self.splitter.notes >= NOTES_MAX => {}
                Some(_) => return found,
                None => {}
            }
        }
        None
    }

    /// What is open when the stream ends: a piece, then the containers around it.
    fn left_open(&mut self) -> Option<Found> {
        let splitter = &mut *self.splitter;
        if splitter.in_piece() {
            let junk = splitter.state == State::Junk;
            splitter.state = State::Between;
            return Some(Found::Broken(if junk { "no_object" } else { "cut_off" }));
        }
        if splitter.contexts.is_empty() {
            return None;
        }
        splitter.contexts.clear();
        splitter.notes = 0;
        Some(Found::Note("cut_off"))
    }

    /// Begins a piece at the current byte.
    fn begin(&mut self, state: State) {
        self.splitter.state = state;
        self.splitter.start = self.splitter.fed + self.at as u64;
        self.splitter.cut = false;
        self.splitter.line_start = false;
        self.splitter.multi_line = false;
        self.splitter.last_kept = None;
        self.from = self.at;
    }

    /// Between values.
    fn between(&mut self, byte: u8) -> Option<Found> {
        let context = self.splitter.contexts.last().copied();
        // Files that were put together keep the marks they began with.
        let mark = context.is_none() && BOM.contains(&byte);
        if byte.is_ascii_whitespace() || mark {
            self.at += 1;
            return None;
        }
        let envelope = context.is_some_and(|context| context.envelope);
        match byte {
            b',' => self.comma(),
            b']' if context.is_some_and(|context| !context.envelope) => self.closing(),
            b'}' if envelope => self.closing(),
            b'"' if envelope => {
                self.splitter.state = State::Member;
                self.splitter.name.clear();
                self.at += 1;
                self.splitter.value_met()
            }
            b'{' if !envelope => {
                self.begin(State::Head);
                self.at += 1;
                self.splitter.value_met()
            }
            b'[' if !envelope && self.splitter.contexts.len() < CONTEXTS_MAX => {
                let found = self.splitter.value_met();
                self.splitter.open(false);
                self.at += 1;
                found
            }
            _ => {
                self.begin(State::Junk);
                self.splitter.scan = Scan {
                    in_text: byte == b'"',
                    ..Scan::default()
                };
                self.at += 1;
                self.splitter.value_met()
            }
        }
    }

    fn comma(&mut self) -> Option<Found> {
        self.at += 1;
        match self.splitter.contexts.last_mut() {
            Some(context) => {
                let before = std::mem::replace(&mut context.last, Last::Comma);
                (before != Last::Value).then_some(Found::Note("extra_comma"))
            }
            None => Some(Found::Note("extra_comma")),
        }
    }

    /// The end of a list or envelope.
    fn closing(&mut self) -> Option<Found> {
        self.at += 1;
        let closed = self.splitter.contexts.pop()?;
        if closed.last == Last::Comma {
            return Some(Found::Note("trailing_comma"));
        }
        (closed.envelope && !closed.data).then_some(Found::Note("no_data"))
    }

    /// Behind the brace that opens a record or an envelope.
    fn head(&mut self, byte: u8) -> Option<Found> {
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {
                self.at += 1;
                self.splitter.multi_line |= byte == b'\n';
            }
            b'"' => {
                self.at += 1;
                self.splitter.name.clear();
                self.splitter.state = State::Name;
            }
            b'{' if self.splitter.contexts.is_empty() && self.splitter.multi_line => {
                self.splitter.state = State::Between;
                return Some(Found::Broken("cut_off"));
            }
            _ => {
                self.splitter.state = State::Record;
                self.splitter.scan = Scan::opened();
            }
        }
        None
    }

    /// In the first member's name: an envelope's, or a record's?
    fn name(&mut self, byte: u8) -> Option<Found> {
        let splitter = &mut *self.splitter;
        if byte != b'"' {
            splitter.name.push(byte);
            let prefix = splitter.name.as_slice();
            if ENVELOPE.iter().any(|name| name.starts_with(prefix)) {
                self.at += 1;
            } else {
                splitter.state = State::Record;
                splitter.scan = Scan {
                    in_text: true,
                    ..Scan::opened()
                };
            }
            return None;
        }
        self.at += 1;
        let room = splitter.contexts.len() < CONTEXTS_MAX;
        if room && ENVELOPE.contains(&splitter.name.as_slice()) {
            splitter.carry.clear();
            splitter.open(true);
            splitter.contexts.last_mut().expect("just opened").last = Last::Value;
            self.name_read();
        } else {
            splitter.state = State::Record;
            splitter.scan = Scan::opened();
        }
        None
    }

    /// An envelope's member has its name.
    fn name_read(&mut self) {
        let splitter = &mut *self.splitter;
        splitter.is_data = splitter.name == b"data";
        splitter.state = State::Colon;
        if let Some(context) = splitter.contexts.last_mut() {
            context.data |= splitter.is_data;
        }
    }

    /// In a record: to its closing bracket. At the top, newlines are watched for broken lines.
    fn record(&mut self) -> Option<Found> {
        if !self.splitter.contexts.is_empty() {
            return self.scan_to(self.block.len());
        }
        if self.splitter.line_start {
            return self.next_line();
        }
        let newline = memchr(b'\n', &self.block[self.at..]).map(|index| self.at + index);
        let found = self.scan_to(newline.unwrap_or(self.block.len()));
        if found.is_none() && newline.is_some() {
            self.passed_newline();
        }
        found
    }

    /// Goes on to the record's end, but not beyond `end`.
    #[inline]
    fn scan_to(&mut self, end: usize) -> Option<Found> {
        let Some(index) = self.splitter.scan.run(&self.block[self.at..end]) else {
            self.at = end;
            return None;
        };
        self.at += index + 1;
        self.splitter.record_ended();
        Some(Found::Record)
    }

    /// At a newline inside a top-level record. If a `{` comes next, it begins a new record when a
    /// text is open or nothing before allows a value here; where lines have been records so far,
    /// also when it is not indented.
    #[cold]
    fn passed_newline(&mut self) {
        let here = self.block[self.from..self.at].trim_ascii_end();
        let before = here.last().copied().or(self.splitter.last_kept);
        let splitter = &mut *self.splitter;
        let open = matches!(before, Some(b'[' | b',' | b':'));
        splitter.cut = splitter.scan.in_text || !open;
        splitter.cut_unindented = splitter.lines;
        splitter.line_start = true;
        splitter.multi_line = true;
        splitter.scan.escaping = false;
        self.at += 1;
    }

    /// At the beginning of a line inside a top-level record.
    fn next_line(&mut self) -> Option<Found> {
        let rest = &self.block[self.at..];
        let blanks = &rest[..rest.len() - rest.trim_ascii_start().len()];
        self.at += blanks.len();
        if let Some(last) = blanks.last() {
            self.splitter.cut_unindented = self.splitter.lines && *last == b'\n';
        }
        let byte = self.block.get(self.at).copied()?;
        self.splitter.line_start = false;
        if byte == b'{' && (self.splitter.cut || self.splitter.cut_unindented) {
            self.splitter.state = State::Between;
            return Some(Found::Broken("cut_off"));
        }
        None
    }

    /// In something that is no object. At the top it ends where a line begins with a bracket; in a
    /// container at a comma, at the container's end, or where an object begins.
    fn junk(&mut self, byte: u8) -> Option<Found> {
        let splitter = &mut *self.splitter;
        let ends = if splitter.contexts.is_empty() {
            let ends = splitter.line_start && matches!(byte, b'{' | b'[');
            splitter.line_start =
                byte == b'\n' || (splitter.line_start && byte.is_ascii_whitespace());
            ends
        } else if splitter.scan.in_text {
            if splitter.scan.escaping {
                splitter.scan.escaping = false;
            } else if byte == b'\\' {
                splitter.scan.escaping = true;
            } else if byte == b'"' {
                splitter.scan.in_text = false;
            }
            false
        } else {
            splitter.scan.in_text = byte == b'"';
            matches!(byte, b',' | b']' | b'}' | b'{')
        };
        if ends {
            splitter.state = State::Between;
            return Some(Found::Broken("no_object"));
        }
        self.at += 1;
        None
    }

    /// In the name of an envelope's member. Names that matter are short and without escapes.
    fn member(&mut self, byte: u8) -> Option<Found> {
        self.at += 1;
        if byte == b'"' {
            self.name_read();
        } else if self.splitter.name.len() < 32 {
            self.splitter.name.push(byte);
        }
        None
    }

    /// Before the value of an envelope's member.
    fn colon(&mut self, byte: u8) -> Option<Found> {
        let splitter = &mut *self.splitter;
        match byte {
            b' ' | b'\t' | b'\r' | b'\n' | b':' => self.at += 1,
            b'{' if splitter.is_data => {
                self.begin(State::Head);
                self.at += 1;
            }
            b'[' if splitter.is_data && splitter.contexts.len() < CONTEXTS_MAX => {
                splitter.open(false);
                splitter.state = State::Between;
                self.at += 1;
            }
            b'{' | b'[' => {
                splitter.scan = Scan::opened();
                splitter.state = State::SkipNested;
                self.at += 1;
            }
            b'"' => {
                splitter.scan = Scan {
                    in_text: true,
                    ..Scan::default()
                };
                splitter.state = State::SkipWord;
                self.at += 1;
            }
            _ => splitter.state = State::SkipWord,
        }
        None
    }

    fn skip_nested(&mut self) -> Option<Found> {
        match self.splitter.scan.run(&self.block[self.at..]) {
            Some(index) => {
                self.at += index + 1;
                self.splitter.state = State::Between;
            }
            None => self.at = self.block.len(),
        }
        None
    }

    /// In a text, number or word of an envelope.
    fn skip_word(&mut self, byte: u8) -> Option<Found> {
        let scan = &mut self.splitter.scan;
        if scan.in_text {
            if scan.escaping {
                scan.escaping = false;
            } else if byte == b'\\' {
                scan.escaping = true;
            } else if byte == b'"' {
                scan.in_text = false;
            }
        } else if matches!(byte, b',' | b'}') {
            self.splitter.state = State::Between;
            return None;
        }
        self.at += 1;
        None
    }

    /// At the end of a block inside a piece: keeps what belongs to it, up to the largest record.
    fn keep_rest(&mut self) {
        let splitter = &mut *self.splitter;
        if splitter.in_piece() {
            let room = splitter.record_max.saturating_sub(splitter.carry.len());
            let part = &self.block[self.from..];
            let last = part.trim_ascii_end().last().copied();
            splitter.last_kept = last.or(splitter.last_kept);
            splitter
                .carry
                .extend_from_slice(&part[..part.len().min(room)]);
        }
        splitter.fed += self.block.len() as u64;
    }

    /// Makes a piece of what was found; it reaches up to the current byte.
    fn piece(&mut self, found: Found) -> Piece<'_> {
        let broken = match found {
            Found::Note(problem) => return self.note(problem),
            Found::Record => None,
            Found::Broken(problem) => Some(problem),
        };
        let offset = self.splitter.start;
        let mut length = self.splitter.fed + self.at as u64 - offset;
        let part = &self.block[self.from..self.at];
        let spans = offset < self.splitter.fed;
        if spans {
            let room = self
                .splitter
                .record_max
                .saturating_sub(self.splitter.carry.len());
            self.splitter
                .carry
                .extend_from_slice(&part[..part.len().min(room)]);
            self.splitter.carry_out = true;
        }
        let all = if spans {
            &self.splitter.carry[..]
        } else {
            part
        };
        let too_large = length > self.splitter.record_max as u64;
        let mut bytes = &all[..all.len().min(self.splitter.record_max)];
        if broken.is_some() && !too_large {
            bytes = bytes.trim_ascii_end();
            length = bytes.len() as u64;
        }
        let raw = Raw {
            offset,
            length,
            bytes,
        };
        let problem = if too_large { Some("too_large") } else { broken };
        match problem {
            None => Piece::Record(raw),
            Some(problem) => Piece::Broken(
                raw,
                Finding::new(FindingCode::NotJson, FindingLocation::Whole)
                    .with("problem", problem)
                    .with("offset", offset),
            ),
        }
    }

    fn note(&mut self, problem: &'static str) -> Piece<'static> {
        self.splitter.notes += 1;
        let code = match problem {
            "no_data" => FindingCode::UnknownObject,
            _ => FindingCode::NotJson,
        };
        Piece::Note(
            Finding::new(code, FindingLocation::Whole)
                .with_severity(Severity::Warning)
                .with("problem", problem)
                .with("offset", self.splitter.fed + self.at as u64),
        )
    }
}
