//! Everything about one CDR: *Explain this price*.

mod meter;
mod trace;
mod truth;

use std::collections::BTreeMap;

use domain::cdr::Form;
use domain::replay::{Amount, Parts, RoundedFigure, Verdict};
use domain::{Cdr, Decimal, Finding, OcpiId, Policy, Price, Replay, RoundingStage, TaxStage, Tz};
use store::row::{CdrRow, DecisionSeq};
use tariff::{PartName, Reader};

use crate::api::{
    AmountDto, CdrDetail, EarlierPrice, FindingDto, LimitDto, PartsDto, PulledDto, QuantitiesDto,
    RateDto, RoundingDto, SourceDto, StepDto, WordsRequest,
};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::replay::{Explained, explain};
use crate::{audit, explorer, kept, replay, settle, words};
pub(crate) use trace::{line_dto, tariff_dto};

/// One CDR with its price explained, where it came from, and what was decided about it.
pub fn cdr(desk: &Desk, row: u32) -> Result<CdrDetail> {
    let cdr = CdrRow::from(row);
    let explained = explain(desk, cdr)?;
    let unknown = Error::UnknownRow { what: "cdr", row };
    let row = explorer::rows_of(desk, &[cdr])?.pop().ok_or(unknown)?;
    let siblings = store::outcome::siblings(&desk.book, cdr)?;
    let zone = explained.chosen.zone;
    let record = &explained.cdr;
    let comparison = &explained.comparison;
    let (truth, odd) = truth::told(desk, &explained)?;
    Ok(CdrDetail {
        row,
        start_at: words::instant(record.start_at),
        end_at: words::instant(record.end_at),
        end_local: words::local(record.end_at, zone.unwrap_or(Tz::UTC)),
        time_zone: zone.map_or_else(String::new, |zone| zone.name().to_owned()),
        zone_source: explained.chosen.zone_source.as_str().to_owned(),
        session: record.session_id.as_ref().map(OcpiId::to_string),
        place: place(record),
        auth_method: record.auth_method.clone(),
        form: match record.form {
            Form::Ocpi(version) => version.as_str().to_owned(),
            Form::Sheet => "spreadsheet".to_owned(),
        },
        stated: stated(record),
        replayed: parts(&explained.replay.totals),
        difference: parts(&comparison.difference),
        first_disagreement: comparison
            .first_disagreeing
            .map(|part| part_word(part).to_owned()),
        verdict: verdict(comparison.verdict).to_owned(),
        measured: measured(record),
        billed: billed(&explained.replay),
        policy: policy(&explained.replay),
        tariffs: trace::tariffs(&explained),
        periods: trace::periods(&explained),
        lines: trace::lines(&explained),
        steps: steps(&explained.replay),
        rates: rates(&explained.replay),
        limits: limits(&explained.replay),
        roundings: roundings(&explained.replay),
        findings: findings(&explained, &odd),
        history: audit::about(desk, cdr)?,
        signed: meter::signed(record),
        truth,
        siblings: explorer::rows_of(desk, &siblings)?,
        invoice: settle::of_cdr(desk, cdr)?,
        kept: kept::dto(&explained),
        earlier: earlier(desk, cdr)?,
        source: source(desk, &explained)?,
        raw: String::from_utf8_lossy(&explained.raw).into_owned(),
    })
}

fn earlier(desk: &Desk, cdr: CdrRow) -> Result<Vec<EarlierPrice>> {
    let past = store::past::of_cdr(&desk.book, cdr)?.into_iter();
    let told = past.map(|past| EarlierPrice {
        replaced_at: words::instant(past.replaced_at),
        decision: past.decision.map(DecisionSeq::number),
        was: replay::figures(&past.replayed),
    });
    Ok(told.collect())
}

/// The price of a CDR in sentences.
pub fn in_words(desk: &Desk, request: &WordsRequest) -> Result<Vec<String>> {
    let explained = explain(desk, CdrRow::from(request.cdr))?;
    let language = words::language(&request.language)?;
    let reader = match request.reader.as_str() {
        "driver" => Reader::Driver,
        "partner" => Reader::Partner,
        "auditor" => Reader::Auditor,
        other => {
            return Err(Error::BadRequest {
                field: "reader",
                value: other.to_owned(),
            });
        }
    };
    Ok(tariff::explain(&explained.replay, language, reader))
}

/// Findings of reading, of the replay, of comparing and of whose figures count, in that order.
fn findings(explained: &Explained, truth: &[Finding]) -> Vec<FindingDto> {
    let all = explained.findings.iter();
    let all = all
        .chain(&explained.replay.findings)
        .chain(&explained.comparison.findings)
        .chain(truth);
    all.map(words::finding).collect()
}

/// Address, city and country, as far as given.
fn place(cdr: &Cdr) -> String {
    let at = &cdr.location;
    let city = match (&at.postal_code, &at.city) {
        (Some(code), Some(city)) => Some(format!("{code} {city}")),
        (code, city) => city.clone().or_else(|| code.clone()),
    };
    let known = [at.address.clone(), city, at.country.clone()];
    known.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

pub(crate) fn stated(cdr: &Cdr) -> PartsDto {
    let totals = &cdr.totals;
    let part = |price: &Option<Price>| {
        price.as_ref().map(|price| AmountDto {
            excl_vat: Some(price.excl_vat.to_string()),
            incl_vat: price.incl_vat.map(|gross| gross.to_string()),
        })
    };
    PartsDto {
        total: part(&totals.cost),
        fixed: part(&totals.fixed_cost),
        energy: part(&totals.energy_cost),
        time: part(&totals.time_cost),
        parking: part(&totals.parking_cost),
        reservation: part(&totals.reservation_cost),
    }
}

/// Computed figures as they cross to the screens.
pub(crate) fn parts(parts: &Parts<Option<Amount>>) -> PartsDto {
    let part = |amount: Option<Amount>| amount.map(amount_dto);
    PartsDto {
        total: part(parts.total),
        fixed: part(parts.fixed),
        energy: part(parts.energy),
        time: part(parts.time),
        parking: part(parts.parking),
        reservation: part(parts.reservation),
    }
}

pub(crate) fn amount_dto(amount: Amount) -> AmountDto {
    AmountDto {
        excl_vat: amount.excl_vat.map(decimal),
        incl_vat: amount.incl_vat.map(decimal),
    }
}

/// A figure without needless zeros.
pub(crate) fn decimal(value: Decimal) -> String {
    value.normalize().to_string()
}

/// The stable text of a verdict.
pub(crate) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Matches => "matches",
        Verdict::Differs => "differs",
        Verdict::NotPriced => "not_priced",
    }
}

