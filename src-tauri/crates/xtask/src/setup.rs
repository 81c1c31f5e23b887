//! Installs what is missing: system packages, toolchain parts, the page's libraries.

use std::io::{IsTerminal, Write};
use std::path::Path;

use crate::shell::{Failure, Step, root};

/// A Debian package and why it is needed.
pub struct Package {
    name: &'static str,
    why: &'static str,
}

/// What the program is built with.
pub const BUILD: [Package; 2] = [
    Package {
        name: "pkg-config",
        why: "tells the build where WebKitGTK lies",
    },
    Package {
        name: "libwebkit2gtk-4.1-dev",
        why: "the web view the window consists of",
    },
];

/// What the tests run with, on top of [`BUILD`].
pub const TESTS: [Package; 5] = [
    Package {
        name: "webkit2gtk-driver",
        why: "WebDriver for the window tests",
    },
    Package {
        name: "xvfb",
        why: "a display for them where there is none",
    },
    Package {
        name: "xauth",
        why: "needed by xvfb-run",
    },
    Package {
        name: "fonts-dejavu-core",
        why: "a font for what the app's own fonts lack",
    },
    Package {
        name: "poppler-utils",
        why: "pdftotext, to read our PDFs with other eyes",
    },
];

/// Whether we run unattended: then nothing is asked, and nothing may be left out.
pub fn unattended() -> bool {
    std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false")
}

/// Installs the system packages that are missing.
pub fn packages(wanted: &[&[Package]]) -> Result<(), Failure> {
    let wanted = || wanted.iter().copied().flatten();
    if !Step::new("dpkg-query").args(["--version"]).works() {
        let names: Vec<&str> = wanted().map(|package| package.name).collect();
        println!("No dpkg here. This system's counterparts of these are needed: {names:?}");
        return Ok(());
    }
    let missing: Vec<&Package> = wanted()
        .filter(|package| !installed(package.name))
        .collect();
    if missing.is_empty() {
        println!("System packages: all there.");
        return Ok(());
    }
    println!("System packages that are missing:");
    for package in &missing {
        println!("  {:<24} {}", package.name, package.why);
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    let root_user = Step::new("id")
        .args(["-u"])
        .output_bytes()
        .is_ok_and(|id| id == b"0\n");
    if !root_user && !unattended() && !agreed("Install them with sudo?")? {
        return Err(Failure(format!("please install: {}", names.join(" "))));
    }
    apt(root_user, &["update", "-qq"])?;
    let mut args = vec!["install", "-y", "-qq", "--no-install-recommends"];
    args.extend(names);
    apt(root_user, &args)
}

fn apt(root_user: bool, args: &[&str]) -> Result<(), Failure> {
    let step = if root_user {
        Step::new("apt-get")
    } else {
        Step::new("sudo").arg("apt-get")
    };
    step.args(args.iter().copied())
        .env("DEBIAN_FRONTEND", "noninteractive")
        .run()
}

fn installed(package: &str) -> bool {
    let status = Step::new("dpkg-query")
        .args(["-W", "-f=${Status}", package])
        .output_bytes();
    status.is_ok_and(|text| text == b"install ok installed")
}

/// Asks a yes-or-no question; without a terminal the answer is no.
fn agreed(question: &str) -> Result<bool, Failure> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    print!("{question} [Y/n] ");
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(!answer.trim().to_lowercase().starts_with('n'))
}

/// Adds the parts of the Rust toolchain that the checks need.
pub fn toolchain() -> Result<(), Failure> {
    for (part, probe) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if !Step::cargo([probe, "--version"]).works() {
            println!("Adding {part} to the Rust toolchain.");
            Step::new("rustup").args(["component", "add", part]).run()?;
        }
    }
    Ok(())
}

/// Installs the page's libraries when they are not those of the lock file. Not by `npm ci`: it
/// refuses a lock file without the builds of a tool for other systems, which not every registry
/// has. `--no-save` leaves the lock file as it is.
pub fn page_libraries() -> Result<(), Failure> {
    let lock = std::fs::read(root().join("ui/package-lock.json"))?;
    let note = root().join("ui/node_modules/.installed-from");
    if std::fs::read(&note).is_ok_and(|installed| installed == lock) {
        println!("The page's libraries: as locked.");
        return Ok(());
    }
    Step::npm(["install", "--no-save", "--no-audit", "--no-fund"]).run()?;
    Ok(std::fs::write(note, lock)?)
}

/// Where cargo puts what it builds.
pub fn target() -> std::path::PathBuf {
    let given = std::env::var_os("CARGO_TARGET_DIR");
    given.map_or_else(
        || root().join("target"),
        |folder| root().join(Path::new(&folder)),
    )
}

/// Everything that `run` and `test` need.
pub fn all() -> Result<(), Failure> {
    packages(&[&BUILD, &TESTS])?;
    toolchain()?;
    page_libraries()
}
