//! Fuzz target: a CDR and a tariff as any JSON, priced.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::price::json(bytes));
