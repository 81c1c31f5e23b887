//! Fuzz target: any text as a figure in a cell.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::sheets::number(bytes));
