//! Fuzz target: any bytes as a stream of records, cut into blocks.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::stream::any(bytes));
