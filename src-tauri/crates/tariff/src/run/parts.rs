//! A period that should have been split is priced in parts (SEMANTICS 3.4; I-37).
//!
//! It is cut at every moment at which another price begins. A time cuts exactly, and energy is
//! shared evenly over the time; a threshold of energy cuts energy exactly, and time is shared
//! evenly over the energy.

use domain::{Decimal, PeriodSplit, Tariff};

use super::charging::{Volumes, payable};
use super::{Period, Run, Stop};
use crate::lookup::Seek;
use crate::number::{Exact, add, div, mul, sub};
use crate::outline::Needs;
use crate::restriction::Moment;
use crate::sum::Sum;
use crate::timeline::{Measured, Span, instant_at};
use crate::trace::{Seen, Trace};
use crate::unsplit::{self, Cut};

/// More parts than this a period does not have; what is left then is priced by its start.
const MOST_PARTS: usize = 1500;

/// Decimals of a share, in kWh, seconds and milliseconds. The last part takes the rest, so that
/// parts always add up to what was measured and no step is taken for a digit that was cut off.
const SHARE_DIGITS: u32 = 15;

/// How much of a period lies behind.
#[derive(Clone, Copy, Default)]
struct Behind {
    /// Milliseconds, cut to whole ones where a threshold of energy lies between two.
    millis: i64,
    /// Milliseconds with all decimals.
    length: Decimal,
    energy: Decimal,
    time: Decimal,
    parking: Decimal,
}

impl Behind {
    /// What lies behind at a cut, measured from here.
    fn after(self, cut: Cut, whole: &Volumes, whole_millis: i64) -> Exact<Behind> {
        let all = Decimal::from(whole_millis);
        let energy_left = sub(whole.energy.unwrap_or_default().value(), self.energy)?;
        let length_left = sub(all, self.length)?;
        let millis = self.millis + cut.millis;
        let (length, energy) = if let Some(used) = cut.energy {
            let length = add(self.length, share(length_left, used, energy_left)?)?;
            (length, add(self.energy, used)?)
        } else {
            let length = Decimal::from(millis);
            let passed = sub(length, self.length)?;
            (
                length,
                add(self.energy, share(energy_left, passed, length_left)?)?,
            )
        };
        Ok(Behind {
            millis,
            length,
            energy,
            time: share(whole.time.unwrap_or_default().value(), length, all)?,
            parking: share(whole.parking.unwrap_or_default().value(), length, all)?,
        })
    }

    /// What lies between here and a later point.
    fn until(self, later: Behind, whole: &Volumes) -> Exact<Volumes> {
        let between = |measured: Option<Sum>, from: Decimal, to: Decimal| {
            measured.map(|_| sub(to, from).map(Sum::from)).transpose()
        };
        Ok(Volumes {
            energy: between(whole.energy, self.energy, later.energy)?,
            time: between(whole.time, self.time, later.time)?,
            parking: between(whole.parking, self.parking, later.parking)?,
        })
    }

    fn is_start(self) -> bool {
        self.length.is_zero()
    }

    /// The end of a period.
    fn all(whole: &Volumes, whole_millis: i64) -> Behind {
        Behind {
            millis: whole_millis,
            length: Decimal::from(whole_millis),
            energy: whole.energy.unwrap_or_default().value(),
            time: whole.time.unwrap_or_default().value(),
            parking: whole.parking.unwrap_or_default().value(),
        }
    }
}

/// A period that is priced in parts.
struct Whole<'p, 'a> {
    span: &'p Span<'a>,
    measured: &'p Measured,
    millis: i64,
    volumes: Volumes,
    /// Energy of the session before it.
    before: Decimal,
    /// Whether it may be cut once more.
    cut: bool,
}

/// `part`/`whole` of a volume.
fn share(volume: Decimal, part: Decimal, whole: Decimal) -> Exact<Decimal> {
    let half_up = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
    let share = div(mul(volume, part)?, whole)?;
    Ok(share.round_dp_with_strategy(SHARE_DIGITS, half_up))
}

