//! Pictures of every screen, light and dark, on the demo book: for the README, and looked at.

use std::path::{Path, PathBuf};

use testkit::Window;

use crate::close::september;
use crate::{connect, export, partner_check};

/// The largest picture the repository should carry.
const LIMIT: u64 = 400 * 1024;
/// A picture smaller than this shows next to nothing.
const LEAST: u64 = 15 * 1024;

#[test]
fn every_screen_is_pictured_in_light_and_dark() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let book = acceptance::demo_book(folder.path());
    let out = pictures_folder();
    std::fs::create_dir_all(&out).expect("the folder for pictures can be made");
    let file = september(folder.path());
    let window = opened(folder.path(), &book, &[file]);
    for theme in ["light", "dark"] {
        choose_theme(&window, theme);
        for (name, go) in SCREENS {
            go(&window);
            picture(&window, &out, (name, theme));
        }
    }
}

#[test]
fn a_connection_is_pictured_in_light_and_dark() {
    let out = pictures_folder();
    std::fs::create_dir_all(&out).expect("the folder for pictures can be made");
    for theme in ["light", "dark"] {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let book = connect::book_with_tokens(folder.path());
        let server = connect::rydera("first-s3cret", 45);
        let window = opened(folder.path(), &book, &[]);
        choose_theme(&window, theme);
        connect::unlocked(&window);
        connect::register(&window, &server, "first-s3cret");
        connect::step(&window, "paging", "odd");
        connect::step(&window, "clock", "good");
        picture(&window, &out, ("connect-checks", theme));
        window.click("connect-next");
        window.click_css("[data-testid=connect-dry-row][data-verdict=differs] button");
        window.find("connect-dry-detail");
        picture(&window, &out, ("connect-dry-run", theme));
        window.click("connect-next");
        window.find("connect-every");
        window.click("connect-next");
        window.find("connect-done");
        window.click("connect-next");
        window.find_css("[data-testid=health-row][data-list=cdrs][data-outcome=complete]");
        picture(&window, &out, ("connection", theme));
    }
}

#[test]
fn an_export_is_pictured_in_light_and_dark() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let book = acceptance::demo_book(folder.path());
    let out = pictures_folder();
    std::fs::create_dir_all(&out).expect("the folder for pictures can be made");
    let window = opened(folder.path(), &book, &[]);
    for theme in ["light", "dark"] {
        choose_theme(&window, theme);
        cdrs(&window);
        window.click("export-open");
        export::choose(&window, "export-format", "ndjson");
        export::choose(&window, "export-version", "2.1.1");
        window.wait_text("export-count", "will go out");
        picture(&window, &out, ("export", theme));
        window.click("export-confirm");
        window.find("export-lack");
        picture(&window, &out, ("export-done", theme));
        window.click("export-close");
    }
}

#[test]
fn a_partner_check_is_pictured_in_light_and_dark() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let book = acceptance::demo_book(folder.path());
    let of = ("DE-RHL", "2026-10", 40);
    let file = partner_check::theirs(folder.path(), &book, of, |cdrs| {
        for cdr in cdrs.iter_mut().step_by(9) {
            partner_check::more(&mut cdr["total_cost"]["excl_vat"], 120);
        }
        for cdr in cdrs.iter_mut().skip(4).step_by(13) {
            cdr["total_time"] = serde_json::json!(9.5);
        }
        cdrs[7]["id"] = serde_json::json!("RHL-UNKNOWN-1");
        cdrs[7]["session_id"] = serde_json::json!("RHL-UNKNOWN-1");
        cdrs[7]["cdr_token"]["contract_id"] = serde_json::json!("DE-RHL-UNKNOWN");
    });
    let out = pictures_folder();
    std::fs::create_dir_all(&out).expect("the folder for pictures can be made");
    let window = opened(folder.path(), &book, &[file]);
    window.click("rail-partners");
    window.click("partner-item-DE-RHL");
    for theme in ["light", "dark"] {
        choose_theme(&window, theme);
        partner_check::choose_file(&window);
        picture(&window, &out, ("partner-check", theme));
        window.script("document.querySelector('.partner-check-groups').scrollIntoView()");
        picture(&window, &out, ("partner-check-groups", theme));
        window.click("check-open");
        window.script("document.querySelector('[data-testid=check-cdr]').scrollIntoView()");
        picture(&window, &out, ("partner-check-fields", theme));
        window.click("sample-open");
        window.find("sample-run");
        picture(&window, &out, ("partner-sample", theme));
        window.click("dialog-cancel");
    }
}

/// The program in a window of the size of every picture.
fn opened(folder: &Path, book: &Path, files: &[PathBuf]) -> Window {
    let window = acceptance::open_for_pictures(folder, book, files);
    let resized = window.session().resize(1360, 860);
    resized.expect("a window can be resized");
    window
}

/// Pictures what is shown, once it rests.
pub fn picture(window: &Window, out: &Path, (name, theme): (&str, &str)) {
    still(window);
    let picture = out.join(format!("{name}-{theme}.png"));
    window.screenshot(&picture);
    let size = std::fs::metadata(&picture).expect("just written").len();
    assert!(
        (LEAST..LIMIT).contains(&size),
        "{}: {size} bytes",
        picture.display()
    );
}

