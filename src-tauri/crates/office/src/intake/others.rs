//! Spreadsheets of sessions and of partners' statements.
//!
//! A session is kept as one that came as OCPI is, and read again from its line. A line of a
//! statement is no CDR: it says what the partner billed, and is compared with CDRs when somebody
//! asks.

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use domain::cdr::Form;
use domain::{BillingMonth, Decimal, Finding, FindingCode, FindingLocation, Tz};
use sheet::{Hint, Record, Row, RowIs, StatementLine, Template, Workbook};
use store::Book;
use store::cdr::Identity;
use store::micro::Micro;
use store::statement::LineFigures;

use super::prepare::{Context, Prepared, PreparedLine, Preparer, What, fits};
use super::preview;
use super::rows::Rows;
use super::sheet_record::SheetRecord;
use super::table;
use crate::api::{MoneyDto, PreviewRow};
use crate::error::Result;
use crate::identity;
use crate::job::Cancel;
use crate::terms::terms;

/// Reads rows of sessions or of a statement; `take` gets them prepared, block by block.
pub(super) fn rows(
    (book, context): (&Book, &Context),
    template: &Template,
    rows: impl Iterator<Item = Row<Record>>,
    cancel: &Cancel,
    mut take: impl FnMut(Prepared) -> Result<()>,
) -> Result<()> {
    let party = context.partner.as_ref().unwrap_or(&context.own);
    let mut others = Others {
        preparer: Preparer::new(book, context),
        template,
        zone: terms(book, party)?.partner.agreement.time_zone,
        said: HashMap::new(),
        rows: Rows::default(),
    };
    for row in rows {
        cancel.check()?;
        others.row(row)?;
        if others.rows.is_full() {
            take(others.rows.cut(Vec::new())?)?;
        }
    }
    if others.rows.is_empty() {
        return Ok(());
    }
    take(others.rows.cut(Vec::new())?)
}

/// The first rows as what they become.
pub(super) fn first(
    (workbook, template, hint): (&Workbook<'_>, &Template, &Hint),
    most: usize,
) -> std::result::Result<Vec<PreviewRow>, sheet::Error> {
    let rows = sheet::records(workbook, template, hint)?.filter(|row| row.is == RowIs::Data);
    let shown = |row: Row<Record>| {
        let mut shown = preview::empty_row(row.number, &row.record.findings);
        match &row.record.value {
            Some(Record::Session(session)) => {
                preview::fill_session(&mut shown, session);
                let zone = session.location.time_zone.or(Some(hint.zone));
                preview::times(&mut shown, session.start_at, session.end_at, zone);
            }
            Some(Record::Statement(line)) => fill_line(&mut shown, line, hint.zone),
            Some(Record::Cdr(_) | Record::Transaction(_)) | None => {}
        }
        shown
    };
    Ok(rows.take(most).map(shown).collect())
}

fn fill_line(row: &mut PreviewRow, line: &StatementLine, zone: Tz) {
    let id = line.id.clone().or_else(|| line.session_id.clone());
    preview::named(row, "statement", &id.unwrap_or_default());
    if let Some(start) = line.start_at {
        preview::times(row, start, None, Some(zone));
    }
    row.energy_kwh = line.energy.map(|energy| energy.0.normalize().to_string());
    let money = |amount: Option<Decimal>| {
        amount.map(|amount| MoneyDto {
            amount: amount.to_string(),
            currency: line.currency.to_string(),
        })
    };
    row.excl_vat = money(line.excl_vat);
    row.incl_vat = money(line.incl_vat);
}

/// Records on their way into a block.
struct Others<'a> {
    preparer: Preparer<'a>,
    template: &'a Template,
    zone: Tz,
    /// How often the statement said the same so far.
    said: HashMap<i64, u32>,
    rows: Rows,
}

impl Others<'_> {
    fn row(&mut self, row: Row<Record>) -> Result<()> {
        let mut findings = row.record.findings;
        let mut kept = SheetRecord {
            cells: table::cells(self.template, &row.raw),
            ..SheetRecord::default()
        };
        let what = match row.record.value {
            Some(Record::Session(session)) => {
                let content = sheet::session_content(&session);
                kept.session = Some((*session).clone());
                self.preparer
                    .session(*session, content.as_bytes(), &mut findings)?
            }
            Some(Record::Statement(line)) => {
                let what = self.line(&line, &mut findings);
                kept.statement = Some(*line);
                what
            }
            Some(Record::Cdr(_) | Record::Transaction(_)) | None => What::Reject(row.raw),
        };
        let line = serde_json::to_vec(&kept).map_err(store::Error::from)?;
        self.rows
            .push((row.number, Form::Sheet), &line, what, findings);
        Ok(())
    }

    /// A line of a statement. It is of the month in which the session began by the partner's clock.
    fn line(&mut self, line: &StatementLine, findings: &mut Vec<Finding>) -> What {
        let figures = [
            line.energy.map(|energy| energy.0),
            line.excl_vat,
            line.vat,
            line.incl_vat,
        ];
        let [Ok(energy), Ok(excl), Ok(vat), Ok(incl)] = figures.map(fits) else {
            let finding = Finding::new(FindingCode::OutOfRange, FindingLocation::Whole);
            findings.push(finding);
            return What::Reject(line.content());
        };
        let [ocpi_id, session] = [&line.id, &line.session_id].map(|id| id.as_ref().map(|id| &id.0));
        let figures = LineFigures {
            ocpi_id: ocpi_id.cloned(),
            session: session.cloned(),
            month: line.start_at.map(|at| BillingMonth::of(at, self.zone)),
            start_at: line.start_at,
            energy,
            excl,
            vat,
            incl,
            currency: line.currency,
            reference: line.reference.clone(),
        };
        What::Statement(Box::new(PreparedLine {
            partner: line.party.clone(),
            identity: self.identity(line, &figures),
            figures,
        }))
    }

    fn identity(&mut self, line: &StatementLine, figures: &LineFigures) -> Identity {
        let content = line.content();
        let times = self.said.entry(identity::content(content.as_bytes()));
        let times = times.and_modify(|times| *times += 1).or_insert(1);
        let content = identity::content(format!("{content}\u{1f}{times}").as_bytes());
        let billed = match (&figures.ocpi_id, &figures.session, figures.start_at) {
            (Some(id), _, _) => format!("id {id}"),
            (None, Some(id), _) => format!("session {id}"),
            (None, None, at) => format!(
                "start {} {}",
                at.map(|at| at.timestamp_millis()).unwrap_or_default(),
                figures.energy.unwrap_or(Micro::ZERO)
            ),
        };
        Identity {
            key: identity::key(&line.party, &billed),
            content,
        }
    }
}
