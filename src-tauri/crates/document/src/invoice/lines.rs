//! The lines: one per location and VAT treatment, the head repeated on every page.

use domain::invoice::{Invoice, InvoiceLine};

use super::{BODY, Flow, HAIR, HEAD, LEFT, RIGHT, SMALL, STRONG, TOP, WIDTH};
use crate::format;
use crate::layout::{Faces, Ink, Style, Um, mm};

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

/// Places the lines; the last one stays on the page of the totals, which need `closing` below it.
pub(super) fn place(flow: &mut Flow<'_>, invoice: &Invoice, closing: Um) {
    flow.room_for(mm(30));
    head(flow, invoice);
    for (i, line) in invoice.lines.iter().enumerate() {
        let label = Label::of(flow.faces(), line);
        let last = i + 1 == invoice.lines.len();
        let below = if last { closing } else { 0 };
        if !flow.fits(label.height() + below) && flow.y > TOP + mm(8) {
            flow.turn();
            head(flow, invoice);
        }
        let top = flow.y;
        row(flow, invoice, line, &label);
        flow.y = top + label.height();
        flow.canvas.line(LEFT, flow.y, WIDTH, HAIR, Ink::Rule);
    }
    flow.y += mm(4);
}

/// What names a line: the location, and its place beside it or, where that is too long, below it.
struct Label {
    name: Vec<String>,
    place: Vec<String>,
    beside: Option<Um>,
}

impl Label {
    fn of(faces: &Faces, line: &InvoiceLine) -> Self {
        let place = place_and_month(line);
        let width = faces.width(&line.location, BODY) + mm(3);
        let fits = width + faces.width(&place, SMALL) <= LOCATION_WIDTH;
        Label {
            name: faces.wrap(&line.location, BODY, LOCATION_WIDTH),
            place: faces.wrap(&place, SMALL, LOCATION_WIDTH),
            beside: fits.then_some(width),
        }
    }

    fn height(&self) -> Um {
        let below = if self.beside.is_some() {
            0
        } else {
            advance(self.place.len(), SMALL)
        };
        mm(2) + 400 + advance(self.name.len().max(1), BODY) + below
    }
}

/// The place of a line; the month, too, where its CDRs are late ones of an earlier month.
fn place_and_month(line: &InvoiceLine) -> String {
    let late = line
        .late_of
        .map(|of| format!("supplied in {}", format::month(of)));
    let place = Some(line.place.clone()).filter(|place| !place.is_empty());
    let parts: Vec<String> = place.into_iter().chain(late).collect();
    parts.join(" · ")
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

fn row(flow: &mut Flow<'_>, invoice: &Invoice, line: &InvoiceLine, label: &Label) {
    let first = flow.y + mm(1) + BODY.leading() - 600;
    flow.canvas
        .left(LEFT, first, SMALL, &line.position.to_string());
    let mut baseline = first;
    for (i, text) in label.name.iter().enumerate() {
        baseline = first + advance(i, BODY);
        flow.canvas.left(LOCATION, baseline, BODY, text);
    }
    for text in &label.place {
        if let Some(shift) = label.beside {
            flow.canvas.left(LOCATION + shift, baseline, SMALL, text);
        } else {
            baseline += SMALL.leading();
            flow.canvas.left(LOCATION, baseline, SMALL, text);
        }
    }
    let cdrs = usize::try_from(line.cdrs).expect("a count of CDRs fits");
    let vat = format::vat(line.vat.category, line.vat.rate);
    flow.canvas.right(CDRS, first, BODY, &format::count(cdrs));
    flow.canvas
        .right(ENERGY, first, BODY, &format::kwh(line.energy));
    flow.canvas.right(VAT, first, SMALL, &vat);
    flow.canvas.right(
        RIGHT,
        first,
        BODY,
        &format::amount(line.net, invoice.currency),
    );
}

fn advance(lines: usize, style: Style) -> Um {
    Um::try_from(lines).expect("few lines") * style.leading()
}
