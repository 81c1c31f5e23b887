//! The beginning of a file as what it becomes, before anything is imported.

use std::path::Path;

use domain::{Cdr, Finding, Instant, OcpiId, PartyKey, Session, Tz};
use ocpi::stream::{Piece, Splitter};
use ocpi::{Hint, Object, Reader};

use super::recognise::{Recognised, recognise};
use super::source::Source;
use super::tally::RecordKind;
use super::history::shown;
use crate::api::{
    EvidenceDto, ImportPreview, ImportRequest, MoneyDto, PartnerRef, PickedFile, PreviewRow,
};
use crate::desk::Desk;
use crate::error::Result;
use crate::replay::Lookups;
use crate::words;

/// Records shown.
const SHOWN: usize = 100;

/// Looks into a file: what it holds, how it is read, and its first records.
pub fn preview(desk: &Desk, request: &ImportRequest, path: &Path) -> Result<ImportPreview> {
    let source = Source::new(path)?;
    let recognised = recognise(&source)?;
    let file = PickedFile {
        token: request.token.clone(),
        name: source.name.clone(),
        bytes: source.bytes.to_string(),
    };
    ocpi_preview(desk, request, &recognised, file)
}

/// What the first records of a file are.
#[derive(Default)]
struct Shown {
    rows: Vec<PreviewRow>,
    kinds: Vec<RecordKind>,
    partners: Vec<PartyKey>,
}

fn ocpi_preview(
    desk: &Desk,
    request: &ImportRequest,
    recognised: &Recognised,
    file: PickedFile,
) -> Result<ImportPreview> {
    let chosen: Option<PartyKey> = request.partner.as_deref().and_then(|key| key.parse().ok());
    let hint = Hint { party: chosen.clone(), ..Hint::default() };
    let mut lookups = Lookups::default();
    let mut reader = Reader::new();
    let mut shown = Shown::default();
    let mut splitter = Splitter::new();
    let mut pieces = splitter.feed(&recognised.head);
    while let Some(piece) = pieces.next() {
        if shown.rows.len() >= SHOWN {
            break;
        }
        match piece {
            Piece::Record(raw) => {
                let read = reader.read(raw.bytes, &hint);
                shown.add(desk, &mut lookups, read.object, &read.findings)?;
            }
            Piece::Broken(_, finding) => shown.add(desk, &mut lookups, None, &[finding])?,
            Piece::Note(_) => {}
        }
    }
    let partner = match shown.partners.as_slice() {
        [only] => Some(only.clone()),
        _ => chosen.clone(),
    };
    Ok(ImportPreview {
        file,
        format: recognised.format.clone(),
        kind: match shown.kinds.as_slice() {
            [] => String::new(),
            [only] => only.plural().to_owned(),
            _ => "mixed".to_owned(),
        },
        ocpi: recognised.version.map(|version| version.to_string()),
        partner: partner.map(|key| partner_ref(desk, &key)).transpose()?,
        needs_partner: recognised.needs_partner && chosen.is_none(),
        evidence: Vec::<EvidenceDto>::new(),
        columns: Vec::new(),
        rows: shown.rows,
    })
}

/// A partner by key and name.
fn partner_ref(desk: &Desk, key: &PartyKey) -> Result<PartnerRef> {
    let name = crate::terms::terms(&desk.book, key)?.partner.company.name;
    let key = key.to_string();
    Ok(PartnerRef { name: if name.is_empty() { key.clone() } else { name }, key })
}

impl Shown {
    fn add(
        &mut self,
        desk: &Desk,
        lookups: &mut Lookups,
        object: Option<Object>,
        findings: &[Finding],
    ) -> Result<()> {
        let mut row = PreviewRow {
            number: u32::try_from(self.rows.len() + 1).expect("a hundred rows at most"),
            id: String::new(),
            kind: String::new(),
            start_at: String::new(),
            end_at: String::new(),
            start_local: None,
            place: String::new(),
            energy_kwh: None,
            excl_vat: None,
            incl_vat: None,
            findings: shown(findings),
        };
        match object {
            Some(Object::Cdr(cdr)) => {
                self.of(RecordKind::Cdr, Some(&cdr.party));
                let partner = cdr.party.clone();
                let zone = lookups.choose(&desk.book, &cdr, &partner)?.zone;
                fill_cdr(&mut row, &cdr, zone);
            }
            Some(Object::Session(session)) => {
                self.of(RecordKind::Session, Some(&session.party));
                fill_session(&mut row, &session);
            }
            Some(Object::Tariff(tariff)) => {
                self.of(RecordKind::Tariff, tariff.party.as_ref());
                named(&mut row, "tariff", &tariff.id);
            }
            Some(Object::Location(location)) => {
                self.of(RecordKind::Location, location.party.as_ref());
                named(&mut row, "location", &location.id);
                row.place = location.name.or(location.address).unwrap_or_default();
            }
            Some(Object::Token(token)) => {
                self.of(RecordKind::Token, token.party.as_ref());
                named(&mut row, "token", &token.uid);
            }
            None => {}
        }
        self.rows.push(row);
        Ok(())
    }

    fn of(&mut self, kind: RecordKind, partner: Option<&PartyKey>) {
        if !self.kinds.contains(&kind) {
            self.kinds.push(kind);
        }
        if let Some(partner) = partner
            && !self.partners.contains(partner)
        {
            self.partners.push(partner.clone());
        }
    }
}

fn named(row: &mut PreviewRow, kind: &str, id: &OcpiId) {
    kind.clone_into(&mut row.kind);
    row.id.clone_from(&id.0);
}

fn times(row: &mut PreviewRow, start: Instant, end: Option<Instant>, zone: Option<Tz>) {
    row.start_at = words::instant(start);
    row.end_at = end.map_or_else(String::new, words::instant);
    row.start_local = zone.map(|zone| words::local(start, zone));
}

fn fill_cdr(row: &mut PreviewRow, cdr: &Cdr, zone: Option<Tz>) {
    named(row, "cdr", &cdr.id);
    times(row, cdr.start_at, Some(cdr.end_at), zone);
    let place = &cdr.location;
    let ids = [&place.evse_id, &place.evse_uid, &place.id];
    let id = ids.into_iter().flatten().next().map(|id| id.0.clone());
    row.place = id.or_else(|| place.name.clone()).unwrap_or_default();
    row.energy_kwh = Some(cdr.totals.energy.0.normalize().to_string());
    let money = |amount: domain::Decimal| MoneyDto {
        amount: amount.to_string(),
        currency: cdr.currency.to_string(),
    };
    row.excl_vat = cdr.totals.cost.as_ref().map(|cost| money(cost.excl_vat));
    row.incl_vat = cdr.totals.cost.as_ref().and_then(|cost| cost.incl_vat).map(money);
}

fn fill_session(row: &mut PreviewRow, session: &Session) {
    named(row, "session", &session.id);
    times(row, session.start_at, session.end_at, session.location.time_zone);
    let place = &session.location;
    let ids = [&place.evse_id, &place.evse_uid, &place.id];
    row.place = ids.into_iter().flatten().next().map_or_else(String::new, |id| id.0.clone());
    row.energy_kwh = Some(session.energy.0.normalize().to_string());
}
