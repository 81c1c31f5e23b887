//! Invoices: drafts, which come and go, and issued documents, which never change.

use chrono::NaiveDate;
use domain::invoice::{Invoice, InvoiceKind};
use domain::{BillingMonth, Bucket, Currency};
use rusqlite::{OptionalExtension, Row};

use crate::decision::Hash;
use crate::micro::Micro;
use crate::month::{Key, currency, month};
use crate::near::Scope;
use crate::place::{self, Place};
use crate::row::{CdrRow, DecisionSeq, InvoiceRow, PartyRow, SeriesRow};
use crate::{Book, Error, Result};

/// A document of the book without its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Its row.
    pub row: InvoiceRow,
    /// Whether it is issued; else a draft.
    pub issued: bool,
    /// Who writes it.
    pub kind: InvoiceKind,
    /// Whom it is settled with.
    pub partner: PartyRow,
    /// Month of supply.
    pub month: BillingMonth,
    /// Currency of its amounts.
    pub currency: Currency,
    /// Number; none while a draft.
    pub number: Option<String>,
    /// Date of issue.
    pub issued_on: Option<NaiveDate>,
    /// Due date.
    pub due_on: Option<NaiveDate>,
    /// CDRs on it.
    pub cdrs: u32,
    /// The decision that drafted it or, later, issued it.
    pub decision: DecisionSeq,
}

/// A CDR on a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Item {
    /// The CDR.
    pub cdr: CdrRow,
    /// The line it counts in, from 1.
    pub line: u32,
    /// Its net on the document.
    pub net: Micro,
}

/// A file of an issued document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Name without folders.
    pub name: String,
    /// Media type.
    pub media: String,
    /// SHA-256 of the bytes.
    pub sha256: Hash,
    /// The bytes as they were handed out.
    pub bytes: Vec<u8>,
}

fn kind_text(kind: InvoiceKind) -> &'static str {
    match kind {
        InvoiceKind::Invoice => "invoice",
        InvoiceKind::SelfBilled => "self_billed",
    }
}

fn kind(text: &str) -> Result<InvoiceKind> {
    match text {
        "invoice" => Ok(InvoiceKind::Invoice),
        "self_billed" => Ok(InvoiceKind::SelfBilled),
        other => Err(Error::Damaged(format!("invoice kind {other:?}"))),
    }
}

fn micro(value: domain::Decimal) -> Result<Micro> {
    Micro::from_decimal(value).ok_or_else(|| Error::OutOfRange(value.to_string()))
}

