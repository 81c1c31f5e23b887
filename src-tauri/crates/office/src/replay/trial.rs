//! What replaying a month again would change: shown before anything is kept.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use std::path::Path;

use domain::{BillingMonth, Bucket, Currency, PartyKey, Tz};
use store::Book;
use store::cdr::{CdrFigures, CdrSource};
use store::micro::{self, Micro};
use store::replay::Replayed;
use store::row::{CdrRow, DecisionSeq, TariffRow};
use table::{Cell, Table};

use super::again::{Looked, Now, party, sweep};
use crate::api::{ReplayChange, ReplayFigures, ReplayMove, ReplayRequest, ReplaySum, ReplayTrial};
use crate::desk::Desk;
use crate::error::Result;
use crate::export::Whole;
use crate::job::Job;
use crate::terms::terms;
use crate::{detail, partners, reconcile, words};

/// CDRs of a page.
const PAGE: u32 = 1_000;
/// Most changes that an answer carries.
const ROWS: usize = 1_000;

/// Replays a partner-month with today's facts and agreement, keeps nothing, and says what would
/// change.
///
/// # Errors
/// [`crate::Error::UnknownPartner`], [`crate::Error::Cancelled`].
pub fn trial(desk: &Desk, job: &mut Job<'_>, request: &ReplayRequest) -> Result<ReplayTrial> {
    Ok(tried(desk, job, request)?.answer(desk)?.0)
}

/// Writes every change that a replay would make as an xlsx.
///
/// # Errors
/// As [`trial`], and [`crate::Error::NotWritten`].
pub fn save_changes(
    desk: &Desk,
    job: &mut Job<'_>,
    request: &ReplayRequest,
    path: &Path,
) -> Result<ReplayTrial> {
    let (answer, changes) = tried(desk, job, request)?.answer(desk)?;
    let mut file = Whole::beside(path)?;
    let bytes = workbook(desk, &file, &changes)?;
    file.write_all(&bytes).map_err(|error| file.failed(error))?;
    file.keep(job)?;
    Ok(answer)
}

/// A partner-month replayed again, as far as it may have changed. Nothing of it is kept.
pub(super) struct Tried {
    pub key: PartyKey,
    pub month: BillingMonth,
    pub looked: u32,
    pub priced: u32,
    /// Those of which something has to be written, by row.
    pub moved: Vec<Looked>,
}

pub(super) fn tried(desk: &Desk, job: &mut Job<'_>, request: &ReplayRequest) -> Result<Tried> {
    let (key, month) = reconcile::parse(desk, &request.partner, &request.month)?;
    let row = party(&desk.book, &key)?;
    let mut tried = Tried {
        key,
        month,
        looked: 0,
        priced: 0,
        moved: Vec::new(),
    };
    let page = |book: &Book, after| Ok(store::replay::of_month(book, row, month, after, PAGE)?);
    sweep(desk, job, page, |batch| {
        for looked in batch {
            tried.looked += 1;
            tried.priced += u32::from(matches!(looked.now, Now::Priced(_)));
            if looked.now != Now::Untouched {
                tried.moved.push(looked);
            }
        }
        Ok(())
    })?;
    Ok(tried)
}

impl Tried {
    /// Rows of the CDRs whose figures change, ascending.
    pub(super) fn changed(&self) -> Vec<CdrRow> {
        let changed = self
            .moved
            .iter()
            .filter(|looked| looked.changed().is_some());
        changed.map(|looked| looked.source.row).collect()
    }

    /// As it crosses to the screens; beside it every change, the largest first.
    pub(super) fn answer(&self, desk: &Desk) -> Result<(ReplayTrial, Vec<ReplayChange>)> {
        let mut sums = Sums::default();
        let mut changes = Vec::new();
        for looked in &self.moved {
            let Some((before, after)) = looked.changed() else {
                continue;
            };
            let known = Known::of(&desk.book, &looked.source)?;
            sums.add(&known, before, after);
            let size = change(before, after).map_or(i64::MAX, |change| change.0.abs());
            changes.push((Reverse(size), known.dto(looked.source.row, before, after)));
        }
        changes.sort_by(|a, b| (&a.0, a.1.cdr).cmp(&(&b.0, b.1.cdr)));
        let changes: Vec<ReplayChange> = changes.into_iter().map(|(_, change)| change).collect();
        let trial = ReplayTrial {
            partner: partners::named(&terms(&desk.book, &self.key)?.partner),
            month: self.month.to_string(),
            looked: self.looked,
            skipped: self.looked - self.priced,
            priced: self.priced,
            changed: u32::try_from(changes.len()).unwrap_or(u32::MAX),
            settled: sums.settled,
            decided: sums.decided,
            moves: sums.moves(),
            sums: sums.sums(),
            sha256: sums.sha256(),
            rows: changes.iter().take(ROWS).cloned().collect(),
        };
        Ok((trial, changes))
    }
}

/// What the book knows of a changed CDR.
struct Known {
    figures: CdrFigures,
    bucket: Option<Bucket>,
}

impl Known {
    fn of(book: &Book, source: &CdrSource) -> Result<Known> {
        let unknown = || store::Error::Damaged(format!("no CDR {}", source.row.0));
        let stored = store::cdr::get(book, source.row)?.ok_or_else(unknown)?;
        Ok(Known {
            figures: stored.figures,
            bucket: store::month::weight(book, source.row)?.map(|weight| weight.bucket),
        })
    }

    fn dto(&self, row: CdrRow, before: &Replayed, after: &Replayed) -> ReplayChange {
        let stated = self.figures.stated_excl;
        ReplayChange {
            cdr: row.number(),
            id: self.figures.ocpi_id.clone(),
            start_at: words::instant(self.figures.start_at),
            currency: self.figures.currency.to_string(),
            bucket: self.bucket.map_or("", Bucket::as_str).to_owned(),
            stated: stated.map(|amount| amount.to_string()),
            before: figures(before),
            after: figures(after),
            change: change(before, after).map(|amount| amount.to_string()),
        }
    }
}

