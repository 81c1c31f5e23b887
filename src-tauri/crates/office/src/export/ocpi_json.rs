//! Records as OCPI JSON of a version, one a line.
//!
//! How a record is written is said in [`Outgoing`]. One that a partner holding to its standard must
//! refuse is left out and named, so that the file is one it accepts.

use std::collections::{BTreeSet, HashMap};
use std::io::Write;

use domain::{OcpiVersion, PartyKey};
use ocpi::Kind;
use ocpi::write::Written;
use store::cdr::Source;
use store::export::{List, Stored};
use store::raw::Blocks;
use store::row::{CdrRow, PartyRow};

use super::PAGE;
use super::lacks::Lacks;
use super::plan::{Format, Plan, What};
use super::sums::Sums;
use super::whole::Whole;
use crate::api::ExportDone;
use crate::desk::Desk;
use crate::error::Result;
use crate::job::{Job, Progress};
use crate::outgoing::Outgoing;
use crate::{identity, records};

/// Writes the records that are asked for.
pub(super) fn write(
    desk: &Desk,
    plan: &Plan,
    file: &mut Whole,
    job: &mut Job<'_>,
) -> Result<ExportDone> {
    let mut lines = Lines {
        file,
        list: plan.format == Format::Json,
        version: plan.version.expect("a plan for JSON names a version"),
        done: ExportDone::default(),
        left_out: Lacks::default(),
        losses: Lacks::default(),
        owners: BTreeSet::new(),
    };
    if lines.list {
        lines.push("[")?;
    }
    match plan.what {
        What::Cdrs => cdrs(desk, plan, &mut lines, job)?,
        What::List(list) => facts(desk, (plan, list), &mut lines, job)?,
        What::Records => covered(desk, plan, &mut lines, job)?,
    }
    lines.end()
}

/// The text being written, and what is said of it.
struct Lines<'f> {
    file: &'f mut Whole,
    list: bool,
    version: OcpiVersion,
    done: ExportDone,
    left_out: Lacks,
    losses: Lacks,
    owners: BTreeSet<PartyKey>,
}

impl Lines<'_> {
    fn push(&mut self, text: &str) -> Result<()> {
        let written = self.file.write_all(text.as_bytes());
        written.map_err(|error| self.file.failed(error))
    }

    /// Writes a record, or leaves it out; says whether it was written.
    fn record(&mut self, id: &str, written: &Written) -> Result<bool> {
        if let Some(lack) = written.refused_for() {
            self.left_out.add_all(std::slice::from_ref(lack), id);
            return Ok(false);
        }
        let (before, after) = match (self.list, self.done.written) {
            (true, 0) => ("\n", ""),
            (true, _) => (",\n", ""),
            (false, _) => ("", "\n"),
        };
        self.push(before)?;
        self.push(&written.json)?;
        self.push(after)?;
        self.losses.add_all(&written.lacks, id);
        self.done.written += 1;
        Ok(true)
    }

    fn end(mut self) -> Result<ExportDone> {
        if self.list {
            self.push("\n]\n")?;
        }
        // A 2.1.1 list is its connection's; of several owners nobody can tell them apart.
        if self.version == OcpiVersion::V211 && self.owners.len() > 1 {
            for owner in &self.owners {
                let why = ("not_in_version", "lost");
                self.losses.add("party_id", why, &owner.to_string());
            }
        }
        self.done.left_out = self.left_out.list();
        self.done.losses = self.losses.list();
        Ok(self.done)
    }

    fn tell(&self, job: &mut Job<'_>, (done, total): (u64, u64)) {
        job.tell(Progress {
            done,
            total,
            findings: 0,
            records: u64::from(self.done.written),
        });
    }
}

/// What reading records again needs.
struct Again<'d> {
    desk: &'d Desk,
    blocks: Blocks,
    outgoing: Outgoing<'d>,
    parties: HashMap<PartyRow, PartyKey>,
    superseded: BTreeSet<CdrRow>,
}

impl<'d> Again<'d> {
    fn new(desk: &'d Desk, plan: &Plan, version: OcpiVersion) -> Result<Self> {
        Ok(Again {
            desk,
            blocks: Blocks::default(),
            outgoing: Outgoing::new(desk, version, plan.publish),
            parties: store::party::all(&desk.book)?.into_iter().collect(),
            superseded: match plan.what {
                What::Cdrs => store::export::superseded(&desk.book)?,
                What::List(_) | What::Records => BTreeSet::new(),
            },
        })
    }

