//! A difference explained, tried and kept in the window; a partner's tariff read and tried.

use std::path::Path;

use serde_json::{Value, json};
use testkit::Window;

use crate::close::cdr;

/// A CDR that states its 10.42 kWh as measured, while its tariff has steps of 1 kWh, and one that
/// fits.
fn stepped(folder: &Path) -> std::path::PathBuf {
    let mut odd = cdr(5, "10.42", "4.718", "5.7088");
    odd["tariffs"][0]["last_updated"] = json!("2026-08-02T00:00:00Z");
    let day = &mut odd["tariffs"][0]["elements"][1]["price_components"];
    day[0]["price"] = json!(0.55);
    day[1]["step_size"] = json!(1000);
    let file = folder.join("stepped.json");
    let cdrs = vec![cdr(1, "10", "4.50", "5.445"), odd];
    std::fs::write(&file, Value::from(cdrs).to_string()).expect("the folder is ours");
    file
}

fn opened(folder: &Path) -> Window {
    let book = acceptance::small_book(folder);
    let window = acceptance::open(folder, &book, &[stepped(folder)]);
    window.click("rail-import");
    window.click("import-choose");
    window.wait_text("import-consequence", "2 new");
    window.click("import-run");
    window.find("import-done");
    window
}

#[test]
fn a_difference_is_explained_tried_and_kept() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let window = opened(folder.path());
    window.click("rail-cdrs");
    window.click("bucket-differs");
    window.click_css("[data-testid=table-row] [data-column=id]");
    window.wait_text("cdr-replayed", "4.95");
    window.wait_text("cdr-causes", "atches if");

    // The first cause that can be asked is asked, and gives what the partner states.
    window.click("cdr-cause-try");
    window.wait_text("whatif-now", "4.95");
    window.wait_text("whatif-supposed", "4.72");
    window.wait_text("whatif-verdict", "atch");

    window.click("whatif-keep");
    window.fill("whatif-reason", "they bill as measured, mail of 3 October");
    window.click("whatif-keep-confirm");
    window.wait_text("cdr-kept", "mail of 3 October");
    window.wait_text("cdr-bucket", "Matched");
    window.click("cdr-kept-undo");
    window.wait_text("cdr-bucket", "Differs");

    window.click("cdr-words-open");
    let english = window.wait_text("cdr-words", "0.40");
    window.script(
        "const language = document.querySelector('[data-testid=cdr-words-language]');
         const set = Object.getOwnPropertyDescriptor(HTMLSelectElement.prototype, 'value').set;
         set.call(language, 'de');
         language.dispatchEvent(new Event('change', { bubbles: true }));",
    );
    let german = window.wait_text("cdr-words", "0,40");
    assert_ne!(english, german, "the same price in another language");

    window.click("rail-audit");
    for verb in ["keep_reading", "undo"] {
        window.find_css(&format!("[data-testid=audit-row][data-verb={verb}]"));
    }
}

#[test]
fn a_tariff_is_read_compared_and_tried() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let window = opened(folder.path());
    window.click("rail-partners");
    window.click("partner-item-NL-RYD");
    window.click("partners-tab-tariffs");
    window.click_css("[data-testid=tariff-row] button");
    // The newest version is shown first: the start fee went from 0.50 to 0.55.
    window.wait_text("tariff-change", "0.55");
    window.wait_text("tariff-words", "0.40");
    let versions = window.session().find_all("[data-testid=tariff-version]");
    assert_eq!(versions.expect("asked").len(), 2, "as many as came in CDRs");

    // 20 kWh at 0.40 by day, and the fee.
    window.wait_text("try-total", "8.55");
    window.fill("try-kwh", "10");
    window.wait_text("try-total", "4.55");
}
