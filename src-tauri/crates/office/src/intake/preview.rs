//! The beginning of a file as what it becomes, before anything is imported.

use std::path::Path;

use domain::{Cdr, Finding, Instant, OcpiId, PartyKey, Session, Tz};
use ocpi::stream::{Piece, Splitter};
use ocpi::{Hint, Object, Reader};

use super::chargers;
use super::history::shown;
use super::others;
use super::prepare::Context;
use super::reading::Opened;
use super::recognise::{Holds, Recognised, recognise};
use super::source::Source;
use super::table;
use super::tally::RecordKind;
use crate::api::{
    ColumnDto, Continues, EvidenceDto, GridRow, ImportPreview, ImportRequest, MoneyDto, PartnerRef,
    PickedFile, PreviewRow, SheetPreview,
};
use crate::desk::Desk;
use crate::error::Result;
use crate::replay::Lookups;
use crate::words;

/// Records shown.
const SHOWN: usize = 100;
/// Rows shown as they are written.
const GRID: usize = 20;
/// Texts shown of a column.
const SAMPLES: usize = 3;

/// Looks into a file: what it holds, how it is read, and its first records.
pub fn preview(desk: &Desk, request: &ImportRequest, path: &Path) -> Result<ImportPreview> {
    let source = Source::new(path)?;
    let recognised = recognise(&source)?;
    let file = PickedFile {
        token: request.token.clone(),
        name: source.name.clone(),
        bytes: source.bytes.to_string(),
    };
    match recognised.holds {
        Holds::Sheet => sheet_preview(desk, request, &source, &recognised, file),
        Holds::Transactions => log_preview(desk, request, &recognised, file),
        Holds::Ocpi => ocpi_preview(desk, request, &recognised, file),
    }
}

/// The partner chosen in a request.
fn chosen(request: &ImportRequest) -> Option<PartyKey> {
    request.partner.as_deref().and_then(|key| key.parse().ok())
}

fn sheet_preview(
    desk: &Desk,
    request: &ImportRequest,
    source: &Source<'_>,
    recognised: &Recognised,
    file: PickedFile,
) -> Result<ImportPreview> {
    let (context, opened) = super::look(desk, request, (source, recognised))?;
    let opened = opened.expect("a spreadsheet is opened when it is looked at");
    let rows = sheet_rows(desk, &context, source, &opened)?;
    let ambiguous = |evidence: &sheet::Evidence| {
        let what = evidence.what.as_str();
        opened.questions.iter().any(|question| {
            question.what == what
                && (question.column.is_none() || question.column == evidence.column)
        })
    };
    let partner = context.partner.as_ref();
    Ok(ImportPreview {
        file,
        format: recognised.format.clone(),
        kind: opened.template.kind.as_str().to_owned(),
        ocpi: None,
        needs_partner: partner.is_none(),
        partner: partner.map(|key| partner_ref(desk, key)).transpose()?,
        evidence: opened
            .evidence
            .iter()
            .map(|found| evidence_dto(found, ambiguous(found)))
            .collect(),
        columns: columns(&opened.template, samples(&opened)),
        rows,
        sheet: Some(about_sheet(desk, &opened)?),
    })
}

/// The first rows as what they become.
fn sheet_rows(
    desk: &Desk,
    context: &Context,
    source: &Source<'_>,
    opened: &Opened<'_>,
) -> Result<Vec<PreviewRow>> {
    let Opened {
        workbook,
        template,
        hint,
        ..
    } = opened;
    let unreadable = |error: sheet::Error| table::unreadable(source, &error);
    if template.kind == sheet::Kind::Transactions {
        let rows = sheet::records(workbook, template, hint).map_err(unreadable)?;
        let rows = rows.filter(|row| row.is == sheet::RowIs::Data).take(SHOWN);
        let firsts = chargers::first_rows(&desk.book, context, rows)?;
        let shown = firsts
            .iter()
            .map(|(number, first)| first_row(*number, first));
        return Ok(shown.collect());
    }
    if template.kind != sheet::Kind::Cdrs {
        return others::first((workbook, template, hint), SHOWN).map_err(unreadable);
    }
    let rows = sheet::preview(workbook, template, hint, SHOWN).map_err(unreadable)?;
    Ok(rows.iter().map(|row| sheet_row(row, hint.zone)).collect())
}

