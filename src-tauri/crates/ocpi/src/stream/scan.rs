//! Finding where a JSON value ends, 64 bytes at a time.
//!
//! A quote opens or closes a text unless a backslash stands before it; brackets count only outside
//! texts. Bit masks of 64 bytes answer that without a branch per byte: bit *i* stands for byte *i*.

const ONES: u64 = 0x0101_0101_0101_0101;
const LOWS: u64 = 0x7F7F_7F7F_7F7F_7F7F;
const HIGHS: u64 = 0x8080_8080_8080_8080;
/// Gathers the lowest bit of each of eight bytes in the top byte of a product.
const GATHER: u64 = 0x0102_0408_1020_4080;

/// How far into a value a scan has come. `{` and `[` count alike: whether they pair up rightly is
/// the parser's question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Scan {
    /// Containers open.
    pub(super) depth: u64,
    /// Inside a text.
    pub(super) in_text: bool,
    /// The last byte was a backslash that escapes the next.
    pub(super) escaping: bool,
}

/// One bit per byte that is zero.
#[inline]
fn zeros(word: u64) -> u64 {
    let high = !(((word & LOWS) + LOWS) | word | LOWS);
    ((high >> 7).wrapping_mul(GATHER)) >> 56
}

/// Each bit becomes the parity of itself and all bits below.
#[inline]
fn parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

impl Scan {
    /// Just behind the bracket that opens a value.
    pub(super) fn opened() -> Self {
        Scan {
            depth: 1,
            ..Scan::default()
        }
    }

    /// Goes on through `bytes`: the index of the bracket that closes the value, if it is there.
    #[inline]
    pub(super) fn run(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut blocks = bytes.chunks_exact(64);
        let mut at = 0;
        for block in &mut blocks {
            let block = block.try_into().expect("chunks_exact gives 64 bytes");
            if let Some(end) = self.block(block, 64) {
                return Some(at + end);
            }
            at += 64;
        }
        let rest = blocks.remainder();
        if rest.is_empty() {
            return None;
        }
        let mut padded = [b' '; 64];
        padded[..rest.len()].copy_from_slice(rest);
        self.block(&padded, rest.len()).map(|end| at + end)
    }

    /// One block, of which `length` bytes count (the others are blanks).
    #[inline]
    fn block(&mut self, block: &[u8; 64], length: usize) -> Option<usize> {
        let (mut quotes, mut opens, mut closes, mut slash) = (0, 0, 0, 0);
        for (index, eight) in block.chunks_exact(8).enumerate() {
            let word = u64::from_le_bytes(eight.try_into().expect("eight bytes"));
            // With bit 5 set, [ becomes {, ] becomes }, and no other byte becomes either.
            let folded = word | (ONES * 0x20);
            quotes |= zeros(word ^ (ONES * u64::from(b'"'))) << (8 * index);
            opens |= zeros(folded ^ (ONES * u64::from(b'{'))) << (8 * index);
            closes |= zeros(folded ^ (ONES * u64::from(b'}'))) << (8 * index);
            let backslash = word ^ (ONES * u64::from(b'\\'));
            slash |= backslash.wrapping_sub(ONES) & !backslash & HIGHS;
        }
        if slash != 0 || self.escaping {
            quotes &= !self.escaped(block, length);
        }
        let in_text = parity(quotes) ^ (if self.in_text { u64::MAX } else { 0 });
        self.in_text = in_text >> 63 == 1;
        opens &= !in_text;
        closes &= !in_text;
        let closing = u64::from(closes.count_ones());
        if self.depth > closing {
            self.depth = self.depth + u64::from(opens.count_ones()) - closing;
            return None;
        }
        self.close(opens, closes)
    }

    /// The bytes that a backslash escapes; remembers whether the last one escapes the next block.
    #[cold]
    fn escaped(&mut self, block: &[u8; 64], length: usize) -> u64 {
        let mut escaped = 0_u64;
        let mut escaping = self.escaping;
        for (index, byte) in block[..length].iter().enumerate() {
            if escaping {
                escaped |= 1 << index;
                escaping = false;
            } else {
                escaping = *byte == b'\\';
            }
        }
        self.escaping = escaping;
        escaped
    }

    /// Goes bracket by bracket through a block in which the value may end.
    fn close(&mut self, opens: u64, closes: u64) -> Option<usize> {
        let mut brackets = opens | closes;
        while brackets != 0 {
            let bit = brackets.trailing_zeros();
            if closes >> bit & 1 == 0 {
                self.depth += 1;
            } else {
                self.depth -= 1;
                if self.depth == 0 {
                    *self = Scan::default();
                    return Some(bit as usize);
                }
            }
            brackets &= brackets - 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, byte by byte. Outside texts a backslash means nothing but to a quote.
    fn plainly(bytes: &[u8]) -> Option<usize> {
        let (mut depth, mut in_text, mut escaping) = (1, false, false);
        for (index, byte) in bytes.iter().enumerate() {
            let escaped = std::mem::take(&mut escaping);
            match byte {
                b'"' | b'\\' if escaped => {}
                b'\\' => escaping = true,
                b'"' => in_text = !in_text,
                b'{' | b'[' if !in_text => depth += 1,
                b'}' | b']' if !in_text => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(index);
                    }
                }
                _ => {}
            }
        }
        None
    }

    proptest::proptest! {
        #[test]
        fn blocks_find_the_end_that_bytes_find(
            text in r#"[{}\[\]"\\ a]{0,300}"#,
            cut in 0_usize..300,
        ) {
            let bytes = text.as_bytes();
            let (head, tail) = bytes.split_at(cut.min(bytes.len()));
            let mut scan = Scan::opened();
            let found = match scan.run(head) {
                Some(end) => Some(end),
                None => scan.run(tail).map(|end| head.len() + end),
            };
            proptest::prop_assert_eq!(found, plainly(bytes));
        }
    }
}
