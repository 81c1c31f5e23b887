//! A session as the CDR it would become, so that what it states can be compared.
//!
//! A session carries no tariff: those given price it, and without any it is not priced.

use domain::cdr::CdrTotals;
use domain::{Cdr, Currency, Session, Tariff};

/// The session with the parts that a CDR has. One that still runs ends where its last period
/// begins; its price is made from the session itself, which has no end.
pub(super) fn as_cdr(session: &Session, tariffs: &[&Tariff]) -> Cdr {
    let last = session.periods.iter().map(|period| period.start_at).max();
    let tariff = tariffs.first().map(|tariff| tariff.currency);
    Cdr {
        form: session.form,
        party: session.party.clone(),
        id: session.id.clone(),
        start_at: session.start_at,
        end_at: session.end_at.or(last).unwrap_or(session.start_at),
        session_id: Some(session.id.clone()),
        token: session.token.clone(),
        auth_method: None,
        authorization_reference: session.authorization_reference.clone(),
        location: session.location.clone(),
        meter_id: None,
        currency: session.currency.or(tariff).unwrap_or(Currency::EUR),
        tariffs: Vec::new(),
        periods: session.periods.clone(),
        totals: CdrTotals {
            cost: session.cost.clone(),
            energy: session.energy,
            ..CdrTotals::default()
        },
        remark: None,
        invoice_reference_id: None,
        credit: false,
        credit_reference_id: None,
        home_charging_compensation: false,
        signed_data: None,
        last_updated: session.last_updated,
    }
}
