//! Fuzz target: any bytes as a location of every version.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::record::any(ocpi::Kind::Location, bytes));
