//! Which of our records there are for a partner, and how far each is.

use domain::cdr::Form;
use domain::{OcpiVersion, PartyKey};
use ocpi::write::{self, Lack, Why};
use ocpi::{Kind, Object, Reader};
use ocpi_client::Module;
use sha2::{Digest, Sha256};
use store::cdr::{Source, StoredCdr};
use store::push::{Entry, PushState, Pushed};
use store::row::{CdrRow, InvoiceRow};

use super::{Wanted, receiver};
use crate::api::{MoneyDto, Problem, PushQuestion, PushQueue, PushRow};
use crate::connections::{self, Trouble};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::outgoing::Outgoing;
use crate::partners::partner_key;
use crate::reconcile::read_month;
use crate::replay::read_stored;
use crate::{records, words};

/// Rows of a queue that are shown.
const SHOWN: usize = 1_000;

/// A record of ours that a partner is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// Its row.
    pub row: i64,
    from: From,
    /// What was sent of it last.
    pub entry: Option<Entry>,
    /// Whether it was changed after it was sent. A CDR cannot be changed at the partner.
    pub changed: bool,
}

/// What a record is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    /// A record of the book.
    Stored(Source),
    /// An invoice of ours.
    Invoice(InvoiceRow),
}

impl Record {
    /// How far it is; `None` where nothing was sent yet.
    pub fn state(&self) -> Option<PushState> {
        if self.changed {
            return Some(PushState::Refused);
        }
        self.entry.as_ref().map(|entry| entry.state)
    }

    /// Whether a run works on it.
    pub fn is_due(&self, refused_again: bool) -> bool {
        match self.entry.as_ref().map(|entry| entry.state) {
            _ if self.changed => false,
            None | Some(PushState::Sending | PushState::Unknown | PushState::Unsent) => true,
            Some(PushState::Refused) => refused_again,
            Some(PushState::Sent) => false,
        }
    }
}

/// A record as it is sent.
pub(super) struct Written {
    /// Whose it is: ours.
    pub party: PartyKey,
    /// Its OCPI id.
    pub id: String,
    /// What is sent.
    pub json: Vec<u8>,
    /// Of that.
    pub sha256: [u8; 32],
}

/// Our records of a list: CDRs and sessions of the month, and every tariff.
pub(super) fn records(desk: &Desk, wanted: &Wanted, module: Module) -> Result<Vec<Record>> {
    let book = &desk.book;
    let mut records = Vec::new();
    let mut add = |row: i64, from: From, changed: bool| -> Result<()> {
        let of = Pushed {
            party: wanted.row,
            module: module.as_str(),
            record: row,
        };
        records.push(Record {
            row,
            from,
            entry: store::push::newest(book, of)?,
            changed,
        });
        Ok(())
    };
    match module {
        Module::Cdrs => {
            for (first, newest) in store::push::own_cdrs(book, wanted.row, wanted.month)? {
                let changed =
                    first != newest && store::push::sent_before(book, wanted.row, (first, newest))?;
                let source = stored(desk, newest)?.source;
                add(newest.0, From::Stored(source), changed)?;
            }
        }
        Module::Sessions => {
            for session in store::push::sessions(book, wanted.row, wanted.month)? {
                add(session.row, From::Stored(session.source), false)?;
            }
        }
        Module::Tariffs => {
            if let Some(own) = store::party::find(book, book.party())? {
                for tariff in store::push::tariffs(book, own)? {
                    add(tariff.row, From::Stored(tariff.source), false)?;
                }
            }
        }
        Module::Records => {
            for invoice in records::issued(desk, Some(wanted.row), Some(wanted.month))? {
                add(invoice.row.0, From::Invoice(invoice.row), false)?;
            }
        }
        Module::Locations | Module::Tokens => {
            let text = format!("{} are not sent to partners", module.as_str());
            return Err(Error::refused("no_receiver", text).with("partner", &wanted.partner));
        }
    }
    Ok(records)
}

fn stored(desk: &Desk, cdr: CdrRow) -> Result<StoredCdr> {
    store::cdr::get(&desk.book, cdr)?.ok_or(Error::UnknownRow {
        what: "cdr",
        row: cdr.number(),
    })
}

/// A record as a partner that speaks a version gets it: as it came, if it came in that version,
/// else written anew. `None` for one that is not ours. A refusal names what is missing in it.
pub(super) fn written(
    desk: &Desk,
    record: &Record,
    (module, version): (Module, OcpiVersion),
) -> Result<std::result::Result<Option<Written>, Trouble>> {
    let own = desk.book.party();
    let ours = |id: String, json: Vec<u8>| Written {
        party: own.clone(),
        id,
        sha256: Sha256::digest(&json).into(),
        json,
    };
    let source = match record.from {
        From::Stored(source) => source,
        From::Invoice(row) => {
            let record = records::of_invoice(desk, row)?;
            let json = write::record(&record).json.into_bytes();
            return Ok(Ok(Some(ours(record.id.to_string(), json))));
        }
    };
    let raw = store::raw::record(&desk.book, source.range)?;
    let object = read_stored(&mut Reader::new(), (&raw, source), kind(module), own)?;
    let (party, id) = match &object {
        Object::Cdr(cdr) => (Some(&cdr.party), &cdr.id),
        Object::Session(session) => (Some(&session.party), &session.id),
        Object::Tariff(tariff) => (tariff.party.as_ref(), &tariff.id),
        Object::Location(_) | Object::Token(_) => return Ok(Ok(None)),
    };
    if party.is_some_and(|party| party != own) {
        return Ok(Ok(None));
    }
    let id = id.to_string();
    if source.form == Form::Ocpi(version) {
        return Ok(Ok(Some(ours(id, raw))));
    }
    let is_credit = matches!(&object, Object::Cdr(cdr) if cdr.credit);
    if is_credit && version == OcpiVersion::V211 {
        let text = "OCPI 2.1.1 has no credit CDRs: the partner would read it as a charge.";
        return Ok(Err(cannot_be_written(text.to_owned())));
    }
    let written = Outgoing::new(desk, version, None).written((&raw, source), kind(module), own)?;
    Ok(sendable(written, version).map(|json| Some(ours(id, json.into_bytes()))))
}