impl<'a> Run<'_, 'a> {
    /// Whether a period is priced in parts: the policy says so, its length is known, and it is of
    /// the use alone. A period that holds a reservation too is priced as reported.
    pub(super) fn in_parts(&self, span: &Span<'_>, measured: &Measured, needs: Needs) -> bool {
        match self.input.policy.period_split {
            PeriodSplit::AsReported => false,
            PeriodSplit::SplitLinear => {
                needs.boundaries
                    && span.millis().is_some_and(|millis| millis > 0)
                    && measured.is_use()
                    && measured.reservation.is_none()
            }
        }
    }

    /// Prices a period cut at every boundary that brings another price.
    pub(super) fn price_parts<T: Trace>(
        &mut self,
        span: &Span<'a>,
        measured: &Measured,
        priced_by: (usize, &'a Tariff, Needs),
        trace: &mut T,
    ) -> Result<(), Stop> {
        let millis = span
            .millis()
            .expect("only a period of known length has parts");
        let before = self.energy_kwh;
        let volumes = self.volumes(span, measured, Some(millis))?;
        let mut behind = Behind::default();
        for parts in 1..=MOST_PARTS {
            let whole = Whole {
                span,
                measured,
                millis,
                volumes,
                before: before.value(),
                cut: parts < MOST_PARTS,
            };
            let until = self.price_part(&whole, behind, priced_by, trace)?;
            let Some(until) = until else { break };
            self.part += 1;
            behind = until;
        }
        self.energy_kwh = before;
        Ok(())
    }

    /// Prices what follows up to the next cut; where that is, or `None` at the end of the period.
    fn price_part<T: Trace>(
        &mut self,
        whole: &Whole<'_, 'a>,
        behind: Behind,
        (index, tariff, needs): (usize, &'a Tariff, Needs),
        trace: &mut T,
    ) -> Result<Option<Behind>, Stop> {
        let (span, volumes) = (whole.span, &whole.volumes);
        let start_at = instant_at(span.start_at, behind.millis).unwrap_or(span.start_at);
        let mut part = Span { start_at, ..*span };
        self.energy_kwh = add(whole.before, behind.energy)?.into();
        let local = self.local(&part, Some((index, tariff, needs)), T::FULL)?;
        // Power is that of the whole period, which flows evenly.
        let moment = Moment {
            millis: Some(whole.millis),
            ..self.phases(&part, whole.measured, local).both[0].1
        };
        let wanted = self.wanted(needs, whole.measured);
        let row = self.lookup.row(tariff, Seek::Use, wanted, &moment);
        let left = sub(volumes.energy.unwrap_or_default().value(), behind.energy)?;
        let stretch = self.stretch(start_at, whole.millis - behind.millis, left, &moment);
        let (watched, payable) = payable(&self.flat, self.input.policy.flat_mode, wanted, &row);
        let lookup = &mut self.lookup;
        let cut = unsplit::change_inside(lookup, tariff, watched, &payable, stretch)?
            .filter(|_| whole.cut);
        let until = match cut {
            Some(cut) => behind.after(cut, volumes, whole.millis)?,
            None => Behind::all(volumes, whole.millis),
        };
        part.end_at = instant_at(span.start_at, until.millis);
        trace.period(&Seen {
            span: &part,
            tariff: Some((index, tariff)),
            local,
            assume: self.lookup.assume,
            elements: self.lookup.elements,
            phases: &[(Seek::Use, moment)],
        });
        let period = Period {
            span: &part,
            index,
            tariff,
            needs,
        };
        self.enter_use(&period, &row, &behind.until(until, volumes)?)?;
        self.note_unknown(span);
        if let Some(cut) = cut.filter(|_| behind.is_start()) {
            self.flag_unsplit(span, cut);
        }
        Ok(cut.map(|_| until))
    }
}
