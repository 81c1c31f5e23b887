//! From a block of raw bytes to rows for the book: read, judged, replayed, compressed. Runs on
//! worker threads; nothing here changes the book.

use domain::cdr::{CdrLocation, Form};
use domain::{
    BillingMonth, Cdr, Finding, FindingCode, FindingLocation, Instant, Location, OcpiVersion,
    PartyKey, Session, Severity, Tariff, Token, TokenRef, Tz,
};
use ocpi::{Hint, Object, Reader};
use store::Book;
use store::cdr::{CdrFigures, Identity};
use store::micro::Micro;
use store::place::Place;
use store::raw::{BlockKind, NewBlock};
use store::replay::Replayed;
use store::session::SessionFigures;
use store::statement::LineFigures;

use super::split::{RawBlock, RawPiece};
use crate::error::Result;
use crate::identity::identity;
use crate::replay::{Lookups, price};

/// What the run knows about whose records these are.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    /// Ourselves.
    pub(crate) own: PartyKey,
    /// The partner that was chosen for the file.
    pub(crate) partner: Option<PartyKey>,
    /// The moment; sessions beyond it lie in the future.
    pub(crate) now: Instant,
    /// Whose records the sender may send; empty where it did not say.
    pub(crate) roles: Vec<PartyKey>,
    /// What reads xls and ods files.
    pub(crate) old_sheets: Option<sheet::Spawn>,
}

impl Context {
    /// The owner of a record, where its sender does not speak for that party.
    fn foreign<'o>(&self, object: &'o Object) -> Option<&'o PartyKey> {
        let owner = match object {
            Object::Cdr(cdr) => Some(&cdr.party),
            Object::Session(session) => Some(&session.party),
            Object::Tariff(tariff) => tariff.party.as_ref(),
            Object::Location(location) => location.party.as_ref(),
            Object::Token(token) => token.party.as_ref(),
        }?;
        let spoken_for = self.roles.is_empty() || self.roles.contains(owner) || *owner == self.own;
        (!spoken_for).then_some(owner)
    }
}

/// A block whose records are ready to be stored.
#[derive(Debug)]
pub(crate) struct Prepared {
    /// The raw bytes, compressed.
    pub(crate) block: NewBlock,
    /// Its records.
    pub(crate) records: Vec<Record>,
    /// What was off between records.
    pub(crate) notes: Vec<Finding>,
}

/// One record.
#[derive(Debug)]
pub(crate) struct Record {
    /// Number in the file.
    pub(crate) number: u32,
    /// Offset in the block.
    pub(crate) start: u32,
    /// Length.
    pub(crate) length: u32,
    /// What it came as.
    pub(crate) form: Form,
    /// What it is.
    pub(crate) what: What,
    /// What was odd about reading it.
    pub(crate) findings: Vec<Finding>,
}

/// What a record turned out to be.
#[derive(Debug)]
pub(crate) enum What {
    /// A CDR.
    Cdr(Box<PreparedCdr>),
    /// A session.
    Session(Box<PreparedSession>),
    /// A tariff version.
    Tariff(PreparedVersion),
    /// A location version and its zone.
    Location(PreparedVersion, Option<Tz>),
    /// A token version, its contract, and whether it is valid.
    Token(PreparedVersion, String, bool),
    /// An invoice reconciliation record: its invoice and the CDRs that this covers.
    Record(PreparedVersion, String, Vec<String>),
    /// A line of a partner's statement.
    Statement(Box<PreparedLine>),
    /// Not usable; the text that stood where it went wrong.
    Reject(String),
}

/// A CDR ready to be stored.
#[derive(Debug)]
pub(crate) struct PreparedCdr {
    /// Who it is settled with.
    pub(crate) partner: PartyKey,
    /// Whether we are its owner.
    pub(crate) own: bool,
    /// Its hashes.
    pub(crate) identity: Identity,
    /// Its figures.
    pub(crate) figures: CdrFigures,
    /// Where it took place.
    pub(crate) place: Place,
    /// Its price.
    pub(crate) replayed: Replayed,
}

