//! A month closed in the window, from the partner's file to the issued PDF.

use std::path::Path;

use serde_json::{Value, json};
use testkit::{Window, pdf_text};

/// One CDR of ours for a driver of theirs: a start fee and energy, VAT 21 %.
pub fn cdr(number: u32, kwh: &str, net: &str, gross: &str) -> Value {
    let start = format!("2026-09-{number:02}T08:00:00Z");
    let end = format!("2026-09-{number:02}T09:00:00Z");
    let volume: Value = serde_json::from_str(kwh).expect("a number");
    let price = |text: &str| serde_json::from_str::<Value>(text).expect("a number");
    json!({
        "country_code": "NL", "party_id": "TAL", "id": format!("CDR-{number}"),
        "start_date_time": start, "end_date_time": end, "session_id": format!("S-{number}"),
        "cdr_token": {
            "country_code": "NL", "party_id": "RYD", "uid": "04AA", "type": "RFID",
            "contract_id": "NL-RYD-C00000001-X"
        },
        "auth_method": "WHITELIST",
        "cdr_location": {
            "id": "QUAY", "name": "Quay garage", "address": "Quay 1", "city": "Utrecht",
            "postal_code": "3511 AA", "country": "NLD",
            "coordinates": { "latitude": "52.09", "longitude": "5.12" },
            "evse_uid": "1", "evse_id": "NL*TAL*E1", "connector_id": "1",
            "connector_standard": "IEC_62196_T2", "connector_format": "SOCKET",
            "connector_power_type": "AC_3_PHASE"
        },
        "currency": "EUR",
        "tariffs": [{
            "country_code": "NL", "party_id": "TAL", "id": "DAY", "currency": "EUR",
            "elements": [
                {
                    "price_components": [
                        { "type": "ENERGY", "price": 0.20, "vat": 21.0, "step_size": 1 }
                    ],
                    "restrictions": { "start_time": "22:00", "end_time": "06:00" }
                },
                {
                    "price_components": [
                        { "type": "FLAT", "price": 0.50, "vat": 21.0, "step_size": 1 },
                        { "type": "ENERGY", "price": 0.40, "vat": 21.0, "step_size": 1 }
                    ]
                }
            ],
            "last_updated": "2026-08-01T00:00:00Z"
        }],
        "charging_periods": [{
            "start_date_time": start, "tariff_id": "DAY",
            "dimensions": [{ "type": "ENERGY", "volume": volume }]
        }],
        "total_cost": { "excl_vat": price(net), "incl_vat": price(gross) },
        "total_energy": volume, "total_time": 1, "last_updated": end
    })
}

/// Four CDRs of September: three that fit, and one that states € 0.42 too much.
pub fn september(folder: &Path) -> std::path::PathBuf {
    let cdrs = [
        cdr(1, "10", "4.50", "5.445"),
        cdr(2, "20", "8.50", "10.285"),
        cdr(3, "30.5", "12.70", "15.367"),
        cdr(4, "10", "4.92", "5.9532"),
    ];
    let file = folder.join("september.json");
    std::fs::write(&file, Value::from(cdrs.to_vec()).to_string()).expect("the folder is ours");
    file
}

#[test]
fn a_month_is_closed_from_the_file_to_the_invoice() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let book = acceptance::small_book(folder.path());
    let window = acceptance::open(folder.path(), &book, &[september(folder.path())]);
    import(&window);
    explain(&window);
    accept(&window);
    let number = issue(&window);
    let saved = folder.path().join("saved.pdf");
    window.click("issued-save");
    window.wait("the saved PDF", || saved.exists().then_some(()));
    let text = pdf_text(&saved);
    assert!(
        text.contains(&number),
        "the document bears its number {number}:\n{text}"
    );
    for words in ["Tally Charging", "Rydera", "30.62", "Quay garage"] {
        assert!(
            text.contains(words),
            "{words:?} stands on the invoice:\n{text}"
        );
    }
    remembered(&window);
}

/// Chooses the file, reads what it would do, does it.
pub fn import(window: &Window) {
    window.click("rail-import");
    window.click("import-choose");
    window.wait_text("import-consequence", "4 new");
    let first = window.text("import-preview-row");
    assert!(
        first.contains("CDR-1"),
        "the preview shows the records: {first}"
    );
    window.click("import-run");
    window.find("import-done");
}

/// Finds the CDR that differs and reads why.
fn explain(window: &Window) {
    window.click("rail-cdrs");
    window.click("bucket-differs");
    window.wait("only the odd one to stay", || {
        let rows = window.session().find_all("[data-testid=table-row]").ok()?;
        (rows.len() == 1).then_some(())
    });
    window.click_css("[data-testid=table-row] [data-column=id]");
    window.wait_text("cdr-stated", "4.92");
    window.wait_text("cdr-replayed", "4.50");
    window.wait_text("cdr-difference", "0.42");
    let line = window.text("cdr-line");
    assert!(
        line.contains("0.50") || line.contains("0.40"),
        "a line shows its price: {line}"
    );
    let reasons = window.session().find_all("[data-testid=cdr-line-reasons]");
    assert!(
        !reasons.expect("asked").is_empty(),
        "why the night element did not apply is told"
    );
}

/// Accepts the difference with a reason.
fn accept(window: &Window) {
    window.click("accept-open");
    window.fill("accept-reason", "meter replaced, confirmed by phone");
    window.click("accept-confirm");
    window.wait_text("toast", "ccepted");
    window.wait_text("cdr-bucket", "Accepted");
}

/// Drafts the month, looks at the PDF, issues it; the number it got.
fn issue(window: &Window) -> String {
    window.click("rail-settle");
    window.click("draft-all");
    window.wait_text("draft-net", "30.62");
    window.wait_text("draft-gross", "37.05");
    window.click("invoice-tab-pdf");
    window.find_css("[data-testid=pdf-page][data-state=drawn]");
    window.click("issue-open");
    window.click("issue-confirm");
    let issued = window.find("issued-row");
    let number = window
        .session()
        .attribute(&issued, "data-number")
        .expect("an attribute");
    let number = number.expect("an issued invoice has a number");
    window.click("invoice-tab-pdf");
    window.find_css("[data-testid=pdf-page][data-state=drawn]");
    number
}

/// Every decision stands in the log.
fn remembered(window: &Window) {
    window.click("rail-audit");
    for verb in ["accept", "draft", "issue"] {
        window.find_css(&format!("[data-testid=audit-row][data-verb={verb}]"));
    }
}
