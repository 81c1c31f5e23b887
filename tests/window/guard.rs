//! What the page cannot do, seen from inside the page; and a start without a book.

use testkit::Window;

/// What a command or a library call from the page comes to: `ok` or what refused it.
fn attempt(window: &Window, expression: &str) -> String {
    let script = format!(
        "const done = arguments[arguments.length - 1];
         Promise.resolve().then(() => {expression}).then(() => done('ok'), e => done(String(e)));"
    );
    let answer = window
        .session()
        .async_script(&script)
        .expect("the page runs scripts");
    answer.as_str().expect("an answer is a text").to_owned()
}

#[test]
fn the_page_reaches_nothing_but_its_own_commands() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let window = acceptance::open(folder.path(), &folder.path().join("none.tallywatt"), &[]);
    let tell = |script: &str| window.script(script).as_str().map(str::to_owned);
    assert_eq!(
        tell("return typeof window.__TAURI__").as_deref(),
        Some("undefined")
    );
    let frozen = "return String(Object.isFrozen(Object.prototype))";
    assert_eq!(
        tell(frozen).as_deref(),
        Some("true"),
        "a library cannot change every object"
    );
    let evaluated = "try { return String(eval('1 + 1')) } catch (e) { return e.name }";
    assert_eq!(
        tell(evaluated).as_deref(),
        Some("EvalError"),
        "text never becomes code"
    );
    let invoke = |call: &str| {
        attempt(
            &window,
            &format!("window.__TAURI_INTERNALS__.invoke({call})"),
        )
    };
    assert_eq!(invoke("'jobs_list'"), "ok", "our own commands are granted");
    let dialog = invoke("'plugin:dialog|open', { options: {} }");
    assert!(
        dialog.contains("not allowed"),
        "only the shell opens dialogs: {dialog}"
    );
    let fetched = attempt(&window, "fetch('https://example.com')");
    assert!(
        fetched.contains("TypeError"),
        "nothing leaves the machine: {fetched}"
    );
}

#[test]
fn a_book_that_is_not_there_is_said_in_plain_words() {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let window = acceptance::open(folder.path(), &folder.path().join("gone.tallywatt"), &[]);
    let said = window.text("problem");
    assert!(said.contains("not where it was"), "{said}");
}
