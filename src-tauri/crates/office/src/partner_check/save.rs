//! The check as a workbook, and as a PDF.

use std::io::Write;
use std::path::Path;

use document::{PartnerCheckRow, PartnerCheckTable};
use domain::replay::Amount;
use domain::{Decimal, PartyKey};
use table::{Cell, Table};

use super::{Checked, Group, Row, Verdict, check, dto};
use crate::api::{CheckTotal, FileSaved, PartnerCheckRequest};
use crate::desk::Desk;
use crate::detail::decimal;
use crate::error::{Error, Result};
use crate::export::Whole;
use crate::job::Job;
use crate::{partners, words};

/// Most records that the PDF shows of each kind; the workbook holds all.
const SHOWN: usize = 200;
/// Fields named of a record in the PDF.
const NAMED: usize = 4;

/// A name for the file of a report: `xlsx` or `pdf`.
///
/// # Errors
/// When the format is none.
pub fn file_name(request: &PartnerCheckRequest, format: &str) -> Result<String> {
    let format = known(format)?;
    let mut parts = vec!["partner-check".to_owned()];
    parts.extend(request.file.partner.clone());
    parts.extend(request.month.clone());
    Ok(format!("{}.{format}", parts.join("-")))
}

fn known(format: &str) -> Result<&str> {
    match format {
        "xlsx" | "pdf" => Ok(format),
        other => Err(Error::BadRequest {
            field: "format",
            value: other.to_owned(),
        }),
    }
}

/// Compares a file and writes the report, `xlsx` or `pdf`, to its place.
///
/// # Errors
/// As of [`super::run`], and when a report cannot be written.
pub fn save(
    desk: &Desk,
    job: &mut Job<'_>,
    (request, path): (&PartnerCheckRequest, &Path),
    (format, out): (&str, &Path),
) -> Result<FileSaved> {
    known(format)?;
    let checked = check(desk, job, request, path)?;
    write(desk, job, &checked, (format, out))
}

/// Writes the report of a check.
pub(super) fn write(
    desk: &Desk,
    job: &mut Job<'_>,
    checked: &Checked,
    (format, out): (&str, &Path),
) -> Result<FileSaved> {
    let format = known(format)?;
    let mut file = Whole::beside(out)?;
    if format == "pdf" {
        let bytes = pdf(desk, checked)?;
        file.write_all(&bytes).map_err(|error| file.failed(error))?;
    } else {
        let written = workbook(desk, checked, &mut file);
        written.map_err(|error| file.failed(std::io::Error::other(error)))?;
    }
    let kept = file.keep(job)?;
    Ok(FileSaved {
        file: name_of(out),
        bytes: kept.bytes.to_string(),
        sha256: kept.sha256,
    })
}