/// Keeps a draft and the CDRs on it.
pub fn insert_draft(
    book: &Book,
    partner: PartyRow,
    invoice: &Invoice,
    items: &[Item],
    decision: DecisionSeq,
) -> Result<InvoiceRow> {
    let count = i64::try_from(items.len()).expect("a book holds fewer than 2^63 CDRs");
    let energy = invoice.lines.iter().map(|line| line.energy.0).sum();
    let mut insert = book.sql().prepare_cached(
        "INSERT INTO invoice (state, kind, partner, month, currency, cdrs, energy_e6, net_e6,
                              gross_e6, content, decision)
         VALUES ('draft', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    let row = InvoiceRow(insert.insert((
        kind_text(invoice.kind),
        partner,
        invoice.month.number(),
        invoice.currency.code(),
        count,
        micro(energy)?,
        micro(invoice.net)?,
        micro(invoice.gross)?,
        serde_json::to_string(invoice)?,
        decision,
    ))?);
    let mut insert = book.sql().prepare_cached(
        "INSERT INTO invoice_cdr (cdr, invoice, line, net_e6) VALUES (?1, ?2, ?3, ?4)",
    )?;
    for item in items {
        insert.execute((item.cdr, row, item.line, item.net))?;
    }
    touch_late(book, row)?;
    Ok(row)
}

/// Counts up the version of other months whose CDRs stand on a document; that of its own month
/// counts up with the document.
fn touch_late(book: &Book, invoice: InvoiceRow) -> Result<()> {
    let mut touch = book.sql().prepare_cached(
        "INSERT INTO month_version (partner, month, version)
         SELECT DISTINCT c.partner, c.month, 1 FROM invoice d
         JOIN invoice_cdr i ON i.invoice = d.id JOIN cdr c ON c.id = i.cdr
         WHERE d.id = ?1 AND c.month <> d.month
         ON CONFLICT DO UPDATE SET version = version + 1",
    )?;
    touch.execute([invoice])?;
    Ok(())
}

/// Deletes a draft and frees its CDRs. An issued document cannot be deleted.
pub fn delete_draft(book: &Book, invoice: InvoiceRow) -> Result<()> {
    touch_late(book, invoice)?;
    let sql = book.sql();
    sql.prepare_cached("DELETE FROM invoice_cdr WHERE invoice = ?1")?
        .execute([invoice])?;
    sql.prepare_cached("DELETE FROM invoice WHERE id = ?1")?
        .execute([invoice])?;
    Ok(())
}

const HEAD: &str = "id, state, kind, partner, month, currency, number, issued_on, due_on, cdrs,
                    decision";

fn head(row: &Row<'_>) -> Result<Head> {
    let state: String = row.get(1)?;
    let date = |column: usize| -> Result<Option<NaiveDate>> {
        let text: Option<String> = row.get(column)?;
        let read = |text: String| {
            text.parse()
                .map_err(|_| Error::Damaged(format!("date {text:?}")))
        };
        text.map(read).transpose()
    };
    let code: String = row.get(5)?;
    Ok(Head {
        row: row.get(0)?,
        issued: state == "issued",
        kind: kind(&row.get::<_, String>(2)?)?,
        partner: row.get(3)?,
        month: month(row.get(4)?)?,
        currency: currency(&code)?
            .ok_or_else(|| Error::Damaged("an invoice without currency".into()))?,
        number: row.get(6)?,
        issued_on: date(7)?,
        due_on: date(8)?,
        cdrs: row.get(9)?,
        decision: row.get(10)?,
    })
}

/// Documents of a partner, of a month, or all: drafts first, then the newest issue first.
pub fn list(
    book: &Book,
    partner: Option<PartyRow>,
    month: Option<BillingMonth>,
) -> Result<Vec<(Head, Invoice)>> {
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT {HEAD}, content FROM invoice
         WHERE (?1 IS NULL OR partner = ?1) AND (?2 IS NULL OR month = ?2)
         ORDER BY state, issued_on DESC, id DESC"
    ))?;
    let mut rows = query.query((partner, month.map(BillingMonth::number)))?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push((
            head(row)?,
            serde_json::from_str(&row.get::<_, String>(11)?)?,
        ));
    }
    Ok(found)
}

/// One document with its frozen content.
pub fn get(book: &Book, invoice: InvoiceRow) -> Result<Option<(Head, Invoice)>> {
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT {HEAD}, content FROM invoice WHERE id = ?1"
    ))?;
    let mut rows = query.query([invoice])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    Ok(Some((
        head(row)?,
        serde_json::from_str(&row.get::<_, String>(11)?)?,
    )))
}

/// The document a CDR stands on.
pub fn of_cdr(book: &Book, cdr: CdrRow) -> Result<Option<InvoiceRow>> {
    let mut query = book
        .sql()
        .prepare_cached("SELECT invoice FROM invoice_cdr WHERE cdr = ?1")?;
    Ok(query.query_row([cdr], |row| row.get(0)).optional()?)
}

/// The number of the issued document that holds a CDR.
pub fn issued_of(book: &Book, cdr: CdrRow) -> Result<Option<String>> {
    let mut query = book.sql().prepare_cached(
        "SELECT i.number FROM invoice_cdr l JOIN invoice i ON i.id = l.invoice
         WHERE l.cdr = ?1 AND i.state = 'issued'",
    )?;
    Ok(query.query_row([cdr], |row| row.get(0)).optional()?)
}

/// CDRs of a partner-month in scope that stand on an issued document, of their month or, where they
/// came late, of a later one.
pub fn settled(book: &Book, key: Key, scope: &Scope) -> Result<Vec<CdrRow>> {
    let (cdrs, wanted, rows) = scope.cdrs();
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT i.cdr FROM {cdrs} CROSS JOIN invoice_cdr i ON i.cdr = c.id
         CROSS JOIN invoice d ON d.id = i.invoice
         WHERE {wanted} AND d.state = 'issued'
           AND EXISTS (SELECT 1 FROM invoice
                       WHERE partner = ?1 AND month >= ?2 AND state = 'issued')"
    ))?;
    let rows = query.query_map((key.0, key.1.number(), rows), |row| row.get(0))?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Months that are closed, of a partner or of all, oldest first: a document of this kind is issued
