//! Storing prepared records: what is new, known or changed, each exactly once. In a check the same
//! judgement is made and nothing is stored.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use domain::{BillingMonth, Finding, FindingCode, FindingLocation, PartyKey, Severity};
use store::Book;
use store::cdr::{Identity, KnownCdr, NewCdr, Source};
use store::finding::About;
use store::party::Parties;
use store::place::Places;
use store::raw::Range;
use store::row::{BlockRow, CdrRow, ImportRow, PartyRow};
use store::session::NewSession;
use store::statement::{NewLine, Origin};
use store::version::{NewVersion, VersionKind};

use super::prepare::{
    Prepared, PreparedCdr, PreparedLine, PreparedSession, PreparedVersion, Record, What,
};
use super::tally::{Fate, RecordKind, Tally};
use crate::error::Result;

/// Keeps what a run has seen and stores what is new.
pub(crate) struct Keeper {
    /// The import rows belong to; `None` in a check.
    import: Option<ImportRow>,
    /// Whether the book held CDRs when the run began.
    had_cdrs: bool,
    parties: Parties,
    places: Places,
    cdrs: Seen,
    sessions: Seen,
    versions: HashSet<(RecordKind, Identity)>,
    /// CDRs, sessions and replays that came in since the last call of `settle`.
    came_in: BTreeMap<(PartyRow, BillingMonth), [u32; 3]>,
    /// Records since the last call of `settle` that earlier imports had brought, by those.
    again: BTreeMap<ImportRow, u32>,
    /// Counts and sums.
    pub(crate) tally: Tally,
    /// First and last CDR stored.
    pub(crate) stored_cdrs: Option<(i64, i64)>,
}

/// Where records of a block are kept.
#[derive(Clone, Copy)]
struct Home {
    import: ImportRow,
    block: BlockRow,
}

impl Home {
    fn source(self, record: &Record) -> Source {
        Source {
            import: self.import,
            number: record.number,
            range: Range {
                block: self.block,
                start: record.start,
                length: record.length,
            },
            form: record.form,
        }
    }
}

impl Keeper {
    /// A keeper for an import, or for a check.
    pub(crate) fn new(book: &Book, import: Option<ImportRow>) -> Result<Self> {
        Ok(Keeper {
            import,
            had_cdrs: store::cdr::any(book)?,
            parties: Parties::default(),
            places: Places::default(),
            cdrs: Seen::default(),
            sessions: Seen::default(),
            versions: HashSet::new(),
            came_in: BTreeMap::new(),
            again: BTreeMap::new(),
            tally: Tally::default(),
            stored_cdrs: None,
        })
    }

    /// The import rows belong to; `None` in a check.
    pub(crate) fn import(&self) -> Option<ImportRow> {
        self.import
    }

    /// Takes a block in. In an import, to be called inside a transaction.
    pub(crate) fn block(&mut self, book: &Book, prepared: &Prepared) -> Result<()> {
        let home = match self.import {
            Some(import) => {
                let block = store::raw::insert(book, import, &prepared.block)?;
                Some(Home { import, block })
            }
            None => None,
        };
        for note in &prepared.notes {
            self.tally.found(note.code);
            if let Some(Home { import, .. }) = home {
                store::finding::insert(book, import, About::Import(import.0), note)?;
            }
        }
        for record in &prepared.records {
            self.record(book, home, record)?;
        }
        Ok(())
    }

    /// Tells the months what came in, and the imports that had it before. Belongs into the
    /// transaction that stored it.
    pub(crate) fn settle(&mut self, book: &Book) -> Result<()> {
        for (month, [cdrs, sessions, replayed]) in std::mem::take(&mut self.came_in) {
            store::month::came_in(book, month, cdrs, sessions, replayed)?;
        }
        if let Some(import) = self.import {
            store::undo::known_again(book, import, &std::mem::take(&mut self.again))?;
        }
        Ok(())
    }

