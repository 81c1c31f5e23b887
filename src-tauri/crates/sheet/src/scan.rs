//! Walks over a short text: numbers, words and signs. A copy is a place to return to.

/// The rest of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scan<'a> {
    rest: &'a str,
}

impl<'a> Scan<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Scan { rest: text }
    }

    /// What has not been read.
    pub(crate) fn rest(&self) -> &'a str {
        self.rest
    }

    /// Reads all there is.
    pub(crate) fn finish(&mut self) {
        self.rest = "";
    }

    pub(crate) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// Passes over blanks; says whether there were any.
    pub(crate) fn blanks(&mut self) -> bool {
        let after = self.rest.trim_start();
        let any = after.len() < self.rest.len();
        self.rest = after;
        any
    }

    /// The digit that comes next, if one does.
    pub(crate) fn peek_digit(&self) -> Option<u8> {
        self.rest.bytes().next().filter(u8::is_ascii_digit)
    }

    /// Reads one of these signs.
    pub(crate) fn any(&mut self, signs: &[char]) -> Option<char> {
        let sign = self
            .rest
            .chars()
            .next()
            .filter(|sign| signs.contains(sign))?;
        self.rest = &self.rest[sign.len_utf8()..];
        Some(sign)
    }

    /// Reads all digits that follow.
    pub(crate) fn digits(&mut self) -> &'a str {
        let len = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at(len);
        self.rest = rest;
        digits
    }

    /// Reads a number and says how many digits it has. Beyond 32 bits the value means nothing,
    /// but the length does.
    pub(crate) fn number(&mut self) -> Option<(u32, usize)> {
        let digits = self.digits();
        (!digits.is_empty()).then(|| (digits.parse().unwrap_or(u32::MAX), digits.len()))
    }

    /// Reads exactly so many digits of those that follow.
    pub(crate) fn exactly(&mut self, len: usize) -> Option<u32> {
        let digits = self
            .rest
            .get(..len)
            .filter(|d| d.bytes().all(|b| b.is_ascii_digit()))?;
        self.rest = &self.rest[len..];
        digits.parse().ok()
    }

    /// Reads one letter.
    pub(crate) fn letter(&mut self) -> Option<&'a str> {
        let letter = self.rest.chars().next().filter(|c| c.is_alphabetic())?;
        let (letter, rest) = self.rest.split_at(letter.len_utf8());
        self.rest = rest;
        Some(letter)
    }

    /// Reads letters.
    pub(crate) fn word(&mut self) -> Option<&'a str> {
        let end = self
            .rest
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }
}
