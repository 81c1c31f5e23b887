//! Enters the volumes of one period in the ledger: charging and parking, flat fees, reservations.

use domain::replay::Phase;
use domain::{
    ChargingPeriod, Decimal, DimensionKind, FlatMode, Instant, StationPause, StepBasis,
    TariffDimension,
};

use super::{Period, Run};
use crate::horizon::Horizon;
use crate::input::ReplayInput;
use crate::lookup::{Active, Row, Seek, Wanted, slot};
use crate::number::{Exact, add};
use crate::outline::Needs;
use crate::restriction::Moment;
use crate::step::Unpriced;
use crate::sum::Sum;
use crate::timeline::{Measured, Span, is_length, restore_seconds};
use crate::unsplit::{self, Stretch};

/// What a period measured, as quantities to bill: energy in kWh, times in seconds.
#[derive(Clone, Copy, Default)]
pub(super) struct Volumes {
    pub energy: Option<Sum>,
    pub time: Option<Sum>,
    pub parking: Option<Sum>,
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

/// The volumes with parking time that the station caused counted as charging time, where the policy
/// reads them so; `None` where they stay as they are.
pub(super) fn paused(measured: &Measured, pause: StationPause) -> Exact<Option<Measured>> {
    match pause {
        StationPause::AsTime if is_station_pause(measured) => {
            let time = add(
                measured.time.unwrap_or_default(),
                measured.parking.unwrap_or_default(),
            )?;
            Ok(Some(Measured {
                time: Some(time),
                parking: None,
                ..*measured
            }))
        }
        StationPause::AsTime | StationPause::AsReported | StationPause::Free => Ok(None),
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

/// What of a row changes a price when it changes: not a fee that is due once and paid (I-37).
pub(super) fn payable<'a>(
    flat: &FlatFees,
    mode: FlatMode,
    wanted: Wanted,
    row: &Row<'a>,
) -> (Wanted, Row<'a>) {
    let place = slot(TariffDimension::Flat);
    let paid = flat.charged.is_some() || row[place].is_some();
    match mode {
        FlatMode::OncePerSession if paid => {
            let mut payable = *row;
            payable[place] = None;
            (wanted.without(TariffDimension::Flat), payable)
        }
        FlatMode::OncePerSession | FlatMode::OncePerComponent | FlatMode::OncePerPeriod => {
            (wanted, *row)
        }
    }
}

impl<'a> Run<'_, 'a> {
    /// Prices the charging and parking of a period.
    pub(super) fn price_use(&mut self, period: &Period<'_, 'a>, moment: &Moment<'_>) -> Exact<()> {
        let wanted = self.wanted(period.needs, moment.measured);
        let row = self.lookup.row(period.tariff, Seek::Use, wanted, moment);
        let volumes = self.volumes(period.span, moment.measured, moment.millis)?;
        self.enter_use(period, &row, &volumes)?;
        let Some(millis) = moment.millis.filter(|_| period.needs.boundaries) else {
            return Ok(());
        };
        let energy = volumes.energy.unwrap_or_default();
        let stretch = self.stretch(period.span.start_at, millis, energy.value(), moment);
        let mut until = self.energy_kwh;
        until.add(energy)?;
        let lookup = &mut self.lookup;
        let horizon = Horizon::of(period.tariff, lookup, wanted, &stretch);
        let (wanted, row) = payable(&self.flat, self.input.policy.flat_mode, wanted, &row);
        let mut cut = || unsplit::change_inside(lookup, period.tariff, wanted, &row, stretch);
        if horizon.reaches(stretch.end_millis(), until) {
            debug_assert_eq!(cut(), Ok(None), "no price changes before the horizon");
        } else if let Some(cut) = cut()? {
            self.flag_unsplit(period.span, cut);
        }
        Ok(())
    }

    /// Enters a period, or a part of it, by the prices at its start.
    pub(super) fn enter_use(
        &mut self,
        period: &Period<'_, 'a>,
        row: &Row<'a>,
        volumes: &Volumes,
    ) -> Exact<()> {
        if let Some(flat) = row[slot(TariffDimension::Flat)] {
            self.enter_flat(period.index, flat, period.span.period)?;
        }
        self.enter_volumes(period, row, volumes)?;
        self.note_missing(row);
        self.flag_repeated(period.tariff, row);
        Ok(())
    }

    /// A period, or what is left of it, from an instant on.
    pub(super) fn stretch<'m>(
        &mut self,
        start_at: Instant,
        millis: i64,
        energy: Decimal,
        moment: &'m Moment<'m>,
    ) -> Stretch<'m> {
        let clock = self.clock.as_mut().filter(|_| moment.local.is_some());
        let even_until = clock.map_or(i64::MAX, |clock| clock.even_until(start_at) * 1000);
        Stretch {
            start_at,
            millis,
            energy,
            since_millis: self.since_millis(start_at),
            moment,
            zone: self.input.zone,
            even_until,
        }
    }

    /// Milliseconds from where durations count to an instant of the use.
    fn since_millis(&self, at: Instant) -> i64 {
        let since = self.use_start_at.unwrap_or(at);
        at.signed_duration_since(since).num_milliseconds()
    }

    /// Whether no flat fee can be due any more.
    pub(super) fn flat_is_done(&self, needs: Needs) -> bool {
        let one = !needs.several_flats && self.input.tariffs.len() == 1;
        match self.input.policy.flat_mode {
            FlatMode::OncePerSession | FlatMode::OncePerComponent => {
                self.flat.charged.is_some() && one
            }
            FlatMode::OncePerPeriod => false,
        }
    }

    /// The dimensions to look up: those measured, those the session lacks altogether, and the flat
    /// fee as long as there may be one more.
    pub(super) fn wanted(&self, needs: Needs, measured: &Measured) -> Wanted {
        use TariffDimension as Dim;
        let carries = self.carries;
        let free = match self.input.policy.station_pause {
            StationPause::Free => is_station_pause(measured),
            StationPause::AsReported | StationPause::AsTime => false,
        };
        Wanted::NONE
            .with(Dim::Flat, !self.flat_is_done(needs))
            .with(Dim::Energy, measured.energy.is_some() || !carries.energy)
            .with(Dim::Time, measured.time.is_some() || !carries.time)
            .with(Dim::ParkingTime, measured.parking.is_some() && !free)
    }

    /// Enters a flat fee that applies in a period, if it is due.
    pub(super) fn enter_flat(
        &mut self,
        tariff: usize,
        flat: Active<'a>,
        period: &ChargingPeriod,
    ) -> Exact<()> {
        let key = (tariff, flat.element, flat.component);
        let mode = self.input.policy.flat_mode;
        if self.flat.charge(key, flat.price.price, mode)? {
            let count = match mode {
                FlatMode::OncePerSession | FlatMode::OncePerComponent => Decimal::ONE,
                FlatMode::OncePerPeriod => flat_volume(period)?,
            };
            self.enter(tariff, Phase::Use, flat, count.into())?;
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
        let hour_volume = self.input.policy.hour_volume;
        let mut disagreeing = None;
        let mut seconds = |hours: Option<Decimal>| match (hours, millis) {
            (None, _) => Ok(None),
            (Some(hours), Some(millis)) if is_length(hours, measured, millis, hour_volume) => {
                Ok(Some(Sum::seconds(millis)))
            }
            (Some(hours), _) => {
                let restored = restore_seconds(hours, measured, millis, hour_volume)?;
                if restored.disagrees && disagreeing.is_none() {
                    disagreeing = Some(restored.seconds);
                }
                Ok(Some(restored.seconds.into()))
            }
        };
        let volumes = Volumes {
            energy: measured.energy.map(Sum::from),
            time: seconds(measured.time)?,
            parking: seconds(measured.parking)?,
        };
        if let Some(stated) = disagreeing {
            self.flag_seconds(span, stated);
        }
        Ok(volumes)
    }

    fn enter_volumes(
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
            if let Some(quantity) = quantity {
                self.enter_volume(period.index, row[slot(dimension)], dimension, quantity)?;
            }
        }
        Ok(())
    }

    /// Enters a volume of the use under its price, if it has one.
    pub(super) fn enter_volume(
        &mut self,
        tariff: usize,
        active: Option<Active<'a>>,
        dimension: TariffDimension,
        quantity: Sum,
    ) -> Exact<()> {
        match active {
            Some(active) => self.enter(tariff, Phase::Use, active, quantity),
            None => self.note_unpriced(tariff, Phase::Use, dimension, quantity),
        }
    }

    /// Keeps what has no price, where it counts into the total that is rounded up (I-35).
    fn note_unpriced(
        &mut self,
        tariff: usize,
        phase: Phase,
        dimension: TariffDimension,
        quantity: Sum,
    ) -> Exact<()> {
        match self.input.policy.step_basis {
            StepBasis::Billable => return Ok(()),
            StepBasis::All => {}
        }
        let quantity = quantity.value();
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
                self.enter(period.index, Phase::Reservation, active, measured.into())?;
            } else if dimension == Dim::Time {
                self.note_unpriced(period.index, Phase::Reservation, dimension, measured.into())?;
            }
        }
        Ok(())
    }

    fn enter(
        &mut self,
        tariff: usize,
        phase: Phase,
        active: Active<'a>,
        measured: Sum,
    ) -> Exact<()> {
        let key = (self.part, tariff, phase);
        self.ledger.enter(key, active, measured)
    }
}

/// How often a fee per period is due in one: once, or as often as a FLAT of 2.1.1 says (I-39).
fn flat_volume(period: &ChargingPeriod) -> Exact<Decimal> {
    let mut stated = None;
    for dimension in &period.dimensions {
        if dimension.kind == DimensionKind::Flat {
            stated = Some(add(stated.unwrap_or_default(), dimension.volume)?);
        }
    }
    Ok(stated.unwrap_or(Decimal::ONE))
}
