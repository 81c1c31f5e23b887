//! Where made-up records take their choices from: a seed, or the bytes of a fuzzer.

/// Something that decides.
pub trait Choose {
    /// A number below `bound`; 0 where `bound` is 0.
    fn below(&mut self, bound: u64) -> u64;

    /// One of several.
    fn one<T: Copy>(&mut self, of: &[T]) -> T
    where
        Self: Sized,
    {
        let place = self.below(of.len() as u64);
        let place = usize::try_from(place).expect("it is below a length");
        of[place]
    }

    /// Yes, so many times in a hundred.
    fn percent(&mut self, percent: u64) -> bool {
        // The first choices are the plain ones, so that bytes that ran out make a small record.
        self.below(100) >= 100 - percent
    }
}

/// Choices from a seed: the same seed, the same records (SplitMix64).
#[derive(Clone, Debug)]
pub struct Seeded(pub u64);

impl Choose for Seeded {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        mixed.checked_rem(bound).unwrap_or(0)
    }
}

/// Choices from bytes, one or two each; 0 when they ran out.
#[derive(Clone, Debug)]
pub struct Bytes<'a>(pub &'a [u8]);

impl Choose for Bytes<'_> {
    fn below(&mut self, bound: u64) -> u64 {
        let wanted = if bound > 256 { 2 } else { 1 };
        let (taken, rest) = self.0.split_at(wanted.min(self.0.len()));
        self.0 = rest;
        let value = taken
            .iter()
            .fold(0, |value, byte| (value << 8) | u64::from(*byte));
        value.checked_rem(bound).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Bytes, Choose, Seeded};

    #[test]
    fn a_seed_repeats_itself_and_fills_the_range() {
        let drawn = |seed| {
            let mut from = Seeded(seed);
            (0..200).map(|_| from.below(10)).collect::<Vec<u64>>()
        };
        assert_eq!(drawn(7), drawn(7));
        assert_ne!(drawn(7), drawn(8));
        for value in 0..10 {
            assert!(drawn(7).contains(&value), "{value} never came in 200 draws");
        }
    }

    #[test]
    fn bytes_that_ran_out_choose_the_first() {
        let mut from = Bytes(&[7, 1, 4]);
        assert_eq!(
            (from.below(5), from.below(1000), from.below(9)),
            (2, 260, 0)
        );
    }
}