/// and none is a draft. What comes later for them goes to the next document.
pub fn closed(
    book: &Book,
    partner: Option<PartyRow>,
) -> Result<Vec<(PartyRow, InvoiceKind, BillingMonth)>> {
    let mut query = book.sql().prepare_cached(
        "SELECT partner, kind, month FROM invoice WHERE ?1 IS NULL OR partner = ?1
         GROUP BY partner, kind, month HAVING min(state = 'issued') = 1
         ORDER BY month, partner, kind",
    )?;
    let mut rows = query.query([partner])?;
    let mut closed = Vec::new();
    while let Some(row) = rows.next()? {
        let of = kind(&row.get::<_, String>(1)?)?;
        closed.push((row.get(0)?, of, month(row.get(2)?)?));
    }
    Ok(closed)
}

/// Counts and sums of documents of a partner-month and state, per currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentTotal {
    /// Whose.
    pub partner: PartyRow,
    /// Month of supply.
    pub month: BillingMonth,
    /// Whether they are issued.
    pub issued: bool,
    /// Their currency.
    pub currency: Currency,
    /// Documents.
    pub documents: u32,
    /// CDRs on them.
    pub cdrs: u32,
    /// Net.
    pub net: Micro,
}

/// Counts and sums of documents per partner-month, state and currency.
pub fn totals(book: &Book) -> Result<Vec<DocumentTotal>> {
    let mut query = book.sql().prepare_cached(
        "SELECT partner, month, state = 'issued', currency, count(*), sum(cdrs), sum(net_e6)
         FROM invoice GROUP BY partner, month, state, currency",
    )?;
    let mut rows = query.query([])?;
    let mut totals = Vec::new();
    while let Some(row) = rows.next()? {
        let code: String = row.get(3)?;
        totals.push(DocumentTotal {
            partner: row.get(0)?,
            month: month(row.get(1)?)?,
            issued: row.get(2)?,
            currency: currency(&code)?
                .ok_or_else(|| Error::Damaged("an invoice without currency".into()))?,
            documents: row.get(4)?,
            cdrs: row.get(5)?,
            net: row.get(6)?,
        });
    }
    Ok(totals)
}

/// A CDR as a draft needs it.
#[derive(Clone, Debug)]
pub struct Billable {
    /// Its row.
    pub row: CdrRow,
    /// Its month of supply.
    pub month: BillingMonth,
    /// CDR id.
    pub ocpi_id: String,
    /// Session id.
    pub session: Option<String>,
    /// Contract; empty where none is given.
    pub contract: String,
    /// Uid of the token.
    pub token: Option<String>,
    /// Start, milliseconds since 1970.
    pub start_ms: i64,
    /// End likewise.
    pub end_ms: i64,
    /// Where it took place.
    pub place: Place,
    /// Whether we are its owner.
    pub own: bool,
    /// kWh as stated.
    pub energy: Micro,
    /// Stated net.
    pub stated: Option<Micro>,
    /// Currency.
    pub currency: Currency,
    /// Whether it is a credit CDR.
    pub credit: bool,
}

const BILLABLE: &str = "c.id, c.ocpi_id, c.session, c.contract, c.token, c.start_ms, c.end_ms,
     c.energy_e6, c.stated_excl_e6, c.currency, c.credit, c.own, p.location, p.name, p.city,
     p.country, p.evse, c.month";

fn billable(row: &Row<'_>) -> Result<Billable> {
    let code: String = row.get(9)?;
    Ok(Billable {
        row: row.get(0)?,
        month: month(row.get(17)?)?,
        ocpi_id: row.get(1)?,
        session: row.get(2)?,
        contract: row.get(3)?,
        token: row.get(4)?,
        start_ms: row.get(5)?,
        end_ms: row.get(6)?,
        energy: row.get(7)?,
        stated: row.get(8)?,
        currency: currency(&code)?
            .ok_or_else(|| Error::Damaged("a CDR without currency".into()))?,
        credit: row.get(10)?,
        own: row.get(11)?,
        place: place::read(row, 12)?,
    })
}

/// CDRs of a partner-month that are matched or accepted and stand on no document.
pub fn free(book: &Book, key: Key) -> Result<Vec<Billable>> {
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT {BILLABLE} FROM cdr c JOIN outcome o ON o.cdr = c.id JOIN place p ON p.id = c.place
         WHERE c.partner = ?1 AND c.month = ?2 AND o.bucket IN (?3, ?4)
           AND NOT EXISTS (SELECT 1 FROM invoice_cdr i WHERE i.cdr = c.id)
         ORDER BY c.id"
    ))?;
    let buckets = (Bucket::Matched.number(), Bucket::Accepted.number());
    let fields = (key.0, key.1.number(), buckets.0, buckets.1);
    let rows = query.query_map(fields, |row| Ok(billable(row)))?;
    rows.map(|row| row?).collect()
}

