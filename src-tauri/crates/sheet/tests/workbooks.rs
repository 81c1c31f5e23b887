//! Workbooks made here: xlsx and ods in the styles that text files cannot have.
#![allow(clippy::unwrap_used)] // helpers of tests fail as tests do

use domain::{Cdr, Decimal, FindingCode, Tz};
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use tallywatt_sheet::{
    Because, Error, Field, Hint, IdRule, RowIs, Skipped, Topic, ZoneRule, guess, open, preview,
    read, recognise,
};

fn hint() -> Hint {
    Hint {
        party: "DE-ABC".parse().unwrap(),
        zone: Tz::Europe__Berlin,
        currency: "EUR".parse().unwrap(),
    }
}

fn cdrs(bytes: &[u8]) -> Vec<Cdr> {
    let book = open(bytes).unwrap();
    let guess = guess(&book, &hint()).unwrap();
    let rows: Vec<_> = read(&book, &guess.template, &hint()).unwrap().collect();
    rows.into_iter()
        .filter_map(|row| row.record.value)
        .collect()
}

fn at(text: &str) -> ExcelDateTime {
    ExcelDateTime::parse_from_str(text).unwrap()
}

/// Two sheets, merged headings on the second, serial dates, a totals row.
fn merged() -> Vec<u8> {
    let mut book = Workbook::new();
    let (plain, dated) = (
        Format::new(),
        Format::new().set_num_format("dd/mm/yyyy hh:mm"),
    );
    let cover = book.add_worksheet().set_name("Cover").unwrap();
    cover.write(0, 0, "Statement").unwrap();
    cover.write(1, 0, "Net").unwrap().write(1, 1, 13.7).unwrap();
    let sheet = book.add_worksheet().set_name("Sessions").unwrap();
    sheet
        .merge_range(0, 0, 0, 9, "Monthly settlement", &plain)
        .unwrap();
    sheet.merge_range(2, 0, 3, 0, "CDR", &plain).unwrap();
    sheet
        .merge_range(2, 1, 2, 2, "Session (UTC)", &plain)
        .unwrap();
    sheet.merge_range(2, 3, 3, 3, "kWh", &plain).unwrap();
    sheet.merge_range(2, 4, 2, 6, "Amount GBP", &plain).unwrap();
    for (column, text) in [
        (1, "Start"),
        (2, "End"),
        (4, "Net"),
        (5, "VAT"),
        (6, "Gross"),
    ] {
        sheet.write(3, column, text).unwrap();
    }
    for (row, id, day) in [(4, "M-1", "2026-09-01"), (5, "M-2", "2026-09-30")] {
        sheet.write(row, 0, id).unwrap();
        sheet
            .write_with_format(row, 1, at(&format!("{day}T14:10:00")), &dated)
            .unwrap();
        sheet
            .write_with_format(row, 2, at(&format!("{day}T14:46:30")), &dated)
            .unwrap();
        sheet.write(row, 3, 21.66).unwrap();
        sheet
            .write(row, 4, 6.85)
            .unwrap()
            .write(row, 5, 1.37)
            .unwrap();
        // What 6.85 + 1.37 is in binary.
        let sum: f64 = "8.220000000000001".parse().unwrap();
        sheet.write(row, 6, sum).unwrap();
    }
    sheet
        .write(6, 0, "TOTAL")
        .unwrap()
        .write(6, 4, 13.7)
        .unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn merged_headings_and_serial_dates_are_read() {
    let bytes = merged();
    assert_eq!(recognise(&bytes, "any name").unwrap().as_str(), "xlsx");
    let book = open(bytes).unwrap();
    let guess = guess(&book, &hint()).unwrap();
    let template = &guess.template;
    assert_eq!(template.sheet, "Sessions", "the cover has no records");
    assert_eq!(
        template.header.map(|header| (header.first, header.last)),
        Some((3, 4))
    );
    assert_eq!(
        template.column(Field::Net).unwrap().heading,
        "Amount GBP Net"
    );
    assert!(
        matches!(template.zone, ZoneRule::Fixed(_)),
        "the upper level says UTC"
    );
    assert_eq!(template.id, IdRule::Column);
    assert!(guess.ambiguities.is_empty(), "{:?}", guess.ambiguities);
    let rows: Vec<_> = read(&book, template, &hint()).unwrap().collect();
    let skipped = |which| {
        rows.iter()
            .filter(|row| row.is == RowIs::Skipped(which))
            .count()
    };
    assert_eq!((skipped(Skipped::Title), skipped(Skipped::Header)), (1, 2));
    assert_eq!(skipped(Skipped::Total), 1);
    let cdr = rows
        .iter()
        .find_map(|row| row.record.value.as_ref())
        .unwrap();
    assert_eq!(cdr.start_at.to_rfc3339(), "2026-09-01T14:10:00+00:00");
    assert_eq!(cdr.end_at.to_rfc3339(), "2026-09-01T14:46:30+00:00");
    assert_eq!(cdr.currency.code(), "GBP");
    let cost = cdr.totals.cost.as_ref().unwrap();
    assert_eq!(
        cost.incl_vat.unwrap().to_string(),
        "8.22",
        "no noise of binary arithmetic"
    );
    assert_eq!(preview(&book, template, &hint(), 1).unwrap().len(), 1);
}

#[test]
fn numbers_and_times_as_text_failed_formulas_and_durations_are_read() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let span = Format::new().set_num_format("[h]:mm:ss");
    for (column, text) in (0..).zip([
        "CDR id",
        "Start",
        "Duration",
        "Energy kWh",
        "Net EUR",
        "Remark",
    ]) {
        sheet.write(0, column, text).unwrap();
    }
    sheet
        .write(1, 0, 1001)
        .unwrap()
        .write(1, 1, "2026-09-14T10:00:00+02:00")
        .unwrap();
    sheet.write_with_format(1, 2, 1.25, &span).unwrap();
    sheet
        .write(1, 3, "12.50")
        .unwrap()
        .write(1, 4, "5.00")
        .unwrap();
    sheet
        .write(2, 0, 1003)
        .unwrap()
        .write(2, 1, "2026-09-14T12:00:00+02:00")
        .unwrap();
    sheet.write_with_format(2, 2, 0.5, &span).unwrap();
    sheet
        .write_formula(
            2,
            3,
            rust_xlsxwriter::Formula::new("=NA()").set_result("#N/A"),
        )
        .unwrap();
    sheet.write(2, 4, "2.00").unwrap();
    let bytes = book.save_to_buffer().unwrap();
    let book = open(bytes).unwrap();
    let guess = guess(&book, &hint()).unwrap();
    let rows: Vec<_> = read(&book, &guess.template, &hint()).unwrap().collect();
    let records: Vec<_> = rows.iter().filter(|row| row.is == RowIs::Data).collect();
    let first = records[0].record.value.as_ref().unwrap();
    assert_eq!(first.id.as_str(), "1001", "an id is no amount");
    assert_eq!(first.start_at.to_rfc3339(), "2026-09-14T08:00:00+00:00");
    assert_eq!(
        (first.end_at - first.start_at).num_hours(),
        30,
        "the end follows the duration"
    );
    assert_eq!(
        first.totals.energy.0.to_string(),
        "12.50",
        "text keeps its decimals"
    );
    let codes: Vec<_> = records[1]
        .record
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect();
    assert!(
        codes.contains(&FindingCode::EnergyMissing),
        "#N/A is no figure: {codes:?}"
    );
}

