//! `cargo xtask run`: from a fresh clone to the window on the demo book.

use std::path::{Path, PathBuf};

use crate::setup::{self, target};
use crate::shell::{Failure, Step, root};

/// Builds everything and opens the window; without a display, runs the demo close instead.
pub fn run() -> Result<(), Failure> {
    let display = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if display("DISPLAY") || display("WAYLAND_DISPLAY") {
        return open_window();
    }
    println!("No display here (neither DISPLAY nor WAYLAND_DISPLAY is set): no window can open.");
    println!("Running the demo close from the terminal instead.\n");
    demo_close()
}

/// The window on the demo book.
fn open_window() -> Result<(), Failure> {
    setup::packages(&[&setup::BUILD])?;
    setup::page_libraries()?;
    Step::npm(["run", "--silent", "build"]).run()?;
    let packages = ["-p", "tallywatt-desktop", "-p", "tallywatt-cli"];
    Step::cargo(["build"]).args(packages).run()?;
    let book = demo_folder().join("demo.tallywatt");
    if !book.exists() {
        println!("\nMaking the demo book: 3 partners, 14 months, 20,000 CDRs.");
        demo()?;
    }
    println!("\nOpening the window on {}", book.display());
    Step::new(
        target()
            .join("debug/tallywatt-desktop")
            .display()
            .to_string(),
    )
    .arg("--book")
    .arg(book.display().to_string())
    .run()
}

/// The whole monthly close on the demo book, ending with the list of invoices.
fn demo_close() -> Result<(), Failure> {
    Step::cargo(["build", "-p", "tallywatt-cli"]).run()?;
    demo()?;
    let mut found = pdfs(&demo_folder())?;
    found.sort();
    println!("\n{} PDFs:", found.len());
    for pdf in found {
        println!("  {}", pdf.strip_prefix(root()).unwrap_or(&pdf).display());
    }
    Ok(())
}

fn demo() -> Result<(), Failure> {
    let out = demo_folder();
    std::fs::create_dir_all(&out)?;
    Step::new(target().join("debug/tallywatt").display().to_string())
        .args(["demo", "--out"])
        .arg(out.display().to_string())
        .run()
}

/// Where the demo lies, wherever cargo builds.
fn demo_folder() -> PathBuf {
    root().join("target/demo")
}

/// Every PDF below a folder.
fn pdfs(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(pdfs(&path)?);
        } else if path.extension().is_some_and(|e| e == "pdf") {
            found.push(path);
        }
    }
    Ok(found)
}
