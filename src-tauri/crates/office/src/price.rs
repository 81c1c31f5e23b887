//! Pricing CDRs without a book: the record, tariffs that may stand in for its own, a zone and a
//! policy. [`samples`] prices those a team keeps, with what it expects.

mod cause;
mod expected;
mod sample;
pub mod samples;
mod session;

use std::path::Path;

pub use cause::PricedCause;
use domain::replay::Line;
use domain::{Cdr, Decimal, Finding, OcpiVersion, Policy, Replay, Tariff, Tz};
use ocpi::Object;
use serde::Serialize;
use tariff::{Comparison, ReplayInput};

use crate::api::{AmountDto, FindingDto, PartsDto, QuantitiesDto};
use crate::error::Result;
use crate::outside::{self, bytes, unreadable};
use crate::{detail, words, zones};

/// What to price with.
#[derive(Clone, Debug)]
pub struct PriceRequest {
    /// The version of records that do not show theirs.
    pub version: Option<OcpiVersion>,
    /// The zone restrictions are read in.
    pub time_zone: Option<Tz>,
    /// The readings.
    pub policy: Policy,
}

/// A CDR that was priced, or why it could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PricedCdr {
    /// Its id; `None` when it could not be read.
    pub id: Option<String>,
    /// The version it was read as.
    pub ocpi: Option<String>,
    /// Currency of all amounts.
    pub currency: Option<String>,
    /// The zone restrictions were read in.
    pub time_zone: Option<String>,
    /// `matches`, `differs`, `not_priced`.
    pub verdict: String,
    /// What it states, rounded by the policy.
    pub stated: PartsDto,
    /// What the engine computes, rounded by the policy.
    pub replayed: PartsDto,
    /// Stated − replayed.
    pub difference: PartsDto,
    /// Billed quantities.
    pub billed: QuantitiesDto,
    /// Priced lines, unrounded.
    pub lines: Vec<PricedLine>,
    /// The simplest change that gives the stated figures; `None` where they agree as it is, or
    /// nothing explains them.
    pub cause: Option<PricedCause>,
    /// The other explanations, simplest first.
    pub alternatives: Vec<PricedCause>,
    /// What is odd.
    pub findings: Vec<FindingDto>,
}

/// One priced line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PricedLine {
    /// Period, in time order.
    pub period: u32,
    /// Start, UTC.
    pub start: String,
    /// End, UTC.
    pub end: String,
    /// The tariff's id.
    pub tariff_id: String,
    /// Index of the element.
    pub element: u32,
    /// `FLAT`, `ENERGY`, `TIME`, `PARKING_TIME`.
    pub dimension: String,
    /// kWh, hours or 1.
    pub measured: String,
    /// After step size.
    pub billed: String,
    /// Per kWh, hour or once.
    pub unit_price: String,
    /// Percent.
    pub vat: Option<String>,
    /// Net.
    pub excl_vat: Option<String>,
    /// Gross.
    pub incl_vat: Option<String>,
}

/// Prices every CDR and session of a file. Tariffs given here stand in for those inside the CDRs;
/// sessions have no others.
pub fn price_file(
    cdrs: &Path,
    tariffs: &[&Path],
    request: &PriceRequest,
) -> Result<Vec<PricedCdr>> {
    let mut stand_in = Vec::new();
    for path in tariffs {
        for (object, _) in objects(path, request.version)? {
            match object {
                Some(Object::Tariff(tariff)) => stand_in.push(*tariff),
                Some(
                    Object::Cdr(_) | Object::Session(_) | Object::Location(_) | Object::Token(_),
                )
                | None => return Err(unreadable(path, "it holds something that is no tariff")),
            }
        }
    }
    let stand_in: Vec<&Tariff> = stand_in.iter().collect();
    let mut priced = Vec::new();
    for (object, findings) in objects(cdrs, request.version)? {
        priced.push(match object {
            Some(Object::Cdr(cdr)) => {
                let price = price(&cdr, &stand_in, request);
                dto(&cdr, price, &findings)
            }
            Some(Object::Session(session)) => {
                let cdr = session::as_cdr(&session, &stand_in);
                let zone = zone(&cdr, request);
                let input = ReplayInput::of_session(&session, &stand_in, zone, &request.policy);
                dto(&cdr, beside(&cdr, input), &findings)
            }
            Some(Object::Tariff(_) | Object::Location(_) | Object::Token(_)) => {
                return Err(unreadable(
                    cdrs,
                    "it holds what is neither a CDR nor a session",
                ));
            }
            None => unpriced(findings.iter().map(words::finding).collect()),
        });
    }
    if priced.is_empty() {
        return Err(unreadable(cdrs, "it holds neither a CDR nor a session"));
    }
    Ok(priced)
}