    fn party(&self, row: PartyRow) -> Result<PartyKey> {
        let party = self.parties.get(&row).cloned();
        Ok(party.ok_or_else(|| store::Error::Damaged(format!("party {}", row.0)))?)
    }

    /// A record in the version.
    fn written(&mut self, source: Source, kind: Kind, owner: &PartyKey) -> Result<Written> {
        let raw = self.blocks.record(&self.desk.book, source.range)?;
        self.outgoing.written((raw, source), kind, owner)
    }
}

fn cdrs(desk: &Desk, plan: &Plan, lines: &mut Lines<'_>, job: &mut Job<'_>) -> Result<()> {
    let (mut cdrs, total) = plan.cdrs(desk)?;
    let mut again = Again::new(desk, plan, lines.version)?;
    let (mut sums, mut done) = (Sums::default(), 0);
    loop {
        let page = cdrs.page(desk)?;
        if page.is_empty() {
            break;
        }
        for row in page {
            job.check()?;
            done += 1;
            cdr(row, &mut again, lines, &mut sums)?;
        }
        lines.tell(job, (done, total));
    }
    sums.tell(&mut lines.done);
    Ok(())
}

fn cdr(row: CdrRow, again: &mut Again<'_>, lines: &mut Lines<'_>, sums: &mut Sums) -> Result<()> {
    let book = &again.desk.book;
    let Some(stored) = store::cdr::get(book, row)? else {
        return Ok(());
    };
    if again.superseded.contains(&row) {
        lines.done.superseded += 1;
        return Ok(());
    }
    let figures = &stored.figures;
    // Without its flag a credit CDR reads as a charge.
    if figures.credit && lines.version == OcpiVersion::V211 {
        let why = ("credit_before_2_2", "lost");
        lines.left_out.add("", why, &figures.ocpi_id);
        return Ok(());
    }
    let owner = if stored.own {
        book.party().clone()
    } else {
        again.party(stored.partner)?
    };
    let written = again.written(stored.source, Kind::Cdr, &owner)?;
    if lines.record(&figures.ocpi_id, &written)? {
        let stated = (figures.stated_excl, figures.stated_incl);
        sums.add(figures.energy, figures.currency.code(), stated);
        lines.owners.insert(owner);
    }
    Ok(())
}

fn facts(
    desk: &Desk,
    (plan, list): (&Plan, List),
    lines: &mut Lines<'_>,
    job: &mut Job<'_>,
) -> Result<()> {
    let kind = match list {
        List::Sessions => Kind::Session,
        List::Tariffs => Kind::Tariff,
        List::Locations => Kind::Location,
        List::Tokens => Kind::Token,
    };
    let mut again = Again::new(desk, plan, lines.version)?;
    let (mut after, mut done) = (0, 0);
    loop {
        let page = store::export::list(&desk.book, list, plan.which, after, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.row;
        for stored in page {
            job.check()?;
            done += 1;
            let owner = owner(&again, &stored)?;
            let written = again.written(stored.source, kind, &owner)?;
            if lines.record(&stored.ocpi_id, &written)? {
                lines.owners.insert(owner);
            }
        }
        lines.tell(job, (done, 0));
    }
}

/// Whose a record is: of a session the book only knows whom it is settled with, and what it hashed.
fn owner(again: &Again<'_>, stored: &Stored) -> Result<PartyKey> {
    let own = again.desk.book.party();
    if identity::key(own, &stored.ocpi_id) == stored.key {
        return Ok(own.clone());
    }
    again.party(stored.partner)
}

/// Writes which CDRs our issued invoices cover: the same text in every version (SEMANTICS 2.7).
fn covered(desk: &Desk, plan: &Plan, lines: &mut Lines<'_>, job: &mut Job<'_>) -> Result<()> {
    let issued = records::issued(desk, plan.which.partner, plan.which.month)?;
    let total = issued.len() as u64;
    for (done, head) in (1..).zip(&issued) {
        job.check()?;
        let record = records::of_invoice(desk, head.row)?;
        lines.record(record.id.as_str(), &ocpi::write::record(&record))?;
        lines.tell(job, (done, total));
    }
    Ok(())
}
