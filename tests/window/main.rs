//! Window tests: the real program, driven by WebDriver.
