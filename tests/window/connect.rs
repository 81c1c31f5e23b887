//! A partner's server connected in the window: a token refused, a registration, the first CDRs
//! before anything is stored, and how the connection is doing afterwards.

use std::path::{Path, PathBuf};

use office::connections::{Secret, Vault};
use serde_json::{Value, json};
use testkit::Window;
use testkit::peer::{Reply, page};
use testkit::registrar::Registrar;

use crate::close::cdr;

/// Rydera's server: it registers us with `token`, and has so many CDRs of its own, one of which
/// states € 0.42 too much. Its pages do not link to each other.
pub fn rydera(token: &str, count: u32) -> Registrar {
    let one = |number: u32| {
        let day = 1 + number % 28;
        let (net, gross) = if number == 4 {
            ("4.92", "5.9532")
        } else {
            ("4.50", "5.445")
        };
        let mut cdr = cdr(day, "10", net, gross);
        cdr["id"] = json!(format!("RYD-{number}"));
        cdr["party_id"] = json!("RYD");
        cdr["cdr_token"]["party_id"] = json!("TAL");
        let at = now() - chrono::TimeDelta::minutes(i64::from(count - number));
        cdr["last_updated"] = json!(at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
        cdr
    };
    let all: Vec<Value> = (0..count).map(one).collect();
    Registrar::new(("NL-RYD", token), move |asked| match asked.path.as_str() {
        "/cdrs" => page("", asked, &all, 20).without("link"),
        _ => Reply::body(404, ""),
    })
}

fn now() -> chrono::DateTime<chrono::Utc> {
    std::time::SystemTime::now().into()
}

/// A book whose tokens are in an encrypted file beside it.
pub fn book_with_tokens(folder: &Path) -> PathBuf {
    let book = acceptance::small_book(folder);
    let beside = folder.join("small.tallywatt.d");
    std::fs::create_dir_all(&beside).expect("the folder is ours");
    let vault = Vault::file(
        &beside.join("secrets"),
        Secret::from("a passphrase".to_owned()),
    );
    let vault = vault.expect("a vault can be made");
    let other = Secret::from("another".to_owned());
    vault.put("XX-XXX token", &other).expect("a token is kept");
    book
}

/// To the wizard for Rydera, with the tokens unlocked.
pub fn unlocked(window: &Window) {
    window.click("rail-partners");
    window.click("partner-item-NL-RYD");
    window.click("partners-tab-connection");
    window.click("connect-open");
    window.fill("vault-passphrase", "a passphrase");
    window.click("vault-open");
    window.wait("the tokens to be unlocked", || {
        (!window.shows("vault")).then_some(())
    });
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.local_addr().expect("an address").port()
}

/// Waits for a step of the trial to end so.
pub fn step(window: &Window, check: &str, state: &str) {
    window.find_css(&format!(
        "[data-testid=connect-check][data-check={check}][data-state={state}]"
    ));
}

/// Fills the first step in for a registration and goes on.
pub fn register(window: &Window, server: &Registrar, token: &str) {
    let listen = format!("127.0.0.1:{}", free_port());
    window.fill("connect-url", &format!("{}/ocpi/versions", server.peer.url));
    window.fill("connect-token", token);
    window.click("connect-kind-register");
    window.fill("connect-our-url", &format!("http://{listen}/ocpi/versions"));
    window.fill("connect-listen", &listen);
    window.click("connect-next");
}

#[test]
fn a_partner_is_connected_and_pulled_from_in_the_window() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let book = book_with_tokens(folder.path());
    let server = rydera("first-s3cret", 45);
    let window = acceptance::open(folder.path(), &book, &[]);
    unlocked(&window);

    // A wrong token: the step that failed says why, with what was said, and no token anywhere.
    register(&window, &server, "wrong-s3cret");
    step(&window, "reachable", "good");
    step(&window, "versions", "bad");
    window.wait_text("problem", "did not accept our token");
    window.click("connect-check-raw");
    window.wait_text("connect-exchange", "401");
    let shown = window
        .script("return document.documentElement.outerHTML")
        .to_string();
    assert!(!shown.contains("s3cret"), "the token is in the page");
    assert_eq!(
        server.tokens().first.as_deref(),
        Some("first-s3cret"),
        "nothing was changed"
    );

    // The right one: registered, the steps good, CDRs explained before any is stored.
    window.click("connect-back");
    window.fill("connect-token", "first-s3cret");
    window.click("connect-next");
    for good in ["versions", "version", "modules", "register", "cdrs"] {
        step(&window, good, "good");
    }
    step(&window, "paging", "odd");
    assert_eq!(server.tokens().ours.as_deref(), Some("handed-out-1"));
    window.click("connect-next");
    window.wait_text("connect-dry-run", "19 of 20");
    window.click_css("[data-testid=connect-dry-row][data-verdict=differs] button");
    window.wait_text("connect-dry-detail", "0.40");
    assert_eq!(cdrs_in(&book), 0, "nothing is stored yet");
    window.click("connect-next");
    window.find("connect-every");
    window.click("connect-next");
    window.find("connect-done");
    window.click("connect-next");

    // How it is doing: everything came, and the missing links are named.
    window.find_css("[data-testid=health-row][data-list=cdrs][data-outcome=complete]");
    window.find_css("[data-testid=departure][data-code=link_missing]");
    window.wait("the CDRs to be in the book", || {
        (cdrs_in(&book) == 45).then_some(())
    });
    let shown = window
        .script("return document.documentElement.outerHTML")
        .to_string();
    assert!(!shown.contains("s3cret") && !shown.contains("handed-out"));

    // A record says which request brought it.
    window.click("rail-cdrs");
    window.click_css("[data-testid=table-row] [data-column=id]");
    window.wait_text("pulled-by", "/cdrs?");

    // The schedule is a decision, and so is the end, which the partner hears of.
    window.click("rail-partners");
    window.click("partners-tab-connection");
    window.click("connection-remove");
    window.click("connection-remove-confirm");
    window.find("connect-open");
    assert_eq!(server.tokens().ours, None, "the registration is ended");
    window.click("rail-audit");
    for verb in ["connect", "disconnect"] {
        window.find_css(&format!("[data-testid=audit-row][data-verb={verb}]"));
    }
}

fn cdrs_in(book: &Path) -> u32 {
    let book = rusqlite::Connection::open(book).expect("the book can be looked into");
    book.query_row("SELECT count(*) FROM cdr", [], |row| row.get(0))
        .expect("it has CDRs, or none")
}
