//! Fuzz target: a made-up CDR and tariff with odd figures, priced.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::price::pairs(bytes));
