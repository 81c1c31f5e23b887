//! The back end: pages of marks become a PDF file, through printpdf and lopdf.
//!
//! Floating point lives here and nowhere else in the crate: PDF counts in points from the lower
//! left corner. What printpdf leaves to chance or leaves over is put right with lopdf: the random
//! file id, the information dictionary, empty resource dictionaries.
#![allow(clippy::float_arithmetic)] // coordinates of a page, never an amount

use lopdf::{Dictionary, Document, Object, StringFormat};
use printpdf::{
    Color, FontId, Greyscale, Mm, Op, PaintMode, PdfDocument, PdfFont, PdfFontHandle, PdfPage,
    PdfSaveOptions, Point, Pt, Rect, Rgb, TextItem, TextMatrix,
};

use super::{Faces, Ink, Mark, PAGE_HEIGHT, PAGE_WIDTH, Page, Style, Um, Weight};
use crate::Error;

/// What the file says about itself.
pub struct Properties {
    /// Title, e.g. `Invoice 2026-000123`.
    pub title: String,
    /// The company that writes it.
    pub author: String,
    /// `D:20261005000000Z`: from the document, never from the clock.
    pub dated: String,
    /// What makes this document different from every other one; the file id is made from it.
    pub identity: String,
}

/// Writes pages as a PDF 1.7 file: fonts embedded as subsets, streams compressed.
pub fn write(faces: &Faces, pages: &[Page], properties: &Properties) -> Result<Vec<u8>, Error> {
    refuse_missing_glyphs(faces, pages)?;
    let mut pdf = PdfDocument::new(&properties.title);
    for weight in [Weight::Regular, Weight::Bold] {
        let font = PdfFont::new(faces.font(weight).clone());
        pdf.resources.fonts.map.insert(font_id(weight), font);
    }
    pdf.pages = pages
        .iter()
        .map(|page| {
            let ops = page.marks.iter().flat_map(operations).collect();
            PdfPage::new(Mm(210.0), Mm(297.0), ops)
        })
        .collect();
    let mut warnings = Vec::new();
    let mut file = pdf.to_lopdf_document(&PdfSaveOptions::default(), &mut warnings);
    finish(&mut file, properties)?;
    let mut bytes = Vec::new();
    file.save_to(&mut bytes)
        .map_err(|error| Error::Pdf(error.to_string()))?;
    Ok(bytes)
}

fn refuse_missing_glyphs(faces: &Faces, pages: &[Page]) -> Result<(), Error> {
    for mark in pages.iter().flat_map(|page| &page.marks) {
        let (style, text) = match mark {
            Mark::Text { style, text, .. } | Mark::Watermark { style, text, .. } => (style, text),
            Mark::Rect { .. } | Mark::Line { .. } => continue,
        };
        if let Some(character) = faces.missing(text, style.weight) {
            return Err(Error::MissingGlyph {
                character,
                text: text.clone(),
            });
        }
    }
    Ok(())
}

/// Fixed names instead of printpdf's random ones; the first six letters tag the subset.
fn font_id(weight: Weight) -> FontId {
    FontId(match weight {
        Weight::Regular => "TWREGA".to_owned(),
        Weight::Bold => "TWBOLD".to_owned(),
    })
}

fn operations(mark: &Mark) -> Vec<Op> {
    match mark {
        Mark::Text { x, y, style, text } => {
            let pos = Point {
                x: points(*x),
                y: height(*y),
            };
            show(*style, text, Op::SetTextCursor { pos })
        }
        Mark::Watermark { style, text, width } => {
            // A 3-4-5 triangle is close to the diagonal of A4 and needs no sine: 0.6 and 0.8.
            let half = points(*width).0 / 2.0;
            let x = points(PAGE_WIDTH / 2).0 - 0.6 * half;
            let y = points(PAGE_HEIGHT / 2).0 - 0.8 * half;
            let matrix = TextMatrix::Raw([0.6, 0.8, -0.8, 0.6, hundredths(x), hundredths(y)]);
            show(*style, text, Op::SetTextMatrix { matrix })
        }
        Mark::Rect {
            x,
            y,
            width,
            height,
            ink,
        } => fill(*x, *y, *width, *height, *ink),
        Mark::Line {
            x,
            y,
            width,
            thickness,
            ink,
        } => fill(*x, *y - *thickness / 2, *width, *thickness, *ink),
    }
}

fn show(style: Style, text: &str, place: Op) -> Vec<Op> {
    #[allow(clippy::cast_precision_loss)] // a size is a few hundred tenths of a point
    let size = Pt(style.size as f32 / 10.0);
    vec![
        Op::StartTextSection,
        Op::SetFillColor {
            col: colour(style.ink),
        },
        Op::SetFont {
            font: PdfFontHandle::External(font_id(style.weight)),
            size,
        },
        place,
        Op::ShowText {
            items: vec![TextItem::Text(text.to_owned())],
        },
        Op::EndTextSection,
    ]
}