/// How to get to what a picture shows.
type Go = fn(&Window);

/// Every picture: its name and the way there.
const SCREENS: [(&str, Go); 13] = [
    ("home", home),
    ("import", import),
    ("cdrs", cdrs),
    ("explain", explain),
    ("what-if", what_if),
    ("reconcile", reconcile),
    ("reconcile-rows", reconcile_rows),
    ("reconcile-charts", reconcile_charts),
    ("settle", settle),
    ("partner", partner),
    ("tariff", tariff),
    ("audit", audit),
    ("palette", palette),
];

fn home(window: &Window) {
    window.click("rail-home");
    window.find_css("[data-testid^=board-row-]");
}

fn import(window: &Window) {
    window.click("rail-import");
    if !window.shows("import-consequence") {
        window.click("import-choose");
    }
    window.find("import-consequence");
}

fn cdrs(window: &Window) {
    window.click("rail-cdrs");
    if window.shows("cdr-detail-close") {
        window.click("cdr-detail-close");
    }
    window.find("table-row");
}

fn explain(window: &Window) {
    window.click("bucket-differs");
    window.wait("a CDR that differs in money", || {
        window.script(PICK).as_bool()?.then_some(())
    });
    window.click_css("[data-picked] [data-column=id]");
    window.find("cdr-line");
}

/// With the CDR of [`explain`] still open.
fn what_if(window: &Window) {
    window.find("cdr-causes");
    if !window.shows("whatif-answer") {
        window.click("cdr-cause-try");
    }
    window.find("whatif-answer");
}

fn reconcile(window: &Window) {
    window.click("rail-reconcile");
    if window.shows("reconcile-back") {
        window.click("reconcile-back");
    }
    if !window.shows("reconcile-verdict") {
        window.click_css("[data-testid^=reconcile-choice-]");
    }
    window.click("reconcile-tab-causes");
    window.find("reconcile-cause");
}

/// With the causes of [`reconcile`] shown.
fn reconcile_rows(window: &Window) {
    window.click("reconcile-bucket-differs");
    window.find("reconcile-back");
    window.find("table-row");
}

fn reconcile_charts(window: &Window) {
    reconcile(window);
    window.click("reconcile-tab-charts");
    window.find_css("svg[role=img], .charts svg");
}

fn partner(window: &Window) {
    window.click("rail-partners");
    window.click_css("[data-testid^=partner-item-]");
    window.click("partners-tab-agreement");
    if !window.shows("infer-text") {
        window.click("infer-run");
    }
    window.find("infer-text");
}

fn tariff(window: &Window) {
    window.click("partners-tab-tariffs");
    if !window.shows("tariff-version") {
        window.click_css("[data-testid=tariff-row] button");
    }
    window.find("try-total");
}

fn settle(window: &Window) {
    window.click("rail-settle");
    window.find_css(".settle-item");
    if window.shows("draft-all") {
        window.click("draft-all");
    }
    window.click_css(".settle-item[data-month]");
    window.click("invoice-tab-pdf");
    window.find_css("[data-testid=pdf-page][data-state=drawn]");
}

fn audit(window: &Window) {
    window.click("rail-audit");
    window.find("audit-row");
}

fn palette(window: &Window) {
    window.click("rail-home");
    window.find_css("[data-testid^=board-row-]");
    window.click("open-palette");
    window.find("palette-item");
}

/// Marks the first row whose difference is not zero.
const PICK: &str = "
    const rows = [...document.querySelectorAll('[data-testid=table-row]')];
    const worth = row => row.querySelector('[data-column=difference]')?.innerText ?? '';
    const picked = rows.find(row => /[1-9]/.test(worth(row)));
    picked?.setAttribute('data-picked', '');
    return picked !== undefined;";

/// The Escape key, as WebDriver writes it.
const ESCAPE: &str = "\u{e00c}";

/// Chooses light or dark as a person would.
pub fn choose_theme(window: &Window, theme: &str) {
    if window.shows("palette") {
        window
            .session()
            .press(&[ESCAPE])
            .expect("keys can be pressed");
    }
    window.click("app-menu");
    window.click(&format!("theme-{theme}"));
    window.find_css(&format!("html[data-theme={theme}]"));
}

/// Waits until nothing moves, loads or announces any more, and what is there is painted.
fn still(window: &Window) {
    let busy = "return document.getAnimations().length + document.querySelectorAll( \
                '.spin, .skeleton, [data-stale=true], [aria-busy=true], \
                [data-testid=toast]').length";
    let painted = "const done = arguments[arguments.length - 1]; document.fonts.ready.then(() => \
                   requestAnimationFrame(() => requestAnimationFrame(() => done(true))))";
    for _ in 0..2 {
        window.wait("the screen to rest", || {
            (window.script(busy).as_u64() == Some(0)).then_some(())
        });
        window
            .session()
            .async_script(painted)
            .expect("the page draws frames");
    }
}

/// `docs/screenshots` when they are to be written anew, else the folder for throw-away files.
pub fn pictures_folder() -> PathBuf {
    if std::env::var_os("UPDATE_SCREENSHOTS").is_some() {
        let tests = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this"));
        return tests
            .parent()
            .expect("tests lie in the project")
            .join("docs/screenshots");
    }
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("screenshots")
}
