//! Files that are made to harm, made here: of each what it is, its bytes, and what is said of it.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;

/// One file: its name, how it is made, and words of the error; empty where it is read.
pub type Hostile = (&'static str, fn() -> Vec<u8>, &'static str);

pub const CONTENT_TYPES: &str = "[Content_Types].xml";
pub const RELATIONS: &str = "xl/_rels/workbook.xml.rels";
pub const WORKBOOK: &str = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"S\" sheetId=\"1\" \
                            r:id=\"r1\"/></sheets></workbook>";
/// What is said of a part that unpacks to far more than it is.
const RATIO: &str = "times as much as was packed";
/// Rows of a table that is read, to put beside what harms.
const TABLE: &str = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>Start</v></c>\
                     <c r=\"B1\" t=\"str\"><v>kWh</v></c></row>\
                     <row r=\"2\"><c r=\"A2\" t=\"str\"><v>2026-09-01T08:00:00Z</v></c>\
                     <c r=\"B2\"><f>1+1</f><v>7.5</v></c></row>";

/// All of them.
pub const FILES: [&[Hostile]; 4] = [&SHEETS, &LARGE, &ARCHIVES, &TEXTS];

/// Workbooks whose XML does the harm.
const SHEETS: [Hostile; 13] = [
    (
        "two cells far apart",
        || far_apart("XFD1048576"),
        "more than 1024 columns",
    ),
    (
        "a row too far",
        || far_apart("A1048577"),
        "more than 1048576 rows",
    ),
    ("all cells declared, two there", all_declared, ""),
    ("a bomb of cells", || bomb("<c/>", 24), RATIO),
    ("a bomb of rows", || bomb("<row r=\"5\"></row>", 24), RATIO),
    (
        "a bomb of blanks",
        || bomb(" ", 8),
        "bytes in one piece of XML",
    ),
    (
        "a text without end",
        || bomb("<![CDATA[x", 8),
        "bytes in one piece of XML",
    ),
    (
        "a tag without end",
        || bomb("<c r=", 8),
        "bytes in one piece of XML",
    ),
    ("deep XML", deep, "more than 64 levels of XML"),
    ("entities", entities, "declares a document type"),
    (
        "a text that is not there",
        missing_text,
        "refers to a text that is not there",
    ),
    ("formulas", || xlsx(&sheet(TABLE), &[]), ""),
    (
        "a link to another file",
        || linked("file:///etc/passwd", "External"),
        "no sheet has columns",
    ),
];

/// Workbooks of a size that is just read, or just not.
const LARGE: [Hostile; 6] = [
    (
        "cells at the ratio limit",
        || at_the_ratio(&format!("<row>{}</row>", "<c><v>1</v></c>".repeat(17))),
        "more than 5242880 cells",
    ),
    (
        "painted cells at the ratio limit",
        || at_the_ratio("<c s=\"1\"/>"),
        "empty cells",
    ),
    (
        "rows at the ratio limit",
        || at_the_ratio("<row/>"),
        "more than 1048576 rows",
    ),
    (
        "tags of no meaning at the ratio limit",
        || at_the_ratio("<x/>"),
        "pieces of XML beside the cells",
    ),
    ("4 million shared texts", shared_texts, "shared texts"),
    (
        "far more than it says it holds",
        || lying(&bomb("<row r=\"5\"><c><v>1</v></c></row>", 64)),
        "larger than its declared",
    ),
];

/// Archives that are damaged, locked or overfull.
const ARCHIVES: [Hostile; 4] = [
    ("many parts", many_parts, "more than 10000 parts"),
    (
        "cut in the middle",
        || far_apart("B2")[..300].to_vec(),
        "the archive is damaged",
    ),
    ("cut at the end", cut, "the archive is damaged"),
    (
        "locked with a password",
        || compound("EncryptedPackage"),
        "protected by a password",
    ),
];

/// What is named csv and is no table.
const TEXTS: [Hostile; 6] = [
    ("a program named csv", noise, "not a spreadsheet"),
    (
        "200 MiB on one line",
        || b"a,b,".repeat(50 << 20),
        "more than 1048576 bytes in one line",
    ),
    (
        "one line in Windows-1252",
        || b"\xE4,b,".repeat(5 << 20),
        "more than 1048576 bytes in one line",
    ),
    (
        "a quote without end",
        || [b"a,b\n\"".as_slice(), &b"1,2\n".repeat(4 << 20)].concat(),
        "bytes in one cell",
    ),
    (
        "commas only",
        || b",".repeat(1 << 20),
        "more than 1024 columns",
    ),
    ("no rows", || b"\n".repeat(8 << 20), "no columns"),
];

/// A packed archive of these parts.
pub fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default())
            .expect("a part begins");
        zip.write_all(bytes).expect("a part is written");
    }
    zip.finish().expect("the archive ends").into_inner()
}

pub fn relation(target: &str, mode: &str) -> String {
    format!(
        "<Relationships><Relationship Id=\"r1\" Type=\"http://x/relationships/worksheet\" \
         Target=\"{target}\" TargetMode=\"{mode}\"/></Relationships>"
    )
}