/// A file's name without folders.
pub(crate) fn name_of(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

fn workbook(
    desk: &Desk,
    checked: &Checked,
    file: &mut Whole,
) -> std::result::Result<(), table::Error> {
    let folder = file.folder();
    let made = (folder.as_path(), desk.now.timestamp());
    let mut table = Table::xlsx(&mut *file, "Summary", &["what", "value"], made)?;
    for (label, value) in about(checked) {
        table.row(&[Cell::Text(&label), Cell::Text(&value)])?;
    }
    for verdict in Verdict::ALL {
        let count = of(checked, verdict).count().to_string();
        table.row(&[Cell::Text(verdict.as_str()), Cell::Figure(&count)])?;
    }
    let sheet = "group,currency,cdrs,reported_excl_vat,replayed_excl_vat,difference_excl_vat,\
                 reported_incl_vat,replayed_incl_vat,difference_incl_vat,stated_excl_vat,\
                 stated_incl_vat,reported_kwh,held_kwh";
    table.sheet("Totals", &sheet.split(',').collect::<Vec<_>>())?;
    for total in checked.totals.iter().map(dto::total) {
        total_row(&mut table, &total)?;
    }
    let heads = "field,compared,equal,within,differing,only_held,only_reported,largest_difference";
    table.sheet("Summary per field", &heads.split(',').collect::<Vec<_>>())?;
    for field in dto::fields(checked) {
        let counts = [
            field.compared,
            field.equal,
            field.within,
            field.differing,
            field.only_held,
            field.only_reported,
        ]
        .map(|count| count.to_string());
        let mut cells = vec![Cell::Text(&field.field)];
        cells.extend(counts.iter().map(|count| Cell::Figure(count)));
        cells.push(figure(field.largest.as_deref()));
        table.row(&cells)?;
    }
    let heads = [
        "cdr",
        "field",
        "period",
        "standing",
        "reported",
        "held",
        "difference",
    ];
    table.sheet("Fields", &heads)?;
    for row in &checked.rows {
        for field in row.fields.iter().map(dto::field) {
            let period = field.period.map(|period| period.to_string());
            table.row(&[
                Cell::Text(&row.id),
                Cell::Text(&field.field),
                figure(period.as_deref()),
                Cell::Text(&field.standing),
                value(field.reported.as_deref(), field.difference.is_some()),
                value(field.held.as_deref(), field.difference.is_some()),
                figure(field.difference.as_deref()),
            ])?;
        }
    }
    records(&mut table, checked)?;
    table.finish()
}

fn total_row<W: Write + std::io::Seek + Send>(
    table: &mut Table<W>,
    total: &CheckTotal,
) -> std::result::Result<(), table::Error> {
    let cdrs = total.cdrs.to_string();
    let net = |amount: &Option<crate::api::AmountDto>| {
        amount.as_ref().and_then(|amount| amount.excl_vat.clone())
    };
    let gross = |amount: &Option<crate::api::AmountDto>| {
        amount.as_ref().and_then(|amount| amount.incl_vat.clone())
    };
    let figures = [
        net(&total.reported),
        net(&total.replayed),
        net(&total.difference),
        gross(&total.reported),
        gross(&total.replayed),
        gross(&total.difference),
        net(&total.stated),
        gross(&total.stated),
        total.reported_kwh.clone(),
        total.held_kwh.clone(),
    ];
    let mut cells = vec![
        Cell::Text(&total.group),
        Cell::Text(&total.currency),
        Cell::Figure(&cdrs),
    ];
    cells.extend(figures.iter().map(|text| figure(text.as_deref())));
    table.row(&cells)
}

fn records<W: Write + std::io::Seek + Send>(
    table: &mut Table<W>,
    checked: &Checked,
) -> std::result::Result<(), table::Error> {
    let heads = "cdr,verdict,paired_by,start_utc,currency,reported_excl_vat,replayed_excl_vat,\
                 difference_excl_vat,reported_incl_vat,replayed_incl_vat,difference_incl_vat,\
                 stated_excl_vat,reported_kwh,held_kwh,cause,cause_text";
    table.sheet("CDRs", &heads.split(',').collect::<Vec<_>>())?;
    for row in &checked.rows {
        let start = words::instant(row.start_at);
        let (reported, replayed) = (row.reported.total, row.replayed.total);
        let figures = [
            net(reported),
            net(replayed),
            net(row.difference),
            gross(reported),
            gross(replayed),
            gross(row.difference),
            net(row.stated.total),
            row.reported_kwh.map(decimal),
            row.held_kwh.map(decimal),
        ];
        let currency = row.currency.to_string();
        let mut cells = vec![
            Cell::Text(&row.id),
            Cell::Text(row.verdict.as_str()),
            Cell::Text(row.by.unwrap_or_default()),
            Cell::Text(&start),
            Cell::Text(&currency),
        ];
        cells.extend(figures.iter().map(|text| figure(text.as_deref())));
        let why = row.why.as_ref();
        cells.push(Cell::Text(why.map_or("", |why| why.code)));
        cells.push(Cell::Text(why.map_or("", |why| &why.text)));
        table.row(&cells)?;
    }
    Ok(())
}

fn figure(text: Option<&str>) -> Cell<'_> {
    text.map_or(Cell::Empty, Cell::Figure)
}

/// A value of a field: only what was subtracted is a figure, an id of digits is none.
fn value(text: Option<&str>, is_figure: bool) -> Cell<'_> {
    match text {
        None => Cell::Empty,
        Some(text) if is_figure => Cell::Figure(text),
        Some(text) => Cell::Text(text),
    }
}

fn net(amount: Option<Amount>) -> Option<String> {
    amount?.excl_vat.map(decimal)
}

