//! The invoice PDF, read back by another library: what a receiver's program finds in it.

use std::time::{Duration, Instant};

use crate::support::{awkward, draft, invoice, totalled};
use domain::invoice::Invoice;
use domain::{Decimal, Kwh};
use lopdf::{Document, Object};
use tallywatt_document::{Error, Options, render_invoice};

fn pdf(invoice: &Invoice) -> Vec<u8> {
    render_invoice(invoice, &Options::default()).expect("the invoice can be printed")
}

/// The texts of each page, one per placed piece of text, in drawing order.
fn texts(pdf: &[u8]) -> Vec<Vec<String>> {
    let file = Document::load_mem(pdf).expect("a PDF that opens");
    let pages: Vec<u32> = file.get_pages().keys().copied().collect();
    pages
        .iter()
        .map(|&page| {
            let text = file.extract_text(&[page]).expect("text that reads");
            text.lines()
                .map(str::to_owned)
                .filter(|line| !line.is_empty())
                .collect()
        })
        .collect()
}

/// The piece of text `steps` after the one that says `label`.
fn after<'a>(page: &'a [String], label: &str, steps: usize) -> &'a str {
    let at = page.iter().position(|text| text == label);
    &page[at.unwrap_or_else(|| panic!("{label:?} stands on the page: {page:#?}")) + steps]
}

fn number(text: &str) -> Decimal {
    text.replace(',', "")
        .parse()
        .unwrap_or_else(|_| panic!("{text:?} is a figure"))
}

#[test]
fn the_letter_says_what_the_law_wants_and_the_invoice_holds() {
    let invoice = invoice(8, 400, true);
    let pages = texts(&pdf(&invoice));
    let page = &pages[0];
    assert_eq!(after(page, "Number", 1), "2026-000123");
    assert_eq!(after(page, "Date of issue", 1), "5 Oct 2026");
    assert_eq!(after(page, "Due", 1), "4 Nov 2026");
    assert_eq!(
        after(page, "Period of supply", 1),
        "1 Sep 2026 – 30 Sep 2026"
    );
    assert_eq!(after(page, "IBAN", 1), "DE89 3704 0044 0532 0130 00");
    assert_eq!(after(page, "Payment reference", 1), "2026-000123");
    for wanted in [
        "Tallwind Ladenetz GmbH",
        "Am Großen Hafen 12",
        "VAT ID DE123456788",
        "Villám Mobilitás Kft.",
        "Szőlőhegy utca 7",
        "Hungary",
        "VAT ID HU12345676",
        "Reverse charge: VAT is due from the recipient.",
        "Łódź Piotrkowska",
        "Πλατεία Συντάγματος",
        "Площад България",
    ] {
        assert!(
            page.iter().any(|text| text == wanted),
            "{wanted:?} is missing: {page:#?}"
        );
    }
    assert_eq!(number(after(page, "Net total", 1)), invoice.net);
    assert_eq!(number(after(page, "VAT total", 1)), invoice.vat);
    assert_eq!(number(after(page, "Total EUR", 1)), invoice.gross);
    for (label, group) in ["Standard rate 19 %", "Reverse charge 0 %"]
        .iter()
        .zip(&invoice.vat_groups)
    {
        assert_eq!(number(after(page, label, 1)), group.base, "{label}");
        assert_eq!(number(after(page, label, 2)), group.tax, "{label}");
    }
}

#[test]
fn every_line_is_printed_under_a_head_that_every_page_repeats() {
    let invoice = invoice(40, 160, true);
    let pages = texts(&pdf(&invoice));
    let mut printed = Decimal::ZERO;
    let mut heads = 0;
    for page in pages
        .iter()
        .filter(|page| page.iter().any(|text| text == "Energy kWh"))
    {
        heads += 1;
        for line in &invoice.lines {
            let Some(at) = page.iter().position(|text| *text == line.location) else {
                continue;
            };
            assert_eq!(
                page[at + 2],
                line.cdrs.to_string(),
                "after location and place"
            );
            assert_eq!(number(&page[at + 3]), line.energy.0);
            printed += number(&page[at + 5]);
        }
    }
    assert_eq!(heads, 2, "forty lines fill two pages");
    assert_eq!(printed, invoice.net, "each line stands on one page");
}

