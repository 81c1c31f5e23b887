//! CDRs as lists show them, as CSV or XLSX: one line of headings, then a line each.

use std::io::{Seek, Write};

use domain::Decimal;
use store::micro::Micro;
use table::{Cell, Table};

use super::plan::{Format, Plan};
use super::sums::Sums;
use super::whole::Whole;
use crate::api::{CdrRowDto, ExportDone};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::explorer;
use crate::job::{Job, Progress};

/// The columns. Contracts are masked, as everywhere in lists.
const HEADINGS: [&str; 16] = [
    "id",
    "partner",
    "start_utc",
    "start_local",
    "duration_s",
    "location",
    "evse",
    "contract",
    "energy_kwh",
    "currency",
    "stated_excl_vat",
    "replayed_excl_vat",
    "difference",
    "bucket",
    "severity",
    "credit",
];

/// Why a table was not finished.
enum Stopped {
    By(Error),
    Table(table::Error),
}

impl From<Error> for Stopped {
    fn from(error: Error) -> Stopped {
        Stopped::By(error)
    }
}

impl From<table::Error> for Stopped {
    fn from(error: table::Error) -> Stopped {
        Stopped::Table(error)
    }
}

/// Writes the CDRs that are asked for.
pub(super) fn write(
    desk: &Desk,
    plan: &Plan,
    file: &mut Whole,
    job: &mut Job<'_>,
) -> Result<ExportDone> {
    let written = rows(desk, plan, file, job);
    written.map_err(|stopped| match stopped {
        Stopped::By(error) => error,
        Stopped::Table(error) => file.failed(std::io::Error::other(error)),
    })
}

fn rows(
    desk: &Desk,
    plan: &Plan,
    file: &mut Whole,
    job: &mut Job<'_>,
) -> std::result::Result<ExportDone, Stopped> {
    let (mut cdrs, total) = plan.cdrs(desk)?;
    let (mut done, mut sums) = (ExportDone::default(), Sums::default());
    let folder = file.folder();
    let mut table = match plan.format {
        Format::Xlsx => {
            let made = (folder.as_path(), desk.now.timestamp());
            Table::xlsx(file, "CDRs", &HEADINGS, made)?
        }
        Format::Csv | Format::Json | Format::Ndjson => Table::csv(file, &HEADINGS)?,
    };
    loop {
        job.check()?;
        let page = cdrs.page(desk)?;
        if page.is_empty() {
            break;
        }
        for cdr in explorer::rows_of(desk, &page)? {
            row(&mut table, &cdr)?;
            add(&mut sums, &cdr)?;
            done.written += 1;
        }
        let written = u64::from(done.written);
        job.tell(Progress {
            done: written,
            total,
            findings: 0,
            records: written,
        });
    }
    table.finish()?;
    sums.tell(&mut done);
    Ok(done)
}

fn row<W: Write + Seek + Send>(
    table: &mut Table<W>,
    cdr: &CdrRowDto,
) -> std::result::Result<(), table::Error> {
    let duration = cdr.duration_s.to_string();
    table.row(&[
        Cell::Text(&cdr.id),
        Cell::Text(&cdr.partner),
        Cell::Text(&cdr.start_at),
        Cell::Text(&cdr.start_local),
        Cell::Figure(&duration),
        Cell::Text(&cdr.location),
        Cell::Text(&cdr.evse),
        Cell::Text(&cdr.contract),
        Cell::Figure(&cdr.energy_kwh),
        Cell::Text(&cdr.currency),
        figure(cdr.stated.as_deref()),
        figure(cdr.replayed.as_deref()),
        figure(cdr.difference.as_deref()),
        Cell::Text(&cdr.bucket),
        Cell::Text(&cdr.severity),
        Cell::Text(if cdr.credit { "yes" } else { "no" }),
    ])
}

fn figure(text: Option<&str>) -> Cell<'_> {
    text.map_or(Cell::Empty, Cell::Figure)
}

/// Adds a row's figures, which the book gave out.
fn add(sums: &mut Sums, cdr: &CdrRowDto) -> Result<()> {
    let micro = |text: &str| {
        let figure = text.parse::<Decimal>().ok().and_then(Micro::from_decimal);
        figure.ok_or_else(|| store::Error::Damaged(format!("figure {text:?}")))
    };
    let stated = cdr.stated.as_deref().map(micro).transpose()?;
    sums.add(micro(&cdr.energy_kwh)?, &cdr.currency, (stated, None));
    Ok(())
}
