//! Fuzz target: any text as a date in a cell.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::sheets::date(bytes));
