//! Amounts with their tax: a number in 2.1.1, `excl_vat`/`incl_vat` in 2.2.1, `before_taxes` with a
//! list of taxes in 2.3.0 (Types / Price).

use domain::{Decimal, FindingCode, OcpiVersion, Price, PriceLimit, Severity, TaxAmount};

use crate::fields::{Members, fields};
use crate::json::{Kind, Value};
use crate::path::Path;
use crate::report::Report;
use crate::take::Need;

fields! {
    /// Price and PriceLimit of every version.
    PRICE: PriceField {
        ExclVat = "excl_vat",
        InclVat = "incl_vat",
        BeforeTaxes = "before_taxes",
        AfterTaxes = "after_taxes",
        Taxes = "taxes",
    }
}

fields! {
    /// TaxAmount (2.3.0).
    TAX: TaxField {
        Name = "name",
        Percentage = "percentage",
        Amount = "amount",
    }
}

/// The field that holds the net amount in a version, and the one other versions use.
fn net_fields(version: OcpiVersion) -> (PriceField, PriceField) {
    match version {
        OcpiVersion::V211 | OcpiVersion::V221 => (PriceField::ExclVat, PriceField::BeforeTaxes),
        OcpiVersion::V230 => (PriceField::BeforeTaxes, PriceField::ExclVat),
    }
}

/// A member that is a Price.
pub(crate) fn price_of<const N: usize>(
    owner: &Members<'_, '_, N>,
    report: &mut Report,
    field: impl Into<usize>,
    need: Need,
) -> Option<Price> {
    let field = field.into();
    let value = owner.due(report, field, need)?;
    price(value, report, need, owner.path(field))
}

/// A Price in the form of any version; another form than the record's is a finding.
fn price(value: Value<'_>, report: &mut Report, need: Need, path: Path<'_>) -> Option<Price> {
    let object = value.kind() == Kind::Object;
    if !object {
        match report.version {
            OcpiVersion::V211 => {}
            OcpiVersion::V221 | OcpiVersion::V230 => report.wrong_type(value, "Price", path),
        }
        return report.number(value, need, path).map(Price::net);
    }
    if report.version == OcpiVersion::V211 {
        report.wrong_type(value, "number", path);
    }
    let members = Members::of(value, &PRICE, path, report);
    let excl_vat = net(&members, report, need)?;
    let (incl_vat, taxes) = taxed(&members, report, excl_vat);
    Some(Price {
        excl_vat,
        incl_vat,
        taxes,
    })
}

/// The net amount, under this version's name or another's.
fn net<const N: usize>(
    members: &Members<'_, '_, N>,
    report: &mut Report,
    need: Need,
) -> Option<Decimal> {
    let (due, other) = net_fields(report.version);
    if members.has(due) || !members.has(other) {
        let need = if need == Need::May { Need::Must } else { need };
        return members.number(report, due, need);
    }
    if report.version != OcpiVersion::V211 {
        members.instead(report, due, members.name(other));
    }
    members.number(report, other, need)
}

/// The gross amount and the taxes. Unknown stays unknown: a gross amount exists only where it is
/// stated, or where a list of taxes (be it empty) says what is added (SEMANTICS 3.10).
fn taxed<const N: usize>(
    members: &Members<'_, '_, N>,
    report: &mut Report,
    net: Decimal,
) -> (Option<Decimal>, Vec<TaxAmount>) {
    let stated_in = if members.has(PriceField::InclVat) {
        PriceField::InclVat
    } else {
        PriceField::AfterTaxes
    };
    let stated = members.number(report, stated_in, Need::May);
    if !members.has(PriceField::Taxes) {
        return (stated, Vec::new());
    }
    let list_path = members.path(PriceField::Taxes);
    let mut taxes = Vec::new();
    let mut sum = Some(net);
    for (index, value) in members
        .list(report, PriceField::Taxes, Need::May)
        .enumerate()
    {
        let tax = tax(value, report, list_path.item(index));
        sum = sum
            .zip(tax.as_ref())
            .and_then(|(sum, tax)| sum.checked_add(tax.amount));
        taxes.extend(tax);
    }
    if let (Some(stated), Some(sum)) = (stated, sum)
        && stated != sum
    {
        report
            .raise(FindingCode::TaxSumMismatch, members.path(stated_in))
            .param("stated", stated)
            .param("sum", sum);
    }
    (stated.or(sum), taxes)
}

fn tax(value: Value<'_>, report: &mut Report, path: Path<'_>) -> Option<TaxAmount> {
    let value = report.object(value, Need::Must, path)?;
    let members = Members::of(value, &TAX, path, report);
    let name = members
        .string(report, TaxField::Name, 255, Need::Must)
        .unwrap_or_default();
    let percentage = members.number(report, TaxField::Percentage, Need::May);
    let Some(amount) = members.number(report, TaxField::Amount, Need::Must) else {
        report
            .raise(FindingCode::TaxMissing, members.path(TaxField::Amount))
            .with_severity(Severity::Error);
        return None;
    };
    Some(TaxAmount {
        name,
        percentage,
        amount,
    })
}

/// A tariff's lower or upper bound: Price in 2.2.1, PriceLimit in 2.3.0.
pub(crate) fn limit_of<const N: usize>(
    owner: &Members<'_, '_, N>,
    report: &mut Report,
    field: impl Into<usize>,
) -> Option<PriceLimit> {
    let field = field.into();
    let value = owner.get(field)?;
    let path = owner.path(field);
    if value.kind() != Kind::Object {
        report.wrong_type(value, "Price", path);
        let excl_vat = report.number(value, Need::Must, path)?;
        return Some(PriceLimit {
            excl_vat,
            incl_vat: None,
        });
    }
    let members = Members::of(value, &PRICE, path, report);
    let excl_vat = net(&members, report, Need::Must)?;
    let (due, other) = match report.version {
        OcpiVersion::V211 | OcpiVersion::V221 => (PriceField::InclVat, PriceField::AfterTaxes),
        OcpiVersion::V230 => (PriceField::AfterTaxes, PriceField::InclVat),
    };
    let incl = members.either(report, due, other);
    let incl_vat = members.number(report, incl, Need::May);
    Some(PriceLimit { excl_vat, incl_vat })
}
