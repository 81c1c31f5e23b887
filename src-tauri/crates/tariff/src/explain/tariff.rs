//! A tariff in sentences.

use chrono::SecondsFormat;
use domain::{Instant, PriceComponent, PriceLimit, Tariff, TariffElement, TaxIncluded};

use super::words::{Words, fill};
use super::{Language, conditions};

/// Tells what a tariff charges: its currency and tax, validity and limits, then each element with
/// its prices and when they apply.
pub fn explain_tariff(tariff: &Tariff, language: Language) -> Vec<String> {
    let words = language.words();
    let owner = tariff.party.as_ref().map(|party| {
        let owner = party.to_string();
        fill(words.tariff_of, &[("owner", &owner)])
    });
    let figures = [
        ("id", tariff.id.as_str()),
        ("owner", owner.as_deref().unwrap_or_default()),
        ("currency", tariff.currency.code()),
        ("tax", tax(tariff.tax_included, words)),
    ];
    let mut sentences = vec![fill(words.tariff_head, &figures)];
    let moments = [
        (words.valid_from, tariff.valid_from),
        (words.valid_until, tariff.valid_until),
    ];
    for (template, at) in moments {
        sentences.extend(at.map(|at| fill(template, &[("at", &instant(at))])));
    }
    let limits = [
        (words.at_least, tariff.min_price),
        (words.at_most, tariff.max_price),
    ];
    for (template, limit) in limits {
        let price = limit.map(|limit| self::limit(limit, tariff, words));
        sentences.extend(price.map(|price| fill(template, &[("price", &price)])));
    }
    if tariff.elements.len() > 1 {
        sentences.push(words.first_counts.to_owned());
    }
    for (place, element) in tariff.elements.iter().enumerate() {
        let number = (place + 1).to_string();
        let figures = [
            ("n", number.as_str()),
            ("when", &conditions::when(&element.restrictions, words)),
            ("prices", &prices(element, tariff, words)),
        ];
        sentences.push(fill(words.element_line, &figures));
    }
    if tariff.has_alternative_text {
        sentences.push(words.says_more.to_owned());
    }
    sentences
}

/// Whether prices contain tax.
pub(super) fn tax(tax: TaxIncluded, words: &'static Words) -> &'static str {
    match tax {
        TaxIncluded::No => words.prices_net,
        TaxIncluded::Yes => words.prices_gross,
        TaxIncluded::NotApplicable => words.prices_no_tax,
    }
}

/// A limit, net and, where given, gross.
pub(super) fn limit(limit: PriceLimit, tariff: &Tariff, words: &Words) -> String {
    let net = words.exact_money(limit.excl_vat, tariff.currency);
    match limit.incl_vat {
        None => format!("{net} {}", words.net),
        Some(gross) => {
            let gross = words.exact_money(gross, tariff.currency);
            format!("{net} {}, {gross} {}", words.net, words.gross)
        }
    }
}

/// All prices of an element.
pub(super) fn prices(element: &TariffElement, tariff: &Tariff, words: &Words) -> String {
    let reserved = element.restrictions.reservation.is_some();
    let of = |component: &PriceComponent| priced(component, reserved, tariff, words);
    let prices: Vec<String> = element.components.iter().map(of).collect();
    if prices.is_empty() {
        words.none.to_owned()
    } else {
        prices.join("; ")
    }
}

/// One price with its VAT and step, e.g. `energy 0.45 EUR/kWh plus 21 % VAT`.
pub(super) fn priced(
    component: &PriceComponent,
    reserved: bool,
    tariff: &Tariff,
    words: &Words,
) -> String {
    let name = words.dimension(component.dimension, reserved);
    if component.price.is_zero() {
        return format!("{name} {}", words.free);
    }
    let price = words.price(component.dimension, component.price, tariff.currency);
    let vat = component.vat.map(|vat| {
        let template = match tariff.tax_included {
            TaxIncluded::Yes => words.of_which_vat,
            TaxIncluded::No | TaxIncluded::NotApplicable => words.plus_vat,
        };
        fill(template, &[("vat", &words.number(vat, 0))])
    });
    // A step of one is the smallest unit there is, and a fee has none.
    let stepped = component.step.0 > 1 && component.dimension != domain::TariffDimension::Flat;
    let step = stepped.then(|| {
        let step = words.step(component.dimension, component.step.0);
        fill(words.steps_of, &[("step", &step)])
    });
    format!(
        "{name} {price}{}{}",
        vat.unwrap_or_default(),
        step.unwrap_or_default()
    )
}

/// An instant, UTC.
pub(super) fn instant(at: Instant) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
