//! The invoice PDF, read back: what a stranger's program finds in it.

mod support;

use support::{draft, invoice};
use tallywatt_document::{Options, render_invoice};

/// The text of each page, as another library reads it.
fn text_of(pdf: &[u8]) -> Vec<String> {
    let file = lopdf::Document::load_mem(pdf).expect("a PDF that opens");
    let pages: Vec<u32> = file.get_pages().keys().copied().collect();
    pages
        .iter()
        .map(|&page| file.extract_text(&[page]).expect("text that reads"))
        .collect()
}

#[test]
fn samples_are_written_for_people_to_look_at() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("invoices");
    std::fs::create_dir_all(&folder).unwrap();
    for (name, sample) in [
        ("one-line", invoice(1, 4, false)),
        ("forty-lines", invoice(40, 160, true)),
        ("400-cdrs", invoice(8, 400, true)),
        ("draft", draft(invoice(3, 60, false))),
    ] {
        let pdf = render_invoice(&sample, &Options::default()).unwrap();
        std::fs::write(folder.join(format!("{name}.pdf")), &pdf).unwrap();
        println!("{name}: {} bytes, {:?}", pdf.len(), text_of(&pdf).len());
    }
    println!(
        "{}",
        text_of(&render_invoice(&invoice(1, 4, false), &Options::default()).unwrap())[0]
    );
}