/// A CDR of a page of a partner's list, priced.
pub(crate) struct OnPage {
    /// When it began, UTC.
    pub start: Option<String>,
    /// Its kWh.
    pub energy: Option<String>,
    /// Its price.
    pub priced: PricedCdr,
}

/// Prices the CDRs of a page. Tariffs of another page stand in where a CDR carries none; `zone` is
/// that of records that do not show theirs.
pub(crate) fn price_pages(
    (cdrs, tariffs): (&[u8], &[u8]),
    request: &PriceRequest,
    zone: Tz,
) -> Vec<OnPage> {
    let tariffs = outside::objects(tariffs, request.version, Some(ocpi::Kind::Tariff));
    let tariffs: Vec<Tariff> = tariffs
        .into_iter()
        .filter_map(|(object, _)| match object {
            Some(Object::Tariff(tariff)) => Some(*tariff),
            _ => None,
        })
        .collect();
    let all: Vec<&Tariff> = tariffs.iter().collect();
    let cdrs = outside::objects(cdrs, request.version, Some(ocpi::Kind::Cdr));
    let one = |(object, findings): outside::Found| match object {
        Some(Object::Cdr(cdr)) => {
            let request = PriceRequest {
                time_zone: cdr.location.time_zone.or(Some(zone)),
                ..request.clone()
            };
            let stand_in: &[&Tariff] = if cdr.tariffs.is_empty() { &all } else { &[] };
            OnPage {
                start: Some(words::instant(cdr.start_at)),
                energy: Some(detail::decimal(cdr.totals.energy.0)),
                priced: dto(&cdr, price(&cdr, stand_in, &request), &findings),
            }
        }
        _ => OnPage {
            start: None,
            energy: None,
            priced: unpriced(findings.iter().map(words::finding).collect()),
        },
    };
    cdrs.into_iter().map(one).collect()
}

/// The objects of a file; a file without any cannot be priced.
fn objects(path: &Path, version: Option<OcpiVersion>) -> Result<Vec<outside::Found>> {
    let objects = outside::objects(&bytes(path)?, version, None);
    if objects.is_empty() {
        return Err(unreadable(path, "it holds no OCPI record"));
    }
    Ok(objects)
}

/// A price with what the CDR states beside it, and what would explain a difference.
struct Price {
    replay: Replay,
    comparison: Comparison,
    causes: Vec<PricedCause>,
}

/// Prices one CDR and puts what it states beside it.
fn price(cdr: &Cdr, stand_in: &[&Tariff], request: &PriceRequest) -> Price {
    let input = ReplayInput::of_cdr(cdr, stand_in, zone(cdr, request), &request.policy);
    let input = if stand_in.is_empty() {
        input
    } else {
        input.with_tariffs(stand_in)
    };
    beside(cdr, input)
}

/// The zone asked for, else that of the record, else the only one of its country.
fn zone(cdr: &Cdr, request: &PriceRequest) -> Option<Tz> {
    let country = cdr.location.country.as_deref();
    let country = country.unwrap_or(cdr.party.country());
    let own = request.time_zone.or(cdr.location.time_zone);
    own.or_else(|| zones::single(country))
}