#[test]
fn the_annex_adds_up_to_the_net_total_and_carries_its_sums_from_page_to_page() {
    let invoice = invoice(8, 400, true);
    let pages = texts(&pdf(&invoice));
    let (mut rows, mut energy, mut net) = (0, Decimal::ZERO, Decimal::ZERO);
    let mut known = invoice.annex.iter();
    for page in pages
        .iter()
        .filter(|page| page.iter().any(|text| text == "EVSE"))
    {
        if rows > 0 {
            let brought = format!("Brought forward, {rows} CDRs");
            assert_eq!(number(after(page, &brought, 1)), energy);
            assert_eq!(number(after(page, &brought, 2)), net);
        }
        while let Some(row) = known.clone().next() {
            let Some(at) = page.iter().position(|text| *text == row.cdr_id) else {
                break;
            };
            assert_eq!(page[at - 1], row.line.to_string(), "the line that holds it");
            energy += number(&page[at + 4]);
            net += number(&page[at + 5]);
            rows += 1;
            known.next();
        }
        let closing = match known.len() {
            0 => format!("Total, {rows} CDRs"),
            _ => format!("Carried forward, {rows} CDRs"),
        };
        assert_eq!(number(after(page, &closing, 1)), energy);
        assert_eq!(number(after(page, &closing, 2)), net);
    }
    assert_eq!((rows, net), (400, invoice.net), "every CDR is listed once");
}

#[test]
fn pages_are_numbered_of_how_many() {
    for (sample, expected) in [(invoice(1, 4, false), 2), (invoice(8, 400, true), 9)] {
        let pages = texts(&pdf(&sample));
        assert_eq!(pages.len(), expected);
        for (i, page) in pages.iter().enumerate() {
            let wanted = format!("Page {} of {expected}", i + 1);
            assert!(page.contains(&wanted), "{wanted}");
        }
    }
}

#[test]
fn the_same_invoice_gives_the_same_bytes_and_another_number_another_file() {
    let first = invoice(8, 400, true);
    assert_eq!(pdf(&first), pdf(&first.clone()));
    let other = Invoice {
        number: Some("2026-000124".into()),
        ..first.clone()
    };
    assert_ne!(pdf(&first), pdf(&other));
}

#[test]
fn a_draft_says_so_on_every_page_and_has_neither_number_nor_dates() {
    let issued = invoice(3, 120, false);
    let pages = texts(&pdf(&draft(issued.clone())));
    assert_eq!(
        pages.len(),
        texts(&pdf(&issued)).len(),
        "the preview has the later pages"
    );
    for page in &pages {
        assert_eq!(page[0], "DRAFT", "behind everything else");
        assert!(
            page.iter()
                .all(|text| !text.contains("000123") && !text.contains("5 Oct"))
        );
    }
    assert_eq!(after(&pages[0], "Due", 1), "30 days after issue");
    assert!(
        texts(&pdf(&issued))
            .iter()
            .flatten()
            .all(|text| text != "DRAFT")
    );
}

#[test]
fn a_character_the_font_lacks_stops_the_document_and_is_named() {
    let mut sample = invoice(1, 1, false);
    sample.buyer.name = "Ladestation 充電".into();
    match render_invoice(&sample, &Options::default()) {
        Err(Error::MissingGlyph { character, text }) => {
            assert_eq!((character, text.as_str()), ('充', "Ladestation 充電"));
        }
        other => panic!(
            "a missing character must stop it, got {:?}",
            other.map(|b| b.len())
        ),
    }
}

#[test]
fn beyond_the_limit_the_csv_holds_the_records_and_the_page_says_so() {
    let sample = invoice(8, 10_000, false);
    let started = Instant::now();
    let pages = texts(&pdf(&sample));
    assert_eq!(pages.len(), 2);
    let said = pages[1].join(" ");
    assert!(
        said.contains("10,000 charge detail records. More than 2,000 are not printed"),
        "{said}"
    );
    assert!(pages[0].join(" ").contains("listed in the CSV annex"));
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "no row is laid out for nothing"
    );
    let few = Options { annex_rows: 3 };
    let printed = render_invoice(&invoice(1, 4, false), &few).expect("it prints");
    assert!(
        texts(&printed)[1]
            .join(" ")
            .contains("4 charge detail records. More than 3")
    );
}

