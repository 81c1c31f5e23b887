//! Pages filled from top to bottom.
//!
//! A page is opened when the next block does not fit; when all is placed and the number of pages is
//! known, every page gets its foot.

use crate::layout::{Canvas, Faces, Ink, Mark, Page, Style, Um, Weight, mm};

/// Left edge of what is printed.
pub const LEFT: Um = mm(20);
/// Right edge.
pub const RIGHT: Um = mm(190);
/// Width between them.
pub const WIDTH: Um = RIGHT - LEFT;
/// Where the first block of a continuation page starts.
pub const TOP: Um = mm(28);
/// Below it nothing but the foot.
pub const BOTTOM: Um = mm(275);

/// A hairline.
pub const HAIR: Um = 120;
/// A line that closes a table's head.
pub const STRONG: Um = 350;

/// Running text.
pub const BODY: Style = Style::regular(90, Ink::Text);
/// The same, stressed.
pub const BODY_BOLD: Style = Style::bold(90, Ink::Text);
/// Labels and notes.
pub const SMALL: Style = Style::regular(75, Ink::Soft);
/// Heads of columns.
pub const HEAD: Style = Style::bold(75, Ink::Accent);
/// Feet and running heads.
pub const FOOT: Style = Style::regular(70, Ink::Soft);
/// Titles of sections.
pub const SECTION: Style = Style::bold(120, Ink::Accent);

/// A canvas and how far down the last page is filled.
pub struct Flow<'a> {
    /// What is drawn on.
    pub canvas: Canvas<'a>,
    /// Top of the next block.
    pub y: Um,
    /// What stands above every page but the first: who, and which document.
    running: (String, String),
}

impl<'a> Flow<'a> {
    /// One empty page; `running` stands above every other.
    pub fn new(faces: &'a Faces, running: (String, String)) -> Self {
        Flow {
            canvas: Canvas::new(faces),
            y: mm(18),
            running,
        }
    }

    /// Measures text.
    pub fn faces(&self) -> &'a Faces {
        self.canvas.faces
    }

    /// Whether a block of this height still fits the page.
    pub fn fits(&self, height: Um) -> bool {
        self.y + height <= BOTTOM
    }

    /// A new page with the running head.
    pub fn turn(&mut self) {
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
    pub fn room_for(&mut self, height: Um) {
        if !self.fits(height) {
            self.turn();
        }
    }

    /// Wrapped text, line by line, from `self.y` down.
    pub fn paragraph(&mut self, x: Um, width: Um, style: Style, text: &str) {
        for line in self.faces().wrap(text, style, width) {
            self.room_for(style.leading());
            self.y += style.leading();
            self.canvas.left(x, self.y, style, &line);
        }
    }

    /// Feet with `left` and page numbers, and the mark of a draft.
    pub fn finish(mut self, left: &str, draft: bool) -> Vec<Page> {
        let pages = self.canvas.pages.len();
        let watermark = watermark(self.faces());
        for (i, page) in self.canvas.pages.iter_mut().enumerate() {
            let mut foot = Canvas {
                faces: self.canvas.faces,
                pages: vec![Page::default()],
            };
            let number = format!("Page {} of {pages}", i + 1);
            foot.line(LEFT, mm(280), WIDTH, HAIR, Ink::Rule);
            let room = WIDTH - foot.faces.width(&number, FOOT) - mm(8);
            foot.left(LEFT, mm(285), FOOT, &foot.faces.fit_end(left, FOOT, room));
            foot.right(RIGHT, mm(285), FOOT, &number);
            page.marks
                .extend(foot.pages.pop().unwrap_or_default().marks);
            if draft {
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
