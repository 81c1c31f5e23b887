//! Test values in few words.

use domain::{
    Currency, Decimal, Instant, OcpiVersion, PriceComponent, Restrictions, StepSize, Tariff,
    TariffDimension, TariffElement, TaxIncluded,
};
use proptest::prelude::*;

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

/// A figure with few or many digits.
pub(crate) fn figure() -> impl Strategy<Value = Decimal> {
    let digits = prop_oneof![
        -99_999_i128..99_999,
        i128::from(i64::MIN)..i128::from(i64::MAX),
        -(1_i128 << 96) + 1..(1_i128 << 96),
    ];
    (digits, 0..=28_u32).prop_map(|(units, scale)| Decimal::from_i128_with_scale(units, scale))
}
