//! An import taken back in the window: what it brought is gone from every screen, and the file can
//! be imported again; once its CDRs are billed it stays, and the reason is told.

use testkit::Window;

use crate::close::{import, september};

#[test]
fn an_import_is_taken_back_and_comes_in_again() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let book = acceptance::small_book(folder.path());
    let file = september(folder.path());
    let window = acceptance::open(folder.path(), &book, &[file]);
    import(&window);
    seen(&window, 4);

    window.click("rail-import");
    window.click("import-undo");
    window.click("import-undo-confirm");
    window.wait_text("toast", "september.json is taken back");
    window.wait_text("import-history-row", "Taken back");
    assert!(
        !window.shows("import-undo"),
        "it cannot be taken back twice"
    );
    window.click("rail-cdrs");
    window.find("empty");
    window.click("rail-audit");
    window.find_css("[data-testid=audit-row][data-verb=import_undo]");

    import(&window);
    seen(&window, 4);
}

/// Waits until the explorer shows so many CDRs.
fn seen(window: &Window, count: usize) {
    window.click("rail-cdrs");
    window.wait("the CDRs to be listed", || {
        let rows = window.session().find_all("[data-testid=table-row]").ok()?;
        (rows.len() == count).then_some(())
    });
}
