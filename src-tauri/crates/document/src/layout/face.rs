//! The two faces of the document and what can be measured of them.
//!
//! Noto Sans: free to embed (OFL 1.1, see `fonts/OFL.txt`), all figures equally wide, Latin, Greek
//! and Cyrillic. Its em is 1,000 units, the unit PDF measures widths in, so what is measured here
//! is exactly what a viewer advances.

use std::sync::LazyLock;

use printpdf::ParsedFont;

use super::{Style, Um};

static REGULAR: &[u8] = include_bytes!("../../fonts/NotoSans-Regular.ttf");
static BOLD: &[u8] = include_bytes!("../../fonts/NotoSans-Bold.ttf");

static FACES: LazyLock<Faces> = LazyLock::new(|| Faces {
    regular: parse(REGULAR),
    bold: parse(BOLD),
});

/// Regular or bold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// The upright face.
    Regular,
    /// The bold face.
    Bold,
}

/// Both faces, parsed once per process.
pub struct Faces {
    regular: ParsedFont,
    bold: ParsedFont,
}

/// The faces that are built in.
pub fn faces() -> &'static Faces {
    &FACES
}

fn parse(bytes: &[u8]) -> ParsedFont {
    let font = ParsedFont::from_bytes(bytes, 0, &mut Vec::new())
        .expect("the built-in fonts are whole, a test reads them");
    let em = font.font_metrics.units_per_em;
    assert!(
        em == 1_000,
        "widths are taken as thousandths of the em, but the em is {em}"
    );
    font
}

impl Faces {
    /// The font of a weight.
    pub fn font(&self, weight: Weight) -> &ParsedFont {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// The first character of a text that a face cannot show.
    pub fn missing(&self, text: &str, weight: Weight) -> Option<char> {
        let font = self.font(weight);
        text.chars()
            .find(|&c| font.lookup_glyph_index(u32::from(c)).unwrap_or(0) == 0)
    }

    /// How wide a text is.
    pub fn width(&self, text: &str, style: Style) -> Um {
        let font = self.font(style.weight);
        let thousandths: i64 = text
            .chars()
            .map(|c| {
                let glyph = font.lookup_glyph_index(u32::from(c)).unwrap_or(0);
                i64::from(font.get_horizontal_advance(glyph))
            })
            .sum();
        // A thousandth of an em, in tenths of a point, in micrometres: 25,400 / 72 per point.
        let width = thousandths * i64::from(style.size) * 25_400 / (72 * 10 * 1_000);
        Um::try_from(width).unwrap_or(Um::MAX)
    }

    /// The text, with its middle left out where it is wider than `width`: ids differ at both ends.
    pub fn fit_middle(&self, text: &str, style: Style, width: Um) -> String {
        self.fit(text, style, width, |letters, keep| {
            let head = keep.div_ceil(2);
            let tail = letters.len() - (keep - head);
            let (head, tail) = (&letters[..head], &letters[tail..]);
            head.iter().chain(&['…']).chain(tail).collect()
        })
    }

    /// The text, cut off with an ellipsis where it is wider than `width`.
    pub fn fit_end(&self, text: &str, style: Style, width: Um) -> String {
        self.fit(text, style, width, |letters, keep| {
            let kept: String = letters[..keep].iter().collect();
            format!("{}…", kept.trim_end())
        })
    }

    fn fit(
        &self,
        text: &str,
        style: Style,
        width: Um,
        shorten: impl Fn(&[char], usize) -> String,
    ) -> String {
        if self.width(text, style) <= width {
            return text.to_owned();
        }
        let letters: Vec<char> = text.chars().collect();
        (0..letters.len())
            .rev()
            .map(|keep| shorten(&letters, keep))
            .find(|short| self.width(short, style) <= width)
            .unwrap_or_default()
    }

    /// The text in lines no wider than `width`, broken at spaces, inside a word only where it must.
    pub fn wrap(&self, text: &str, style: Style, width: Um) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            let longer = if line.is_empty() {
                word.to_owned()
            } else {
                format!("{line} {word}")
            };
            if self.width(&longer, style) <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for letter in word.chars() {
                line.push(letter);
                if self.width(&line, style) > width && line.chars().count() > 1 {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, letter.to_string()));
                }
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::super::Ink;
    use super::*;

    const STYLE: Style = Style::regular(100, Ink::Text);

    #[test]
    fn figures_are_equally_wide_in_both_weights() {
        for style in [STYLE, Style::bold(100, Ink::Text)] {
            let zero = faces().width("0", style);
            assert!(zero > 0);
            for figure in "123456789".chars() {
                assert_eq!(faces().width(&figure.to_string(), style), zero, "{figure}");
            }
        }
    }

    #[test]
    fn what_european_names_need_is_there_and_what_is_not_is_named() {
        let names =
            "€ ł ß ő ø ñ ţ ș ğ İ ı ž č ř ů ŵ ħ ġ ķ ļ ņ ė ų ā õ æ Å Œ “” ‘’ – — … Ωψ Жщ ₴ ₺ №";
        for weight in [Weight::Regular, Weight::Bold] {
            assert_eq!(faces().missing(names, weight), None);
            assert_eq!(faces().missing("Ladestation 充電", weight), Some('充'));
        }
    }

    #[test]
    fn text_is_shortened_and_wrapped_to_its_width() {
        let narrow = faces().width("abcdefgh", STYLE);
        let middle = faces().fit_middle("CDR-0000-0000-0001", STYLE, narrow);
        assert!(middle.starts_with("CDR") && middle.ends_with('1') && middle.contains('…'));
        assert!(faces().width(&middle, STYLE) <= narrow);
        assert!(
            faces()
                .fit_end("Hauptbahnhof", STYLE, narrow)
                .ends_with('…')
        );
        assert_eq!(
            faces().fit_end("Bahn", STYLE, narrow),
            "Bahn",
            "it fits as it is"
        );
        let lines = faces().wrap("Donaudampfschifffahrtsgesellschaft am Kai", STYLE, narrow);
        assert!(
            lines.len() > 3,
            "a word wider than the line is broken: {lines:?}"
        );
        assert!(
            lines
                .iter()
                .all(|line| faces().width(line, STYLE) <= narrow)
        );
        assert_eq!(
            lines.concat().replace(' ', ""),
            "DonaudampfschifffahrtsgesellschaftamKai"
        );
    }
}
