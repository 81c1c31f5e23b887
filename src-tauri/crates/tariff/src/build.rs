//! Test values in few words.

use domain::{
    Currency, Decimal, Instant, OcpiVersion, PriceComponent, Restrictions, StepSize, Tariff,
    TariffDimension, TariffElement, TaxIncluded,
};

/// An instant from its RFC 3339 text.
pub(crate) fn at(text: &str) -> Instant {
    text.parse().expect("a test writes valid instants")
}

/// A 2.2.1 tariff in euro with one unrestricted price per kWh.
pub(crate) fn tariff(id: &str, price: i64) -> Tariff {
    Tariff {
        version: OcpiVersion::V221,
        party: None,
        id: id.into(),
        currency: Currency::EUR,
        kind: None,
        has_alternative_text: false,
        min_price: None,
        max_price: None,
        elements: vec![TariffElement {
            components: vec![PriceComponent {
                dimension: TariffDimension::Energy,
                price: Decimal::from(price),
                vat: None,
                step: StepSize(1),
            }],
            restrictions: Restrictions::default(),
        }],
        tax_included: TaxIncluded::No,
        valid_from: None,
        valid_until: None,
        last_updated: None,
    }
}
