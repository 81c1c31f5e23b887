//! Writing JSON text with numbers exactly as given.

/// An object under construction.
#[derive(Debug, Default)]
pub(super) struct Object(String);

impl Object {
    /// An empty object.
    pub(super) fn new() -> Self {
        Object::default()
    }

    /// One more member whose value is JSON already: a number, list or object.
    pub(super) fn raw(mut self, name: &str, value: impl AsRef<str>) -> Self {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(&quoted(name));
        self.0.push(':');
        self.0.push_str(value.as_ref());
        self
    }

    /// One more member with a text.
    pub(super) fn text(self, name: &str, value: impl AsRef<str>) -> Self {
        let value = quoted(value.as_ref());
        self.raw(name, value)
    }

    /// One more member where there is a value.
    pub(super) fn maybe(self, name: &str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.raw(name, value),
            None => self,
        }
    }

    /// The JSON text.
    pub(super) fn done(self) -> String {
        format!("{{{}}}", self.0)
    }
}

/// A JSON list of values that are JSON already.
pub(super) fn list(values: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", values.into_iter().collect::<Vec<_>>().join(","))
}

/// A JSON string.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