    fn record(&mut self, book: &Book, home: Option<Home>, record: &Record) -> Result<()> {
        for finding in &record.findings {
            self.tally.found(finding.code);
        }
        match &record.what {
            What::Cdr(cdr) => self.cdr(book, home, record, cdr),
            What::Session(session) => self.session(book, home, record, session),
            What::Statement(line) => self.statement(book, home, record, line),
            What::Tariff(version) => {
                let kind = (RecordKind::Tariff, VersionKind::Tariff);
                self.version(book, home, record, version, kind, |new| {
                    Ok(About::Tariff(store::version::insert_tariff(book, new)?.0))
                })
            }
            What::Location(version, zone) => {
                let kind = (RecordKind::Location, VersionKind::Location);
                self.version(book, home, record, version, kind, |new| {
                    Ok(About::Location(
                        store::version::insert_location(book, new, *zone)?.0,
                    ))
                })
            }
            What::Token(version, contract, valid) => {
                let kind = (RecordKind::Token, VersionKind::Token);
                self.version(book, home, record, version, kind, |new| {
                    Ok(About::Token(
                        store::version::insert_token(book, new, contract, *valid)?.0,
                    ))
                })
            }
            What::Record(version, invoice, cdrs) => {
                let kind = (RecordKind::Record, VersionKind::Record);
                self.version(book, home, record, version, kind, |new| {
                    store::record::insert(book, new, invoice, cdrs)?;
                    // Its findings stand with the import: a record is looked at whole.
                    Ok(About::Import(new.source.import.0))
                })
            }
            What::Reject(value) => {
                self.tally.reject(record.number, &record.findings, value);
                let Some(home) = home else { return Ok(()) };
                let range = home.source(record).range;
                let row = store::finding::insert_reject(book, home.import, record.number, range)?;
                keep_findings(book, home.import, About::Reject(row.0), &record.findings)
            }
        }
    }

    fn cdr(
        &mut self,
        book: &Book,
        home: Option<Home>,
        record: &Record,
        cdr: &PreparedCdr,
    ) -> Result<()> {
        self.tally.add(&cdr.figures);
        let met = self.cdrs.meet(cdr.identity);
        let known = match met {
            Met::Never if !self.had_cdrs => Vec::new(),
            Met::Never | Met::Same | Met::Other => self.same_cdr(book, cdr)?,
        };
        let same = known
            .iter()
            .find(|known| known.content == cdr.identity.content);
        let fate = match (met, same) {
            (Met::Same, _) | (Met::Never | Met::Other, Some(_)) => Fate::Known,
            (Met::Never, None) if known.is_empty() => Fate::New,
            (Met::Never | Met::Other, None) => Fate::Correction,
        };
        self.tally.count(RecordKind::Cdr, &cdr.partner, fate);
        if let Some(same) = same {
            self.known_from(same.import);
        }
        match fate {
            Fate::Known if met == Met::Same => {
                self.repeated(book, home, record, same.map(|known| known.row))
            }
            Fate::Known => Ok(()),
            Fate::New | Fate::Correction => {
                let first = known.first().map(|known| known.row);
                self.keep_cdr(book, home, record, cdr, (fate, first))
            }
        }
    }

    /// Stored records of the same owner and id.
    fn same_cdr(&mut self, book: &Book, cdr: &PreparedCdr) -> Result<Vec<KnownCdr>> {
        let mut known = store::cdr::same_key(book, cdr.identity.key)?;
        if known.is_empty() {
            return Ok(known);
        }
        let partner = self.parties.intern(book, &cdr.partner)?;
        known.retain(|known| {
            known.ocpi_id.eq_ignore_ascii_case(&cdr.figures.ocpi_id)
                && known.own == cdr.own
                && (known.own || known.partner == partner)
        });
        Ok(known)
    }

