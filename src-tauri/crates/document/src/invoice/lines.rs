//! The lines: one per location and VAT treatment, the head repeated on every page.

use domain::invoice::{Invoice, InvoiceLine};

use super::{BODY, BODY_BOLD, Flow, HAIR, HEAD, LEFT, RIGHT, SMALL, STRONG, WIDTH};
use crate::format;
use crate::layout::{Ink, Um, mm};

/// Left edge of the location.
const LOCATION: Um = LEFT + mm(9);
/// Its width.
const LOCATION_WIDTH: Um = mm(72);
/// Right edge of the number of CDRs.
const CDRS: Um = mm(114);
/// Right edge of the energy.
const ENERGY: Um = mm(138);
/// Right edge of the VAT.
const VAT: Um = mm(164);

pub(super) fn place(flow: &mut Flow<'_>, invoice: &Invoice) {
    flow.room_for(mm(30));
    head(flow, invoice);
    for line in &invoice.lines {
        let name = flow.faces().wrap(&line.location, BODY, LOCATION_WIDTH);
        let place = flow.faces().wrap(&line.place, SMALL, LOCATION_WIDTH);
        let height = mm(3) + advance(name.len(), BODY) + advance(place.len(), SMALL);
        if !flow.fits(height) {
            flow.turn();
            head(flow, invoice);
        }
        let top = flow.y;
        row(flow, invoice, line, (&name, &place));
        flow.y = top + height;
        flow.canvas.line(LEFT, flow.y, WIDTH, HAIR, Ink::Rule);
    }
    flow.y += mm(4);
}

fn head(flow: &mut Flow<'_>, invoice: &Invoice) {
    flow.y += HEAD.leading();
    let y = flow.y;
    flow.canvas.left(LEFT, y, HEAD, "#");
    flow.canvas.left(LOCATION, y, HEAD, "Location");
    flow.canvas.right(CDRS, y, HEAD, "CDRs");
    flow.canvas.right(ENERGY, y, HEAD, "Energy kWh");
    flow.canvas.right(VAT, y, HEAD, "VAT");
    flow.canvas
        .right(RIGHT, y, HEAD, &format!("Net {}", invoice.currency));
    flow.y += mm(2);
    flow.canvas.line(LEFT, flow.y, WIDTH, STRONG, Ink::Accent);
}

fn row(
    flow: &mut Flow<'_>,
    invoice: &Invoice,
    line: &InvoiceLine,
    (name, place): (&[String], &[String]),
) {
    let first = flow.y + mm(1) + BODY.leading() - 400;
    let mut baseline = first;
    for (i, text) in name.iter().enumerate() {
        baseline = first + advance(i, BODY);
        flow.canvas.left(LOCATION, baseline, BODY, text);
    }
    for text in place {
        baseline += SMALL.leading();
        flow.canvas.left(LOCATION, baseline, SMALL, text);
    }
    let cdrs = usize::try_from(line.cdrs).expect("a count of CDRs fits");
    let vat = format::vat(line.vat.category, line.vat.rate);
    flow.canvas
        .left(LEFT, first, SMALL, &line.position.to_string());
    flow.canvas.right(CDRS, first, BODY, &format::count(cdrs));
    flow.canvas
        .right(ENERGY, first, BODY, &format::kwh(line.energy));
    flow.canvas.right(VAT, first, SMALL, &vat);
    flow.canvas.right(
        RIGHT,
        first,
        BODY_BOLD,
        &format::amount(line.net, invoice.currency),
    );
}

fn advance(lines: usize, style: crate::layout::Style) -> Um {
    Um::try_from(lines).expect("few lines") * style.leading()
}