fn gross(amount: Option<Amount>) -> Option<String> {
    amount?.incl_vat.map(decimal)
}

fn of(checked: &Checked, verdict: Verdict) -> impl Iterator<Item = &Row> {
    let wanted = move |row: &&Row| row.verdict == verdict;
    checked.rows.iter().filter(wanted)
}

/// What was compared, label and value.
fn about(checked: &Checked) -> Vec<(String, String)> {
    let read = &checked.read;
    let month = checked
        .month
        .map_or_else(|| "a sample".to_owned(), |month| month.to_string());
    let mut about = vec![
        ("Partner".to_owned(), checked.partner.to_string()),
        ("Checked by".to_owned(), checked.own.to_string()),
        ("Month".to_owned(), month),
        ("Their file".to_owned(), read.file.clone()),
        ("SHA-256".to_owned(), words::hex(&read.sha256)),
        ("Verdict".to_owned(), verdict(checked)),
    ];
    if !read.rejected.is_empty() {
        let count = read.rejected.len();
        about.push((
            "Not readable".to_owned(),
            format!("{count} records of the file"),
        ));
    }
    about
}

/// The verdict in a sentence.
fn verdict(checked: &Checked) -> String {
    let count = |verdict| of(checked, verdict).count();
    let pairs = checked.rows.iter().filter(|row| row.by.is_some()).count();
    let said = [
        (count(Verdict::Agrees), "the same in every field"),
        (count(Verdict::Differs), "with another total"),
        (
            count(Verdict::FieldsDiffer),
            "with the same total and another field that differs",
        ),
        (count(Verdict::NotCompared), "without a total to compare"),
        (count(Verdict::OnlyReported), "in their file only"),
        (count(Verdict::OnlyHeld), "missing in their file"),
    ];
    let said = said.into_iter().filter(|(count, _)| *count > 0);
    let said: Vec<String> = said
        .map(|(count, text)| format!("{count} {text}"))
        .collect();
    format!("CDRs compared: {pairs}. Of all: {}.", said.join(", "))
}

fn pdf(desk: &Desk, checked: &Checked) -> Result<Vec<u8>> {
    let own = partners::own(desk)?.map_or_else(String::new, |own| own.company.name);
    let named = |name: String, key: &PartyKey| {
        if name.is_empty() {
            key.to_string()
        } else {
            format!("{name} ({key})")
        }
    };
    let partner = partners::partner(desk, &checked.partner)?.company.name;
    let shown = [
        (Verdict::Differs, "CDRs that differ in their total"),
        (Verdict::FieldsDiffer, "CDRs that differ in another field"),
        (Verdict::NotCompared, "CDRs without a total to compare"),
        (Verdict::OnlyReported, "In their file only"),
        (Verdict::OnlyHeld, "Missing in their file"),
    ];
    let records = shown.map(|(verdict, title)| {
        let rows: Vec<_> = of(checked, verdict).take(SHOWN).map(printed).collect();
        (title.to_owned(), rows)
    });
    let all = shown
        .iter()
        .map(|(verdict, _)| of(checked, *verdict).count())
        .sum::<usize>();
    let printed = records.iter().map(|(_, rows)| rows.len()).sum::<usize>();
    let rest = (all > printed).then(|| {
        format!("{printed} of {all} records are printed; the workbook of this check holds all.")
    });
    let skipped = |(label, _): &(String, String)| label != "Verdict";
    let report = document::PartnerCheck {
        own: named(own, &checked.own),
        partner: named(partner, &checked.partner),
        about: about(checked).into_iter().filter(skipped).collect(),
        made_on: desk.now.date_naive(),
        equal: checked.is_equal(),
        verdict: verdict(checked),
        tables: vec![totals(checked), causes(checked)?, fields(checked)],
        records: records.into(),
        rest,
    };
    Ok(document::render_partner_check(&report)?)
}