    /// Stores a CDR, new or a correction of the first record of its key. In a check, and where
    /// that record came in the same check, its row is not known.
    fn keep_cdr(
        &mut self,
        book: &Book,
        home: Option<Home>,
        record: &Record,
        cdr: &PreparedCdr,
        (fate, corrects): (Fate, Option<CdrRow>),
    ) -> Result<()> {
        let changed = (fate == Fate::Correction).then(|| {
            let finding = Finding::new(FindingCode::CdrChanged, FindingLocation::Whole);
            match corrects {
                Some(first) => finding.with("first_row", first.0),
                None => finding,
            }
        });
        if changed.is_some() {
            self.tally.found(FindingCode::CdrChanged);
        }
        self.tally.found_codes(&cdr.replayed.codes);
        let Some(home) = home else { return Ok(()) };
        let partner = self.parties.intern(book, &cdr.partner)?;
        let new = NewCdr {
            source: home.source(record),
            partner,
            own: cdr.own,
            identity: cdr.identity,
            corrects,
            place: self.places.intern(book, &cdr.place)?,
            figures: &cdr.figures,
        };
        let row = store::cdr::insert(book, &new)?;
        let about = About::Cdr(row.0);
        keep_findings(book, home.import, about, &record.findings)?;
        match &changed {
            Some(finding) => {
                keep_findings(book, home.import, about, std::slice::from_ref(finding))?;
                let mut replayed = cdr.replayed.clone();
                replayed.severity = replayed.severity.max(Some(finding.severity));
                store::replay::put(book, row, &replayed)?;
            }
            None => store::replay::put(book, row, &cdr.replayed)?,
        }
        let counts = self
            .came_in
            .entry((partner, cdr.figures.month))
            .or_default();
        counts[0] += 1;
        counts[2] += 1;
        let first = self.stored_cdrs.map_or(row.0, |(first, _)| first);
        self.stored_cdrs = Some((first, row.0));
        Ok(())
    }

    /// The same CDR again in one file: not stored, but said of the record that is.
    fn repeated(
        &mut self,
        book: &Book,
        home: Option<Home>,
        record: &Record,
        stored: Option<CdrRow>,
    ) -> Result<()> {
        self.tally.found(FindingCode::DuplicateCdr);
        let Some((home, row)) = home.zip(stored) else {
            return Ok(());
        };
        let about = About::Cdr(row.0);
        if store::finding::exists(book, about, FindingCode::DuplicateCdr)? {
            return Ok(());
        }
        // Nothing is billed twice by it, because the repetition is not stored.
        let finding = Finding::new(FindingCode::DuplicateCdr, FindingLocation::Whole)
            .with_severity(Severity::Warning)
            .with("number", record.number);
        store::finding::insert(book, home.import, about, &finding)?;
        store::replay::raise(book, row, finding.severity)?;
        Ok(())
    }

    fn session(
        &mut self,
        book: &Book,
        home: Option<Home>,
        record: &Record,
        session: &PreparedSession,
    ) -> Result<()> {
        let met = self.sessions.meet(session.identity);
        let mut known = store::session::same_key(book, session.identity.key)?;
        known.retain(|known| known.ocpi_id.eq_ignore_ascii_case(&session.figures.ocpi_id));
        let same = known
            .iter()
            .find(|known| known.content == session.identity.content);
        let fate = match met {
            Met::Same => Fate::Known,
            Met::Never | Met::Other if same.is_some() => Fate::Known,
            Met::Never if known.is_empty() => Fate::New,
            Met::Never | Met::Other => Fate::Correction,
        };
        self.tally.add_session(session.figures.energy);
        self.tally
            .count(RecordKind::Session, &session.partner, fate);
        if let Some(same) = same {
            self.known_from(same.import);
        }
        let Some(home) = home.filter(|_| fate != Fate::Known) else {
            return Ok(());
        };
        let partner = self.parties.intern(book, &session.partner)?;
        let new = NewSession {
            source: home.source(record),
            partner,
            identity: session.identity,
            corrects: known.first().map(|known| known.row),
            place: self.places.intern(book, &session.place)?,
            figures: &session.figures,
        };
        let row = store::session::insert(book, &new)?;
        self.came_in
            .entry((partner, session.figures.month))
            .or_default()[1] += 1;
        keep_findings(book, home.import, About::Session(row.0), &record.findings)
    }

