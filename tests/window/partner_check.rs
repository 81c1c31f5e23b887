//! The go-live check with a partner in the window: their file beside ours, the reports, our sample.

use std::path::{Path, PathBuf};

use office::api::SampleRequest;
use office::{Desk, Job};
use serde_json::{Value, json};
use testkit::{Window, pdf_text};

use crate::close::{import, september};

/// Writes the same CDRs with the totals that we compute, changed as `change` says.
pub fn theirs(
    folder: &Path,
    book: &Path,
    (partner, month, count): (&str, &str, u32),
    change: impl FnOnce(&mut Vec<Value>),
) -> PathBuf {
    let now = "2026-11-02T08:00:00Z".parse().expect("an instant");
    let desk = Desk::open(book, now, "test").expect("the book opens");
    let request = SampleRequest {
        partner: partner.to_owned(),
        month: month.to_owned(),
        count,
        format: "json".to_owned(),
        ocpi: Some("2.2.1".to_owned()),
    };
    let path = folder.join("their-figures.json");
    office::partner_sample::run(&desk, &mut Job::quiet(), &request, &path).expect("a sample");
    let text = std::fs::read_to_string(&path).expect("it was written");
    let mut cdrs: Vec<Value> = serde_json::from_str(&text).expect("a list");
    change(&mut cdrs);
    let text = serde_json::to_string(&cdrs).expect("plain data");
    std::fs::write(&path, text).expect("the folder can be written");
    path
}

/// Another figure: what was there, in hundredths, and `cents` more.
pub fn more(value: &mut Value, cents: i64) {
    let was: domain::Decimal = value.to_string().parse().expect("a number");
    let now = was + domain::Decimal::new(cents, 2);
    *value = serde_json::from_str(&now.to_string()).expect("a number");
}

/// Opens the check of the first partner and chooses the file.
pub fn choose_file(window: &Window) {
    window.click("rail-partners");
    window.click("partners-tab-check");
    window.click("check-choose");
    window.find("check-summary");
}

#[test]
fn a_partners_figures_are_compared_saved_and_answered() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let book = acceptance::small_book(folder.path());
    let ours = september(folder.path());
    let window = acceptance::open(folder.path(), &book, &[ours]);
    import(&window);
    let file = theirs(folder.path(), &book, ("NL-RYD", "2026-09", 4), |cdrs| {
        more(&mut cdrs[0]["total_cost"]["excl_vat"], 75);
        cdrs[1]["total_time"] = json!(3);
        cdrs[3]["id"] = json!("ANOTHER");
        cdrs[3]["session_id"] = json!("ANOTHER");
        cdrs[3]["start_date_time"] = json!("2026-09-20T08:00:00Z");
        cdrs[3]["end_date_time"] = json!("2026-09-20T09:00:00Z");
    });
    drop(window);

    let window = acceptance::open(folder.path(), &book, &[file]);
    choose_file(&window);
    window.wait_text("check-verdict", "There are differences");
    for (verdict, count) in [
        ("differs", "1"),
        ("fields_differ", "1"),
        ("only_reported", "1"),
    ] {
        let told = window.text(&format!("check-count-{verdict}"));
        assert!(told.starts_with(count), "{verdict}: {told}");
    }
    window.click("check-open");
    let off = "[data-testid=check-field-of][data-field='total_cost.excl_vat']";
    window.find_css(&format!("{off}[data-standing=differs]"));
    window.click("check-save-pdf");
    window.find_css("[data-testid=toast]");
    let text = pdf_text(&folder.path().join("saved.pdf"));
    assert!(text.contains("CDR-1"), "{text}");
    window.click("sample-open");
    window.find("sample-dialog");
    window.click("sample-run");
    window.wait("the sample to be saved", || {
        let saved = std::fs::read(folder.path().join("saved.pdf")).ok()?;
        saved.starts_with(b"[").then_some(())
    });
}