/// What a person can see and change of how a sheet is read.
fn about_sheet(desk: &Desk, opened: &Opened<'_>) -> Result<SheetPreview> {
    let template = &opened.template;
    let fields = sheet::Field::ALL.iter();
    let fields = fields.filter(|field| **field != sheet::Field::Other);
    let kept = crate::templates::of_partner(&desk.book, &opened.hint.party)?;
    let sheets = opened.workbook.sheets().iter();
    Ok(SheetPreview {
        name: template.sheet.clone(),
        sheets: sheets.map(|sheet| sheet.name().to_owned()).collect(),
        header: template.header_rows(),
        grid: grid(opened),
        fields: fields.map(words::stable).collect(),
        questions: opened.questions.clone(),
        template: opened.used.clone(),
        templates: kept.into_iter().map(|(stored, _)| stored.name).collect(),
        continues: opened.continues.as_ref().map(|(import, file)| Continues {
            import: import.number(),
            file: file.clone(),
        }),
        has_records: template.has_records(),
    })
}

/// The first rows of the sheet as they are written.
fn grid(opened: &Opened<'_>) -> Vec<GridRow> {
    let mut grid = Vec::new();
    let Ok(sheet) = opened.workbook.sheet(&opened.template.sheet) else {
        return grid;
    };
    let mut rows = sheet.rows();
    while grid.len() < GRID {
        let Some(row) = rows.next() else { break };
        let width = row.width().min(opened.template.headings.len().max(1));
        grid.push(GridRow {
            number: row.number,
            cells: (0..width).map(|column| row.cell(column).shown()).collect(),
        });
    }
    grid
}

/// The first texts of each column below the headings.
fn samples(opened: &Opened<'_>) -> Vec<Vec<String>> {
    let mut samples = vec![Vec::new(); opened.template.headings.len()];
    let Ok(sheet) = opened.workbook.sheet(&opened.template.sheet) else {
        return samples;
    };
    let below = opened.template.header.map_or(0, |rows| rows.last);
    let mut rows = sheet.rows();
    let mut looked_at = 0;
    while looked_at < SHOWN {
        let Some(row) = rows.next() else { break };
        if row.number <= below {
            continue;
        }
        looked_at += 1;
        for (column, texts) in samples.iter_mut().enumerate() {
            let text = row.cell(column).shown();
            if texts.len() < SAMPLES && !text.is_empty() && !texts.contains(&text) {
                texts.push(text);
            }
        }
    }
    samples
}

fn evidence_dto(evidence: &sheet::Evidence, ambiguous: bool) -> EvidenceDto {
    let sample = evidence.sample.clone().or_else(|| evidence.column.clone());
    EvidenceDto {
        what: evidence.what.as_str().to_owned(),
        value: evidence.value.clone(),
        because: sample.unwrap_or_else(|| words::stable(&evidence.because)),
        reason: words::stable(&evidence.because),
        row: evidence.row,
        ambiguous,
    }
}

/// Every column by its heading, with the field it fills.
fn columns(template: &sheet::Template, samples: Vec<Vec<String>>) -> Vec<ColumnDto> {
    let read = |index: usize| template.columns.iter().find(|column| column.index == index);
    let headings = &template.headings;
    let dto = |((index, heading), samples): ((usize, &String), Vec<String>)| {
        let letter = sheet::letter(index);
        let column = read(index);
        let is_first = headings.iter().position(|other| other == heading) == Some(index);
        let figures = column.filter(|column| column.field.is_figure());
        ColumnDto {
            heading: heading.clone(),
            name: if is_first {
                heading.clone()
            } else {
                letter.clone()
            },
            letter,
            field: column.map_or_else(String::new, |column| words::stable(&column.field)),
            sign: figures.map(|column| words::stable(&column.sign)),
            unit: figures
                .and_then(|column| column.unit)
                .map(|unit| unit.name().to_owned()),
            samples,
        }
    };
    let columns = headings.iter().enumerate().zip(samples);
    columns.map(dto).collect()
}

