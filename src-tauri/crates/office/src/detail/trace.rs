//! The trace of a replay as the screens draw it: tariffs, periods, priced lines.

use std::collections::BTreeMap;

use domain::replay::{Choice, Line, Passed, PeriodTrace, Phase, Reason};
use domain::tariff::{ReservationRule, TariffElement};
use domain::{Cdr, Instant, PriceComponent, Restrictions, Tariff, Tz};

use super::{amount_dto, decimal};
use crate::api::{ChoiceDto, ComponentDto, ElementDto, LineDto, PassedDto, PeriodDto, TariffDto};
use crate::replay::Explained;
use crate::words;

/// The tariffs a price was made with, in the order of their first use.
pub(super) fn tariffs(explained: &Explained) -> Vec<TariffDto> {
    let carried = |tariff: &Tariff| {
        explained
            .cdr
            .tariffs
            .iter()
            .any(|own| std::ptr::eq(own, tariff))
    };
    let source = |tariff: &Tariff| {
        if carried(tariff) {
            "in_cdr"
        } else {
            "published"
        }
    };
    let used = explained.tariffs().into_iter();
    used.map(|tariff| tariff_dto(tariff, source(tariff)))
        .collect()
}

/// A tariff as the screens show it.
pub(crate) fn tariff_dto(tariff: &Tariff, source: &str) -> TariffDto {
    TariffDto {
        id: tariff.id.to_string(),
        source: source.to_owned(),
        currency: tariff.currency.to_string(),
        elements: tariff.elements.iter().map(element).collect(),
        min_price: tariff.min_price.map(|limit| decimal(limit.excl_vat)),
        max_price: tariff.max_price.map(|limit| decimal(limit.excl_vat)),
    }
}

fn element(element: &TariffElement) -> ElementDto {
    let component = |component: &PriceComponent| ComponentDto {
        dimension: component.dimension.as_str().to_owned(),
        price: decimal(component.price),
        vat: component.vat.map(decimal),
        step: component.step.0,
    };
    ElementDto {
        components: element.components.iter().map(component).collect(),
        restrictions: restrictions(&element.restrictions),
    }
}

/// Restrictions under the names and in the writing that OCPI uses.
fn restrictions(rules: &Restrictions) -> BTreeMap<String, String> {
    let days = [
        (chrono::Weekday::Mon, "MONDAY"),
        (chrono::Weekday::Tue, "TUESDAY"),
        (chrono::Weekday::Wed, "WEDNESDAY"),
        (chrono::Weekday::Thu, "THURSDAY"),
        (chrono::Weekday::Fri, "FRIDAY"),
        (chrono::Weekday::Sat, "SATURDAY"),
        (chrono::Weekday::Sun, "SUNDAY"),
    ];
    let days: Vec<&str> = days
        .into_iter()
        .filter(|(day, _)| rules.days.contains(*day))
        .map(|(_, name)| name)
        .collect();
    let time = |time: chrono::NaiveTime| time.format("%H:%M").to_string();
    let texts = [
        ("start_time", rules.start_time.map(time)),
        ("end_time", rules.end_time.map(time)),
        ("start_date", rules.start_date.map(|date| date.to_string())),
        ("end_date", rules.end_date.map(|date| date.to_string())),
        ("min_kwh", rules.min_kwh.map(|kwh| decimal(kwh.0))),
        ("max_kwh", rules.max_kwh.map(|kwh| decimal(kwh.0))),
        (
            "min_current",
            rules.min_current.map(|current| decimal(current.0)),
        ),
        (
            "max_current",
            rules.max_current.map(|current| decimal(current.0)),
        ),
        ("min_power", rules.min_power.map(|power| decimal(power.0))),
        ("max_power", rules.max_power.map(|power| decimal(power.0))),
        (
            "min_duration",
            rules.min_duration_s.map(|seconds| seconds.to_string()),
        ),
        (
            "max_duration",
            rules.max_duration_s.map(|seconds| seconds.to_string()),
        ),
        (
            "day_of_week",
            Some(days.join(", ")).filter(|days| !days.is_empty()),
        ),
        (
            "reservation",
            rules.reservation.map(|rule| match rule {
                ReservationRule::Reservation => "RESERVATION".to_owned(),
                ReservationRule::ReservationExpires => "RESERVATION_EXPIRES".to_owned(),
            }),
        ),
    ];
    let given = texts
        .into_iter()
        .filter_map(|(name, text)| Some((name.to_owned(), text?)));
    given.collect()
}