/// The CDRs on a document as the book holds them now, by row.
pub fn items(book: &Book, invoice: InvoiceRow) -> Result<Vec<Billable>> {
    let mut query = book.sql().prepare_cached(&format!(
        "SELECT {BILLABLE} FROM invoice_cdr i JOIN cdr c ON c.id = i.cdr
         JOIN place p ON p.id = c.place WHERE i.invoice = ?1 ORDER BY c.id"
    ))?;
    let rows = query.query_map([invoice], |row| Ok(billable(row)))?;
    rows.map(|row| row?).collect()
}

/// Partner-months with CDRs that are matched or accepted and stand on no document: how many, and
/// their stated net per currency.
pub fn free_totals(book: &Book) -> Result<Vec<(Key, Currency, u32, Micro)>> {
    // What is settled has a bucket of its own, so only drafts have to be looked at.
    let mut query = book.sql().prepare_cached(
        "WITH taken AS (
             SELECT c.partner, c.month, c.currency, count(*) AS n,
                    sum(coalesce(c.stated_excl_e6, 0)) AS net
             FROM invoice d CROSS JOIN invoice_cdr i ON i.invoice = d.id
             CROSS JOIN cdr c ON c.id = i.cdr CROSS JOIN outcome o ON o.cdr = c.id
             WHERE d.state = 'draft' AND o.bucket IN (?1, ?2)
             GROUP BY c.partner, c.month, c.currency)
         SELECT t.partner, t.month, t.currency, sum(t.count) - coalesce(max(k.n), 0),
                sum(t.stated_e6) - coalesce(max(k.net), 0)
         FROM month_total t LEFT JOIN taken k
              ON k.partner = t.partner AND k.month = t.month AND k.currency = t.currency
         WHERE t.bucket IN (?1, ?2) AND t.currency <> ''
         GROUP BY t.partner, t.month, t.currency
         HAVING sum(t.count) > coalesce(max(k.n), 0)
         ORDER BY t.month DESC, t.partner, t.currency",
    )?;
    let buckets = (Bucket::Matched.number(), Bucket::Accepted.number());
    let mut rows = query.query(buckets)?;
    let mut totals = Vec::new();
    while let Some(row) = rows.next()? {
        let code: String = row.get(2)?;
        let currency =
            currency(&code)?.ok_or_else(|| Error::Damaged("a total without currency".into()))?;
        totals.push((
            (row.get(0)?, month(row.get(1)?)?),
            currency,
            row.get(3)?,
            row.get(4)?,
        ));
    }
    Ok(totals)
}

/// A series of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Its row.
    pub row: SeriesRow,
    /// Pattern of its numbers.
    pub pattern: String,
    /// The number given last.
    pub last_seq: u32,
    /// Newest date of issue; none before the first.
    pub last_day: Option<NaiveDate>,
}

/// The series of a code, made with this pattern if it is new. Read it inside the transaction that
/// issues: nobody else can take the next number then.
pub fn series(book: &Book, code: &str, pattern: &str) -> Result<Series> {
    let sql = book.sql();
    sql.prepare_cached(
        "INSERT INTO invoice_series (code, pattern, last_seq, last_day) VALUES (?1, ?2, 0, '')
         ON CONFLICT DO NOTHING",
    )?
    .execute((code, pattern))?;
    let mut query = sql.prepare_cached(
        "SELECT id, pattern, last_seq, last_day FROM invoice_series WHERE code = ?1",
    )?;
    let (row, pattern, last_seq, last_day) = query.query_row([code], |row| {
        Ok((
            row.get(0)?,
            row.get(1)?,
            row.get(2)?,
            row.get::<_, String>(3)?,
        ))
    })?;
    let last_day = match last_day.as_str() {
        "" => None,
        day => Some(
            day.parse()
                .map_err(|_| Error::Damaged(format!("date {day:?}")))?,
        ),
    };
    Ok(Series {
        row,
        pattern,
        last_seq,
        last_day,
    })
}

/// What issuing puts on a document.
#[derive(Clone, Debug)]
pub struct Issue<'a> {
    /// The draft.
    pub row: InvoiceRow,
    /// The series its number is from.
    pub series: SeriesRow,
    /// Place in the series.
    pub seq: u32,
    /// The frozen content, with number and dates.
    pub content: &'a str,
    /// The same as a value.
    pub invoice: &'a Invoice,
    /// Its files.
    pub files: &'a [File],
    /// The decision.
    pub decision: DecisionSeq,
}

