//! The report of a partner check: verdict, fields, totals, causes, and the records that differ.
//!
//! Figures come as exact text and are printed as they are: it is their digits that are in question.

use chrono::NaiveDate;

use crate::flow::{BODY, BODY_BOLD, Flow, HAIR, HEAD, LEFT, RIGHT, SECTION, SMALL, STRONG, WIDTH};
use crate::format;
use crate::layout::pdf::Properties;
use crate::layout::{Faces, Ink, Page, Style, Um, mm};

/// What the report says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartnerCheck {
    /// Our name, which is the author's.
    pub own: String,
    /// The partner's name.
    pub partner: String,
    /// Label and value: month, file, hash, …
    pub about: Vec<(String, String)>,
    /// The day it was made.
    pub made_on: NaiveDate,
    /// Whether everything agrees.
    pub equal: bool,
    /// The verdict in a sentence.
    pub verdict: String,
    /// Summary tables, each under its title.
    pub tables: Vec<PartnerCheckTable>,
    /// Titles of groups of records, each with its records.
    pub records: Vec<(String, Vec<PartnerCheckRow>)>,
    /// Said where not all records are printed.
    pub rest: Option<String>,
}

/// A summary table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartnerCheckTable {
    /// Its title.
    pub title: String,
    /// Heads of its columns; the first is as wide as it can be and aligned to the left.
    pub heads: Vec<String>,
    /// Its rows, a text for each head.
    pub rows: Vec<Vec<String>>,
}

/// A record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartnerCheckRow {
    /// Its id.
    pub id: String,
    /// Its start.
    pub start: String,
    /// The partner's total.
    pub reported: String,
    /// Our replay.
    pub replayed: String,
    /// Reported − replayed.
    pub difference: String,
    /// Cause and fields that differ; may be long.
    pub about: String,
}

const TITLE: Style = Style::bold(200, Ink::Accent);
const FIGURE: Style = Style::regular(70, Ink::Text);
const QUIET: Style = Style::regular(70, Ink::Soft);
const CAPTION: Style = Style { size: 70, ..HEAD };
/// Height of a row.
const ROW: Um = 4_600;
/// Width of a column of figures.
const COLUMN: Um = mm(21);
/// Left edge of the start of a record, and right edges of its figures.
const START: Um = LEFT + mm(62);
const REPORTED: Um = RIGHT - mm(50);
const REPLAYED: Um = RIGHT - mm(25);

/// Lays out the report.
pub fn pages(faces: &Faces, check: &PartnerCheck) -> Vec<Page> {
    let mut flow = Flow::new(faces, (check.own.clone(), title(check)));
    opening(&mut flow, check);
    for table in &check.tables {
        place_table(&mut flow, table);
    }
    for (title, rows) in &check.records {
        place_records(&mut flow, title, rows);
    }
    if let Some(rest) = &check.rest {
        flow.y += mm(3);
        flow.paragraph(LEFT, WIDTH, BODY, rest);
    }
    flow.finish(
        &format!("{}  ·  {}", check.own, format::date(check.made_on)),
        false,
    )
}

/// Title, author, date and identity of the file.
pub fn properties(check: &PartnerCheck) -> Properties {
    let about: Vec<String> = check.about.iter().map(|(_, value)| value.clone()).collect();
    Properties {
        title: title(check),
        author: check.own.clone(),
        dated: check.made_on.format("D:%Y%m%d000000Z").to_string(),
        identity: format!("{}|{}|{}", check.partner, check.verdict, about.join("|")),
    }
}

fn title(check: &PartnerCheck) -> String {
    format!("Partner check {}", check.partner)
}

fn opening(flow: &mut Flow<'_>, check: &PartnerCheck) {
    flow.paragraph(LEFT, WIDTH, TITLE, "Partner check");
    flow.y += mm(2);
    let text = format!(
        "The figures that {} computed, beside those that {} computed of the same sessions. \
         Differences are the partner's figure less ours.",
        check.partner, check.own
    );
    flow.paragraph(LEFT, WIDTH, BODY, &text);
    flow.y += mm(3);
    for (label, value) in &check.about {
        let baseline = flow.y + BODY.leading();
        flow.canvas.left(LEFT, baseline, SMALL, label);
        flow.paragraph(LEFT + mm(34), WIDTH - mm(34), BODY, value);
        flow.y += 600;
    }
    flow.y += mm(4);
    flow.canvas.line(LEFT, flow.y, WIDTH, STRONG, Ink::Accent);
    flow.y += mm(1);
    let word = if check.equal {
        "Everything agrees"
    } else {
        "Something differs"
    };
    flow.paragraph(LEFT, WIDTH, SECTION, word);
    flow.paragraph(LEFT, WIDTH, BODY, &check.verdict);
    flow.y += mm(2);
    flow.canvas.line(LEFT, flow.y, WIDTH, HAIR, Ink::Rule);
}