/// The periods in time order, with what was chosen in each.
pub(super) fn periods(explained: &Explained) -> Vec<PeriodDto> {
    let traces = explained.replay.periods.iter();
    traces
        .map(|trace| period(trace, &explained.cdr, explained.replay.zone))
        .collect()
}

fn period(trace: &PeriodTrace, cdr: &Cdr, zone: Option<Tz>) -> PeriodDto {
    let seconds = |from: Instant, until: Instant| {
        i32::try_from((until - from).num_seconds()).unwrap_or(i32::MAX)
    };
    let mut volumes = BTreeMap::new();
    let sent = cdr.periods.get(trace.sent_index);
    for dimension in sent.map_or(&[][..], |period| &period.dimensions) {
        volumes.insert(words::stable(&dimension.kind), decimal(dimension.volume));
    }
    PeriodDto {
        start_at: words::instant(trace.start_at),
        start_local: words::local(trace.start_at, zone.unwrap_or(Tz::UTC)),
        offset_s: seconds(cdr.start_at, trace.start_at),
        length_s: seconds(trace.start_at, trace.end_at),
        energy_before_kwh: decimal(trace.energy_before_kwh),
        volumes,
        tariff: trace.tariff.map(words::index),
        choices: trace.choices.iter().map(choice).collect(),
    }
}

fn choice(choice: &Choice) -> ChoiceDto {
    ChoiceDto {
        dimension: choice.dimension.as_str().to_owned(),
        phase: phase(choice.phase).to_owned(),
        element: choice.element.map(words::index),
        passed: choice.passed.iter().map(passed).collect(),
    }
}

fn passed(passed: &Passed) -> PassedDto {
    let mut dto = PassedDto {
        element: words::index(passed.element),
        reason: String::new(),
        field: None,
        demanded: None,
        found: None,
        earlier: None,
    };
    match &passed.reason {
        Reason::NoComponent => "no_component".clone_into(&mut dto.reason),
        Reason::EarlierElement { element } => {
            "earlier_element".clone_into(&mut dto.reason);
            dto.earlier = Some(words::index(*element));
        }
        Reason::Restricted {
            field,
            demanded,
            found,
        } => {
            "restricted".clone_into(&mut dto.reason);
            dto.field = Some(words::stable(field));
            dto.demanded = Some(demanded.clone());
            dto.found = Some(found.clone());
        }
    }
    dto
}

fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::Use => "use",
        Phase::Reservation => "reservation",
    }
}

/// The priced lines, unrounded.
pub(super) fn lines(explained: &Explained) -> Vec<LineDto> {
    let zone = explained.replay.zone.unwrap_or(Tz::UTC);
    explained
        .replay
        .lines
        .iter()
        .map(|line| line_dto(line, zone))
        .collect()
}

/// A priced line on the wall clock of a zone.
pub(crate) fn line_dto(line: &Line, zone: Tz) -> LineDto {
    LineDto {
        period: words::index(line.period),
        start_local: words::local(line.start_at, zone),
        end_local: words::local(line.end_at, zone),
        phase: phase(line.phase).to_owned(),
        tariff: words::index(line.tariff),
        element: words::index(line.element),
        dimension: line.dimension.as_str().to_owned(),
        measured: decimal(line.measured),
        billed: decimal(line.billed),
        unit_price: decimal(line.unit_price),
        vat: line.vat.map(decimal),
        amount: amount_dto(line.amount),
    }
}
