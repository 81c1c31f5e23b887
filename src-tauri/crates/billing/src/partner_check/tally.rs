//! How often each field agrees.

use std::collections::BTreeMap;

use domain::Decimal;

use super::{Compared, Field, Standing};

/// Counts of a field over all pairs; of fields of charging periods, over all periods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FieldTally {
    /// Where both sides have it.
    pub compared: u32,
    /// Of these the same value.
    pub equal: u32,
    /// Of these within rounding or tolerance.
    pub within: u32,
    /// Of these another value.
    pub differing: u32,
    /// Where only the book has it.
    pub only_held: u32,
    /// Where only the partner's file has it.
    pub only_reported: u32,
    /// The largest difference, by its size, with its sign; see [`Compared::difference`].
    pub largest: Option<Decimal>,
}

/// Counts of every field that was met.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally(pub BTreeMap<Field, FieldTally>);

impl Tally {
    /// Counts what a pair was compared to.
    pub fn add(&mut self, fields: &[Compared]) {
        for one in fields {
            let tally = self.0.entry(one.field).or_default();
            match one.standing {
                Standing::Equal => tally.equal += 1,
                Standing::Within => tally.within += 1,
                Standing::Differs => tally.differing += 1,
                Standing::OnlyHeld => tally.only_held += 1,
                Standing::OnlyReported => tally.only_reported += 1,
            }
            let alone = matches!(one.standing, Standing::OnlyHeld | Standing::OnlyReported);
            tally.compared += u32::from(!alone);
            let size = |figure: Option<Decimal>| figure.map(|figure| figure.abs());
            if !one.difference.is_none_or(|apart| apart.is_zero())
                && size(one.difference) > size(tally.largest)
            {
                tally.largest = one.difference;
            }
        }
    }
}