/// A section's title, with room for something below it.
fn section(flow: &mut Flow<'_>, title: &str) {
    flow.y += mm(5);
    flow.room_for(mm(24));
    flow.paragraph(LEFT, WIDTH, SECTION, title);
    flow.y += mm(1);
}

fn place_table(flow: &mut Flow<'_>, table: &PartnerCheckTable) {
    if table.rows.is_empty() {
        return;
    }
    section(flow, &table.title);
    heads(flow, &table.heads);
    for row in &table.rows {
        let first = row.first().map_or("", String::as_str);
        let room = first_width(table.heads.len());
        let lines = flow.faces().wrap(first, FIGURE, room);
        let extra = i32::try_from(lines.len().saturating_sub(1)).unwrap_or(0);
        let height = ROW + extra * FIGURE.leading();
        if !flow.fits(height) {
            flow.turn();
            heads(flow, &table.heads);
        }
        let y = flow.y + ROW - 1_400;
        let mut baseline = y;
        for line in &lines {
            flow.canvas.left(LEFT, baseline, FIGURE, line);
            baseline += FIGURE.leading();
        }
        for (x, text) in right_edges(table.heads.len()).zip(row.iter().skip(1)) {
            let text = flow.faces().fit_end(text, FIGURE, COLUMN - mm(1));
            flow.canvas.right(x, y, FIGURE, &text);
        }
        flow.y += height;
        flow.canvas.line(LEFT, flow.y, WIDTH, HAIR, Ink::Rule);
    }
}

/// Width of a table's first column.
fn first_width(columns: usize) -> Um {
    let others = Um::try_from(columns.saturating_sub(1)).unwrap_or(0);
    WIDTH - others * COLUMN - mm(2)
}

/// Right edges of the columns behind the first.
fn right_edges(columns: usize) -> impl Iterator<Item = Um> {
    let others = Um::try_from(columns.saturating_sub(1)).unwrap_or(0);
    (0..others).map(move |place| RIGHT - (others - 1 - place) * COLUMN)
}

fn heads(flow: &mut Flow<'_>, heads: &[String]) {
    flow.y += CAPTION.leading();
    let y = flow.y;
    if let Some(first) = heads.first() {
        flow.canvas.left(LEFT, y, CAPTION, first);
    }
    for (x, text) in right_edges(heads.len()).zip(heads.iter().skip(1)) {
        flow.canvas.right(x, y, CAPTION, text);
    }
    flow.y += mm(2);
    flow.canvas.line(LEFT, flow.y, WIDTH, STRONG, Ink::Accent);
}

fn place_records(flow: &mut Flow<'_>, title: &str, rows: &[PartnerCheckRow]) {
    if rows.is_empty() {
        return;
    }
    section(flow, title);
    record_heads(flow);
    for row in rows {
        let lines = flow.faces().wrap(&row.about, QUIET, WIDTH - mm(4));
        let below = i32::try_from(lines.len()).unwrap_or(0) * QUIET.leading();
        if !flow.fits(ROW + below) {
            flow.turn();
            record_heads(flow);
        }
        let faces = flow.faces();
        let y = flow.y + ROW - 1_400;
        let id = faces.fit_middle(&row.id, FIGURE, START - LEFT - mm(2));
        flow.canvas.left(LEFT, y, FIGURE, &id);
        flow.canvas.left(START, y, QUIET, &row.start);
        flow.canvas.right(REPORTED, y, FIGURE, &row.reported);
        flow.canvas.right(REPLAYED, y, FIGURE, &row.replayed);
        let strong = Style {
            size: 70,
            ..BODY_BOLD
        };
        flow.canvas.right(RIGHT, y, strong, &row.difference);
        flow.y += ROW - 500;
        for line in lines {
            flow.y += QUIET.leading();
            flow.canvas.left(LEFT + mm(4), flow.y - 600, QUIET, &line);
        }
        flow.y += 500;
        flow.canvas.line(LEFT, flow.y, WIDTH, HAIR, Ink::Rule);
    }
}

fn record_heads(flow: &mut Flow<'_>) {
    flow.y += CAPTION.leading();
    let y = flow.y;
    flow.canvas.left(LEFT, y, CAPTION, "CDR");
    flow.canvas.left(START, y, CAPTION, "Start (UTC)");
    flow.canvas.right(REPORTED, y, CAPTION, "Theirs, net");
    flow.canvas.right(REPLAYED, y, CAPTION, "Ours, net");
    flow.canvas.right(RIGHT, y, CAPTION, "Difference");
    flow.y += mm(2);
    flow.canvas.line(LEFT, flow.y, WIDTH, STRONG, Ink::Accent);
}
