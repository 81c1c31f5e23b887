//! Files that are made to harm: each is a plain error or a bounded read, in little memory.
//!
//! The files are made here. Nothing measures time; that memory stays bounded is checked by running
//! this very program again under a limit of the operating system.
#![cfg(unix)]
#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

use std::io::{Cursor, Write};
use std::process::Command;

use domain::Tz;
use tallywatt_sheet::{Cell, Error, Hint, Spawn, child, guess, open, open_with, read};
use zip::write::SimpleFileOptions;

const HEADINGS: &str = "Start,End,kWh,Net";
const CONTENT_TYPES: &str = "[Content_Types].xml";

fn hint() -> Hint {
    Hint {
        party: "DE-ABC".parse().unwrap(),
        zone: Tz::Europe__Berlin,
        currency: "EUR".parse().unwrap(),
    }
}

/// A packed archive of these parts.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const WORKBOOK: &str = "<workbook xmlns:r=\"r\"><sheets><sheet name=\"S\" sheetId=\"1\" \
                        r:id=\"r1\"/></sheets></workbook>";

fn relation(target: &str, mode: &str) -> String {
    format!(
        "<Relationships><Relationship Id=\"r1\" Type=\"http://x/relationships/worksheet\" \
         Target=\"{target}\" TargetMode=\"{mode}\"/></Relationships>"
    )
}

/// An xlsx with this as its one sheet, and more parts.
fn xlsx(sheet: &[u8], more: &[(&str, &[u8])]) -> Vec<u8> {
    let relation = relation("worksheets/sheet1.xml", "Internal");
    let parts = [
        (CONTENT_TYPES, b"<Types/>".as_slice()),
        ("xl/_rels/workbook.xml.rels", relation.as_bytes()),
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    archive(&[&parts, more].concat())
}

fn sheet(rows: &str) -> Vec<u8> {
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").into_bytes()
}

fn cells(bytes: &[u8]) -> Vec<(u32, usize, String)> {
    let book = open(bytes).unwrap();
    let mut rows = book.sheets()[0].rows();
    let mut all = Vec::new();
    while let Some(row) = rows.next() {
        all.extend(
            row.filled()
                .map(|(column, cell)| (row.number, column, cell.shown())),
        );
    }
    all
}

/// Why the file cannot be opened.
fn refusal(bytes: &[u8]) -> String {
    match open(bytes) {
        Err(error) => error.to_string(),
        Ok(book) => match guess(&book, &hint()) {
            Err(error) => error.to_string(),
            Ok(_) => "it was read".to_owned(),
        },
    }
}

fn far_apart(last: &str) -> Vec<u8> {
    let cell = |place: &str| format!("<c r=\"{place}\"><v>1</v></c>");
    xlsx(&sheet(&(cell("A1") + &cell(last))), &[])
}

fn bomb(unit: &str, mib: usize) -> Vec<u8> {
    xlsx(&sheet(&unit.repeat((mib << 20) / unit.len())), &[])
}

/// A file that must be refused: what it is, its bytes, and what is said about it.
type Refused = (&'static str, Vec<u8>, &'static str);

fn refused() -> Vec<Refused> {
    [sheets(), archives(), texts()].concat()
}

/// Workbooks whose XML does the harm.
fn sheets() -> Vec<Refused> {
    let entities = "<!DOCTYPE s [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]>";
    let bomb_of_entities = sheet("<c r=\"A1\" t=\"str\"><v>&b;</v></c>");
    let entities = [entities.as_bytes(), &bomb_of_entities].concat();
    let deep = format!("{}{}", "<r>".repeat(100_000), "</r>".repeat(100_000));
    let reference = sheet("<c r=\"A1\" t=\"s\"><v>7</v></c>");
    let text = b"<sst><si><t>only one</t></si></sst>".as_slice();
    let reference = xlsx(&reference, &[("xl/sharedStrings.xml", text)]);
    let (ratio, piece) = ("times as much as was packed", "bytes in one piece of XML");
    let (columns, rows) = ("more than 1024 columns", "more than 1048576 rows");
    let missing = "refers to a text that is not there";
    let (deep, entities) = (xlsx(&sheet(&deep), &[]), xlsx(&entities, &[]));
    vec![
        ("two cells far apart", far_apart("XFD1048576"), columns),
        ("a row too far", far_apart("A1048577"), rows),
        ("a bomb of cells", bomb("<c/>", 24), ratio),
        ("a bomb of rows", bomb("<row r=\"5\"></row>", 24), ratio),
        ("a bomb of blanks", bomb(" ", 8), piece),
        ("a text without end", bomb("<![CDATA[x", 8), piece),
        ("a tag without end", bomb("<c r=", 8), piece),
        ("deep XML", deep, "more than 64 levels of XML"),
        ("entities", entities, "declares a document type"),
        ("a text that is not there", reference, missing),
    ]
}

/// Archives that are damaged or overfull.
fn archives() -> Vec<Refused> {
    let whole = far_apart("B2");
    let names: Vec<String> = (0..10_500).map(|i| format!("p{i}")).collect();
    let empty = b"".as_slice();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), empty)).collect();
    let middle = whole[..whole.len() / 2].to_vec();
    let end = whole[..whole.len() - 10].to_vec();
    vec![
        (
            "many parts",
            xlsx(&sheet(""), &parts),
            "more than 10000 parts",
        ),
        ("cut in the middle", middle, "the archive is damaged"),
        ("cut at the end", end, "the archive is damaged"),
    ]
}

