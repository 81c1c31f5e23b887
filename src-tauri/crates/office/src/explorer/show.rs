//! CDRs as lists show them, read from the book.

use std::collections::HashMap;

use domain::{Instant, OcpiId, PartyKey, Tz};
use store::micro::Micro;
use store::row::CdrRow;
use store::scan::ShownCdr;

use super::columns::bucket_text;
use crate::api::CdrRowDto;
use crate::desk::Desk;
use crate::error::Result;
use crate::replay::Lookups;
use crate::{words, zones};

/// CDRs as lists show them, in the order given.
pub fn rows_of(desk: &Desk, cdrs: &[CdrRow]) -> Result<Vec<CdrRowDto>> {
    let mut clocks = Clocks::default();
    let mut shown = Vec::with_capacity(cdrs.len());
    for row in cdrs {
        if let Some(cdr) = store::scan::shown(&desk.book, *row)? {
            let zone = clocks.zone(desk, &cdr)?;
            shown.push(dto(row.number(), cdr, zone)?);
        }
    }
    Ok(shown)
}

fn dto(row: u32, cdr: ShownCdr, zone: Tz) -> Result<CdrRowDto> {
    let start_at = Instant::from_timestamp_millis(cdr.start_ms)
        .ok_or_else(|| store::Error::Damaged(format!("start {}", cdr.start_ms)))?;
    let seconds = (cdr.end_ms - cdr.start_ms).div_euclid(1_000);
    let most = i64::from(i32::MAX);
    let text = |amount: Option<Micro>| amount.map(|amount| amount.to_string());
    let place = cdr.place;
    Ok(CdrRowDto {
        row,
        id: cdr.ocpi_id,
        partner: cdr.partner,
        start_local: words::local(start_at, zone),
        start_at: words::instant(start_at),
        duration_s: i32::try_from(seconds.clamp(-most, most)).expect("clamped"),
        location: if place.name.is_empty() {
            place.location
        } else {
            place.name
        },
        evse: place.evse,
        contract: masked(&cdr.contract),
        energy_kwh: cdr.energy.to_string(),
        currency: cdr.currency,
        stated: text(cdr.stated),
        replayed: text(cdr.replayed),
        difference: text(cdr.difference),
        bucket: bucket_text(
            cdr.bucket
                .and_then(|n| u8::try_from(n).ok())
                .unwrap_or(u8::MAX),
        )
        .to_owned(),
        severity: store::finding::severity(cdr.severity)?
            .map_or_else(String::new, |severity| words::severity(severity).to_owned()),
        credit: cdr.credit,
    })
}

/// A contract as lists show it: who issued it and its last two signs, the person in between not.
pub(crate) fn masked(contract: &str) -> String {
    let signs: Vec<char> = contract.chars().collect();
    match signs.len() {
        0 => String::new(),
        count @ 1..=8 => "•".repeat(count),
        count => {
            let (first, last) = (&signs[..6], &signs[count - 2..]);
            first.iter().chain(&['•', '•', '•']).chain(last).collect()
        }
    }
}

/// The wall clocks of places, looked up once per page.
#[derive(Default)]
struct Clocks {
    lookups: Lookups,
    owners: HashMap<String, PartyKey>,
}

impl Clocks {
    /// The zone a CDR's local times are shown in.
    fn zone(&mut self, desk: &Desk, cdr: &ShownCdr) -> Result<Tz> {
        let partner = if let Some(key) = self.owners.get(&cdr.partner) {
            key.clone()
        } else {
            let damaged = || store::Error::Damaged(format!("party {:?}", cdr.partner));
            let key: PartyKey = cdr.partner.parse().map_err(|_| damaged())?;
            self.owners.insert(cdr.partner.clone(), key.clone());
            key
        };
        let owner = if cdr.own { desk.book.party() } else { &partner };
        if !cdr.place.location.is_empty() {
            let id = OcpiId(cdr.place.location.clone());
            if let Some(zone) = self.lookups.location_zone(&desk.book, owner, &id)? {
                return Ok(zone);
            }
        }
        let terms = self.lookups.terms(&desk.book, &partner)?;
        if terms.is_agreed() {
            return Ok(terms.partner.agreement.time_zone);
        }
        let country = zones::single(&cdr.place.country);
        Ok(country.unwrap_or(terms.partner.agreement.time_zone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contract_shows_its_issuer_and_no_more() {
        assert_eq!(masked("NL-TAL-C12345678-9"), "NL-TAL•••-9");
        assert_eq!(
            masked("DE8AA123"),
            "••••••••",
            "too short to show a part of it"
        );
        assert_eq!(masked(""), "");
    }
}