/// A sheet of one amount, in this cell format.
fn priced(format: &str) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, text) in (0..).zip(["CDR ID", "Start", "End", "kWh", "Net"]) {
        sheet.write(0, column, text).unwrap();
    }
    for (row, day) in [(1, 1), (2, 2)] {
        sheet.write(row, 0, format!("P-{row}")).unwrap();
        for (column, hour) in [(1, 8), (2, 9)] {
            let at = format!("2026-09-0{day}T0{hour}:00:00Z");
            sheet.write(row, column, at).unwrap();
        }
        sheet.write(row, 3, 7.5).unwrap();
        let money = Format::new().set_num_format(format);
        sheet.write_with_format(row, 4, 3.25, &money).unwrap();
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn a_currency_that_only_the_cell_format_shows_is_read() {
    let bytes = priced("#,##0.00 [$CHF-807]");
    let book = open(bytes.as_slice()).unwrap();
    let found = guess(&book, &hint()).unwrap();
    let currency = found.evidence.iter().find(|e| e.what == Topic::Currency);
    let currency = currency.unwrap();
    assert_eq!(
        (currency.value.as_str(), currency.because, currency.row),
        ("CHF", Because::Cells, Some(2))
    );
    assert_eq!(cdrs(&bytes)[1].currency.code(), "CHF");
    let plain = cdrs(&priced("#,##0.00"));
    assert_eq!(plain[0].currency.code(), "EUR", "the partner's");
    let dollars = cdrs(&priced("[$$-409]#,##0.00"));
    assert_eq!(dollars[0].currency.code(), "USD");
}

#[test]
fn the_1904_date_system_is_honoured() {
    let bytes = zip(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "_rels/.rels",
            "<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/\
             officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/>\
             </Relationships>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<Relationships><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/\
             officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/>\
             </Relationships>",
        ),
        (
            "xl/workbook.xml",
            "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/\
             relationships\"><workbookPr date1904=\"1\"/><sheets><sheet name=\"S\" sheetId=\"1\" \
             r:id=\"r1\"/></sheets></workbook>",
        ),
        (
            "xl/styles.xml",
            "<styleSheet><cellXfs><xf numFmtId=\"22\"/></cellXfs></styleSheet>",
        ),
        (
            "xl/worksheets/sheet1.xml",
            "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Start (UTC)</t>\
             </is></c><c r=\"B1\" t=\"inlineStr\"><is><t>End</t></is></c><c r=\"C1\" \
             t=\"inlineStr\"><is><t>kWh</t></is></c></row><row r=\"2\"><c r=\"A2\" s=\"0\"><v>\
             44804.5</v></c><c r=\"B2\" s=\"0\"><v>44804.75</v></c><c r=\"C2\"><v>7.25</v></c>\
             </row></sheetData></worksheet>",
        ),
    ]);
    let book = open(bytes.as_slice()).unwrap();
    assert!(book.is_1904());
    let found = guess(&book, &hint()).unwrap();
    assert!(
        found
            .evidence
            .iter()
            .any(|evidence| evidence.what == Topic::DateSystem)
    );
    let cdrs = cdrs(&bytes);
    assert_eq!(cdrs[0].start_at.to_rfc3339(), "2026-09-01T12:00:00+00:00");
}