/// What is named csv and is no table.
fn texts() -> Vec<Refused> {
    let noise = (0..50_000_u32).map(|i| i.wrapping_mul(2_654_435_761) >> 13);
    let noise = noise.map(|i| i.to_le_bytes()[0].max(1)).collect();
    let quote = [b"a,b\n\"".as_slice(), &b"1,2\n".repeat(4 << 20)].concat();
    let (line, western) = (b"a,b,".repeat(50 << 20), b"\xE4,b,".repeat(5 << 20));
    let long = "more than 1048576 bytes in one line";
    vec![
        ("noise", noise, "not a spreadsheet"),
        ("one line", line, long),
        ("one line in Windows-1252", western, long),
        ("a quote without end", quote, "bytes in one cell"),
        (
            "commas only",
            b",".repeat(1 << 20),
            "more than 1024 columns",
        ),
        ("no rows", b"\n".repeat(8 << 20), "no columns"),
    ]
}

#[test]
fn what_harms_is_refused_in_plain_words() {
    for (what, bytes, words) in refused() {
        let said = refusal(&bytes);
        assert!(said.contains(words), "{what}: {said}");
    }
}

#[test]
fn far_rows_and_painted_cells_cost_nothing() {
    assert_eq!(
        cells(&far_apart("A1048576")).len(),
        2,
        "rows between are not kept"
    );
    let painted = sheet(&"<row><c s=\"1\"/><c s=\"1\"/></row>".repeat(1000));
    assert!(cells(&xlsx(&painted, &[])).is_empty());
}

#[test]
fn formulas_are_never_run_and_links_never_followed() {
    let rows = "<c r=\"A1\"><f>WEBSERVICE(\"http://example.org\")</f><v>42</v></c>\
                <c r=\"B1\" t=\"str\"><f>1+1</f><v>three</v></c><c r=\"C1\"><f>1+1</f></c>\
                <c r=\"D1\" t=\"e\"><v>#SPILL!</v></c>";
    let kept = cells(&xlsx(&sheet(rows), &[]));
    let texts: Vec<&str> = kept.iter().map(|(_, _, text)| text.as_str()).collect();
    assert_eq!(
        texts,
        ["42", "three", "#VALUE!"],
        "the value that was kept beside the formula"
    );
    for (target, mode) in [
        ("file:///etc/passwd", "External"),
        ("../../../etc/passwd", "Internal"),
    ] {
        let relation = relation(target, mode);
        let parts = [
            (CONTENT_TYPES, b"<Types/>".as_slice()),
            ("xl/_rels/workbook.xml.rels", relation.as_bytes()),
            ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ];
        let said = refusal(&archive(&parts));
        let is_plain = said.contains("no sheet has columns") || said.contains("is missing");
        assert!(is_plain, "{target}: {said}");
    }
}

#[test]
fn a_password_and_an_old_workbook_are_told_apart() {
    let signature = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    let utf16 = |text: &str| {
        text.encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<_>>()
    };
    let with = |name: &str| [&signature[..], &[0; 600], &utf16(name)].concat();
    assert_eq!(
        open(with("EncryptedPackage")).unwrap_err(),
        Error::PasswordProtected
    );
    let old = open(with("Workbook")).unwrap_err();
    assert!(matches!(old, Error::Damaged { format: "xls", .. }), "{old}");
}

/// This program, as the one that reads old workbooks: [`old_reader`].
fn reader() -> Spawn {
    let script = "exec \"$0\" --exact --ignored --nocapture old_reader 3>&1 >/dev/null";
    let exe = std::env::current_exe().unwrap();
    Spawn {
        program: "/bin/sh".into(),
        args: vec!["-c".into(), script.into(), exe.into()],
    }
}

