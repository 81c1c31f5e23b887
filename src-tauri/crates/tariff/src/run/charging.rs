//! From the volumes of one period to its priced slices: charging and parking, flat fees,
//! reservations.

use domain::replay::Phase;
use domain::{Decimal, DimensionKind, FlatMode, Instant, StationPause, StepBasis, TariffDimension};

use super::{Period, Run};
use crate::input::ReplayInput;
use crate::lookup::{Active, Needs, Row, Seek, Wanted, slot};
use crate::number::{Exact, add};
use crate::restriction::Moment;
use crate::step::{Slice, Unpriced};
use crate::timeline::{Measured, Span, restore_seconds};
use crate::unsplit::{self, Stretch};

/// What a period measured, as quantities to bill: energy in kWh, times in seconds.
#[derive(Clone, Copy, Default)]
pub(super) struct Volumes {
    pub energy: Option<Decimal>,
    pub time: Option<Decimal>,
    pub parking: Option<Decimal>,
}

/// Parking time while energy flows: a pause that the station made (SEMANTICS 3.8; I-38).
pub(super) fn is_station_pause(measured: &Measured) -> bool {
    let over = |volume: Option<Decimal>| volume.is_some_and(|v| v > Decimal::ZERO);
    over(measured.parking) && over(measured.energy)
}

/// Whether some period of the session holds such a pause.
pub(super) fn some_pause(input: &ReplayInput<'_>) -> bool {
    input.periods.iter().any(|period| {
        Measured::of(period, input.mirrored).is_ok_and(|measured| is_station_pause(&measured))
    })
}

/// The volumes as the policy reads parking time that the station caused.
pub(super) fn paused(measured: Measured, pause: StationPause) -> Exact<Measured> {
    match pause {
        StationPause::AsTime if is_station_pause(&measured) => {
            let time = add(
                measured.time.unwrap_or_default(),
                measured.parking.unwrap_or_default(),
            )?;
            Ok(Measured {
                time: Some(time),
                parking: None,
                ..measured
            })
        }
        StationPause::AsTime | StationPause::AsReported | StationPause::Free => Ok(measured),
    }
}

/// The fixed fees of the session so far (SEMANTICS 3.7; I-21).
#[derive(Default)]
pub(super) struct FlatFees {
    /// The first that became active.
    pub charged: Option<(usize, usize, usize)>,
    pub price: Decimal,
    /// Other flat components that became active later; by the standard reading not charged.
    pub others: Vec<(usize, usize, usize)>,
    pub per_component: Decimal,
    pub per_period: Decimal,
}

impl FlatFees {
    /// Takes note of an active flat component; true if it is due under the policy's reading.
    fn charge(
        &mut self,
        key: (usize, usize, usize),
        price: Decimal,
        mode: FlatMode,
    ) -> Exact<bool> {
        self.per_period = add(self.per_period, price)?;
        let first = self.charged.is_none();
        let new = first || (self.charged != Some(key) && !self.others.contains(&key));
        if first {
            self.charged = Some(key);
            self.price = price;
        } else if new {
            self.others.push(key);
        }
        if new {
            self.per_component = add(self.per_component, price)?;
        }
        Ok(match mode {
            FlatMode::OncePerSession => first,
            FlatMode::OncePerComponent => new,
            FlatMode::OncePerPeriod => true,
        })
    }
}

