//! A partner's spreadsheets in the window: the first asks and is remembered, the next is read
//! without a question, rows that cannot be read are saved to be repaired.

use std::path::{Path, PathBuf};

use testkit::Window;

use crate::screens::{choose_theme, picture, pictures_folder};

/// Dates of which day and month could be either.
const APRIL: &str = "CDR ID,Start,End,kWh,Net,Service\n\
    A-1,03/04/2026 08:00,03/04/2026 09:00,10.5,4.20,0.35\n\
    A-2,05/04/2026 08:00,05/04/2026 09:30,21.5,8.60,0.35\n";

/// The same headings in another order, and a row in which no number stands.
const MAY: &str = "Net,kWh,End,Start,CDR ID,Service\n\
    7.20,18.5,06/05/2026 09:00,06/05/2026 08:00,A-3,0.35\n\
    1.20,unknown,07/05/2026 09:00,07/05/2026 08:00,A-4,0.35\n\
    2.20,5.5,08/05/2026 09:00,08/05/2026 08:00,A-5,0.35\n";

fn files(folder: &Path) -> Vec<PathBuf> {
    let written = [("april 2026.csv", APRIL), ("may 2026.csv", MAY)].map(|(name, text)| {
        let file = folder.join(name);
        std::fs::write(&file, text).expect("the folder is ours");
        file
    });
    written.to_vec()
}

/// Chooses both files; the first one is shown.
fn chosen(window: &Window) {
    window.click("rail-import");
    window.click("import-choose");
    of_partner(window);
    window.find("import-questions");
}

/// Says whose file the one shown is.
fn of_partner(window: &Window) {
    window.find("import-run");
    window.click("import-partner");
    window.click("partner-option-NL-RYD");
}

/// The second file, which waits beside the first: same headings, another order, a broken row.
fn next_file(window: &Window) {
    window.click_css("[data-testid=import-file]:not([aria-selected=true])");
    of_partner(window);
}

/// Answers, looks at what became of it, and imports with the reading kept.
fn first_file(window: &Window) {
    let asked = window.text("import-questions");
    for words in ["03/04/2026", "3 April 2026", "4 March 2026"] {
        assert!(
            asked.contains(words),
            "{words:?} is in the question: {asked}"
        );
    }
    let refusal = window.text("import-blocked");
    assert!(refusal.contains("question"), "why it waits: {refusal}");
    assert!(
        !window.shows("import-consequence"),
        "nothing is counted before the answer"
    );
    window.click("import-answer-month_first");
    window.wait_text("import-consequence", "2 new");
    window.wait_text("import-preview-row", "Mar 4, 2026");
    window.fill("import-keep-name", "Monthly");
}

#[test]
fn a_first_file_asks_and_the_next_is_read_by_its_template() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let book = acceptance::small_book(folder.path());
    let window = acceptance::open(folder.path(), &book, &files(folder.path()));
    chosen(&window);
    first_file(&window);
    window.click("import-run");
    window.wait_text("import-done", "Monthly");

    next_file(&window);
    window.wait_text("import-reading", "Monthly");
    window.wait_text("import-consequence", "2 new");
    assert!(!window.shows("import-questions"), "it is known already");
    assert!(!window.shows("import-mapping-row"), "one line says enough");
    let group = window.text("import-reject-group");
    for words in ["unknown", "kWh", "row 3"] {
        assert!(group.contains(words), "{words:?} is told: {group}");
    }
    window.click("import-run");
    window.find("import-done");
    window.click("import-rejects-save");
    let saved = folder.path().join("saved.pdf");
    window.wait_text("import-rejects-saved", "1 row saved to");
    let bytes = std::fs::read(&saved).expect("the rows were saved");
    assert_eq!(&bytes[..2], b"PK", "it is a workbook");

    window.click("rail-audit");
    window.find_css("[data-testid=audit-row][data-verb=template_keep]");
    window.click("rail-partners");
    window.click("partner-item-NL-RYD");
    window.wait_text("template-row", "Monthly");
    window.click("template-remove");
    window.click("template-remove-confirm");
    window.wait_text("templates", "None yet");
}

#[test]
fn reading_a_spreadsheet_is_pictured_in_light_and_dark() {
    let out = pictures_folder();
    std::fs::create_dir_all(&out).expect("the folder for pictures can be made");
    for theme in ["light", "dark"] {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let book = acceptance::small_book(folder.path());
        let window = acceptance::open_for_pictures(folder.path(), &book, &files(folder.path()));
        window
            .session()
            .resize(1360, 860)
            .expect("a window can be resized");
        choose_theme(&window, theme);
        chosen(&window);
        picture(&window, &out, ("import-questions", theme));
        first_file(&window);
        picture(&window, &out, ("import-mapping", theme));
        window.click("import-run");
        window.wait_text("import-done", "Monthly");
        next_file(&window);
        window.find("import-reject-group");
        picture(&window, &out, ("import-known", theme));
        window.click("import-run");
        window.find("import-done");
        window.click("import-rejects-save");
        window.find("import-rejects-saved");
        picture(&window, &out, ("import-rejects", theme));
    }
}