#[test]
fn open_documents_are_read() {
    let cell = |kind: &str, value: &str| match kind {
        "string" => format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{value}</text:p>\
             </table:table-cell>"
        ),
        "date" => {
            format!("<table:table-cell office:value-type=\"date\" office:date-value=\"{value}\"/>")
        }
        _ => format!("<table:table-cell office:value-type=\"float\" office:value=\"{value}\"/>"),
    };
    let row = |cells: &[(&str, &str)]| {
        let cells: String = cells
            .iter()
            .map(|(kind, value)| cell(kind, value))
            .collect();
        format!("<table:table-row>{cells}</table:table-row>")
    };
    let headings = [
        "Id", "Start", "End", "EVSE", "kWh", "Net", "VAT", "Gross", "Currency",
    ];
    let content = format!(
        "<office:document-content xmlns:office=\"o\" xmlns:text=\"t\" xmlns:table=\"b\">\
         <office:body>\
         <office:spreadsheet><table:table table:name=\"Abrechnung\">{}{}{}</table:table>\
         </office:spreadsheet></office:body></office:document-content>",
        row(&[("string", "Statement")]),
        row(&headings.map(|heading| ("string", heading))),
        row(&[
            ("string", "O-1"),
            ("date", "2026-07-22T13:06:00"),
            ("date", "2026-07-22T15:41:00"),
            ("string", "DE*ABC*E1*1"),
            ("float", "30.31"),
            ("float", "9.44"),
            ("float", "1.89"),
            ("float", "11.33"),
            ("string", "EUR"),
        ]),
    );
    let bytes = zip(&[
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        (
            "META-INF/manifest.xml",
            "<manifest:manifest xmlns:manifest=\"m\"/>",
        ),
        ("content.xml", &content),
    ]);
    assert_eq!(recognise(&bytes, "x").unwrap().as_str(), "ods");
    let cdrs = cdrs(&bytes);
    assert_eq!(cdrs.len(), 1);
    assert_eq!(
        cdrs[0].start_at.to_rfc3339(),
        "2026-07-22T11:06:00+00:00",
        "Berlin's wall clock"
    );
    assert_eq!(cdrs[0].totals.energy.0, "30.31".parse::<Decimal>().unwrap());
    assert_eq!(
        cdrs[0]
            .totals
            .cost
            .as_ref()
            .unwrap()
            .incl_vat
            .unwrap()
            .to_string(),
        "11.33"
    );
}