/// What the objects of a list are.
fn kind(module: Module) -> Kind {
    match module {
        Module::Cdrs => Kind::Cdr,
        Module::Sessions => Kind::Session,
        Module::Tariffs => Kind::Tariff,
        Module::Locations => Kind::Location,
        Module::Tokens => Kind::Token,
        Module::Records => unreachable!("a record is written from its invoice, not read again"),
    }
}

fn cannot_be_written(text: String) -> Trouble {
    Trouble {
        code: "cannot_be_written".to_owned(),
        text,
        retry: "after_change".to_owned(),
    }
}

/// A record in another version than it came in, if that version's required fields are known.
fn sendable(written: write::Written, version: OcpiVersion) -> std::result::Result<String, Trouble> {
    // What has a word for "not known" is sent with it; prices with tax would be read without.
    let stops = |lack: &&Lack| matches!(lack.why, Why::Unknown | Why::Empty | Why::GrossPrices);
    let missing = written.lacks.iter().filter(stops);
    let missing: Vec<&str> = missing.map(|lack| lack.field.as_str()).collect();
    if missing.is_empty() {
        return Ok(written.json);
    }
    Err(cannot_be_written(format!(
        "OCPI {} requires {}, which the record does not have.",
        version.as_str(),
        missing.join(", ")
    )))
}

/// Our CDRs of a partner-month and how far each is; those that need a person first.
pub fn queue(desk: &Desk, question: &PushQuestion) -> Result<PushQueue> {
    let partner = partner_key(&desk.book, &question.partner)?;
    let wanted = Wanted {
        row: crate::partners::row(&desk.book, &partner)?,
        month: read_month(&question.month)?,
        refused_again: false,
        partner,
    };
    let settings = connections::known(desk, &wanted.partner)?;
    let mut records = records(desk, &wanted, Module::Cdrs)?;
    let count = |wanted: fn(Option<PushState>) -> bool| {
        let found = records.iter().filter(|record| wanted(record.state()));
        u32::try_from(found.count()).unwrap_or(u32::MAX)
    };
    let mut queue = PushQueue {
        problem: receiver(&settings, &wanted.partner, Module::Cdrs)
            .err()
            .map(Problem::from),
        to_send: count(|state| matches!(state, None | Some(PushState::Unsent))),
        sent: count(|state| state == Some(PushState::Sent)),
        refused: count(|state| state == Some(PushState::Refused)),
        unknown: count(|state| matches!(state, Some(PushState::Unknown | PushState::Sending))),
        rows: Vec::new(),
    };
    records.sort_by_key(|record| urgency(record.state()));
    for record in records.iter().take(SHOWN) {
        queue.rows.push(row(desk, record, settings.version)?);
    }
    Ok(queue)
}

/// What needs a person comes first, what is done last.
fn urgency(state: Option<PushState>) -> u8 {
    match state {
        Some(PushState::Unknown | PushState::Sending) => 0,
        Some(PushState::Refused) => 1,
        None | Some(PushState::Unsent) => 2,
        Some(PushState::Sent) => 3,
    }
}

fn row(desk: &Desk, record: &Record, version: OcpiVersion) -> Result<PushRow> {
    let stored = stored(desk, CdrRow(record.row))?;
    let figures = &stored.figures;
    let stated = figures.stated_excl.map(|excl| MoneyDto {
        amount: excl.to_decimal().normalize().to_string(),
        currency: figures.currency.to_string(),
    });
    let entry = record.entry.as_ref();
    Ok(PushRow {
        cdr: stored.row.number(),
        id: figures.ocpi_id.clone(),
        start: words::instant(figures.start_at),
        stated,
        state: match record.state() {
            None | Some(PushState::Unsent) => "to_send",
            Some(PushState::Sending | PushState::Unknown) => "unknown",
            Some(PushState::Sent) => "sent",
            Some(PushState::Refused) => "refused",
        }
        .to_owned(),
        at: entry.map(|entry| words::instant(entry.at)),
        location: entry.and_then(|entry| entry.location.clone()),
        problem: problem(desk, record, version)?,
    })
}

/// What stands in a record's way.
fn problem(desk: &Desk, record: &Record, version: OcpiVersion) -> Result<Option<Problem>> {
    if record.changed {
        let text = "it was changed after it was sent; a CDR cannot be changed at the partner, so \
                    send a credit CDR and a new one";
        return Ok(Some(Error::refused("changed_after_sent", text).into()));
    }
    let trouble = match &record.entry {
        Some(entry) => entry
            .problem
            .as_deref()
            .map(serde_json::from_str::<Trouble>)
            .transpose()
            .map_err(store::Error::from)?,
        None => written(desk, record, (Module::Cdrs, version))?.err(),
    };
    Ok(trouble.map(Problem::from))
}