impl<'a> Run<'_, 'a> {
    /// Prices the charging and parking of a period.
    pub(super) fn price_use(&mut self, period: &Period<'_, 'a>, moment: &Moment<'_>) -> Exact<()> {
        let wanted = self.wanted(period.needs, moment);
        let row = self.lookup.row(period.tariff, Seek::Use, wanted, moment);
        let volumes = self.volumes(period.span, moment.measured, moment.millis)?;
        self.slice_use(period, &row, &volumes)?;
        if period.needs.boundaries
            && let Some(millis) = moment.millis
        {
            let stretch = Stretch {
                start_at: period.span.start_at,
                millis,
                energy: volumes.energy.unwrap_or_default(),
                since_millis: self.since_millis(period.span.start_at),
                moment,
                zone: self.input.zone,
            };
            let lookup = &mut self.lookup;
            let cut = unsplit::change_inside(lookup, period.tariff, wanted, &row, stretch)?;
            if let Some(cut) = cut {
                self.flag_unsplit(period.span, cut);
            }
        }
        Ok(())
    }

    /// Slices of a period, or of a part of it, by the prices at its start.
    pub(super) fn slice_use(
        &mut self,
        period: &Period<'_, 'a>,
        row: &Row<'a>,
        volumes: &Volumes,
    ) -> Exact<()> {
        self.slice_flat(period, row)?;
        self.slice_volumes(period, row, volumes)?;
        self.note_missing(row);
        self.flag_repeated(period.tariff, row);
        Ok(())
    }

    /// Milliseconds from where durations count to an instant of the use.
    pub(super) fn since_millis(&self, at: Instant) -> i64 {
        let since = self.use_start_at.unwrap_or(at);
        at.signed_duration_since(since).num_milliseconds()
    }

    /// The dimensions to look up: those measured, those the session lacks altogether, and the flat
    /// fee as long as there may be one more.
    pub(super) fn wanted(&self, needs: Needs, moment: &Moment<'_>) -> Wanted {
        use TariffDimension as Dim;
        let (measured, carries) = (moment.measured, self.carries);
        let one = !needs.several_flats && self.input.tariffs.len() == 1;
        let flat = match self.input.policy.flat_mode {
            FlatMode::OncePerSession | FlatMode::OncePerComponent => {
                self.flat.charged.is_none() || !one
            }
            FlatMode::OncePerPeriod => true,
        };
        let free = match self.input.policy.station_pause {
            StationPause::Free => is_station_pause(measured),
            StationPause::AsReported | StationPause::AsTime => false,
        };
        Wanted::NONE
            .with(Dim::Flat, flat)
            .with(Dim::Energy, measured.energy.is_some() || !carries.energy)
            .with(Dim::Time, measured.time.is_some() || !carries.time)
            .with(Dim::ParkingTime, measured.parking.is_some() && !free)
    }

    fn slice_flat(&mut self, period: &Period<'_, 'a>, row: &Row<'a>) -> Exact<()> {
        let Some(active) = row[slot(TariffDimension::Flat)] else {
            return Ok(());
        };
        let key = (period.index, active.element, active.component);
        let mode = self.input.policy.flat_mode;
        if self.flat.charge(key, active.price.price, mode)? {
            let count = match mode {
                FlatMode::OncePerSession | FlatMode::OncePerComponent => Decimal::ONE,
                FlatMode::OncePerPeriod => flat_volume(period)?,
            };
            self.slice(period, Phase::Use, active, count);
        }
        Ok(())
    }

    /// The quantities of a whole period, with a finding where its hours contradict the clock.
    pub(super) fn volumes(
        &mut self,
        span: &Span<'_>,
        measured: &Measured,
        millis: Option<i64>,
    ) -> Exact<Volumes> {
        let mut volumes = Volumes {
            energy: measured.energy,
            ..Volumes::default()
        };
        let hour_volume = self.input.policy.hour_volume;
        let mut disagreeing = None;
        for (hours, seconds) in [
            (measured.time, &mut volumes.time),
            (measured.parking, &mut volumes.parking),
        ] {
            let Some(hours) = hours else { continue };
            let restored = restore_seconds(hours, measured, millis, hour_volume)?;
            disagreeing = disagreeing.or(restored.disagrees.then_some(restored.seconds));
            *seconds = Some(restored.seconds);
        }
        if let Some(stated) = disagreeing {
            self.flag_seconds(span, stated);
        }
        Ok(volumes)
    }

    fn slice_volumes(
        &mut self,
        period: &Period<'_, 'a>,
        row: &Row<'a>,
        volumes: &Volumes,
    ) -> Exact<()> {
        use TariffDimension as Dim;
        for (dimension, quantity) in [
            (Dim::Energy, volumes.energy),
            (Dim::Time, volumes.time),
            (Dim::ParkingTime, volumes.parking),
        ] {
            match (row[slot(dimension)], quantity) {
                (Some(active), Some(quantity)) => {
                    self.slice(period, Phase::Use, active, quantity);
                }
                (None, Some(quantity)) => {
                    self.note_unpriced(period, Phase::Use, dimension, quantity)?;
                }
                (_, None) => {}
            }
        }
        Ok(())
    }

    /// Keeps what has no price, where it counts into the total that is rounded up (I-35).
    fn note_unpriced(
        &mut self,
        period: &Period<'_, 'a>,
        phase: Phase,
        dimension: TariffDimension,
        quantity: Decimal,
    ) -> Exact<()> {
        match self.input.policy.step_basis {
            StepBasis::Billable => return Ok(()),
            StepBasis::All => {}
        }
        let tariff = period.index;
        let same = |known: &&mut Unpriced| {
            (known.tariff, known.phase, known.dimension) == (tariff, phase, dimension)
        };
        match self.unpriced.iter_mut().find(same) {
            Some(known) => known.quantity = add(known.quantity, quantity)?,
            None => self.unpriced.push(Unpriced {
                tariff,
                phase,
                dimension,
                quantity,
            }),
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
        let hour_volume = self.input.policy.hour_volume;
        let restored = restore_seconds(hours, moment.measured, moment.millis, hour_volume)?;
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
            } else if dimension == Dim::Time {
                self.note_unpriced(period, Phase::Reservation, dimension, measured)?;
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
            period: self.part,
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

/// How often a fee per period is due in one: once, or as often as a FLAT of 2.1.1 says (I-39).
fn flat_volume(period: &Period<'_, '_>) -> Exact<Decimal> {
    let mut stated = None;
    for dimension in &period.span.period.dimensions {
        if dimension.kind == DimensionKind::Flat {
            stated = Some(add(stated.unwrap_or_default(), dimension.volume)?);
        }
    }
    Ok(stated.unwrap_or(Decimal::ONE))
}