    /// A line of a statement: there already, or new, beside others that say something else of what
    /// it bills. What is odd about it stands with the import, by its cell.
    fn statement(
        &mut self,
        book: &Book,
        home: Option<Home>,
        record: &Record,
        line: &PreparedLine,
    ) -> Result<()> {
        self.tally.add_line(&line.figures);
        let contents = store::statement::contents(book, line.identity.key)?;
        let same = contents
            .iter()
            .find(|(content, _)| *content == line.identity.content);
        let of_others = |(_, import): &(i64, ImportRow)| self.import != Some(*import);
        let fate = match same {
            Some(_) => Fate::Known,
            None if contents.iter().any(of_others) => Fate::Correction,
            None => Fate::New,
        };
        self.tally.count(RecordKind::Statement, &line.partner, fate);
        if let Some((_, import)) = same {
            self.known_from(*import);
        }
        let Some(home) = home.filter(|_| fate != Fate::Known) else {
            return Ok(());
        };
        let source = home.source(record);
        let new = NewLine {
            origin: Origin {
                import: source.import,
                number: source.number,
            },
            range: source.range,
            partner: self.parties.intern(book, &line.partner)?,
            identity: line.identity,
            figures: &line.figures,
        };
        store::statement::insert(book, &new)?;
        let about = About::Import(source.import.0);
        keep_findings(book, home.import, about, &record.findings)
    }

    fn version(
        &mut self,
        book: &Book,
        home: Option<Home>,
        record: &Record,
        version: &PreparedVersion,
        (kind, table): (RecordKind, VersionKind),
        insert: impl FnOnce(&NewVersion<'_>) -> Result<About>,
    ) -> Result<()> {
        let contents = store::version::contents(book, table, version.identity.key)?;
        let again = !self.versions.insert((kind, version.identity));
        let same = contents
            .iter()
            .find(|(content, _)| *content == version.identity.content);
        if let Some((_, import)) = same {
            self.known_from(*import);
        }
        let fate = if again || same.is_some() {
            Fate::Known
        } else if contents.is_empty() {
            Fate::New
        } else {
            Fate::Correction
        };
        self.tally.count(kind, &version.owner, fate);
        let Some(home) = home.filter(|_| fate != Fate::Known) else {
            return Ok(());
        };
        let about = insert(&NewVersion {
            source: home.source(record),
            partner: self.party(book, &version.owner)?,
            identity: version.identity,
            ocpi_id: &version.ocpi_id,
            updated_at: version.updated_at,
        })?;
        keep_findings(book, home.import, about, &record.findings)
    }

    /// Notes that a record came again which an earlier import had brought.
    fn known_from(&mut self, import: ImportRow) {
        if self.import != Some(import) {
            *self.again.entry(import).or_default() += 1;
        }
    }

    fn party(&mut self, book: &Book, key: &PartyKey) -> Result<PartyRow> {
        Ok(self.parties.intern(book, key)?)
    }
}

fn keep_findings(book: &Book, import: ImportRow, about: About, findings: &[Finding]) -> Result<()> {
    for finding in findings {
        store::finding::insert(book, import, about, finding)?;
    }
    Ok(())
}

/// What a run has met of a kind of record.
#[derive(Default)]
struct Seen {
    first: HashMap<i64, i64, BuildHasherDefault<Hashed>>,
    others: HashSet<Identity>,
}

/// Whether a record was met before in this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Met {
    /// Its key is new.
    Never,
    /// With this content.
    Same,
    /// With other content only.
    Other,
}

impl Seen {
    fn meet(&mut self, identity: Identity) -> Met {
        match self.first.entry(identity.key) {
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(identity.content);
                Met::Never
            }
            std::collections::hash_map::Entry::Occupied(first)
                if *first.get() == identity.content =>
            {
                Met::Same
            }
            std::collections::hash_map::Entry::Occupied(_) if self.others.insert(identity) => {
                Met::Other
            }
            std::collections::hash_map::Entry::Occupied(_) => Met::Same,
        }
    }
}

/// Keys are hashes already: they are taken as they are.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_i64(&mut self, key: i64) {
        self.0 = key.cast_unsigned();
    }
}