fn sheet_row(row: &sheet::Row, zone: Tz) -> PreviewRow {
    let mut shown = empty_row(row.number, &row.record.findings);
    if let Some(cdr) = &row.record.value {
        fill_cdr(&mut shown, cdr, cdr.location.time_zone.or(Some(zone)));
    }
    shown
}

pub(super) fn empty_row(number: u32, findings: &[Finding]) -> PreviewRow {
    PreviewRow {
        number,
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
    }
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
    let chosen = chosen(request);
    let hint = Hint {
        party: chosen.clone(),
        ..Hint::default()
    };
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
        sheet: None,
    })
}

/// What the first transactions of a log would become.
fn log_preview(
    desk: &Desk,
    request: &ImportRequest,
    recognised: &Recognised,
    file: PickedFile,
) -> Result<ImportPreview> {
    let partner = chosen(request);
    let context = Context {
        own: desk.book.party().clone(),
        partner: partner.clone(),
        now: desk.now,
        roles: Vec::new(),
        old_sheets: desk.old_sheets.clone(),
    };
    let firsts = chargers::first(&desk.book, &context, &recognised.head, request, SHOWN)?;
    let rows = (1..).zip(&firsts);
    let rows = rows
        .map(|(number, first)| first_row(number, first))
        .collect();
    Ok(ImportPreview {
        file,
        format: recognised.format.clone(),
        kind: "transactions".to_owned(),
        ocpi: None,
        partner: partner.map(|key| partner_ref(desk, &key)).transpose()?,
        needs_partner: false,
        evidence: Vec::new(),
        columns: Vec::new(),
        rows,
        sheet: None,
    })
}

/// A transaction as the CDR that it becomes.
fn first_row(number: u32, first: &chargers::First) -> PreviewRow {
    let mut row = empty_row(number, &first.findings);
    if let Some(cdr) = &first.cdr {
        fill_cdr(&mut row, cdr, cdr.location.time_zone);
    }
    row
}

/// A partner by key and name.
fn partner_ref(desk: &Desk, key: &PartyKey) -> Result<PartnerRef> {
    let name = crate::terms::terms(&desk.book, key)?.partner.company.name;
    let key = key.to_string();
    Ok(PartnerRef {
        name: if name.is_empty() { key.clone() } else { name },
        key,
    })
}

impl Shown {
    fn add(
        &mut self,
        desk: &Desk,
        lookups: &mut Lookups,
        object: Option<Object>,
        findings: &[Finding],
    ) -> Result<()> {
        let number = u32::try_from(self.rows.len() + 1).expect("a hundred rows at most");
        let mut row = empty_row(number, findings);
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

pub(super) fn named(row: &mut PreviewRow, kind: &str, id: &OcpiId) {
    kind.clone_into(&mut row.kind);
    row.id.clone_from(&id.0);
}

pub(super) fn times(row: &mut PreviewRow, start: Instant, end: Option<Instant>, zone: Option<Tz>) {
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
    row.incl_vat = cdr
        .totals
        .cost
        .as_ref()
        .and_then(|cost| cost.incl_vat)
        .map(money);
}

pub(super) fn fill_session(row: &mut PreviewRow, session: &Session) {
    named(row, "session", &session.id);
    times(
        row,
        session.start_at,
        session.end_at,
        session.location.time_zone,
    );
    let place = &session.location;
    let ids = [&place.evse_id, &place.evse_uid, &place.id];
    row.place = ids
        .into_iter()
        .flatten()
        .next()
        .map_or_else(String::new, |id| id.0.clone());
    row.energy_kwh = Some(session.energy.0.normalize().to_string());
}
