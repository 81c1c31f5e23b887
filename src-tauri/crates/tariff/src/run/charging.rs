//! From the volumes of one period to its priced slices: charging and parking, flat fees,
//! reservations.

use domain::replay::Phase;
use domain::{Decimal, FindingCode, Instant, TariffDimension};

use super::{Period, Run};
use crate::lookup::{Active, Row, Seek, Wanted, slot};
use crate::number::{Exact, add};
use crate::restriction::Moment;
use crate::step::Slice;
use crate::timeline::restore_seconds;
use crate::unsplit;

/// The fixed fees of the session so far (SEMANTICS 3.7; I-21).
#[derive(Default)]
pub(super) struct FlatFees {
    pub charged: Option<(usize, usize, usize)>,
    pub price: Decimal,
    /// Other flat components that became active later; the first is charged, these are not.
    pub others: Vec<(usize, usize, usize)>,
    pub per_component: Decimal,
    pub per_period: Decimal,
}

impl FlatFees {
    /// Takes note of an active flat component; true if it is the one to charge.
    fn charge(&mut self, key: (usize, usize, usize), price: Decimal) -> Exact<bool> {
        self.per_period = add(self.per_period, price)?;
        match self.charged {
            None => {
                self.charged = Some(key);
                self.price = price;
                self.per_component = price;
                Ok(true)
            }
            Some(charged) => {
                if charged != key && !self.others.contains(&key) {
                    self.others.push(key);
                    self.per_component = add(self.per_component, price)?;
                }
                Ok(false)
            }
        }
    }
}

impl<'a> Run<'_, 'a> {
    /// Prices the charging and parking of a period.
    pub(super) fn price_use(&mut self, period: &Period<'_, 'a>, moment: &Moment<'_>) -> Exact<()> {
        let wanted = self.wanted(period, moment);
        let row = self.lookup.row(period.tariff, Seek::Use, wanted, moment);
        self.slice_flat(period, &row)?;
        self.slice_volumes(period, &row, moment)?;
        self.note_missing(&row);
        self.flag_repeated(period.tariff, &row);
        if period.needs.boundaries {
            let lookup = &mut self.lookup;
            let start_at = period.span.start_at;
            let zone = self.input.zone;
            let tariff = period.tariff;
            let boundary =
                unsplit::change_inside(lookup, tariff, wanted, &row, start_at, moment, zone)?;
            if let Some(at) = boundary
                && let Some(finding) = self.flag_period(FindingCode::PeriodNotSplit, period.span)
            {
                finding.params.insert("boundary".to_owned(), utc_text(at));
            }
        }
        Ok(())
    }

    /// The dimensions to look up: those measured, those the session lacks altogether, and the flat
    /// fee as long as there may be one more.
    fn wanted(&self, period: &Period<'_, 'a>, moment: &Moment<'_>) -> Wanted {
        use TariffDimension as Dim;
        let (measured, carries) = (moment.measured, self.carries);
        let one = !period.needs.several_flats && self.input.tariffs.len() == 1;
        let flat = self.flat.charged.is_none() || !one;
        Wanted::NONE
            .with(Dim::Flat, flat)
            .with(Dim::Energy, measured.energy.is_some() || !carries.energy)
            .with(Dim::Time, measured.time.is_some() || !carries.time)
            .with(Dim::ParkingTime, measured.parking.is_some())
    }

    fn slice_flat(&mut self, period: &Period<'_, 'a>, row: &Row<'a>) -> Exact<()> {
        let Some(active) = row[slot(TariffDimension::Flat)] else {
            return Ok(());
        };
        let key = (period.index, active.element, active.component);
        if self.flat.charge(key, active.price.price)? {
            self.slice(period, Phase::Use, active, Decimal::ONE);
        }
        Ok(())
    }

    fn slice_volumes(
        &mut self,
        period: &Period<'_, 'a>,
        row: &Row<'a>,
        moment: &Moment<'_>,
    ) -> Exact<()> {
        use TariffDimension as Dim;
        let measured = moment.measured;
        if let (Some(active), Some(kwh)) = (row[slot(Dim::Energy)], measured.energy) {
            self.slice(period, Phase::Use, active, kwh);
        }
        let mut disagreeing = None;
        let times = [
            (Dim::Time, measured.time),
            (Dim::ParkingTime, measured.parking),
        ];
        for (dimension, hours) in times {
            let Some(hours) = hours else { continue };
            let restored = restore_seconds(hours, measured, moment.millis)?;
            disagreeing = disagreeing.or(restored.disagrees.then_some(restored.seconds));
            if let Some(active) = row[slot(dimension)] {
                self.slice(period, Phase::Use, active, restored.seconds);
            }
        }
        if let Some(stated) = disagreeing {
            self.flag_seconds(period.span, stated);
        }
        Ok(())
    }

    /// Prices the reservation of a period: a flat fee once, and its time (SEMANTICS 3.9).
    pub(super) fn price_reservation(
        &mut self,
        period: &Period<'_, 'a>,
        moment: &Moment<'_>,
    ) -> Exact<()> {
        use TariffDimension as Dim;
        let Some(hours) = moment.measured.reservation else {
            return Ok(());
        };
        let restored = restore_seconds(hours, moment.measured, moment.millis)?;
        if restored.disagrees {
            self.flag_seconds(period.span, restored.seconds);
        }
        let wanted = Wanted::NONE
            .with(Dim::Flat, !self.reservation_flat_charged)
            .with(Dim::Time, true);
        let row = self
            .lookup
            .row(period.tariff, self.seek_reservation, wanted, moment);
        self.flag_repeated(period.tariff, &row);
        self.reservation_flat_charged |= row[slot(Dim::Flat)].is_some();
        for (dimension, measured) in [(Dim::Flat, Decimal::ONE), (Dim::Time, restored.seconds)] {
            if let Some(active) = row[slot(dimension)] {
                self.slice(period, Phase::Reservation, active, measured);
            }
        }
        Ok(())
    }

    fn slice(
        &mut self,
        period: &Period<'_, 'a>,
        phase: Phase,
        active: Active<'a>,
        measured: Decimal,
    ) {
        self.outcome.slices.push(Slice {
            period: period.place,
            tariff: period.index,
            element: active.element,
            component: active.component,
            phase,
            price: active.price,
            measured,
            billed: measured,
        });
    }
}

fn utc_text(at: Instant) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
