//! The costs of a generated CDR, in the form of its version.

use domain::cdr::{CdrTotals, Price, TaxAmount};
use domain::replay::Amount;
use domain::{Decimal, OcpiVersion, Replay};

use super::NotGenerated;
use crate::number::sub;

/// States the replayed totals. 2.1.1 states the net total alone.
pub(super) fn fill(
    totals: &mut CdrTotals,
    replay: &Replay,
    version: OcpiVersion,
) -> Result<(), NotGenerated> {
    let rates = &replay.rates;
    let rate = match rates.as_slice() {
        [only] => only.vat,
        _ => None,
    };
    let stated = |amount: Option<Amount>| -> Result<Option<Price>, NotGenerated> {
        amount
            .map(|amount| price(amount, rate, version))
            .transpose()
    };
    totals.cost = stated(replay.totals.total)?;
    if totals.cost.is_none() {
        return Err(NotGenerated::NoPrice);
    }
    if version != OcpiVersion::V211 {
        totals.fixed_cost = stated(replay.totals.fixed)?;
        totals.energy_cost = stated(replay.totals.energy)?;
        totals.time_cost = stated(replay.totals.time)?;
        totals.parking_cost = stated(replay.totals.parking)?;
        totals.reservation_cost = stated(replay.totals.reservation)?;
    }
    Ok(())
}

fn price(
    amount: Amount,
    rate: Option<Decimal>,
    version: OcpiVersion,
) -> Result<Price, NotGenerated> {
    let excl_vat = amount.excl_vat.ok_or(NotGenerated::NoPrice)?;
    let mut price = Price::net(excl_vat);
    match version {
        OcpiVersion::V211 => {}
        OcpiVersion::V221 => price.incl_vat = amount.incl_vat,
        OcpiVersion::V230 => {
            price.incl_vat = amount.incl_vat;
            if let Some(gross) = amount.incl_vat.filter(|gross| *gross != excl_vat) {
                price.taxes.push(TaxAmount {
                    name: "VAT".to_owned(),
                    percentage: rate,
                    amount: sub(gross, excl_vat)?,
                });
            }
        }
    }
    Ok(price)
}
