//! The small layout layer: marks on pages, in micrometres from the top left corner.
//!
//! Whole numbers all the way, so that measuring is exact and the same everywhere; floating point
//! begins in [`pdf`], where a mark becomes a PDF operation.

mod face;
pub mod pdf;

use unicode_normalization::UnicodeNormalization;

pub use face::{Faces, Weight, faces};

/// A length in micrometres.
pub type Um = i32;

/// Whole millimetres.
pub const fn mm(millimetres: i32) -> Um {
    millimetres * 1_000
}

/// Width of A4.
pub const PAGE_WIDTH: Um = mm(210);
/// Height of A4.
pub const PAGE_HEIGHT: Um = mm(297);

/// The few colours of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Running text and figures.
    Text,
    /// Labels and what matters less.
    Soft,
    /// Hairlines.
    Rule,
    /// Behind a block that should catch the eye.
    Wash,
    /// The mark of a draft, behind everything.
    Watermark,
    /// Title, heads and strong rules.
    Accent,
}

/// How text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Size in tenths of a point.
    pub size: i32,
    /// Regular or bold.
    pub weight: Weight,
    /// Its colour.
    pub ink: Ink,
}

impl Style {
    /// Regular text.
    pub const fn regular(size: i32, ink: Ink) -> Self {
        Style {
            size,
            weight: Weight::Regular,
            ink,
        }
    }

    /// Bold text.
    pub const fn bold(size: i32, ink: Ink) -> Self {
        Style {
            size,
            weight: Weight::Bold,
            ink,
        }
    }

    /// The distance between baselines that suits the size: 1.4 times.
    pub fn leading(self) -> Um {
        self.size * 14 * 25_400 / 7_200
    }
}

/// One thing drawn on a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Text whose baseline starts at a point.
    Text {
        /// Left end.
        x: Um,
        /// Baseline.
        y: Um,
        /// How it looks.
        style: Style,
        /// What it says.
        text: String,
    },
    /// Text across the page from the lower left, rising 4 for every 3, centred.
    Watermark {
        /// How it looks.
        style: Style,
        /// What it says.
        text: String,
        /// Its width.
        width: Um,
    },
    /// A filled rectangle.
    Rect {
        /// Left edge.
        x: Um,
        /// Top edge.
        y: Um,
        /// Width.
        width: Um,
        /// Height.
        height: Um,
        /// Its colour.
        ink: Ink,
    },
    /// A horizontal line.
    Line {
        /// Left end.
        x: Um,
        /// Height on the page.
        y: Um,
        /// Length.
        width: Um,
        /// Thickness.
        thickness: Um,
        /// Its colour.
        ink: Ink,
    },
}

/// What is drawn on one page, in drawing order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The marks.
    pub marks: Vec<Mark>,
}

/// Pages being filled: places text by its left end, its right end or its middle.
pub struct Canvas<'a> {
    /// Measures text.
    pub faces: &'a Faces,
    /// The pages so far; there is always at least one.
    pub pages: Vec<Page>,
}

impl<'a> Canvas<'a> {
    /// One empty page.
    pub fn new(faces: &'a Faces) -> Self {
        Canvas {
            faces,
            pages: vec![Page::default()],
        }
    }

    /// Adds an empty page; what follows is drawn on it.
    pub fn new_page(&mut self) {
        self.pages.push(Page::default());
    }

    /// Draws on the last page.
    pub fn mark(&mut self, mark: Mark) {
        self.pages
            .last_mut()
            .expect("a canvas has at least one page")
            .marks
            .push(mark);
    }

    /// Text from a point to the right.
    pub fn left(&mut self, x: Um, y: Um, style: Style, text: &str) {
        let text = printable(text);
        self.mark(Mark::Text { x, y, style, text });
    }

    /// Text that ends at a point.
    pub fn right(&mut self, x: Um, y: Um, style: Style, text: &str) {
        let text = printable(text);
        let x = x - self.faces.width(&text, style);
        self.mark(Mark::Text { x, y, style, text });
    }

    /// A horizontal line.
    pub fn line(&mut self, x: Um, y: Um, width: Um, thickness: Um, ink: Ink) {
        self.mark(Mark::Line {
            x,
            y,
            width,
            thickness,
            ink,
        });
    }
}

/// The text as it can be drawn: accents composed with their letters, every kind of space a space,
/// and signs that only steer how text is broken or joined left out. Names copied from web pages
/// and spreadsheets are full of them.
fn printable(text: &str) -> String {
    let steers = |c: &char| {
        matches!(
            *c,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}'
        )
    };
    text.nfc()
        .filter(|c| !steers(c))
        .map(|c| {
            if c.is_whitespace() || c.is_control() {
                ' '
            } else {
                c
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_sit_on_their_letters() {
        assert_eq!(printable("Gyo\u{30b}r A\u{301}llom\u{e1}s"), "Győr Állomás");
    }

    #[test]
    fn what_cannot_be_seen_is_not_drawn() {
        assert_eq!(
            printable("Hafen\u{a0}1\n\u{feff}Nord\u{200b}ufer\u{ad}"),
            "Hafen 1 Nordufer"
        );
    }
}
