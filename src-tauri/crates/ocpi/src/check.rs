//! What can be doubted about a CDR or session with nothing but the record itself at hand.
//!
//! Two figures agree when they differ by no more than their own printing explains: half a unit of
//! the last digit of each figure that went into the comparison (SEMANTICS 3.12).

use domain::{
    Cdr, ChargingPeriod, Currency, Decimal, DimensionKind, FindingCode, Instant, Price, Session,
};

use crate::path::Path;
use crate::report::Report;

/// Decimals to which energy and hours are at least expected; 20 is read as 20.00.
const MEASURED_DIGITS: u32 = 2;

/// Mean power beyond which energy is taken for watt-hours, in kW. The largest charging system
/// there is (MCS) delivers 3 750 kW.
const POWER_MAX_KW: i64 = 4_000;

/// Energy below which mean power says nothing, in kWh.
const ENERGY_MIN_KWH: i64 = 100;

/// A sum with what its summands' printing leaves open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) value: Decimal,
    slack: Decimal,
}

/// Half a unit of the last printed digit, at most of the digit `floor`.
fn slack(figure: Decimal, floor: u32) -> Decimal {
    Decimal::new(5, figure.scale().clamp(floor, 8) + 1)
}

/// Adds figures exactly. `None` when there are none, or when the sum cannot be held.
fn sum(figures: impl Iterator<Item = Decimal>, floor: u32) -> Option<Sum> {
    let mut total: Option<Sum> = None;
    for figure in figures {
        let (value, open) = total.map_or((Decimal::ZERO, Decimal::ZERO), |t| (t.value, t.slack));
        let value = value.checked_add(figure)?;
        let slack = open.checked_add(slack(figure, floor))?;
        total = Some(Sum { value, slack });
    }
    total
}

/// The volumes of one dimension over all periods, if any period has it.
pub(crate) fn sum_of(periods: &[ChargingPeriod], kind: DimensionKind) -> Option<Sum> {
    let volumes = periods
        .iter()
        .flat_map(|p| &p.dimensions)
        .filter(|d| d.kind == kind);
    sum(volumes.map(|dimension| dimension.volume), MEASURED_DIGITS)
}

impl Sum {
    /// Whether a stated figure is this sum, as far as printing tells.
    fn agrees_with(self, stated: Decimal, floor: u32) -> bool {
        let open = self.slack + slack(stated, floor);
        (self.value - stated).abs() <= open
    }
}

/// Raises every doubt about a CDR.
pub(crate) fn cdr(cdr: &Cdr, report: &mut Report) {
    let end = Some(cdr.end_at);
    order(cdr.start_at, end, cdr.last_updated, &cdr.periods, report);
    energy(cdr.totals.energy.0, &cdr.periods, "total_energy", report);
    power(cdr, report);
    if !has_epoch(cdr.start_at, end) && cdr.end_at >= cdr.start_at {
        session_time(cdr, report);
    }
    parking_time(cdr, report);
    credit(cdr, report);
    if let Some(cost) = &cdr.totals.cost {
        costs(cdr, cost, report);
        let reserved = cdr
            .periods
            .iter()
            .any(|p| p.volume(DimensionKind::ReservationTime).is_some());
        if cdr.totals.energy.0.is_zero() && !cost.excl_vat.is_zero() && !reserved {
            report
                .raise(
                    FindingCode::ZeroEnergyWithCost,
                    Path::Record.field("total_energy"),
                )
                .param("cost", cost.excl_vat);
        }
    }
}

/// Raises every doubt about a session.
pub(crate) fn session(session: &Session, report: &mut Report) {
    order(
        session.start_at,
        session.end_at,
        session.last_updated,
        &session.periods,
        report,
    );
    energy(session.energy.0, &session.periods, "kwh", report);
}

/// "Unknown by agreement" (CDRs / CDR object, 2.2.1+): no duration can be computed.
fn has_epoch(start: Instant, end: Option<Instant>) -> bool {
    start == Instant::UNIX_EPOCH || end == Some(Instant::UNIX_EPOCH)
}

/// Times that contradict one another.
fn order(
    start: Instant,
    end: Option<Instant>,
    last_updated: Option<Instant>,
    periods: &[ChargingPeriod],
    report: &mut Report,
) {
    if has_epoch(start, end) {
        return;
    }
    if let Some(end) = end {
        if end < start {
            report
                .raise(FindingCode::EndBeforeStart, Path::Record)
                .param("start", start.to_rfc3339())
                .param("end", end.to_rfc3339());
            return;
        }
        if last_updated.is_some_and(|at| at < end) {
            let path = Path::Record.field("last_updated");
            report.raise(FindingCode::LastUpdatedBeforeEnd, path);
        }
    }
    let list = Path::Record.field("charging_periods");
    for (index, period) in periods.iter().enumerate() {
        if period.start_at < start || end.is_some_and(|end| period.start_at > end) {
            let item = list.item(index);
            report
                .raise(
                    FindingCode::PeriodOutOfSession,
                    item.field("start_date_time"),
                )
                .param("start", period.start_at.to_rfc3339());
        }
    }
}

/// Stated energy against the periods'. A thousandfold difference is a matter of units.
fn energy(stated: Decimal, periods: &[ChargingPeriod], field: &'static str, report: &mut Report) {
    let path = Path::Record.field(field);
    if stated.is_sign_negative() && !stated.is_zero() {
        report
            .raise(FindingCode::NegativeEnergy, path)
            .param("value", stated);
    }
    let Some(sum) = sum_of(periods, DimensionKind::Energy) else {
        return;
    };
    if sum.agrees_with(stated, MEASURED_DIGITS) {
        return;
    }
    let code = if thousandfold(sum.value, stated) || thousandfold(stated, sum.value) {
        FindingCode::EnergyUnitSuspect
    } else {
        FindingCode::EnergyMismatch
    };
    report
        .raise(code, path)
        .param("stated", stated)
        .param("periods", sum.value);
}