/// A workbook whose sheet lies at this place.
pub fn linked(target: &str, mode: &str) -> Vec<u8> {
    let relation = relation(target, mode);
    archive(&[
        (CONTENT_TYPES, b"<Types/>"),
        (RELATIONS, relation.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
    ])
}

/// An xlsx with this as its one sheet, and more parts.
pub fn xlsx(sheet: &[u8], more: &[(&str, &[u8])]) -> Vec<u8> {
    let relation = relation("worksheets/sheet1.xml", "Internal");
    let parts = [
        (CONTENT_TYPES, b"<Types/>".as_slice()),
        (RELATIONS, relation.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    archive(&[&parts, more].concat())
}

pub fn sheet(rows: &str) -> Vec<u8> {
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").into_bytes()
}

pub fn far_apart(last: &str) -> Vec<u8> {
    let cell = |place: &str| format!("<c r=\"{place}\"><v>1</v></c>");
    xlsx(&sheet(&(cell("A1") + &cell(last))), &[])
}

/// A compound file that holds a stream of this name.
pub fn compound(name: &str) -> Vec<u8> {
    let signature = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    let name = name.encode_utf16().flat_map(u16::to_le_bytes);
    let mut bytes = signature.to_vec();
    bytes.resize(600, 0);
    bytes.extend(name);
    bytes
}

fn bomb(unit: &str, mib: usize) -> Vec<u8> {
    xlsx(&sheet(&unit.repeat((mib << 20) / unit.len())), &[])
}

fn all_declared() -> Vec<u8> {
    let sheet = format!(
        "<worksheet><dimension ref=\"A1:XFD1048576\"/><cols><col min=\"1\" max=\"16384\"/></cols>\
         <sheetData>{TABLE}</sheetData></worksheet>"
    );
    xlsx(sheet.as_bytes(), &[])
}

fn deep() -> Vec<u8> {
    let deep = format!("{}{}", "<r>".repeat(100_000), "</r>".repeat(100_000));
    xlsx(&sheet(&deep), &[])
}

fn entities() -> Vec<u8> {
    let entities = "<!DOCTYPE s [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]>";
    let bomb = sheet("<c r=\"A1\" t=\"str\"><v>&b;</v></c>");
    xlsx(&[entities.as_bytes(), &bomb].concat(), &[])
}

fn missing_text() -> Vec<u8> {
    let text = b"<sst><si><t>only one</t></si></sst>".as_slice();
    let reference = sheet("<c r=\"A1\" t=\"s\"><v>7</v></c>");
    xlsx(&reference, &[("xl/sharedStrings.xml", text)])
}

/// Nearly half a gigabyte of this, beside so much noise that the part is not packed too well.
fn at_the_ratio(unit: &str) -> Vec<u8> {
    const WHOLE: usize = 500 << 20;
    let mut text = String::with_capacity(WHOLE + (16 << 20));
    text.push_str("<worksheet><sheetData>");
    let mut state = 1_u64;
    for _ in 0..28 {
        text.push_str("<!--");
        for _ in 0..(1 << 19) / 16 {
            // Of the generator's bits the upper ones are noise.
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let _ = write!(text, "{:016x}", state ^ (state >> 29));
        }
        text.push_str("-->");
    }
    while text.len() < WHOLE {
        text.push_str(unit);
    }
    text.push_str("</sheetData></worksheet>");
    xlsx(text.as_bytes(), &[])
}

fn shared_texts() -> Vec<u8> {
    let mut texts = String::from("<sst>");
    for index in 0..4_300_000 {
        let _ = write!(texts, "<si><t>{index}</t></si>");
    }
    texts.push_str("</sst>");
    xlsx(&sheet(TABLE), &[("xl/sharedStrings.xml", texts.as_bytes())])
}

/// The archive with every size in it that is larger than a megabyte told as one.
fn lying(archive: &[u8]) -> Vec<u8> {
    let mut bytes = archive.to_vec();
    for (mark, at) in [(b"PK\x01\x02", 24), (b"PK\x03\x04", 22)] {
        let places: Vec<usize> = memchr::memmem::find_iter(archive, mark).collect();
        for place in places {
            let size = place + at..place + at + 4;
            let told = u32::from_le_bytes(archive[size.clone()].try_into().expect("four bytes"));
            bytes[size].copy_from_slice(&told.min(1 << 20).to_le_bytes());
        }
    }
    bytes
}

fn many_parts() -> Vec<u8> {
    let names: Vec<String> = (0..10_500).map(|i| format!("p{i}")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    xlsx(&sheet(""), &parts)
}

fn cut() -> Vec<u8> {
    let whole = far_apart("B2");
    whole[..whole.len() - 10].to_vec()
}

fn noise() -> Vec<u8> {
    let noise = (0..50_000_u32).map(|i| i.wrapping_mul(2_654_435_761) >> 13);
    noise.map(|i| i.to_le_bytes()[0].max(1)).collect()
}