/// Turns a draft into an issued document and takes its number. Belongs into one transaction with
/// [`series`] and the decision.
pub fn issue(book: &Book, issue: &Issue<'_>) -> Result<()> {
    let sql = book.sql();
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    let issued_on = day(issue.invoice.issued_on);
    sql.prepare_cached("UPDATE invoice_series SET last_seq = ?2, last_day = ?3 WHERE id = ?1")?
        .execute((issue.series, issue.seq, &issued_on))?;
    sql.prepare_cached(
        "UPDATE invoice SET state = 'issued', series = ?2, seq = ?3, number = ?4, issued_on = ?5,
                due_on = ?6, content = ?7, decision = ?8 WHERE id = ?1",
    )?
    .execute((
        issue.row,
        issue.series,
        issue.seq,
        &issue.invoice.number,
        &issued_on,
        day(issue.invoice.due_on),
        issue.content,
        issue.decision,
    ))?;
    let mut insert = sql.prepare_cached(
        "INSERT INTO invoice_file (invoice, name, media, sha256, bytes)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for file in issue.files {
        insert.execute((
            issue.row,
            &file.name,
            &file.media,
            file.sha256.as_slice(),
            &file.bytes,
        ))?;
    }
    Ok(())
}

/// The files of an issued document, by name.
pub fn files(book: &Book, invoice: InvoiceRow) -> Result<Vec<File>> {
    let mut query = book.sql().prepare_cached(
        "SELECT name, media, sha256, bytes FROM invoice_file WHERE invoice = ?1 ORDER BY name",
    )?;
    let rows = query.query_map([invoice], |row| {
        Ok(File {
            name: row.get(0)?,
            media: row.get(1)?,
            sha256: row.get(2)?,
            bytes: row.get(3)?,
        })
    })?;
    Ok(rows.collect::<std::result::Result<_, _>>()?)
}

/// Gaps in the series: code and the numbers that are missing. Empty when numbering is sound.
pub fn gaps(book: &Book) -> Result<Vec<(String, u32)>> {
    let mut query = book.sql().prepare_cached(
        "SELECT s.code, s.last_seq - (SELECT count(*) FROM invoice i WHERE i.series = s.id)
         FROM invoice_series s ORDER BY s.code",
    )?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
    let mut gaps = Vec::new();
    for row in rows {
        let (code, missing) = row?;
        if let Some(missing) = u32::try_from(missing).ok().filter(|missing| *missing > 0) {
            gaps.push((code, missing));
        }
    }
    Ok(gaps)
}

/// How many CDRs of a document are in none of these buckets.
pub fn items_not_in(book: &Book, invoice: InvoiceRow, buckets: &[Bucket]) -> Result<u32> {
    let mut query = book.sql().prepare_cached(
        "SELECT o.bucket FROM invoice_cdr i LEFT JOIN outcome o ON o.cdr = i.cdr
         WHERE i.invoice = ?1",
    )?;
    let mut rows = query.query([invoice])?;
    let mut others = 0;
    while let Some(row) = rows.next()? {
        let number: Option<u8> = row.get(0)?;
        let bucket = number.map(crate::month::bucket).transpose()?;
        others += u32::from(bucket.is_none_or(|bucket| !buckets.contains(&bucket)));
    }
    Ok(others)
}

/// The number of an issued document that holds a CDR of this decision.
pub fn issued_with(book: &Book, decision: DecisionSeq) -> Result<Option<String>> {
    let mut query = book.sql().prepare_cached(
        "SELECT d.number FROM decision_cdr c JOIN invoice_cdr i ON i.cdr = c.cdr
         JOIN invoice d ON d.id = i.invoice
         WHERE c.decision = ?1 AND d.state = 'issued' LIMIT 1",
    )?;
    Ok(query.query_row([decision], |row| row.get(0)).optional()?)
}

/// The number of a document that was issued after this decision and holds a CDR of it.
pub fn issued_after(book: &Book, decision: DecisionSeq) -> Result<Option<String>> {
    let mut query = book.sql().prepare_cached(
        "SELECT d.number FROM decision_cdr c JOIN invoice_cdr i ON i.cdr = c.cdr
         JOIN invoice d ON d.id = i.invoice
         WHERE c.decision = ?1 AND d.state = 'issued' AND d.decision > ?1 LIMIT 1",
    )?;
    Ok(query.query_row([decision], |row| row.get(0)).optional()?)
}
