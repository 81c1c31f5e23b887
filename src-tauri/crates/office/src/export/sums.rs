//! What the CDRs that were written add up to.

use std::collections::BTreeMap;

use store::micro::{self, Micro};

use crate::api::{ExportDone, StatedSum};

/// Exact sums in millionths.
#[derive(Default)]
pub(super) struct Sums {
    energy: i128,
    stated: BTreeMap<String, (i128, i128)>,
}

impl Sums {
    /// Adds a CDR's energy, and its stated net and gross.
    pub(super) fn add(
        &mut self,
        energy: Micro,
        currency: &str,
        (excl, incl): (Option<Micro>, Option<Micro>),
    ) {
        self.energy += i128::from(energy.0);
        let sum = self.stated.entry(currency.to_owned()).or_default();
        sum.0 += excl.map_or(0, |amount| i128::from(amount.0));
        sum.1 += incl.map_or(0, |amount| i128::from(amount.0));
    }

    /// Says them.
    pub(super) fn tell(self, done: &mut ExportDone) {
        done.energy_kwh = micro::text(self.energy);
        let one = |(currency, (excl, incl))| StatedSum {
            currency,
            excl_vat: micro::text(excl),
            incl_vat: micro::text(incl),
        };
        done.totals = self.stated.into_iter().map(one).collect();
    }
}
