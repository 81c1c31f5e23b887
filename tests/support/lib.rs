//! What the acceptance tests share: books to open, where the program lies, how to open it.

mod books;
pub mod confusion;

use std::path::{Path, PathBuf};

pub use books::{demo_book, new_book, small_book};

use testkit::{Launch, Window};

/// The desktop program, built beside this test.
///
/// # Panics
/// When it was not built: `cargo build --workspace` with the feature `window-tests` makes it.
pub fn program() -> PathBuf {
    let test = std::env::current_exe().expect("a running test knows where it lies");
    let built = test
        .ancestors()
        .nth(2)
        .expect("tests lie in deps, below the programs");
    let program = built.join("tallywatt-desktop");
    assert!(program.exists(), "{} is not built", program.display());
    program
}

/// The program on `book`, with everything else it keeps below `folder`. *Choose files* gives
/// `pick_files`.
pub fn open(folder: &Path, book: &Path, pick_files: &[PathBuf]) -> Window {
    Window::open(&launch(folder, book, pick_files))
}

/// As [`open`], in a window that can be pictured.
pub fn open_for_pictures(folder: &Path, book: &Path, pick_files: &[PathBuf]) -> Window {
    Window::open(&Launch {
        pictures: true,
        ..launch(folder, book, pick_files)
    })
}

fn launch(folder: &Path, book: &Path, pick_files: &[PathBuf]) -> Launch {
    Launch {
        program: program(),
        folder: folder.to_owned(),
        book: book.to_owned(),
        pick_files: pick_files.to_owned(),
        pictures: false,
    }
}
