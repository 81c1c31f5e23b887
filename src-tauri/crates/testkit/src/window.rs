//! The real program in a real window, for one test: own data folder, own driver, own port.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::webdriver::{Element, Session, wait_for};

/// How long a test waits for something to appear.
const PATIENCE: Duration = Duration::from_secs(20);

/// How to start the program.
#[derive(Clone, Debug)]
pub struct Launch {
    /// The program.
    pub program: PathBuf,
    /// Where it may keep everything: settings, cache, and `saved.pdf`, which *Save* writes in place
    /// of the system's dialog. One folder per test.
    pub folder: PathBuf,
    /// The book it opens.
    pub book: PathBuf,
    /// What the next *Choose files* hands out, in place of the system's dialog.
    pub pick_files: Vec<PathBuf>,
    /// Whether pictures will be taken: WebKit's driver hangs on them without its GPU buffers,
    /// which the program otherwise turns off.
    pub pictures: bool,
}

/// A window of the running program; closing it ends the program and its driver.
#[derive(Debug)]
pub struct Window {
    driver: Child,
    session: Session,
}

impl Window {
    /// Starts the program and waits until its page has drawn something.
    ///
    /// # Panics
    /// When the driver or the program does not start; the message says which.
    pub fn open(launch: &Launch) -> Window {
        let port = free_port();
        let driver = start_driver(port, launch);
        let args = ["--book".to_owned(), launch.book.display().to_string()];
        let program = launch.program.display().to_string();
        let session = wait_for("WebKitWebDriver to listen", PATIENCE, || {
            std::net::TcpStream::connect(("127.0.0.1", port)).ok()
        });
        drop(session);
        let session = Session::open(port, &program, &args)
            .unwrap_or_else(|e| panic!("{program} did not open a window: {e}"));
        let window = Window { driver, session };
        window.wait("the page to draw", || {
            window.session.find_all("#root > *").ok()?.pop()
        });
        window
    }

    /// The WebDriver session, for what the helpers here do not cover.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Waits for a condition with the patience of every test.
    pub fn wait<T>(&self, what: &str, condition: impl FnMut() -> Option<T>) -> T {
        wait_for(what, PATIENCE, condition)
    }

    /// The element with this `data-testid`, as soon as it is there.
    pub fn find(&self, testid: &str) -> Element {
        self.find_css(&format!("[data-testid=\"{testid}\"]"))
    }

    /// The first element that matches the selector, as soon as it is there.
    pub fn find_css(&self, css: &str) -> Element {
        wait_for(
            &format!("{css}; the page says: {}", self.page_text()),
            PATIENCE,
            || self.session.find_all(css).ok()?.into_iter().next(),
        )
    }

    /// Whether an element with this `data-testid` is there now.
    pub fn shows(&self, testid: &str) -> bool {
        let css = format!("[data-testid=\"{testid}\"]");
        self.session
            .find_all(&css)
            .is_ok_and(|list| !list.is_empty())
    }

    /// Clicks the element with this `data-testid`, trying again while it moves or is covered.
    pub fn click(&self, testid: &str) {
        self.click_css(&format!("[data-testid=\"{testid}\"]"));
    }

    /// Clicks the first element that matches the selector.
    pub fn click_css(&self, css: &str) {
        let mut last = String::new();
        let clicked = wait_for_ok(PATIENCE, || {
            let Some(element) = self.session.find_all(css).ok()?.into_iter().next() else {
                "it is not there".clone_into(&mut last);
                return None;
            };
            self.session
                .click(&element)
                .map_err(|e| last = e.to_string())
                .ok()
        });
        assert!(
            clicked,
            "could not click {css}: {last}; the page says: {}",
            self.page_text()
        );
    }

    /// Types into the field with this `data-testid`, replacing what is there.
    pub fn fill(&self, testid: &str, text: &str) {
        let field = self.find(testid);
        self.session
            .clear(&field)
            .expect("the field can be emptied");
        self.session
            .type_text(&field, text)
            .expect("the field takes text");
    }

    /// The shown text of the element with this `data-testid`, as soon as it is there.
    pub fn text(&self, testid: &str) -> String {
        self.find(testid);
        self.text_now(testid).unwrap_or_default()
    }

    /// The page's own idea of an element's text: the driver's leaves out what is cut off.
    fn text_now(&self, testid: &str) -> Option<String> {
        let script = format!(
            "const found = document.querySelector('[data-testid=\"{testid}\"]');
             return found && found.innerText;"
        );
        self.session
            .script(&script)
            .ok()?
            .as_str()
            .map(str::to_owned)
    }

    /// Waits until the element's text holds `wanted` and returns the text.
    pub fn wait_text(&self, testid: &str, wanted: &str) -> String {
        let mut seen = String::new();
        let found = wait_for_ok(PATIENCE, || {
            seen = self.text_now(testid)?;
            seen.contains(wanted).then_some(())
        });
        let page = if found {
            String::new()
        } else {
            self.page_text()
        };
        assert!(
            found,
            "{testid} never said {wanted:?} but {seen:?}; the page says: {page}"
        );
        seen
    }

    /// Everything the page shows as text, for failure messages.
    pub fn page_text(&self) -> String {
        let value = self.session.script("return document.body.innerText");
        value
            .ok()
            .and_then(|v| v.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// What a script in the page returns.
    pub fn script(&self, script: &str) -> Value {
        self.session
            .script(script)
            .unwrap_or_else(|e| panic!("{script}: {e}"))
    }

    /// Writes a picture of the page.
    pub fn screenshot(&self, file: &Path) {
        let png = self
            .session
            .screenshot()
            .expect("the window can be pictured");
        std::fs::write(file, png).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // The driver ends the program with the session; a failing test must not leave either.
        let _ = self.session.close();
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// As `wait_for`, but says whether it came instead of panicking with a fixed message.
fn wait_for_ok(limit: Duration, mut condition: impl FnMut() -> Option<()>) -> bool {
    let until = std::time::Instant::now() + limit;
    wait_for("the answer", limit * 2, || match condition() {
        Some(()) => Some(true),
        None => (std::time::Instant::now() > until).then_some(false),
    })
}

/// A port nobody listens on.
fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("this machine has a free port");
    listener
        .local_addr()
        .expect("a bound socket has an address")
        .port()
}

/// WebKit's driver, with the environment that the program inherits from it.
fn start_driver(port: u16, launch: &Launch) -> Child {
    let pick = std::env::join_paths(&launch.pick_files).expect("test paths hold no colon");
    let below = |name: &str| launch.folder.join(name);
    let mut command = Command::new("WebKitWebDriver");
    command
        .arg(format!("--port={port}"))
        .env("TAURI_WEBVIEW_AUTOMATION", "true")
        .env("XDG_DATA_HOME", below("data"))
        .env("XDG_CONFIG_HOME", below("config"))
        .env("XDG_CACHE_HOME", below("cache"))
        .env("TALLYWATT_PICK_FILES", pick)
        .env("TALLYWATT_SAVE_FILE", below("saved.pdf"))
        .env(
            "WEBKIT_DISABLE_DMABUF_RENDERER",
            if launch.pictures { "0" } else { "1" },
        )
        // Tokens belong into the test's folder, and not into the keychain of who runs it.
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("TALLYWATT_PASSPHRASE")
        .env("LANG", "C.UTF-8")
        .env("TZ", "Europe/Amsterdam")
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
        .spawn()
        .unwrap_or_else(|e| panic!("WebKitWebDriver (webkit2gtk-driver): {e}"))
}
