//! What a PDF says, read by a program that is not ours.

use std::path::Path;
use std::process::Command;

/// The text of a PDF, page after page, laid out as on paper. Uses `pdftotext` of poppler-utils.
///
/// # Panics
/// When the file is no readable PDF or `pdftotext` is not installed.
pub fn pdf_text(file: &Path) -> String {
    let output = Command::new("pdftotext")
        .args(["-layout", "-enc", "UTF-8"])
        .arg(file)
        .arg("-")
        .output()
        .unwrap_or_else(|e| panic!("pdftotext (poppler-utils): {e}"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{} is no readable PDF: {said}",
        file.display()
    );
    String::from_utf8(output.stdout).expect("pdftotext was asked for UTF-8")
}
