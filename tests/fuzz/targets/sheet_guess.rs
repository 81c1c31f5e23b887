//! Fuzz target: any bytes as a csv file.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::sheets::csv(bytes));
