//! What a session is billed for: a tally for each component that prices something, and where
//! somebody reads them the lines it is made of.
//!
//! A session of many periods has few components. Quantities are added before they are priced, which
//! is exact; so the tallies alone give the price.

use domain::replay::Phase;
use domain::{Decimal, PriceComponent};

use crate::lookup::Active;
use crate::number::{Exact, add};
use crate::sum::Sum;

/// One priced volume of the session. Energy in kWh, time in seconds, a flat fee is 1.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line<'a> {
    /// Place of the period in time order.
    pub period: usize,
    /// Place of the tariff among the candidates.
    pub tariff: usize,
    pub element: usize,
    pub component: usize,
    pub phase: Phase,
    pub price: &'a PriceComponent,
    pub measured: Decimal,
    pub billed: Decimal,
}

/// All that one component prices in one phase.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tally<'a> {
    /// Place of the tariff among the candidates.
    pub tariff: usize,
    pub phase: Phase,
    pub price: &'a PriceComponent,
    /// What was measured.
    pub measured: Sum,
    /// What rounding up to a step adds.
    extra: Decimal,
    /// The place of its last volume other than 0 among all volumes of the session.
    pub last: Option<usize>,
}

impl Tally<'_> {
    /// What is billed: measured, and what rounding up to a step adds.
    pub fn billed(&self) -> Exact<Decimal> {
        let measured = self.measured.value();
        if self.extra.is_zero() {
            Ok(measured)
        } else {
            add(measured, self.extra)
        }
    }
}

/// What is to be billed.
pub(crate) struct Ledger<'a> {
    tallies: Vec<Tally<'a>>,
    /// How many volumes were entered.
    entered: usize,
    /// The lines, where they are kept.
    lines: Vec<Line<'a>>,
    keeps_lines: bool,
}

impl<'a> Ledger<'a> {
    /// An empty one; `lines` says whether each volume is kept by itself.
    pub fn new(keeps_lines: bool) -> Self {
        Ledger {
            tallies: Vec::with_capacity(4),
            entered: 0,
            lines: Vec::new(),
            keeps_lines,
        }
    }

    /// Enters a volume under its price.
    pub fn enter(
        &mut self,
        (period, tariff, phase): (usize, usize, Phase),
        active: Active<'a>,
        measured: Sum,
    ) -> Exact<()> {
        let price = active.price;
        let place = self.tally_of(tariff, phase, price);
        self.add(place, measured)?;
        if self.keeps_lines {
            let measured = measured.value();
            self.lines.push(Line {
                period,
                tariff,
                element: active.element,
                component: active.component,
                phase,
                price,
                measured,
                billed: measured,
            });
        }
        Ok(())
    }

    /// Adds a volume to a tally, without a line.
    #[inline]
    pub fn add(&mut self, place: usize, measured: Sum) -> Exact<()> {
        let tally = &mut self.tallies[place];
        tally.measured.add(measured)?;
        if !measured.is_zero() {
            tally.last = Some(self.entered);
        }
        self.entered += 1;
        Ok(())
    }

    /// Whether each volume is kept by itself.
    pub fn keeps_lines(&self) -> bool {
        self.keeps_lines
    }

    /// The place of the tally of a price, which is there from now on.
    pub fn tally_of(&mut self, tariff: usize, phase: Phase, price: &'a PriceComponent) -> usize {
        let known = self.tallies.iter().position(|tally| {
            std::ptr::eq(tally.price, price) && tally.tariff == tariff && tally.phase == phase
        });
        known.unwrap_or_else(|| {
            self.tallies.push(Tally {
                tariff,
                phase,
                price,
                measured: Sum::ZERO,
                extra: Decimal::ZERO,
                last: None,
            });
            self.tallies.len() - 1
        })
    }

    /// Bills more than was measured: in a tally, and in the line that brings it.
    pub fn bill_more(&mut self, tally: usize, line: usize, extra: Decimal) -> Exact<()> {
        let tally = &mut self.tallies[tally];
        tally.extra = add(tally.extra, extra)?;
        if let Some(line) = self.lines.get_mut(line) {
            line.billed = add(line.billed, extra)?;
        }
        Ok(())
    }

    /// The tallies, in the order of their first volumes.
    pub fn tallies(&self) -> &[Tally<'a>] {
        &self.tallies
    }

    /// The lines in time order; none where they are not kept.
    pub fn lines(&self) -> &[Line<'a>] {
        &self.lines
    }

    /// The lines alone.
    pub fn into_lines(self) -> Vec<Line<'a>> {
        self.lines
    }
}