/// Prices an input and puts what the record states beside it.
fn beside(cdr: &Cdr, input: ReplayInput<'_>) -> Price {
    let replay = tariff::replay(&input);
    let comparison = tariff::compare(
        cdr,
        &replay.totals,
        &replay.exact,
        input.policy,
        Decimal::ZERO,
    );
    let causes = match comparison.first_disagreeing {
        Some(_) => cause::causes(cdr, input, &replay),
        None => Vec::new(),
    };
    Price {
        replay,
        comparison,
        causes,
    }
}

fn dto(cdr: &Cdr, price: Price, read: &[Finding]) -> PricedCdr {
    let Price {
        replay,
        comparison,
        causes,
    } = price;
    let mut causes = causes.into_iter();
    let findings = read
        .iter()
        .chain(&replay.findings)
        .chain(&comparison.findings);
    PricedCdr {
        id: Some(cdr.id.to_string()),
        ocpi: match cdr.form {
            domain::cdr::Form::Ocpi(version) => Some(version.to_string()),
            domain::cdr::Form::Sheet => None,
        },
        currency: Some(cdr.currency.to_string()),
        time_zone: replay.zone.map(|zone| zone.name().to_owned()),
        verdict: detail::verdict(comparison.verdict).to_owned(),
        stated: rounded(detail::stated(cdr), &replay),
        replayed: detail::parts(&replay.totals),
        difference: detail::parts(&comparison.difference),
        billed: detail::billed(&replay),
        lines: replay
            .lines
            .iter()
            .map(|line| line_dto(line, &replay))
            .collect(),
        findings: findings.map(words::finding).collect(),
        cause: causes.next(),
        alternatives: causes.collect(),
    }
}

/// Stated figures as the policy rounds them.
fn rounded(parts: PartsDto, replay: &Replay) -> PartsDto {
    let round = |text: Option<String>| {
        text.map(|text| match text.parse::<Decimal>() {
            Ok(value) => replay.policy.rounding.apply(value).normalize().to_string(),
            Err(_) => text,
        })
    };
    let amount = |amount: Option<AmountDto>| {
        amount.map(|amount| AmountDto {
            excl_vat: round(amount.excl_vat),
            incl_vat: round(amount.incl_vat),
        })
    };
    PartsDto {
        total: amount(parts.total),
        fixed: amount(parts.fixed),
        energy: amount(parts.energy),
        time: amount(parts.time),
        parking: amount(parts.parking),
        reservation: amount(parts.reservation),
    }
}

/// A priced line as people read it.
pub(crate) fn line_dto(line: &Line, replay: &Replay) -> PricedLine {
    PricedLine {
        period: words::index(line.period),
        start: words::instant(line.start_at),
        end: words::instant(line.end_at),
        tariff_id: replay
            .tariff_ids
            .get(line.tariff)
            .map(ToString::to_string)
            .unwrap_or_default(),
        element: words::index(line.element),
        dimension: line.dimension.as_str().to_owned(),
        measured: detail::decimal(line.measured),
        billed: detail::decimal(line.billed),
        unit_price: detail::decimal(line.unit_price),
        vat: line.vat.map(detail::decimal),
        excl_vat: line.amount.excl_vat.map(detail::decimal),
        incl_vat: line.amount.incl_vat.map(detail::decimal),
    }
}

/// A record that could not be read or priced, with what is wrong.
fn unpriced(findings: Vec<FindingDto>) -> PricedCdr {
    PricedCdr {
        id: None,
        ocpi: None,
        currency: None,
        time_zone: None,
        verdict: detail::verdict(domain::Verdict::NotPriced).to_owned(),
        stated: PartsDto::default(),
        replayed: PartsDto::default(),
        difference: PartsDto::default(),
        billed: QuantitiesDto::default(),
        lines: Vec::new(),
        cause: None,
        alternatives: Vec::new(),
        findings,
    }
}