/// Whether `large` is near a thousand times `small`.
fn thousandfold(large: Decimal, small: Decimal) -> bool {
    let times = |factor: i64| small.checked_mul(Decimal::from(factor));
    let within = times(950)
        .zip(times(1_050))
        .is_some_and(|(low, high)| large >= low && large <= high);
    small > Decimal::ZERO && within
}

/// Energy that no charger delivers in the time.
fn power(cdr: &Cdr, report: &mut Report) {
    let energy = cdr.totals.energy.0;
    let seconds = (cdr.end_at - cdr.start_at).num_seconds();
    if energy < Decimal::from(ENERGY_MIN_KWH) || seconds <= 0 {
        return;
    }
    let most = Decimal::from(POWER_MAX_KW) * Decimal::from(seconds) / Decimal::from(3_600);
    if energy > most {
        report
            .raise(
                FindingCode::EnergyUnitSuspect,
                Path::Record.field("total_energy"),
            )
            .param("stated", energy)
            .param("seconds", seconds);
    }
}

/// `total_time` against end − start. Whether it holds reservation time is open, so both will do.
fn session_time(cdr: &Cdr, report: &mut Report) {
    let Some(stated) = cdr.totals.time_h else {
        return;
    };
    let seconds = Decimal::from((cdr.end_at - cdr.start_at).num_seconds());
    let hour = Decimal::from(3_600);
    let agrees = |hours: Decimal| {
        let difference = (stated * hour - seconds + hours * hour).abs();
        difference <= slack(stated, MEASURED_DIGITS) * hour + Decimal::ONE
    };
    if agrees(Decimal::ZERO) {
        return;
    }
    let reserved = sum_of(&cdr.periods, DimensionKind::ReservationTime);
    if !reserved.is_some_and(|reserved| agrees(reserved.value)) {
        report
            .raise(FindingCode::TimeMismatch, Path::Record.field("total_time"))
            .param("stated_h", stated)
            .param("seconds", seconds);
    }
}

/// `total_parking_time` against the periods.
fn parking_time(cdr: &Cdr, report: &mut Report) {
    let measured = sum_of(&cdr.periods, DimensionKind::ParkingTime);
    let stated = cdr.totals.parking_h;
    let agrees = match (stated, measured) {
        (Some(stated), Some(sum)) => sum.agrees_with(stated, MEASURED_DIGITS),
        (Some(stated), None) => stated.is_zero() || cdr.periods.is_empty(),
        (None, _) => true,
    };
    if let (Some(stated), false) = (stated, agrees) {
        report
            .raise(
                FindingCode::TimeMismatch,
                Path::Record.field("total_parking_time"),
            )
            .param("stated_h", stated)
            .param("periods_h", measured.map_or(Decimal::ZERO, |sum| sum.value));
    }
}

/// A credit CDR names the CDR it credits, and only a credit CDR does (SEMANTICS 4.1).
fn credit(cdr: &Cdr, report: &mut Report) {
    let (field, problem) = match (cdr.credit, &cdr.credit_reference_id) {
        (true, None) => ("credit_reference_id", "no_reference"),
        (false, Some(_)) => ("credit", "no_credit"),
        (true, Some(_)) | (false, None) => return,
    };
    report
        .raise(
            FindingCode::CreditWithoutOriginal,
            Path::Record.field(field),
        )
        .param("problem", problem);
}

/// The stated parts against the stated total, net and gross. A total that a limit moved differs
/// from its parts by right (SEMANTICS 3.11); in a credit CDR only the total is negated (4.1).
fn costs(cdr: &Cdr, total: &Price, report: &mut Report) {
    let totals = &cdr.totals;
    let parts: [&Option<Price>; 5] = [
        &totals.fixed_cost,
        &totals.energy_cost,
        &totals.time_cost,
        &totals.parking_cost,
        &totals.reservation_cost,
    ];
    let given = || parts.iter().copied().flatten();
    let floor = Currency::minor_digits(&cdr.currency);
    let agrees = |sum: Sum, stated: Decimal| {
        sum.agrees_with(stated, floor) || (cdr.credit && sum.agrees_with(-stated, floor))
    };
    let limits = || {
        cdr.tariffs
            .iter()
            .flat_map(|t| [t.min_price, t.max_price])
            .flatten()
    };
    let Some(net) = sum(given().map(|part| part.excl_vat), floor) else {
        return;
    };
    if !agrees(net, total.excl_vat) {
        if !limits().any(|limit| limit.excl_vat == total.excl_vat.abs()) {
            report
                .raise(FindingCode::PartsDoNotSum, Path::Record.field("total_cost"))
                .param("stated", total.excl_vat)
                .param("sum", net.value);
        }
        return;
    }
    let Some(stated) = total
        .incl_vat
        .filter(|_| given().all(|part| part.incl_vat.is_some()))
    else {
        return;
    };
    let gross = sum(given().filter_map(|part| part.incl_vat), floor);
    let limited = limits().any(|limit| limit.incl_vat == Some(stated.abs()));
    if let Some(gross) = gross.filter(|gross| !limited && !agrees(*gross, stated)) {
        report
            .raise(
                FindingCode::TaxSumMismatch,
                Path::Record.field("total_cost"),
            )
            .param("stated", stated)
            .param("sum", gross.value);
    }
}