fn totals(checked: &Checked) -> PartnerCheckTable {
    let heads = [
        "CDRs that are",
        "CDRs",
        "Theirs, net",
        "Ours, net",
        "Diff., net",
        "Diff., gross",
    ];
    let sums = checked.totals.iter().map(|((group, currency), sums)| {
        let title = match group {
            Group::Compared => "Compared",
            Group::NotCompared => "Not comparable",
            Group::OnlyReported => "In their file only",
            Group::OnlyHeld => "Missing in their file",
        };
        let (reported, replayed) = (sums.reported.amount(), sums.replayed.amount());
        let difference = sums.difference.amount();
        let money = |figure: Option<Decimal>| {
            figure.map_or_else(String::new, |figure| printed_figure(figure, *currency))
        };
        vec![
            format!("{title}, {currency}"),
            sums.cdrs.to_string(),
            money(reported.and_then(|sum| sum.excl_vat)),
            money(replayed.and_then(|sum| sum.excl_vat)),
            money(difference.and_then(|sum| sum.excl_vat)),
            money(difference.and_then(|sum| sum.incl_vat)),
        ]
    });
    PartnerCheckTable {
        title: "Totals".to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        rows: sums.collect(),
    }
}

fn causes(checked: &Checked) -> Result<PartnerCheckTable> {
    let causes = dto::causes(&checked.rows)?.into_iter().map(|cause| {
        let worth = cause.difference.iter();
        let worth: Vec<_> = worth
            .map(|one| format!("{} {}", one.amount, one.currency))
            .collect();
        vec![cause.text, cause.count.to_string(), worth.join(", ")]
    });
    Ok(PartnerCheckTable {
        title: "Why totals differ".to_owned(),
        heads: ["Cause", "CDRs", "Worth, net"].map(str::to_owned).to_vec(),
        rows: causes.collect(),
    })
}

fn fields(checked: &Checked) -> PartnerCheckTable {
    let heads = [
        "Field", "Compared", "Equal", "Rounding", "Differ", "One side", "Largest",
    ];
    let rows = dto::fields(checked).into_iter().map(|field| {
        let alone = field.only_held + field.only_reported;
        let counts = [
            field.compared,
            field.equal,
            field.within,
            field.differing,
            alone,
        ];
        let mut row = vec![field.field];
        row.extend(counts.map(|count| count.to_string()));
        row.push(field.largest.unwrap_or_default());
        row
    });
    PartnerCheckTable {
        title: "Fields".to_owned(),
        heads: heads.map(str::to_owned).to_vec(),
        rows: rows.collect(),
    }
}

/// A figure with the digits of its currency at least, and all that it has.
fn printed_figure(figure: Decimal, currency: domain::Currency) -> String {
    let mut figure = figure.normalize();
    figure.rescale(figure.scale().max(currency.minor_digits()));
    figure.to_string()
}

fn printed(row: &Row) -> PartnerCheckRow {
    let with = |amount: Option<Amount>| {
        let net = amount.and_then(|amount| amount.excl_vat);
        net.map_or_else(String::new, |net| {
            format!("{} {}", printed_figure(net, row.currency), row.currency)
        })
    };
    let signed = |figure: Decimal| {
        let sign = if figure > Decimal::ZERO { "+" } else { "" };
        format!("{sign}{}", printed_figure(figure, row.currency))
    };
    let difference = row.difference.and_then(|apart| apart.excl_vat);
    let mut about: Vec<String> = row.why.iter().map(|why| why.text.clone()).collect();
    let differing = row
        .fields
        .iter()
        .map(dto::field)
        .filter(|one| one.standing == "differs");
    let differing: Vec<String> = differing
        .map(|one| {
            let period = one.period.map_or_else(String::new, |at| format!("[{at}]"));
            let none = || "–".to_owned();
            let (reported, held) = (
                one.reported.unwrap_or_else(none),
                one.held.unwrap_or_else(none),
            );
            format!("{}{period}: {reported} / {held}", one.field)
        })
        .collect();
    let more = differing.len().saturating_sub(NAMED);
    about.extend(differing.into_iter().take(NAMED));
    if more > 0 {
        about.push(format!("and {more} more fields"));
    }
    PartnerCheckRow {
        id: row.id.clone(),
        start: row.start_at.format("%Y-%m-%d %H:%M").to_string(),
        reported: with(row.reported.total),
        replayed: with(row.replayed.total),
        difference: difference.map_or_else(String::new, signed),
        about: about.join("; "),
    }
}