/// A session ready to be stored.
#[derive(Debug)]
pub(crate) struct PreparedSession {
    /// Who it is settled with.
    pub(crate) partner: PartyKey,
    /// Its hashes.
    pub(crate) identity: Identity,
    /// Its figures.
    pub(crate) figures: SessionFigures,
    /// Where it took place.
    pub(crate) place: Place,
}

/// A line of a partner's statement ready to be stored.
#[derive(Debug)]
pub(crate) struct PreparedLine {
    /// Whose statement it is.
    pub(crate) partner: PartyKey,
    /// Its hashes.
    pub(crate) identity: Identity,
    /// What it says.
    pub(crate) figures: LineFigures,
}

/// A version of a tariff, location or token ready to be stored.
#[derive(Debug)]
pub(crate) struct PreparedVersion {
    /// Its owner.
    pub(crate) owner: PartyKey,
    /// Its hashes.
    pub(crate) identity: Identity,
    /// The owner's id for it.
    pub(crate) ocpi_id: String,
    /// When its owner last changed it.
    pub(crate) updated_at: Option<Instant>,
}

/// Prepares blocks one after the other; keep one per thread.
pub(crate) struct Preparer<'a> {
    book: &'a Book,
    context: &'a Context,
    lookups: Lookups,
    reader: Reader,
    hint: Hint,
}

impl<'a> Preparer<'a> {
    pub(crate) fn new(book: &'a Book, context: &'a Context) -> Self {
        let hint = Hint {
            party: context.partner.clone(),
            ..Hint::default()
        };
        Preparer {
            book,
            context,
            lookups: Lookups::default(),
            reader: Reader::new(),
            hint,
        }
    }

    /// Reads, replays and compresses a block of OCPI records.
    pub(crate) fn block(&mut self, block: &RawBlock) -> Result<Prepared> {
        let records = block
            .pieces
            .iter()
            .map(|piece| self.piece(piece, &block.bytes))
            .collect::<Result<_>>()?;
        let zstd = store::raw::compress(&block.bytes)?;
        let length = u32::try_from(block.bytes.len()).expect("a block is cut before 4 GiB");
        let first_byte = block.first_byte;
        Ok(Prepared {
            block: NewBlock {
                kind: BlockKind::File,
                first_byte,
                length,
                zstd,
            },
            records,
            notes: block.notes.clone(),
        })
    }

    fn piece(&mut self, piece: &RawPiece, block: &[u8]) -> Result<Record> {
        let bytes = &block[piece.start as usize..(piece.start + piece.length) as usize];
        let mut record = Record {
            number: piece.number,
            start: piece.start,
            length: piece.length,
            form: Form::Sheet,
            what: What::Reject(String::new()),
            findings: Vec::new(),
        };
        if let Some(finding) = &piece.broken {
            record.findings.push(finding.clone());
            record.what = What::Reject(excerpt(bytes));
            return Ok(record);
        }
        let read = self.reader.read(bytes, &self.hint);
        if read.recognised.is_none() && ocpi::is_record(bytes) {
            self.record(bytes, &mut record);
            return Ok(record);
        }
        if let Some(recognised) = read.recognised {
            record.form = Form::Ocpi(recognised.version);
        }
        record.findings = read.findings;
        record.what = match read.object {
            Some(object) => match self.context.foreign(&object) {
                Some(owner) => {
                    let finding = Finding::new(FindingCode::ForeignParty, FindingLocation::Whole);
                    record.findings.push(finding.with("owner", owner));
                    What::Reject(excerpt(bytes))
                }
                None => self.object(object, bytes, &mut record.findings)?,
            },
            None => What::Reject(excerpt(bytes)),
        };
        Ok(record)
    }

    fn object(
        &mut self,
        object: Object,
        bytes: &[u8],
        findings: &mut Vec<Finding>,
    ) -> Result<What> {
        match object {
            Object::Cdr(cdr) => self.cdr(*cdr, bytes, findings),
            Object::Session(session) => self.session(*session, bytes, findings),
            Object::Tariff(tariff) => Ok(self.tariff(&tariff, bytes)),
            Object::Location(location) => Ok(self.location(&location, bytes)),
            Object::Token(token) => Ok(self.token(token, bytes)),
        }
    }

