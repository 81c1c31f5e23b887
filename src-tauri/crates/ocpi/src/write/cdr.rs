//! CDRs of every version (CDRs / CDR object).

use domain::{Cdr, CdrTotals, OcpiVersion, SignedData, Tariff, TaxIncluded};

use super::lack::Why;
use super::out::{Need, Object};
use super::{period, place, price, tariff, token};
use crate::cdr::auth_methods;
use crate::period::Owner;
use crate::signed;

/// Writes a CDR in the order of the standard's table.
pub(super) fn members(object: &mut Object<'_, '_>, cdr: &Cdr) {
    let modern = object.modern();
    if modern {
        object.party(Some(&cdr.party));
    }
    let id_max = if modern && cdr.credit { 39 } else { 36 };
    object.id("id", Some(&cdr.id), id_max, Need::Must);
    object.instant("start_date_time", Some(cdr.start_at), Need::Must);
    let end = if modern {
        "end_date_time"
    } else {
        "stop_date_time"
    };
    object.instant(end, Some(cdr.end_at), Need::Must);
    if modern {
        object.id("session_id", cdr.session_id.as_ref(), 36, Need::May);
    }
    token::reference(object, &cdr.token);
    let methods = auth_methods(object.version());
    object.one_of(
        "auth_method",
        cdr.auth_method.as_deref(),
        methods,
        Need::Must,
    );
    if modern {
        let reference = cdr.authorization_reference.as_ref();
        object.id("authorization_reference", reference, 36, Need::May);
    }
    place::of_cdr(object, &cdr.location, cdr.last_updated);
    object.text("meter_id", cdr.meter_id.as_deref(), 255, Need::May);
    object.currency("currency", Some(cdr.currency));
    tariffs(object, cdr);
    period::periods(object, &cdr.periods, Owner::Cdr, Need::Must);
    if let Some(signed) = cdr.signed_data.as_deref().filter(|_| modern) {
        object.object("signed_data", |object| signed_data(object, signed));
    }
    totals(object, &cdr.totals);
    object.text("remark", cdr.remark.as_deref(), 255, Need::May);
    if modern {
        let invoice = cdr.invoice_reference_id.as_ref();
        object.id("invoice_reference_id", invoice, 39, Need::May);
        flag_if_set(object, "credit", cdr.credit);
        let credited = cdr.credit_reference_id.as_ref();
        object.id("credit_reference_id", credited, 39, Need::May);
        let home = cdr.home_charging_compensation;
        flag_if_set(object, "home_charging_compensation", home);
    } else {
        lost_before_22(object, cdr);
    }
    object.instant("last_updated", cdr.last_updated, Need::Must);
}

/// What a 2.1.1 CDR has no field for. Without its flag a credit CDR reads as a charge.
fn lost_before_22(object: &mut Object<'_, '_>, cdr: &Cdr) {
    object.lost_if(cdr.session_id.is_some(), "session_id");
    let reference = &cdr.authorization_reference;
    object.lost_if(reference.is_some(), "authorization_reference");
    object.lost_if(cdr.invoice_reference_id.is_some(), "invoice_reference_id");
    object.lost_if(cdr.credit, "credit");
    object.lost_if(cdr.credit_reference_id.is_some(), "credit_reference_id");
    object.lost_if(cdr.signed_data.is_some(), "signed_data");
    let home = cdr.home_charging_compensation;
    object.lost_if(home, "home_charging_compensation");
}

/// What the meter signed. Its texts go out as they are, for a changed letter breaks a signature.
fn signed_data(object: &mut Object<'_, '_>, signed: &SignedData) {
    let method = Some(signed.encoding_method.as_str());
    object.text("encoding_method", method, signed::WORD_MAX, Need::Must);
    let version = signed.encoding_method_version;
    object.count("encoding_method_version", version, Need::May);
    let key = signed.public_key.as_deref();
    object.text("public_key", key, signed::KEY_MAX, Need::May);
    let values = signed.values.iter().enumerate();
    object.objects("signed_values", values, Need::Must, |object, value| {
        let nature = Some(value.nature.as_str());
        object.text("nature", nature, signed::NATURE_MAX, Need::Must);
        let plain = Some(value.plain_data.as_str());
        object.text("plain_data", plain, signed::TEXT_MAX, Need::Must);
        let text = Some(value.signed_data.as_str());
        object.text("signed_data", text, signed::TEXT_MAX, Need::Must);
    });
    object.text("url", signed.url.as_deref(), signed::URL_MAX, Need::May);
}

/// An optional boolean, whose absence means no.
fn flag_if_set(object: &mut Object<'_, '_>, name: &'static str, flag: bool) {
    if flag {
        object.flag(name, true);
    }
}

/// The tariffs inside. One that the version would turn into another price is left out.
fn tariffs(object: &mut Object<'_, '_>, cdr: &Cdr) {
    let mut kept: Vec<(usize, &Tariff)> = Vec::with_capacity(cdr.tariffs.len());
    for (index, tariff) in cdr.tariffs.iter().enumerate() {
        let gross = tariff.tax_included == TaxIncluded::Yes;
        if gross && object.version() != OcpiVersion::V230 {
            object.note_item("tariffs", index, Why::GrossPrices, None);
        } else {
            kept.push((index, tariff));
        }
    }
    object.objects("tariffs", kept, Need::May, |object, tariff| {
        // Those of a 2.1.1 CDR belong to the connection, as the CDR does.
        let owner = tariff.party.as_ref().unwrap_or(&cdr.party);
        object.lost_if(!object.modern() && *owner != cdr.party, "party_id");
        tariff::members(object, tariff, Some(owner));
    });
}

fn totals(object: &mut Object<'_, '_>, totals: &CdrTotals) {
    price::price(object, "total_cost", totals.cost.as_ref(), Need::Must);
    part(object, "total_fixed_cost", totals.fixed_cost.as_ref());
    object.number("total_energy", Some(totals.energy.0), Need::Must);
    part(object, "total_energy_cost", totals.energy_cost.as_ref());
    object.number("total_time", totals.time_h, Need::Must);
    part(object, "total_time_cost", totals.time_cost.as_ref());
    object.number("total_parking_time", totals.parking_h, Need::May);
    part(object, "total_parking_cost", totals.parking_cost.as_ref());
    let reservation = totals.reservation_cost.as_ref();
    part(object, "total_reservation_cost", reservation);
}

/// A part of the cost, which 2.1.1 does not state.
fn part(object: &mut Object<'_, '_>, name: &'static str, part: Option<&domain::Price>) {
    if object.modern() {
        price::price(object, name, part, Need::May);
    } else {
        object.lost_if(part.is_some(), name);
    }
}