/// Net after − before.
fn change(before: &Replayed, after: &Replayed) -> Option<Micro> {
    let (before, after) = (before.excl?, after.excl?);
    Some(Micro(after.0.checked_sub(before.0)?))
}

/// A result as it crosses to the screens.
pub(crate) fn figures(replayed: &Replayed) -> ReplayFigures {
    ReplayFigures {
        verdict: detail::verdict(replayed.verdict).to_owned(),
        excl_vat: replayed.excl.map(|amount| amount.to_string()),
        incl_vat: replayed.incl.map(|amount| amount.to_string()),
        difference: replayed.difference.map(|amount| amount.to_string()),
        tariff: replayed.tariff.map(TariffRow::number),
        time_zone: replayed.zone.map(|zone| zone.name().to_owned()),
        kept: replayed.kept.map(DecisionSeq::number),
    }
}

/// Counts and sums over changes, and what fixes each of them, in the order of their rows.
#[derive(Default)]
struct Sums {
    settled: u32,
    decided: u32,
    moves: BTreeMap<[&'static str; 2], u32>,
    /// CDRs; millionths before, after, and both differences.
    by_currency: BTreeMap<Currency, (u32, [i128; 4])>,
    /// A line for each.
    lines: String,
}

impl Sums {
    fn add(&mut self, known: &Known, before: &Replayed, after: &Replayed) {
        match known.bucket {
            Some(Bucket::Settled) => self.settled += 1,
            Some(Bucket::Accepted | Bucket::Disputed | Bucket::OnHold) => self.decided += 1,
            Some(
                Bucket::Matched
                | Bucket::Differs
                | Bucket::MissingCdr
                | Bucket::MissingSession
                | Bucket::Duplicate
                | Bucket::NeedsTariff,
            )
            | None => {}
        }
        let verdicts = [before, after].map(|result| detail::verdict(result.verdict));
        *self.moves.entry(verdicts).or_default() += 1;
        let sums = self.by_currency.entry(known.figures.currency).or_default();
        sums.0 += 1;
        let figures = [before.excl, after.excl, before.difference, after.difference];
        for (sum, figure) in sums.1.iter_mut().zip(figures) {
            *sum += i128::from(figure.unwrap_or_default().0);
        }
        let figures = &known.figures;
        let fixed = [fixed(before), fixed(after)];
        writeln!(
            self.lines,
            "{}\t{}\t{}",
            figures.ocpi_id, fixed[0], fixed[1]
        )
        .expect("writing to a String cannot fail");
    }

    fn moves(&self) -> Vec<ReplayMove> {
        let each = self.moves.iter().map(|([from, to], count)| ReplayMove {
            from: (*from).to_owned(),
            to: (*to).to_owned(),
            count: *count,
        });
        each.collect()
    }

    fn sums(&self) -> Vec<ReplaySum> {
        let each = self.by_currency.iter().map(|(currency, (count, sums))| {
            let [before, after, difference_before, difference_after] = *sums;
            ReplaySum {
                currency: currency.to_string(),
                count: *count,
                before: micro::text(before),
                after: micro::text(after),
                change: micro::text(after - before),
                difference_before: micro::text(difference_before),
                difference_after: micro::text(difference_after),
            }
        });
        each.collect()
    }

    fn sha256(&self) -> String {
        store::decision::sha256_hex(self.lines.as_bytes())
    }
}

/// Every figure of a result as text.
fn fixed(replayed: &Replayed) -> String {
    let micro =
        |figure: Option<Micro>| figure.map_or_else(String::new, |micro| micro.0.to_string());
    let row = |row: Option<i64>| row.map_or_else(String::new, |row| row.to_string());
    [
        detail::verdict(replayed.verdict).to_owned(),
        micro(replayed.excl),
        micro(replayed.incl),
        micro(replayed.difference),
        row(replayed.tariff.map(|tariff| tariff.0)),
        replayed.zone.map_or("", Tz::name).to_owned(),
        row(replayed.kept.map(|kept| kept.0)),
    ]
    .join(" ")
}

fn workbook(desk: &Desk, file: &Whole, changes: &[ReplayChange]) -> Result<Vec<u8>> {
    let headings = [
        "cdr",
        "start",
        "currency",
        "bucket",
        "stated",
        "before",
        "after",
        "change",
        "difference before",
        "difference after",
        "verdict before",
        "verdict after",
    ];
    let failed = |error: table::Error| file.failed(std::io::Error::other(error));
    let folder = file.folder();
    let made = (folder.as_path(), desk.now.timestamp());
    let mut out = Cursor::new(Vec::new());
    let mut sheet = Table::xlsx(&mut out, "replay", &headings, made).map_err(failed)?;
    for change in changes {
        let (before, after) = (&change.before, &change.after);
        let figures = [
            &change.stated,
            &before.excl_vat,
            &after.excl_vat,
            &change.change,
            &before.difference,
            &after.difference,
        ];
        let mut cells = vec![
            Cell::Text(&change.id),
            Cell::Text(&change.start_at),
            Cell::Text(&change.currency),
            Cell::Text(&change.bucket),
        ];
        let figures = figures.iter();
        cells.extend(figures.map(|text| text.as_deref().map_or(Cell::Empty, Cell::Figure)));
        cells.push(Cell::Text(&before.verdict));
        cells.push(Cell::Text(&after.verdict));
        sheet.row(&cells).map_err(failed)?;
    }
    sheet.finish().map_err(failed)?;
    Ok(out.into_inner())
}