    /// A CDR: whose, which month, what price. `bytes` are what its content hash is over.
    pub(crate) fn cdr(
        &mut self,
        cdr: Cdr,
        bytes: &[u8],
        findings: &mut Vec<Finding>,
    ) -> Result<What> {
        let (partner, own) = self.partner(&cdr.party, &cdr.token);
        if cdr.end_at > self.context.now {
            let finding = Finding::new(FindingCode::FutureDate, FindingLocation::Whole);
            findings.push(finding.with("end", cdr.end_at.to_rfc3339()));
        }
        let zone = self
            .lookups
            .terms(self.book, &partner)?
            .partner
            .agreement
            .time_zone;
        let cost = cdr.totals.cost.as_ref();
        let figures = [
            Some(cdr.totals.energy.0),
            cost.map(|cost| cost.excl_vat),
            cost.and_then(|cost| cost.incl_vat),
        ];
        let [Ok(energy), Ok(stated_excl), Ok(stated_incl)] = figures.map(fits) else {
            findings.push(Finding::new(
                FindingCode::OutOfRange,
                FindingLocation::Whole,
            ));
            return Ok(What::Reject(cdr.id.0));
        };
        let identity = identity(&cdr.party, cdr.id.as_str(), bytes);
        let chosen = self.lookups.choose(self.book, &cdr, &partner)?;
        let read = worst(findings);
        let replayed = price(self.book, &mut self.lookups, &cdr, &chosen, read)?;
        let figures = CdrFigures {
            month: BillingMonth::of(cdr.end_at, zone),
            start_at: cdr.start_at,
            end_at: cdr.end_at,
            currency: cdr.currency,
            energy: energy.unwrap_or_default(),
            stated_excl,
            stated_incl,
            credit: cdr.credit,
            ocpi_id: cdr.id.0,
            session: cdr.session_id.map(|id| id.0),
            auth_ref: cdr.authorization_reference.map(|id| id.0),
            contract: cdr.token.contract_id.map_or_else(String::new, |id| id.0),
            token: cdr.token.uid.map(|id| id.0),
            credits: cdr.credit_reference_id.map(|id| id.0),
        };
        let place = place_of(cdr.location);
        let cdr = PreparedCdr {
            partner,
            own,
            identity,
            figures,
            place,
            replayed,
        };
        Ok(What::Cdr(Box::new(cdr)))
    }

    /// A session: whose, which month. `bytes` are what its content hash is over.
    pub(crate) fn session(
        &mut self,
        session: Session,
        bytes: &[u8],
        findings: &mut Vec<Finding>,
    ) -> Result<What> {
        let (partner, _) = self.partner(&session.party, &session.token);
        let zone = self
            .lookups
            .terms(self.book, &partner)?
            .partner
            .agreement
            .time_zone;
        let ended = session.end_at.unwrap_or(session.start_at);
        if ended > self.context.now {
            let finding = Finding::new(FindingCode::FutureDate, FindingLocation::Whole);
            findings.push(finding.with("end", ended.to_rfc3339()));
        }
        let Some(energy) = Micro::from_decimal(session.energy.0) else {
            findings.push(Finding::new(
                FindingCode::OutOfRange,
                FindingLocation::Whole,
            ));
            return Ok(What::Reject(session.id.0));
        };
        let identity = identity(&session.party, session.id.as_str(), bytes);
        let figures = SessionFigures {
            month: BillingMonth::of(ended, zone),
            start_at: session.start_at,
            end_at: session.end_at,
            energy,
            status: session.status,
            updated_at: session.last_updated,
            ocpi_id: session.id.0,
            auth_ref: session.authorization_reference.map(|id| id.0),
            contract: session
                .token
                .contract_id
                .map_or_else(String::new, |id| id.0),
        };
        let place = place_of(session.location);
        Ok(What::Session(Box::new(PreparedSession {
            partner,
            identity,
            figures,
            place,
        })))
    }