/// Lines are drawn as thin rectangles, too: no stroke state to keep.
fn fill(x: Um, y: Um, width: Um, tall: Um, ink: Ink) -> Vec<Op> {
    let rectangle = Rect {
        x: points(x),
        y: height(y + tall),
        width: points(width),
        height: points(tall),
        mode: Some(PaintMode::Fill),
        winding_order: None,
    };
    vec![
        Op::SetFillColor { col: colour(ink) },
        Op::DrawRectangle { rectangle },
    ]
}

fn colour(ink: Ink) -> Color {
    let grey = |percent| {
        Color::Greyscale(Greyscale {
            percent,
            icc_profile: None,
        })
    };
    match ink {
        Ink::Text => grey(0.1),
        Ink::Soft => grey(0.4),
        Ink::Rule => grey(0.82),
        Ink::Wash => grey(0.955),
        Ink::Watermark => grey(0.92),
        Ink::Accent => Color::Rgb(Rgb {
            r: 0.06,
            g: 0.27,
            b: 0.36,
            icc_profile: None,
        }),
    }
}

/// Micrometres as points, to a hundredth of a point: finer than any printer.
fn points(length: Um) -> Pt {
    #[allow(clippy::cast_precision_loss)] // A4 has 297,000 micrometres, exact in 24 bits
    let length = length as f32;
    Pt(hundredths(length * 72.0 / 25_400.0))
}

fn height(y: Um) -> Pt {
    points(PAGE_HEIGHT - y)
}

fn hundredths(points: f32) -> f32 {
    (points * 100.0).round() / 100.0
}

/// Makes the file repeatable and clean.
fn finish(file: &mut Document, properties: &Properties) -> Result<(), Error> {
    let broken = |error: lopdf::Error| Error::Pdf(error.to_string());
    "1.7".clone_into(&mut file.version);
    let info = file.add_object(information(properties));
    file.trailer.set("Info", info);
    let id = || Object::String(file_id(&properties.identity), StringFormat::Hexadecimal);
    file.trailer.set("ID", vec![id(), id()]);
    let catalogue = file.catalog_mut().map_err(broken)?;
    catalogue.set("Lang", Object::string_literal("en"));
    let mut viewer = Dictionary::new();
    viewer.set("DisplayDocTitle", true);
    catalogue.set("ViewerPreferences", viewer);
    drop_empty_resources(file);
    file.prune_objects();
    file.renumber_objects();
    file.compress();
    Ok(())
}

fn information(properties: &Properties) -> Dictionary {
    let mut info = Dictionary::new();
    info.set("Title", text_string(&properties.title));
    info.set("Author", text_string(&properties.author));
    info.set("Creator", text_string("Tallywatt"));
    info.set("Producer", text_string("Tallywatt"));
    info.set(
        "CreationDate",
        Object::string_literal(properties.dated.as_str()),
    );
    info.set("ModDate", Object::string_literal(properties.dated.as_str()));
    info
}

/// A PDF text string: as it is where ASCII, else UTF-16 with a byte order mark.
fn text_string(text: &str) -> Object {
    if text.is_ascii() {
        return Object::string_literal(text);
    }
    let mut bytes = vec![0xFE, 0xFF];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, StringFormat::Hexadecimal)
}

/// Sixteen bytes that follow from the document (FNV-1a, 128 bits).
fn file_id(identity: &str) -> Vec<u8> {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for byte in identity.bytes() {
        hash ^= u128::from(byte);
        hash = hash.wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
    }
    hash.to_be_bytes().to_vec()
}

/// printpdf gives every page an empty dictionary of shadings, images and graphics states.
fn drop_empty_resources(file: &mut Document) {
    let empty: Vec<lopdf::ObjectId> = file
        .objects
        .iter()
        .filter(|(_, object)| object.as_dict().is_ok_and(Dictionary::is_empty))
        .map(|(id, _)| *id)
        .collect();
    let is_empty = |value: &Object| match value {
        Object::Reference(id) => empty.contains(id),
        Object::Dictionary(inner) => inner.is_empty(),
        Object::Array(items) => items.is_empty(),
        _ => false,
    };
    for object in file.objects.values_mut() {
        let Ok(dictionary) = object.as_dict_mut() else {
            continue;
        };
        for key in ["Shading", "XObject", "ExtGState", "Annots"] {
            if dictionary.get(key.as_bytes()).is_ok_and(is_empty) {
                dictionary.remove(key.as_bytes());
            }
        }
    }
}
