//! Window tests: the real program, driven by WebDriver, as a person would use it.

mod close;
mod connect;
mod export;
mod guard;
mod keys;
mod mapping;
mod partner_check;
mod pricing;
mod screens;
mod undo;
