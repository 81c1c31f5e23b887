//! Helpers for tests: a WebDriver client, the program in a window, what a PDF says, a partner's
//! server.

mod call;
mod pdf;
pub mod peer;
pub mod registrar;
pub mod webdriver;
mod window;

pub use pdf::pdf_text;
pub use window::{Launch, Window};
