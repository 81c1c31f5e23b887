//! Rounding of a CDR's net, and tax per VAT group (INVOICING §4: A2, A3, A5).

use std::collections::BTreeMap;

use domain::invoice::{InvoiceLine, VatCategory, VatGroup};
use domain::{Currency, Decimal, MoneyError};
use rust_decimal::RoundingStrategy;

/// Decimals of an amount on an invoice: the currency's minor unit, at most two (A2).
pub(super) fn digits(currency: Currency) -> u32 {
    currency.minor_digits().min(2)
}

/// Rounds half away from zero to the invoice's decimals, and writes exactly so many.
fn round(amount: Decimal, currency: Currency) -> Decimal {
    let digits = digits(currency);
    let mut rounded = amount.round_dp_with_strategy(digits, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(digits);
    if rounded.is_zero() {
        rounded.abs()
    } else {
        rounded
    }
}

/// The settlement amount of a CDR: its net, rounded once (A3).
pub fn net_of_cdr(exact: Decimal, currency: Currency) -> Decimal {
    round(exact, currency)
}

/// Base and tax per category and rate, in that order: tax on the sum, never per line (A5).
///
/// # Errors
/// When a sum does not fit 28 digits.
pub fn vat_groups(lines: &[InvoiceLine], currency: Currency) -> Result<Vec<VatGroup>, MoneyError> {
    let mut bases: BTreeMap<(VatCategory, Decimal), Decimal> = BTreeMap::new();
    for line in lines {
        let base = bases.entry((line.vat.category, line.vat.rate)).or_default();
        *base = base.checked_add(line.net).ok_or(MoneyError::OutOfRange)?;
    }
    bases
        .into_iter()
        .map(|((category, rate), base)| {
            let hundredfold = base.checked_mul(rate).ok_or(MoneyError::OutOfRange)?;
            let tax = round(hundredfold / Decimal::ONE_HUNDRED, currency);
            Ok(VatGroup {
                category,
                rate,
                base: round(base, currency),
                tax,
            })
        })
        .collect()
}

/// The sum of amounts with the invoice's decimals.
pub(super) fn sum(
    amounts: impl Iterator<Item = Decimal>,
    currency: Currency,
) -> Result<Decimal, MoneyError> {
    let mut sum = Decimal::ZERO;
    for amount in amounts {
        sum = sum.checked_add(amount).ok_or(MoneyError::OutOfRange)?;
    }
    sum.rescale(digits(currency));
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Kwh;
    use domain::invoice::VatTreatment;
    use rust_decimal::dec;

    fn line(net: Decimal, category: VatCategory, rate: Decimal) -> InvoiceLine {
        InvoiceLine {
            position: 1,
            location: "A".into(),
            place: String::new(),
            cdrs: 1,
            energy: Kwh(dec!(1)),
            net,
            vat: VatTreatment {
                category,
                rate,
                rule: "V1".into(),
            },
            late_of: None,
        }
    }

    #[test]
    fn halves_go_away_from_zero_to_the_minor_unit() {
        let yen: Currency = "JPY".parse().unwrap();
        let dinar: Currency = "KWD".parse().unwrap();
        assert_eq!(net_of_cdr(dec!(0.005), Currency::EUR).to_string(), "0.01");
        assert_eq!(net_of_cdr(dec!(-0.005), Currency::EUR).to_string(), "-0.01");
        assert_eq!(
            net_of_cdr(dec!(-0.004), Currency::EUR).to_string(),
            "0.00",
            "no minus zero"
        );
        assert_eq!(net_of_cdr(dec!(4), Currency::EUR).to_string(), "4.00");
        assert_eq!(net_of_cdr(dec!(4.5), yen).to_string(), "5");
        assert_eq!(
            net_of_cdr(dec!(4.5555), dinar).to_string(),
            "4.56",
            "never more than two"
        );
    }

    #[test]
    fn e2_tax_is_computed_on_the_sum_not_per_line() {
        let lines: Vec<_> = (0..100)
            .map(|_| line(dec!(0.13), VatCategory::S, dec!(19)))
            .collect();
        let groups = vat_groups(&lines, Currency::EUR).unwrap();
        assert_eq!(groups.len(), 1);
        assert_eq!(
            (groups[0].base, groups[0].tax),
            (dec!(13.00), dec!(2.47)),
            "per line: 2.00"
        );
    }

    #[test]
    fn e5_a_mixed_document_has_one_group_per_category_and_rate() {
        let lines = [
            line(dec!(600.09), VatCategory::S, dec!(7)),
            line(dec!(300.00), VatCategory::S, dec!(19)),
            line(dec!(642.31), VatCategory::AE, dec!(0)),
            line(dec!(325.08), VatCategory::S, dec!(19)),
        ];
        let groups = vat_groups(&lines, Currency::EUR).unwrap();
        let figures: Vec<_> = groups
            .iter()
            .map(|g| (g.category.as_str(), g.rate, g.base, g.tax))
            .collect();
        assert_eq!(
            figures,
            [
                ("S", dec!(7), dec!(600.09), dec!(42.01)),
                ("S", dec!(19), dec!(625.08), dec!(118.77)),
                ("AE", dec!(0), dec!(642.31), dec!(0.00)),
            ]
        );
        let net = sum(groups.iter().map(|g| g.base), Currency::EUR).unwrap();
        let vat = sum(groups.iter().map(|g| g.tax), Currency::EUR).unwrap();
        assert_eq!(
            (net, vat, net + vat),
            (dec!(1867.48), dec!(160.78), dec!(2028.26))
        );
    }
}