#[test]
fn a_receiver_is_asked_to_pay_only_what_is_owed() {
    let mut sample = invoice(1, 2, false);
    assert!(
        texts(&pdf(&sample))[0]
            .iter()
            .any(|t| t.starts_with("Please pay EUR "))
    );
    for row in &mut sample.annex {
        row.net = -row.net;
        row.energy = Kwh(-row.energy.0);
    }
    let sample = totalled(sample);
    let page = &texts(&pdf(&sample))[0];
    assert!(
        page.iter().all(|text| !text.contains("pay")),
        "nothing is owed: {page:#?}"
    );
    assert_eq!(number(after(page, "Total EUR", 1)), sample.gross);
    assert!(sample.gross < Decimal::ZERO);
}

#[test]
fn the_file_is_clean_and_says_what_it_is() {
    let file = Document::load_mem(&pdf(&invoice(2, 60, true))).unwrap();
    assert_eq!(file.version, "1.7");
    let info = file.trailer.get(b"Info").unwrap().as_reference().unwrap();
    let info = file.get_dictionary(info).unwrap();
    let said = |key: &[u8]| String::from_utf8_lossy(info.get(key).unwrap().as_str().unwrap());
    assert_eq!(said(b"Title"), "Invoice 2026-000123");
    assert_eq!(said(b"Author"), "Tallwind Ladenetz GmbH");
    assert_eq!(said(b"CreationDate"), "D:20261005000000Z");
    let id = file.trailer.get(b"ID").unwrap().as_array().unwrap();
    assert_eq!(id[0], id[1], "both halves follow from the invoice");
    let dictionaries = || {
        file.objects
            .values()
            .filter_map(|object| object.as_dict().ok())
    };
    for dictionary in dictionaries() {
        for key in ["Shading", "XObject", "ExtGState"] {
            assert!(!dictionary.has(key.as_bytes()), "no empty {key}");
        }
    }
    let fonts: Vec<_> = dictionaries()
        .filter(|d| d.has_type(b"FontDescriptor"))
        .collect();
    assert_eq!(fonts.len(), 2, "regular and bold");
    for font in fonts {
        let program = font
            .get(b"FontFile2")
            .and_then(Object::as_reference)
            .unwrap();
        let program = file.get_object(program).unwrap().as_stream().unwrap();
        let bytes = program.decompressed_content().unwrap();
        assert!(
            (2_000..80_000).contains(&bytes.len()),
            "a subset, not 500 kB: {}",
            bytes.len()
        );
    }
    assert!(dictionaries().filter(|d| d.has_type(b"Font")).all(|d| {
        d.has(b"ToUnicode")
            || d.get(b"Subtype")
                .is_ok_and(|s| s == &Object::Name(b"CIDFontType2".to_vec()))
    }));
}

/// For people to look at: `target/tmp/invoices`.
#[test]
fn samples_of_every_shape_can_be_printed() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("invoices");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, sample) in [
        ("one-line", invoice(1, 4, false)),
        ("forty-lines", invoice(40, 160, true)),
        ("400-cdrs", invoice(8, 400, true)),
        ("1000-cdrs", invoice(12, 1_000, true)),
        ("awkward", awkward()),
        ("beyond-limit", invoice(2, 2_001, false)),
        ("draft", draft(invoice(3, 60, false))),
        ("no-lines", draft(invoice(0, 0, false))),
    ] {
        let started = Instant::now();
        let pdf = pdf(&sample);
        let took = started.elapsed();
        println!(
            "{name}: {} pages, {} bytes, {took:?}",
            texts(&pdf).len(),
            pdf.len()
        );
        std::fs::write(folder.join(format!("{name}.pdf")), &pdf).unwrap();
    }
}
