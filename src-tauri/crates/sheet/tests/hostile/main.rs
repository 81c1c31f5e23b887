//! Files that are made to harm: each is a plain error or a bounded read, in little memory.
//!
//! The files are made here. Nothing measures time; that memory stays bounded is checked by running
//! this very program again under a limit of the operating system.
#![cfg(unix)]
#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

mod files;

use std::process::Command;

use domain::Tz;
use files::{FILES, archive, compound, far_apart, linked, sheet, xlsx};
use tallywatt_sheet::{Cell, Error, Hint, Spawn, child, guess, open, open_with, read};

const HEADINGS: &str = "Start,End,kWh,Net";

fn hint() -> Hint {
    Hint {
        party: "DE-ABC".parse().unwrap(),
        zone: Tz::Europe__Berlin,
        currency: "EUR".parse().unwrap(),
    }
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

/// Why the file cannot be read; nothing where it can, and was, to its end.
fn refusal(bytes: &[u8]) -> String {
    let rows = || -> Result<usize, Error> {
        let book = open(bytes)?;
        let guess = guess(&book, &hint())?;
        Ok(read(&book, &guess.template, &hint())?.count())
    };
    rows()
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
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
        let said = refusal(&linked(target, mode));
        let is_plain = said.contains("no sheet has columns") || said.contains("is missing");
        assert!(is_plain, "{target}: {said}");
    }
}

#[test]
fn a_password_and_an_old_workbook_are_told_apart() {
    assert_eq!(
        open(compound("EncryptedPackage")).unwrap_err(),
        Error::PasswordProtected
    );
    let old = open(compound("Workbook")).unwrap_err();
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

/// Each is refused in plain words, or read, and never with more than 500 MiB of memory in all.
#[test]
fn what_harms_is_refused_in_plain_words_and_little_memory() {
    if let Some(name) = std::env::var_os(LIMITED) {
        let limit = 500 << 20;
        rlimit::setrlimit(rlimit::Resource::AS, limit, limit).unwrap();
        println!("said: {}", refusal(&std::fs::read(name).unwrap()));
        return;
    }
    let file = tempfile::NamedTempFile::new().unwrap();
    for (what, make, words) in FILES.concat() {
        std::fs::write(file.path(), make()).unwrap();
        let mut this = Command::new(std::env::current_exe().unwrap());
        let name = "what_harms_is_refused_in_plain_words_and_little_memory";
        this.args(["--exact", "--nocapture", name]);
        let done = this.env(LIMITED, file.path()).output().unwrap();
        let error = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{what}: {error}");
        let output = String::from_utf8_lossy(&done.stdout);
        let said = output.lines().find_map(|line| line.split_once("said: "));
        let said = said.map(|(_, said)| said.trim()).unwrap();
        assert!(said.contains(words), "{what}: {said}");
        assert_eq!(words.is_empty(), said.is_empty(), "{what}: {said}");
    }
}
