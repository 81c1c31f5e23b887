//! Fuzz target: any bytes as a token of every version.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::record::any(ocpi::Kind::Token, bytes));
