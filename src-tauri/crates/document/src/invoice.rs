//! The pages of an invoice: letter, lines, totals, payment, annex.
//!
//! Laid out top to bottom with [`Flow`], which opens a page when the next block does not fit; when
//! all is placed and the number of pages is known, every page gets its foot and, on a draft, the
//! word DRAFT behind everything (INVOICING S5).

mod annex;
mod letter;
mod lines;
mod totals;

use domain::invoice::{Invoice, InvoiceKind};

use crate::Options;
use crate::format;
use crate::layout::pdf::Properties;
use crate::layout::{Canvas, Faces, Ink, Mark, Page, Style, Um, Weight, mm};

/// Left edge of what is printed.
const LEFT: Um = mm(20);
/// Right edge.
const RIGHT: Um = mm(190);
/// Width between them.
const WIDTH: Um = RIGHT - LEFT;
/// Where the first block of a continuation page starts.
const TOP: Um = mm(28);
/// Below it nothing but the foot.
const BOTTOM: Um = mm(275);

/// A hairline.
const HAIR: Um = 120;
/// A line that closes a table's head.
const STRONG: Um = 350;

const BODY: Style = Style::regular(90, Ink::Text);
const BODY_BOLD: Style = Style::bold(90, Ink::Text);
const SMALL: Style = Style::regular(75, Ink::Soft);
const HEAD: Style = Style::bold(75, Ink::Accent);
const FOOT: Style = Style::regular(70, Ink::Soft);
const SECTION: Style = Style::bold(120, Ink::Accent);

/// Lays out the whole document.
pub fn pages(faces: &Faces, invoice: &Invoice, options: Options) -> Vec<Page> {
    let mut flow = Flow::new(faces, invoice);
    letter::place(&mut flow, invoice, options.annex_rows);
    lines::place(&mut flow, invoice, totals::height(faces, invoice) + mm(4));
    totals::place(&mut flow, invoice);
    annex::place(&mut flow, invoice, options.annex_rows);
    flow.finish(invoice)
}

/// Title, author, date and identity of the file.
pub fn properties(invoice: &Invoice) -> Properties {
    let day = invoice.issued_on.unwrap_or(invoice.period_end);
    let number = invoice.number.as_deref().unwrap_or("draft");
    Properties {
        title: name(invoice),
        author: invoice.seller.name.clone(),
        dated: day.format("D:%Y%m%d000000Z").to_string(),
        identity: format!(
            "{}|{}|{}|{}|{}|{}",
            invoice.seller.vat_id,
            number,
            invoice.partner_key,
            invoice.month,
            invoice.currency,
            invoice.gross
        ),
    }
}

/// What kind of document it is.
fn title(invoice: &Invoice) -> &'static str {
    match invoice.kind {
        InvoiceKind::Invoice => "Invoice",
        InvoiceKind::SelfBilled => "Self-billed invoice",
    }
}

/// The document's name on its pages and in its properties.
fn name(invoice: &Invoice) -> String {
    match &invoice.number {
        Some(number) => format!("{} {number}", title(invoice)),
        None => format!(
            "{} draft {} {}",
            title(invoice),
            invoice.partner_key,
            format::month(invoice.month)
        ),
    }
}

/// A canvas and how far down the last page is filled.
struct Flow<'a> {
    canvas: Canvas<'a>,
    /// Top of the next block.
    y: Um,
    /// What stands above every page but the first: who, and which document.
    running: (String, String),
}

impl<'a> Flow<'a> {
    fn new(faces: &'a Faces, invoice: &Invoice) -> Self {
        let running = (invoice.seller.name.clone(), name(invoice));
        Flow {
            canvas: Canvas::new(faces),
            y: mm(18),
            running,
        }
    }

    fn faces(&self) -> &'a Faces {
        self.canvas.faces
    }

    /// Whether a block of this height still fits the page.
    fn fits(&self, height: Um) -> bool {
        self.y + height <= BOTTOM
    }

    /// A new page with the running head.
    fn turn(&mut self) {
        self.canvas.new_page();
        let (who, what) = self.running.clone();
        let y = mm(18);
        let what_width = self.faces().width(&what, FOOT);
        let who = self.faces().fit_end(&who, FOOT, WIDTH - what_width - mm(8));
        self.canvas.left(LEFT, y, FOOT, &who);
        self.canvas.right(RIGHT, y, FOOT, &what);
        self.canvas.line(LEFT, y + mm(2), WIDTH, HAIR, Ink::Rule);
        self.y = TOP;
    }

    /// A new page unless a block of this height still fits.
    fn room_for(&mut self, height: Um) {
        if !self.fits(height) {
            self.turn();
        }
    }

    /// Wrapped text, line by line, from `self.y` down.
    fn paragraph(&mut self, x: Um, width: Um, style: Style, text: &str) {
        for line in self.faces().wrap(text, style, width) {
            self.room_for(style.leading());
            self.y += style.leading();
            self.canvas.left(x, self.y, style, &line);
        }
    }

    /// Feet with page numbers, and the mark of a draft.
    fn finish(mut self, invoice: &Invoice) -> Vec<Page> {
        let pages = self.canvas.pages.len();
        let watermark = watermark(self.faces());
        let left = foot_text(invoice);
        for (i, page) in self.canvas.pages.iter_mut().enumerate() {
            let mut foot = Canvas {
                faces: self.canvas.faces,
                pages: vec![Page::default()],
            };
            let number = format!("Page {} of {pages}", i + 1);
            foot.line(LEFT, mm(280), WIDTH, HAIR, Ink::Rule);
            let room = WIDTH - foot.faces.width(&number, FOOT) - mm(8);
            foot.left(LEFT, mm(285), FOOT, &foot.faces.fit_end(&left, FOOT, room));
            foot.right(RIGHT, mm(285), FOOT, &number);
            page.marks
                .extend(foot.pages.pop().unwrap_or_default().marks);
            if invoice.number.is_none() {
                put_behind(page, watermark.clone());
            }
        }
        self.canvas.pages
    }
}

/// Puts a mark behind everything but the grounds, which would hide it.
fn put_behind(page: &mut Page, mark: Mark) {
    let is_ground = |mark: &Mark| matches!(mark, Mark::Rect { ink: Ink::Wash, .. });
    let (grounds, rest): (Vec<Mark>, Vec<Mark>) = std::mem::take(&mut page.marks)
        .into_iter()
        .partition(is_ground);
    page.marks = grounds.into_iter().chain([mark]).chain(rest).collect();
}

fn foot_text(invoice: &Invoice) -> String {
    let seller = &invoice.seller;
    let vat_id = Some(format!("VAT ID {}", seller.vat_id)).filter(|_| !seller.vat_id.is_empty());
    let email = Some(seller.email.clone()).filter(|email| !email.is_empty());
    let parts: Vec<String> = [Some(seller.name.clone()), vat_id, email]
        .into_iter()
        .flatten()
        .collect();
    parts.join("  ·  ")
}

fn watermark(faces: &Faces) -> Mark {
    let style = Style {
        size: 1_500,
        weight: Weight::Bold,
        ink: Ink::Watermark,
    };
    let text = "DRAFT".to_owned();
    Mark::Watermark {
        style,
        width: faces.width(&text, style),
        text,
    }
}
