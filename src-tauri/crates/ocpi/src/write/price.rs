//! Amounts with their tax in the form of each version (Types / Price).

use domain::{OcpiVersion, Price, PriceLimit, TaxAmount};

use super::lack::Why;
use super::out::{Need, Object};

/// Writes a member that is a Price, if there is one.
pub(super) fn price(
    owner: &mut Object<'_, '_>,
    name: &'static str,
    price: Option<&Price>,
    need: Need,
) {
    let Some(price) = price else {
        return match need {
            Need::May => {}
            Need::Must => owner.unknown(name),
        };
    };
    match owner.version() {
        OcpiVersion::V211 => {
            let named = !price.taxes.is_empty();
            owner.lost_inside(named, name, "taxes");
            owner.lost_inside(!named && price.incl_vat.is_some(), name, "incl_vat");
            owner.number(name, Some(price.excl_vat), Need::Must);
        }
        OcpiVersion::V221 => owner.object(name, |object| {
            object.number("excl_vat", Some(price.excl_vat), Need::Must);
            object.number("incl_vat", price.incl_vat, Need::May);
            object.lost_if(!price.taxes.is_empty(), "taxes");
        }),
        OcpiVersion::V230 => owner.object(name, |object| taxed(object, price)),
    }
}

/// 2.3.0 states the taxes in place of the gross amount. No list at all says that nothing is known
/// of taxes, and an empty one that none is due (SEMANTICS 3.10).
fn taxed(object: &mut Object<'_, '_>, price: &Price) {
    object.number("before_taxes", Some(price.excl_vat), Need::Must);
    if !price.taxes.is_empty() {
        let sum = price
            .taxes
            .iter()
            .try_fold(price.excl_vat, |sum, tax| sum.checked_add(tax.amount));
        let differs = price.incl_vat.is_some() && price.incl_vat != sum;
        object.lost_if(differs, "incl_vat");
        taxes(object, &price.taxes);
        return;
    }
    let Some(gross) = price.incl_vat else {
        return;
    };
    match gross.checked_sub(price.excl_vat) {
        Some(none) if none.is_zero() => object.no_objects("taxes"),
        // The gross amount of earlier versions contains VAT and nothing else, by its name.
        Some(amount) => taxes(
            object,
            &[TaxAmount {
                name: "VAT".to_owned(),
                percentage: None,
                amount,
            }],
        ),
        None => object.note("incl_vat", Why::NotInVersion, None),
    }
}

fn taxes(object: &mut Object<'_, '_>, taxes: &[TaxAmount]) {
    let taxes = taxes.iter().enumerate();
    object.objects("taxes", taxes, Need::May, |object, tax| {
        object.text("name", Some(&tax.name), 255, Need::Must);
        object.number("percentage", tax.percentage, Need::May);
        object.number("amount", Some(tax.amount), Need::Must);
    });
}

/// Writes a tariff's bound, if there is one: nothing in 2.1.1, a Price in 2.2.1, a PriceLimit in
/// 2.3.0.
pub(super) fn limit(owner: &mut Object<'_, '_>, name: &'static str, limit: Option<PriceLimit>) {
    let Some(limit) = limit else {
        return;
    };
    let (net, gross) = match owner.version() {
        OcpiVersion::V211 => return owner.note(name, Why::NotInVersion, None),
        OcpiVersion::V221 => ("excl_vat", "incl_vat"),
        OcpiVersion::V230 => ("before_taxes", "after_taxes"),
    };
    owner.object(name, |object| {
        object.number(net, Some(limit.excl_vat), Need::Must);
        object.number(gross, limit.incl_vat, Need::May);
    });
}
