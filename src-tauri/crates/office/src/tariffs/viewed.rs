//! The tariffs of a partner as the screens show them: a list, and one with all its versions.

use domain::{Decimal, PriceComponent, Severity, Tariff, TariffDimension, Tz};
use tariff::Language;

use super::faults;
use super::known::{Handle, Known, of_tariff, versions};
use crate::api::{TariffRequest, TariffSummary, TariffVersionView, TariffView};
use crate::desk::Desk;
use crate::error::Result;
use crate::{detail, partners, words};

/// Prices that a line of the list names.
const PRICES: usize = 4;

/// The tariffs of a partner, by id.
pub fn list(desk: &Desk, partner: &str) -> Result<Vec<TariffSummary>> {
    let key = partners::partner_key(&desk.book, partner)?;
    let zone = partners::partner(desk, &key)?.agreement.time_zone;
    let known = versions(desk, &key)?;
    let same = |a: &Known, b: &Known| a.tariff.id == b.tariff.id;
    let tariffs = known.chunk_by(same);
    Ok(tariffs
        .filter_map(|versions| summary(versions, zone))
        .collect())
}

fn summary(versions: &[Known], zone: Tz) -> Option<TariffSummary> {
    let newest = versions.last()?;
    let tariff: &Tariff = &newest.tariff;
    let serious = |finding: &&tariff::LintFinding| finding.severity > Severity::Info;
    let faults = tariff::lint(tariff, Some(zone));
    Some(TariffSummary {
        id: tariff.id.to_string(),
        currency: tariff.currency.to_string(),
        kind: tariff.kind.as_ref().map(words::stable),
        versions: words::index(versions.len()),
        prices: prices(tariff),
        updated_at: newest.updated_at.map(words::instant),
        faults: words::index(faults.iter().filter(serious).count()),
    })
}

/// The first prices in few words: `0.45/kWh · 3.00/h`.
fn prices(tariff: &Tariff) -> String {
    let price = |component: &PriceComponent| {
        let unit = match component.dimension {
            TariffDimension::Flat => "",
            TariffDimension::Energy => "/kWh",
            TariffDimension::Time => "/h",
            TariffDimension::ParkingTime => "/h idle",
        };
        let digits = component.price.normalize().scale().max(2);
        let mut shown: Decimal = component.price;
        shown.rescale(digits);
        format!("{shown}{unit}")
    };
    let mut texts: Vec<String> = Vec::new();
    for component in tariff
        .elements
        .iter()
        .flat_map(|element| &element.components)
    {
        let text = price(component);
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    let more = texts.len() > PRICES;
    texts.truncate(PRICES);
    let shown = texts.join(" · ");
    if more {
        format!("{shown} · …")
    } else {
        shown
    }
}

/// A tariff with its versions, each in words, with its faults and what changed.
pub fn view(desk: &Desk, request: &TariffRequest) -> Result<TariffView> {
    let key = partners::partner_key(&desk.book, &request.partner)?;
    let language = words::language(&request.language)?;
    let zone = partners::partner(desk, &key)?.agreement.time_zone;
    let id = request.id.as_str().into();
    let known = of_tariff(desk, &key, &id)?;
    let before = std::iter::once(None).chain(known.iter().map(Some));
    let pairs = before.zip(&known);
    Ok(TariffView {
        id: request.id.clone(),
        partner: key.to_string(),
        time_zone: zone.name().to_owned(),
        versions: pairs
            .map(|(before, one)| version(before, one, zone, language))
            .collect(),
    })
}

fn version(before: Option<&Known>, one: &Known, zone: Tz, language: Language) -> TariffVersionView {
    let tariff: &Tariff = &one.tariff;
    let source = match one.handle {
        Handle::Stored(_) => "published",
        Handle::Carried(..) => "in_cdr",
    };
    // The first sentence names the tariff, as the screen does already.
    let changes = |before: &Known| {
        let sentences = tariff::explain_change(&before.tariff, tariff, language);
        sentences.into_iter().skip(1).collect()
    };
    TariffVersionView {
        version: one.handle.to_string(),
        source: source.to_owned(),
        updated_at: one.updated_at.map(words::instant),
        valid_from: tariff.valid_from.map(words::instant),
        valid_until: tariff.valid_until.map(words::instant),
        used: one
            .between
            .map(|(first, last)| [first, last].map(words::instant)),
        cdrs: one.cdrs,
        more: one.more,
        tariff: detail::tariff_dto(tariff, source),
        words: tariff::explain_tariff(tariff, language),
        changes: before.map(changes).unwrap_or_default(),
        faults: faults(tariff, Some(zone), language),
    }
}
