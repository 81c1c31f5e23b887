//! Net and gross of an amount, by what its tariff says of tax (SEMANTICS 3.10).

use domain::{Decimal, OcpiVersion, PriceComponent, Tariff, TaxIncluded};

use crate::number::{Exact, HUNDRED, add, add_known, div, mul};

/// How the amounts of one rate become net and gross.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tax {
    /// Net prices; this percentage is added.
    Added(Decimal),
    /// Gross prices that contain this percentage.
    Contained(Decimal),
    /// No tax applies: net is gross.
    Exempt,
    /// Net prices; the tax is unknown here.
    NetOnly,
    /// Gross prices; the tax inside is unknown.
    GrossOnly,
}

impl Tax {
    /// What a component of a tariff is subject to (I-18).
    ///
    /// 2.1.1 knows no tax. In 2.2 an absent `vat` means that none applies. 2.3.0 dropped that
    /// sentence, so there an absent `vat` is unknown.
    pub fn of(tariff: &Tariff, component: &PriceComponent) -> Self {
        match (tariff.version, tariff.tax_included, component.vat) {
            (OcpiVersion::V211, _, _) | (OcpiVersion::V230, TaxIncluded::No, None) => Tax::NetOnly,
            (_, TaxIncluded::NotApplicable, _) | (OcpiVersion::V221, TaxIncluded::No, None) => {
                Tax::Exempt
            }
            (OcpiVersion::V221 | OcpiVersion::V230, TaxIncluded::No, Some(vat)) => Tax::Added(vat),
            (OcpiVersion::V221 | OcpiVersion::V230, TaxIncluded::Yes, Some(vat)) => {
                Tax::Contained(vat)
            }
            (OcpiVersion::V221 | OcpiVersion::V230, TaxIncluded::Yes, None) => Tax::GrossOnly,
        }
    }

    /// The percentage, where one is stated.
    pub fn percent(self) -> Option<Decimal> {
        match self {
            Tax::Added(vat) | Tax::Contained(vat) => Some(vat),
            Tax::Exempt | Tax::NetOnly | Tax::GrossOnly => None,
        }
    }

    /// Net and gross of an amount as the tariff prices it. The tax on nothing is nothing.
    pub fn split(self, stated: Decimal) -> Exact<Pair> {
        let (net, gross) = match self {
            Tax::Added(vat) => (Some(stated), Some(with_tax(stated, vat)?)),
            Tax::Contained(vat) => {
                let net = div(mul(stated, HUNDRED)?, add(HUNDRED, vat)?)?;
                (Some(net), Some(stated))
            }
            Tax::Exempt => (Some(stated), Some(stated)),
            Tax::NetOnly => (Some(stated), stated.is_zero().then_some(stated)),
            Tax::GrossOnly => (stated.is_zero().then_some(stated), Some(stated)),
        };
        Ok(Pair { net, gross })
    }
}

/// An amount with its tax: multiplied by the percentage before the point is moved, so exact.
pub(crate) fn with_tax(net: Decimal, vat: Decimal) -> Exact<Decimal> {
    let mut gross = mul(net, add(HUNDRED, vat)?)?;
    match gross.set_scale(gross.scale() + 2) {
        Ok(()) => Ok(gross),
        Err(_) => mul(net, mul(add(HUNDRED, vat)?, Decimal::new(1, 2))?),
    }
}

/// Net and gross, each unknown where it cannot be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Pair {
    pub net: Option<Decimal>,
    pub gross: Option<Decimal>,
}

impl Pair {
    pub const ZERO: Pair = Pair {
        net: Some(Decimal::ZERO),
        gross: Some(Decimal::ZERO),
    };

    pub fn plus(self, other: Pair) -> Exact<Pair> {
        Ok(Pair {
            net: add_known(self.net, other.net)?,
            gross: add_known(self.gross, other.gross)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use OcpiVersion::{V211, V221, V230};
    use TaxIncluded::{No, NotApplicable, Yes};
    use domain::StepSize;
    use rust_decimal::dec;

    #[test]
    fn absent_vat_is_not_zero_percent() {
        let split = |version, tax_included, vat| {
            let mut tariff = crate::build::tariff("T", 1);
            tariff.version = version;
            tariff.tax_included = tax_included;
            let component = PriceComponent {
                dimension: domain::TariffDimension::Energy,
                price: dec!(1),
                vat,
                step: StepSize(1),
            };
            let pair = Tax::of(&tariff, &component).split(dec!(120)).unwrap();
            (pair.net, pair.gross)
        };
        let (n, g) = (Some(dec!(120)), Some(dec!(144)));
        let twenty = Some(dec!(20));
        for (version, included, vat, expected, why) in [
            (V211, No, None, (n, None), "2.1.1 says nothing about tax"),
            (V221, No, twenty, (n, g), "net price, tax added"),
            (V221, No, None, (n, n), "2.2: absent means none applies"),
            (V230, No, None, (n, None), "2.3.0: absent means unknown"),
            (V230, No, twenty, (n, g), "as in 2.2"),
            (
                V230,
                Yes,
                twenty,
                (Some(dec!(100)), n),
                "gross price, tax taken out",
            ),
            (V230, Yes, None, (None, n), "gross price, tax unknown"),
            (V230, NotApplicable, None, (n, n), "no tax"),
        ] {
            assert_eq!(split(version, included, vat), expected, "{why}");
        }
    }
}
