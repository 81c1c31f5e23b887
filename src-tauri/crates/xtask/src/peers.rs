//! `cargo xtask peers`: the program against OCPI servers that others wrote.
//!
//! The servers are public Python packages. Each gets an environment of its own below
//! `target/peers`, with the versions that its list in `tests/peers` names; what is checked, and
//! what the servers are filled with, stands there too.

use std::path::{Path, PathBuf};

use crate::setup::target;
use crate::shell::{Failure, Step, root};

/// The packages; each has a list of what is installed, and a program that serves it.
const PACKAGES: [&str; 2] = ["extrawest-ocpi", "python-ocpi"];

/// Installs the servers where they are missing, builds the program, and compares.
pub fn peers() -> Result<(), Failure> {
    let home = root().join("target/peers");
    python()?;
    for package in PACKAGES {
        install(&home, package)?;
    }
    Step::cargo(["build", "-p", "tallywatt-cli"]).run()?;
    Step::new("python3")
        .arg("tests/peers/check.py")
        .arg("--program")
        .arg(target().join("debug/tallywatt").to_string_lossy())
        .arg("--peers")
        .arg(home.to_string_lossy())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .run()
}

/// Demands a Python that can make environments.
fn python() -> Result<(), Failure> {
    let can = |code: &str| Step::new("python3").args(["-c", code]).works();
    if !can("import sys; sys.exit(sys.version_info < (3, 10))") {
        let why = "the servers need Python 3.10 or later: apt install python3 python3-venv";
        return Err(Failure(why.to_owned()));
    }
    if !can("import venv, ensurepip") {
        let why = "Python's environments are missing: apt install python3-venv";
        return Err(Failure(why.to_owned()));
    }
    Ok(())
}

/// Makes a package's environment, unless it is there and as its list says.
fn install(home: &Path, package: &str) -> Result<(), Failure> {
    let list = root().join(format!("tests/peers/{package}.txt"));
    let wanted = std::fs::read(&list)?;
    let environment = home.join(package);
    let note = environment.join("installed-from");
    if std::fs::read(&note).is_ok_and(|installed| installed == wanted) {
        println!("{package}: as listed.");
        return Ok(());
    }
    println!("{package}: installing from PyPI.");
    Step::new("python3")
        .args(["-m", "venv", "--clear"])
        .arg(environment.to_string_lossy())
        .run()?;
    pip(&environment, home, &list).run()?;
    Ok(std::fs::write(note, wanted)?)
}

/// Installs what is listed and nothing else, leaving nothing outside the clone.
fn pip(environment: &Path, home: &Path, list: &Path) -> Step {
    let cache: PathBuf = home.join("downloads");
    Step::new(environment.join("bin/python").to_string_lossy())
        .args(["-m", "pip", "install", "--quiet", "--no-deps"])
        .args(["--disable-pip-version-check", "--timeout", "60", "-r"])
        .arg(list.to_string_lossy())
        .env("PIP_CACHE_DIR", cache.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::{PACKAGES, root};

    #[test]
    fn each_package_is_served_and_its_versions_are_exact() {
        for package in PACKAGES {
            let folder = root().join("tests/peers");
            let server = folder.join(format!("{}.py", package.replace('-', "_")));
            assert!(server.exists(), "{package} is served by nothing");
            let list = std::fs::read_to_string(folder.join(format!("{package}.txt")));
            let list = list.expect("the list is in the repository");
            let pins: Vec<&str> = list.lines().filter(|line| !line.starts_with('#')).collect();
            assert!(pins.iter().any(|pin| pin.starts_with(package)), "{pins:?}");
            let loose = pins.iter().find(|pin| !pin.contains("=="));
            assert_eq!(loose, None, "{package} would change by itself");
        }
    }
}
