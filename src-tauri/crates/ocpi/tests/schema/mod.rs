//! The schemas of our own making in `tests/ocpi-schemas`, made from docs of the standard and not
//! copied from it. They are closed: a member of another version, or one misspelt, is refused.
#![allow(dead_code)] // each test file uses some of it

use std::collections::HashMap;
use std::path::PathBuf;

use domain::OcpiVersion;
use jsonschema::Validator;
use ocpi::Object;
use serde_json::Value;

/// Every kind of object there is a schema for.
pub const KINDS: [&str; 5] = ["cdr", "session", "tariff", "location", "token"];

/// The file name of an object's schema.
pub fn kind(object: &Object) -> &'static str {
    match object {
        Object::Cdr(_) => "cdr",
        Object::Session(_) => "session",
        Object::Tariff(_) => "tariff",
        Object::Location(_) => "location",
        Object::Token(_) => "token",
    }
}

/// Schemas that were asked for, each built once.
#[derive(Default)]
pub struct Schemas(HashMap<(String, OcpiVersion), Validator>);

impl Schemas {
    fn of(&mut self, kind: &str, version: OcpiVersion) -> &Validator {
        self.0.entry((kind.to_owned(), version)).or_insert_with(|| {
            let dir = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this");
            let path = PathBuf::from(dir)
                .join("../../../tests/ocpi-schemas")
                .join(version.as_str())
                .join(format!("{kind}.json"));
            let text = std::fs::read(&path).expect("there is a schema");
            let schema: Value = serde_json::from_slice(&text).expect("a schema is JSON");
            jsonschema::draft202012::new(&schema).expect("a schema of draft 2020-12")
        })
    }

    /// What a schema has against a text.
    pub fn faults(&mut self, kind: &str, version: OcpiVersion, json: &str) -> Vec<String> {
        let value: Value = serde_json::from_str(json).expect("what is written is JSON");
        let errors = self.of(kind, version).iter_errors(&value);
        errors
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect()
    }

    /// Fails unless the schema takes the text.
    pub fn accept(&mut self, kind: &str, version: OcpiVersion, json: &str) {
        let faults = self.faults(kind, version, json);
        assert_eq!(faults, Vec::<String>::new(), "{kind} {version}: {json}");
    }
}
