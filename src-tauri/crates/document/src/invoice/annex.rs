//! The annex: every CDR, with sub-totals carried from page to page.

use domain::Decimal;
use domain::Kwh;
use domain::invoice::{AnnexRow, Invoice};

use super::{BODY, Flow, HAIR, HEAD, LEFT, RIGHT, SECTION, SMALL, STRONG, WIDTH};
use crate::format;
use crate::layout::{Ink, Style, Um, mm};

/// Height of a row.
const ROW: Um = 4_300;
/// Left edges.
const CDR: Um = LEFT + mm(6);
const TIME: Um = mm(74);
const PLACE: Um = mm(116);
const EVSE: Um = mm(139);
/// Right edges.
const ENERGY: Um = mm(172);

const FIGURE: Style = Style::regular(65, Ink::Text);
const QUIET: Style = Style::regular(65, Ink::Soft);
const SUM: Style = Style::bold(65, Ink::Text);

/// What the rows so far add up to.
#[derive(Clone, Copy, Default)]
struct Running {
    rows: usize,
    energy: Decimal,
    net: Decimal,
}

pub(super) fn place(flow: &mut Flow<'_>, invoice: &Invoice, limit: usize) {
    if invoice.annex.is_empty() {
        return;
    }
    flow.turn();
    flow.paragraph(LEFT, WIDTH, SECTION, "Annex: charge detail records");
    flow.y += mm(1);
    if invoice.annex.len() > limit {
        beyond_limit(flow, invoice, limit);
        return;
    }
    let text = "Times are local to the charge point, with their offset from UTC. \
                The number at the left is the line of the invoice.";
    flow.paragraph(LEFT, WIDTH, SMALL, text);
    flow.y += mm(5);
    head(flow, invoice);
    let mut running = Running::default();
    for (i, row) in invoice.annex.iter().enumerate() {
        let last = i + 1 == invoice.annex.len();
        // One more row is kept free for the sum that closes the page.
        if !flow.fits(2 * ROW) {
            sum_row(flow, invoice, "Carried forward", running);
            flow.turn();
            head(flow, invoice);
            sum_row(flow, invoice, "Brought forward", running);
        }
        place_row(flow, invoice, row);
        running.rows += 1;
        running.energy += row.energy.0;
        running.net += row.net;
        if last {
            flow.canvas.line(LEFT, flow.y, WIDTH, STRONG, Ink::Accent);
            sum_row(flow, invoice, "Total", running);
        }
    }
}

/// Beyond the limit the CSV alone holds the records, and the page says so.
fn beyond_limit(flow: &mut Flow<'_>, invoice: &Invoice, limit: usize) {
    let text = format!(
        "This invoice covers {} charge detail records. More than {} are not printed: they are in \
         the CSV annex that belongs to this invoice, one row per record, and add up to the net \
         total of {} {}.",
        format::count(invoice.annex.len()),
        format::count(limit),
        invoice.currency,
        format::amount(invoice.net, invoice.currency),
    );
    flow.paragraph(LEFT, WIDTH, BODY, &text);
}

fn head(flow: &mut Flow<'_>, invoice: &Invoice) {
    flow.y += HEAD.leading();
    let head = Style { size: 65, ..HEAD };
    let y = flow.y;
    flow.canvas.left(LEFT, y, head, "#");
    flow.canvas.left(CDR, y, head, "CDR");
    flow.canvas.left(TIME, y, head, "Start – end");
    flow.canvas.left(PLACE, y, head, "Location");
    flow.canvas.left(EVSE, y, head, "EVSE");
    flow.canvas.right(ENERGY, y, head, "kWh");
    flow.canvas
        .right(RIGHT, y, head, &format!("Net {}", invoice.currency));
    flow.y += mm(2);
    flow.canvas.line(LEFT, flow.y, WIDTH, STRONG, Ink::Accent);
}

fn place_row(flow: &mut Flow<'_>, invoice: &Invoice, row: &AnnexRow) {
    let faces = flow.faces();
    flow.y += ROW;
    let y = flow.y - 1_300;
    let id = faces.fit_middle(&row.cdr_id, FIGURE, TIME - CDR - mm(1));
    let time = format::session(row.start_local, row.end_local);
    let time = faces.fit_middle(&time, QUIET, PLACE - TIME - mm(1));
    let place = faces.fit_end(&row.location, QUIET, EVSE - PLACE - mm(2));
    let energy = format::kwh(row.energy);
    let evse_room = ENERGY - faces.width(&energy, FIGURE) - mm(2) - EVSE;
    let evse = faces.fit_middle(&row.evse_id, QUIET, evse_room);
    flow.canvas.left(LEFT, y, QUIET, &row.line.to_string());
    flow.canvas.left(CDR, y, FIGURE, &id);
    flow.canvas.left(TIME, y, QUIET, &time);
    flow.canvas.left(PLACE, y, QUIET, &place);
    flow.canvas.left(EVSE, y, QUIET, &evse);
    flow.canvas.right(ENERGY, y, FIGURE, &energy);
    flow.canvas
        .right(RIGHT, y, FIGURE, &format::amount(row.net, invoice.currency));
    flow.canvas.line(LEFT, flow.y, WIDTH, HAIR, Ink::Rule);
}

fn sum_row(flow: &mut Flow<'_>, invoice: &Invoice, label: &str, running: Running) {
    flow.y += ROW;
    let y = flow.y - 1_300;
    let records = if running.rows == 1 { "CDR" } else { "CDRs" };
    let count = format!("{label}, {} {records}", format::count(running.rows));
    flow.canvas.left(CDR, y, SUM, &count);
    flow.canvas
        .right(ENERGY, y, SUM, &format::kwh(Kwh(running.energy)));
    flow.canvas.right(
        RIGHT,
        y,
        SUM,
        &format::amount(running.net, invoice.currency),
    );
    flow.canvas.line(LEFT, flow.y, WIDTH, HAIR, Ink::Rule);
}
