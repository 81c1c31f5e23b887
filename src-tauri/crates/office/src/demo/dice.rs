//! Repeatable chance: the same seed gives the same throws on every machine.
//!
//! SplitMix64 (Steele, Lea, Flood 2014). Not for secrets; only for data that has to look alive.

/// A source of throws that depends on its seed alone.
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// Dice for one subject, e.g. partner and month.
    pub(super) fn new(subject: &[u64]) -> Self {
        let mut dice = Dice(0x5441_4c4c_5957_4154);
        for part in subject {
            dice.0 ^= part.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mixed = dice.next();
            dice.0 = mixed;
        }
        dice
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included.
    pub(super) fn between(&mut self, low: i64, high: i64) -> i64 {
        assert!(low <= high, "an empty range has nothing to throw");
        let span = high.abs_diff(low).saturating_add(1);
        let offset = self.next() % span;
        low + i64::try_from(offset).expect("the offset is below a span that fits i64")
    }

    /// True in `permille` of a thousand throws.
    pub(super) fn chance(&mut self, permille: i64) -> bool {
        self.between(1, 1000) <= permille
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_subject_throws_the_same() {
        let throw = |subject: &[u64]| {
            let mut dice = Dice::new(subject);
            (0..8).map(|_| dice.between(0, 999)).collect::<Vec<_>>()
        };
        assert_eq!(throw(&[1, 2]), throw(&[1, 2]));
        assert_ne!(
            throw(&[1, 2]),
            throw(&[2, 1]),
            "partner and month are told apart"
        );
    }

    #[test]
    fn throws_stay_in_range_and_reach_both_ends() {
        let mut dice = Dice::new(&[7]);
        let seen: std::collections::BTreeSet<i64> = (0..200).map(|_| dice.between(-2, 2)).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [-2, -1, 0, 1, 2]);
    }
}