    fn tariff(&self, tariff: &Tariff, bytes: &[u8]) -> What {
        What::Tariff(self.version(
            tariff.party.as_ref(),
            &tariff.id.0,
            tariff.last_updated,
            bytes,
        ))
    }

    fn location(&self, location: &Location, bytes: &[u8]) -> What {
        let party = location.party.as_ref();
        let version = self.version(party, &location.id.0, location.last_updated, bytes);
        What::Location(version, location.time_zone)
    }

    /// An invoice reconciliation record, which says which CDRs an invoice covers.
    fn record(&self, bytes: &[u8], record: &mut Record) {
        let read = ocpi::read_record(bytes, &self.hint);
        record.form = Form::Ocpi(OcpiVersion::V230);
        record.findings = read.findings;
        record.what = match read.value {
            Some(read) => {
                let updated = Some(read.last_updated);
                let version = self.version(Some(&read.party), &read.id.0, updated, bytes);
                let cdrs = read.cdrs.into_iter().map(|id| id.0).collect();
                What::Record(version, read.invoice_id, cdrs)
            }
            None => What::Reject(excerpt(bytes)),
        };
    }

    fn token(&self, token: Token, bytes: &[u8]) -> What {
        let version = self.version(
            token.party.as_ref(),
            &token.uid.0,
            token.last_updated,
            bytes,
        );
        What::Token(version, token.contract_id.0, token.valid)
    }

    fn version(
        &self,
        owner: Option<&PartyKey>,
        id: &str,
        updated_at: Option<Instant>,
        bytes: &[u8],
    ) -> PreparedVersion {
        let owner = owner
            .or(self.context.partner.as_ref())
            .unwrap_or(&self.context.own)
            .clone();
        let identity = identity(&owner, id, bytes);
        PreparedVersion {
            owner,
            identity,
            ocpi_id: id.to_owned(),
            updated_at,
        }
    }

    /// Who a record is settled with: its owner, or, where we are the owner, the provider of its
    /// token (as named, else as its contract begins, else as chosen for the file).
    fn partner(&self, owner: &PartyKey, token: &TokenRef) -> (PartyKey, bool) {
        if *owner != self.context.own {
            return (owner.clone(), false);
        }
        let contract = token
            .contract_id
            .as_ref()
            .and_then(|id| provider_of(id.as_str()));
        let provider = token
            .party
            .clone()
            .or(contract)
            .or_else(|| self.context.partner.clone());
        (provider.unwrap_or_else(|| owner.clone()), true)
    }
}

/// The provider a contract id (eMAID) begins with: country and three characters.
fn provider_of(contract: &str) -> Option<PartyKey> {
    let mut signs = contract.chars().filter(char::is_ascii_alphanumeric);
    let country: String = signs.by_ref().take(2).collect();
    let party: String = signs.take(3).collect();
    let letters = country.bytes().all(|byte| byte.is_ascii_alphabetic());
    PartyKey::new(&country, &party)
        .ok()
        .filter(|_| letters && party.len() == 3)
}

/// A figure in millionths; absent stays absent.
pub(super) fn fits(figure: Option<domain::Decimal>) -> std::result::Result<Option<Micro>, ()> {
    figure
        .map(|figure| Micro::from_decimal(figure).ok_or(()))
        .transpose()
}

/// The worst severity among findings.
fn worst(findings: &[Finding]) -> Option<Severity> {
    findings.iter().map(|finding| finding.severity).max()
}

fn place_of(location: CdrLocation) -> Place {
    let text = |id: Option<domain::OcpiId>| id.map_or_else(String::new, |id| id.0);
    Place {
        location: text(location.id),
        name: location.name.or(location.address).unwrap_or_default(),
        city: location.city.unwrap_or_default(),
        country: location.country.unwrap_or_default(),
        evse: text(location.evse_id.or(location.evse_uid)),
    }
}

/// The beginning of a record, for lists of what could not be used.
fn excerpt(bytes: &[u8]) -> String {
    const SHOWN: usize = 80;
    let text = String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN)]).into_owned();
    if bytes.len() > SHOWN {
        text + "…"
    } else {
        text
    }
}
