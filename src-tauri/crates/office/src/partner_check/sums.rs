//! Sums per currency: what could be compared, and what is left on either side.

use std::collections::BTreeMap;

use domain::replay::{Amount, Parts};
use domain::{Currency, Decimal};

use super::{Group, Row};
use crate::error::Result;

/// Sums of a group; a figure that one record lacks is unknown for all.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    pub(super) cdrs: u32,
    pub(super) reported: Sum,
    pub(super) replayed: Sum,
    pub(super) stated: Sum,
    pub(super) difference: Sum,
    pub(super) reported_kwh: Known,
    pub(super) held_kwh: Known,
}

/// Net and gross.
#[derive(Clone, Debug, Default)]
pub(super) struct Sum {
    pub(super) excl: Known,
    pub(super) incl: Known,
}

/// A sum as long as every figure is known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Known {
    sum: Decimal,
    unknown: bool,
}

impl Known {
    pub(super) fn figure(self) -> Option<Decimal> {
        (!self.unknown).then_some(self.sum)
    }

    pub(super) fn add(&mut self, figure: Option<Decimal>) -> Result<()> {
        let Some(figure) = figure else {
            self.unknown = true;
            return Ok(());
        };
        let sum = self.sum.checked_add(figure);
        self.sum = sum.ok_or_else(|| store::Error::OutOfRange(format!("a sum with {figure}")))?;
        Ok(())
    }
}

impl Sum {
    fn add(&mut self, amount: Option<Amount>) -> Result<()> {
        let amount = amount.unwrap_or_default();
        self.excl.add(amount.excl_vat)?;
        self.incl.add(amount.incl_vat)
    }

    pub(super) fn amount(&self) -> Option<Amount> {
        let (excl_vat, incl_vat) = (self.excl.figure(), self.incl.figure());
        let any = excl_vat.is_some() || incl_vat.is_some();
        any.then_some(Amount { excl_vat, incl_vat })
    }
}

pub(super) fn of(rows: &[Row]) -> Result<BTreeMap<(Group, Currency), Sums>> {
    let mut totals: BTreeMap<(Group, Currency), Sums> = BTreeMap::new();
    for row in rows {
        let sums = totals.entry((row.group(), row.currency)).or_default();
        let total = |parts: &Parts<Option<Amount>>| parts.total;
        sums.cdrs += 1;
        sums.reported.add(total(&row.reported))?;
        sums.replayed.add(total(&row.replayed))?;
        sums.stated.add(total(&row.stated))?;
        sums.difference.add(row.difference)?;
        sums.reported_kwh.add(row.reported_kwh)?;
        sums.held_kwh.add(row.held_kwh)?;
    }
    Ok(totals)
}