#[test]
fn what_cannot_be_opened_is_said_plainly() {
    let whole = merged();
    let cut = &whole[..whole.len() / 2];
    assert!(matches!(
        open(cut),
        Err(Error::Damaged { .. } | Error::NotASpreadsheet)
    ));
    let mut locked = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(open(locked).unwrap_err(), Error::PasswordProtected);
    let mut book = Workbook::new();
    book.add_worksheet()
        .write(0, 0, "Only words")
        .unwrap()
        .write(0, 1, "here")
        .unwrap();
    let words = open(book.save_to_buffer().unwrap()).unwrap();
    assert_eq!(guess(&words, &hint()).unwrap_err(), Error::NoRecords);
    let mut book = Workbook::new();
    book.add_worksheet()
        .write(1_048_575, 16_383, "far")
        .unwrap()
        .write(0, 0, "near")
        .unwrap();
    let far = open(book.save_to_buffer().unwrap());
    assert!(
        matches!(
            far,
            Err(Error::TooLarge {
                what: "columns",
                ..
            })
        ),
        "{far:?}"
    );
}

#[test]
fn a_sheet_of_another_name_is_an_error_and_evidence_names_its_reason() {
    let book = open(merged()).unwrap();
    let mut found = guess(&book, &hint()).unwrap();
    let currency = found
        .evidence
        .iter()
        .find(|e| e.what == Topic::Currency)
        .unwrap();
    assert_eq!(
        (currency.value.as_str(), currency.because),
        ("GBP", Because::Heading)
    );
    found.template.sheet = "Elsewhere".to_owned();
    let error = read(&book, &found.template, &hint()).unwrap_err();
    assert_eq!(error, Error::NoSuchSheet("Elsewhere".to_owned()));
}

/// A zip archive whose members are stored as they are.
fn zip(members: &[(&str, &str)]) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in members {
        let offset = u32::try_from(out.len()).unwrap();
        let size = u32::try_from(text.len()).unwrap().to_le_bytes();
        let mut common = vec![20, 0, 0, 0, 0, 0, 0, 0, 0x21, 0];
        common.extend(crc32(text.as_bytes()).to_le_bytes());
        common.extend([size, size].concat());
        common.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        common.extend([0, 0]);
        out.extend(b"PK\x03\x04".iter().chain(&common));
        out.extend(name.bytes().chain(text.bytes()));
        directory.extend(b"PK\x01\x02\x14\x00".iter().chain(&common));
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.bytes());
    }
    let start = u32::try_from(out.len()).unwrap();
    let count = u16::try_from(members.len()).unwrap().to_le_bytes();
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count, count].concat());
    out.extend(u32::try_from(directory.len()).unwrap().to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            if crc & 1 == 1 {
                (crc >> 1) ^ 0xEDB8_8320
            } else {
                crc >> 1
            }
        })
    })
}

#[test]
fn the_same_record_is_known_again_in_another_format() {
    let text = "CDR,Start (UTC),End,kWh,Net,VAT,Gross,Amount currency GBP\n\
                M-1,2026-09-01 14:10,2026-09-01 14:46:30,21.660,6.85,1.37,8.22,x\n";
    let text = text.replace("Net,VAT,Gross", "Net GBP,VAT GBP,Gross GBP");
    let (sheet, text) = (cdrs(&merged()), cdrs(text.as_bytes()));
    assert_eq!(sheet[0].key(), text[0].key());
    assert_eq!(
        tallywatt_sheet::content(&sheet[0]),
        tallywatt_sheet::content(&text[0]),
        "trailing zeros and column order say nothing"
    );
    assert_ne!(
        tallywatt_sheet::content(&sheet[0]),
        tallywatt_sheet::content(&sheet[1])
    );
}

#[test]
fn rows_without_an_id_are_known_by_what_they_say() {
    let file = |first: u32| {
        let rows = [
            "2026-09-01T08:00:00Z,2026-09-01T09:00:00Z,S1,10.5",
            "2026-09-02T08:00:00Z,,S2,3",
        ];
        let [one, two] = rows;
        let (next, lines) = (first + 1, "_id,start,end,station id,kwh");
        format!("{lines}\n{first},{one}\n{next},{two}\n")
    };
    let (one, again) = (cdrs(file(1).as_bytes()), cdrs(file(0).as_bytes()));
    assert_eq!(one[0].id, again[0].id, "a running number is no id");
    assert_ne!(one[0].id, one[1].id);
    assert_eq!(one[0].id, tallywatt_sheet::content_id(&one[0]));
    let numbered = cdrs(file(5001).as_bytes());
    assert_eq!(
        numbered[0].id.as_str(),
        "5001",
        "numbers that go on from elsewhere are ids"
    );
}
