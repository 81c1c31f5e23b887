//! CDRs written out in the window: exactly the list that is shown, and what the version cannot say
//! is told.

use serde_json::Value;
use testkit::Window;

use crate::close::{import, september};

/// Chooses a value of a select, as a person would from its list.
pub fn choose(window: &Window, testid: &str, value: &str) {
    window.click_css(&format!("[data-testid={testid}] option[value='{value}']"));
}

/// Every record of a file with one JSON object a line.
fn lines(path: &std::path::Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).expect("the file was written");
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().expect("JSON a line")
}

#[test]
fn the_filtered_list_is_written_out_and_what_is_lost_is_named() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let book = acceptance::small_book(folder.path());
    let window = acceptance::open(folder.path(), &book, &[september(folder.path())]);
    import(&window);
    window.click("rail-cdrs");
    window.click("bucket-differs");
    window.click("export-open");
    window.wait_text("export-count", "1 CDR will go out.");
    let shown = window.text("export-shown");
    assert!(shown.contains("Differs"), "{shown}");

    choose(&window, "export-format", "ndjson");
    choose(&window, "export-version", "2.3.0");
    window.wait_text("export-confirm", "Export 1 CDR");
    window.click("export-confirm");
    window.wait_text("export-done", "1 CDR written to");
    window.wait_text("export-whole", "Everything could be said in OCPI 2.3.0.");
    // The place that stands in for the dialog has one name, whatever is written there.
    let saved = folder.path().join("saved.pdf");
    let records = lines(&saved);
    assert_eq!(records.len(), 1, "the filter's, and no other");
    assert_eq!(records[0]["id"], "CDR-4");
    assert_eq!(records[0]["total_cost"]["before_taxes"].to_string(), "4.92");

    window.click("export-again");
    choose(&window, "export-format", "ndjson");
    choose(&window, "export-version", "2.1.1");
    window.wait_text("export-count", "1 CDR will go out.");
    window.click("export-confirm");
    window.find_css("[data-testid=export-lack][data-kind=left_out]");
    window.wait_text("export-done", "0 CDRs written to");
    assert_eq!(lines(&saved).len(), 0, "a strict partner would refuse it");
    window.click("export-close");
    assert!(!window.shows("export-dialog"));
}