#[test]
#[ignore = "it is started by other tests, as the process that reads"]
fn old_reader() {
    let output = std::fs::OpenOptions::new().write(true).open("/dev/fd/3");
    let Ok(output) = output else {
        println!("nobody asks: not run");
        return;
    };
    child::limit_memory();
    child::serve(std::io::stdin().lock(), output).unwrap();
}

fn ods(rows: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\" xmlns:table=\"b\">\
         <office:body><office:spreadsheet><table:table table:name=\"S\">{rows}</table:table>\
         </office:spreadsheet></office:body></office:document-content>"
    );
    archive(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        (
            "META-INF/manifest.xml",
            b"<manifest:manifest xmlns:manifest=\"m\"/>",
        ),
        ("content.xml", content.as_bytes()),
    ])
}

fn ods_row(attributes: &str, cells: &str) -> String {
    let cell = |text: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\" {attributes}>\
             <text:p>{text}</text:p></table:table-cell>"
        )
    };
    let cells: Vec<String> = cells.split(',').map(cell).collect();
    let cells = cells.concat();
    format!("<table:table-row>{cells}</table:table-row>")
}

#[test]
fn old_workbooks_read_in_a_process_of_their_own_are_the_same() {
    let line = "2026-09-01T08:00:00Z,2026-09-01T09:00:00Z,10.5,4.20";
    let bytes = ods(&(ods_row("", HEADINGS) + &ods_row("", line)));
    let here = open(bytes.as_slice()).unwrap();
    let there = open_with(bytes.as_slice(), &reader()).unwrap();
    assert_eq!(there.format(), here.format());
    let template = guess(&here, &hint()).unwrap().template;
    let all = |book| read(book, &template, &hint()).unwrap().collect::<Vec<_>>();
    assert_eq!(all(&here), all(&there));
    assert_eq!(all(&there).len(), 2);
    let row = there.sheets()[0].rows().next().unwrap().cell(0) == Cell::Text("Start");
    assert!(row, "texts arrive");
    let junk = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 1, 2, 3];
    let said = open_with(junk.as_slice(), &reader()).unwrap_err();
    assert_eq!(
        said,
        open(junk.as_slice()).unwrap_err(),
        "errors arrive, too"
    );
}

#[test]
fn a_real_old_workbook_is_the_same_over_there() {
    let manifest = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this");
    let folder = std::path::PathBuf::from(manifest).join("../../../../shared/data/spreadsheets");
    for name in ["06-old-excel-1904.xls", "07-open-document.ods"] {
        let Ok(bytes) = std::fs::read(folder.join(name)) else {
            println!("shared/ is absent: not run");
            return;
        };
        let here = open(bytes.as_slice()).unwrap();
        let there = open_with(bytes.as_slice(), &reader()).unwrap();
        assert_eq!(here.is_1904(), there.is_1904());
        let template = guess(&here, &hint()).unwrap().template;
        let all = |book| read(book, &template, &hint()).unwrap().collect::<Vec<_>>();
        assert!(all(&here).len() > 10 && all(&here) == all(&there), "{name}");
    }
}

#[test]
fn an_old_workbook_that_asks_for_too_much_memory_is_an_error() {
    let far = "table:number-columns-repeated=\"16000\"";
    let rows = ods_row(far, "x").repeat(1000);
    let said = open_with(ods(&rows), &reader()).unwrap_err();
    let expected = Error::TooMuchMemory {
        format: "ods",
        mib: 400,
    };
    assert_eq!(said, expected);
}

const LIMITED: &str = "SHEET_TEST_LIMITED";

/// The bytes of one file at a time, and never more than 500 MiB of memory in all.
#[test]
fn nothing_that_harms_takes_much_memory() {
    if std::env::var_os(LIMITED).is_some() {
        let limit = 500 << 20;
        rlimit::setrlimit(rlimit::Resource::AS, limit, limit).unwrap();
        let name = std::env::var(LIMITED).unwrap();
        let bytes = std::fs::read(name).unwrap();
        assert_ne!(refusal(&bytes), "it was read");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (index, (what, bytes, _)) in refused().into_iter().enumerate() {
        let file = folder.path().join(index.to_string());
        std::fs::write(&file, bytes).unwrap();
        let mut this = Command::new(std::env::current_exe().unwrap());
        this.args(["--exact", "nothing_that_harms_takes_much_memory"]);
        let done = this.env(LIMITED, &file).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr).into_owned();
        assert!(done.status.success(), "{what}: {said}");
        std::fs::remove_file(&file).unwrap();
    }
}