fn part_word(part: PartName) -> &'static str {
    match part {
        PartName::Total => "total",
        PartName::Fixed => "fixed",
        PartName::Energy => "energy",
        PartName::Time => "time",
        PartName::Parking => "parking",
        PartName::Reservation => "reservation",
    }
}

fn measured(cdr: &Cdr) -> QuantitiesDto {
    QuantitiesDto {
        energy_kwh: decimal(cdr.totals.energy.0),
        time_h: cdr.totals.time_h.map(decimal),
        parking_h: cdr.totals.parking_h.map(decimal),
        reservation_h: None,
    }
}

pub(crate) fn billed(replay: &Replay) -> QuantitiesDto {
    let billed = &replay.billed;
    QuantitiesDto {
        energy_kwh: decimal(billed.energy_kwh),
        time_h: Some(decimal(billed.time_h)),
        parking_h: Some(decimal(billed.parking_h)),
        reservation_h: Some(decimal(billed.reservation_h)),
    }
}

fn policy(replay: &Replay) -> Vec<String> {
    let rounding = replay.policy.rounding;
    let rounded = match rounding.stage {
        RoundingStage::None => words::stable(&rounding.stage),
        RoundingStage::PerPeriod
        | RoundingStage::PerLine
        | RoundingStage::PerDimension
        | RoundingStage::PerTotal => {
            format!(
                "{}, {}, {}",
                words::stable(&rounding.stage),
                rounding.digits,
                words::stable(&rounding.mode)
            )
        }
    };
    let mut settings = vec![
        format!("rounding: {rounded}"),
        format!("tax_stage: {}", replay.policy.tax_stage.as_str()),
    ];
    let told = |switch: &str| switch == "rounding" || switch == TaxStage::NAME;
    for (switch, reading) in replay.policy.changes_from(&Policy::STANDARD) {
        if !told(switch) {
            settings.push(format!("{switch}: {reading}"));
        }
    }
    settings
}

fn steps(replay: &Replay) -> Vec<StepDto> {
    let step = |step: &domain::replay::StepLine| StepDto {
        dimension: step.dimension.as_str().to_owned(),
        line: words::index(step.line),
        step: step.step,
        before: decimal(step.before),
        after: decimal(step.after),
    };
    replay.steps.iter().map(step).collect()
}

fn rates(replay: &Replay) -> Vec<RateDto> {
    let rate = |rate: &domain::replay::RateLine| RateDto {
        vat: rate.vat.map(decimal),
        amount: amount_dto(Amount {
            excl_vat: rate.excl_vat,
            incl_vat: rate.incl_vat,
        }),
    };
    replay.rates.iter().map(rate).collect()
}

fn limits(replay: &Replay) -> Vec<LimitDto> {
    let limit = |limit: &domain::replay::LimitLine| LimitDto {
        kind: if limit.minimum { "minimum" } else { "maximum" }.to_owned(),
        gross: limit.gross,
        before: decimal(limit.before),
        after: decimal(limit.after),
    };
    replay.limits.iter().map(limit).collect()
}

fn roundings(replay: &Replay) -> Vec<RoundingDto> {
    let rounding = |rounding: &domain::replay::RoundingLine| RoundingDto {
        figure: match rounding.figure {
            RoundedFigure::Period => "period",
            RoundedFigure::Line => "line",
            RoundedFigure::Total => "total",
            RoundedFigure::Fixed => "fixed",
            RoundedFigure::Energy => "energy",
            RoundedFigure::Time => "time",
            RoundedFigure::Parking => "parking",
            RoundedFigure::Reservation => "reservation",
        }
        .to_owned(),
        index: rounding.index.map(words::index),
        gross: rounding.gross,
        before: decimal(rounding.before),
        after: decimal(rounding.after),
    };
    replay.roundings.iter().map(rounding).collect()
}

fn source(desk: &Desk, explained: &Explained) -> Result<SourceDto> {
    let source = explained.stored.source;
    let import = store::import::get(&desk.book, source.import)?.ok_or(Error::UnknownRow {
        what: "import",
        row: source.import.number(),
    })?;
    Ok(SourceDto {
        import: source.import.number(),
        file: import.file,
        sha256: words::hex(&import.sha256),
        number: source.number,
        at: words::instant(import.started_at),
        pulled: pulled(desk, source)?,
    })
}

fn pulled(desk: &Desk, source: store::cdr::Source) -> Result<Option<PulledDto>> {
    let found = store::exchange::of_record(&desk.book, source.import, source.number)?;
    let Some(found) = found else { return Ok(None) };
    let headers: BTreeMap<String, String> =
        serde_json::from_str(&found.headers).map_err(store::Error::from)?;
    Ok(Some(PulledDto {
        url: found.url,
        request_id: found.request_id,
        correlation_id: found.correlation_id,
        answered: headers.get("date").cloned().unwrap_or_default(),
    }))
}
