//! One value of a message's JSON, looked into only where somebody asks.
//!
//! Numbers stay text until they are decimals. Nothing here recurses: a value is read one level at
//! a time, and what nobody asks for is skipped, however deep it goes.

use std::fmt;

use domain::Decimal;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Members read of one object; a message has fewer than twenty.
const MEMBERS_MAX: usize = 200;

/// A value in its text form.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Json<'a>(&'a str);

/// The members of an object in the order written.
pub(crate) struct Members<'a>(Vec<(String, Json<'a>)>);

impl<'a> Json<'a> {
    /// The value at the beginning of a text; what follows it is not looked at.
    pub fn at_start_of(text: &'a str) -> Option<Self> {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
        let value = values.next()?.ok()?;
        Some(Json(value.get()))
    }

    /// Its text as JSON.
    pub fn raw(self) -> &'a str {
        self.0
    }

    /// Whether it is an object.
    pub fn is_object(self) -> bool {
        self.0.starts_with('{')
    }

    /// Whether it is an array.
    pub fn is_array(self) -> bool {
        self.0.starts_with('[')
    }

    /// The members of an object; none of any other value.
    pub fn members(self) -> Members<'a> {
        if !self.is_object() {
            return Members(Vec::new());
        }
        serde_json::from_str(self.0).unwrap_or(Members(Vec::new()))
    }

    /// The elements of an array; none of any other value.
    pub fn items(self) -> Vec<Json<'a>> {
        if !self.is_array() {
            return Vec::new();
        }
        let items: Vec<&RawValue> = serde_json::from_str(self.0).unwrap_or_default();
        items.into_iter().map(|item| Json(item.get())).collect()
    }

    /// A text, or a number or truth value in its own spelling; blanks around it are cut.
    pub fn text(self) -> Option<String> {
        match self.0.as_bytes().first()? {
            b'"' => {
                let text: String = serde_json::from_str(self.0).ok()?;
                let text = text.trim();
                (!text.is_empty()).then(|| text.to_owned())
            }
            b'{' | b'[' | b'n' => None,
            _ => Some(self.0.to_owned()),
        }
    }

    /// A whole number, also where it is written as a text.
    pub fn whole(self) -> Option<i64> {
        self.text()?.parse().ok()
    }
}

impl<'a> Members<'a> {
    /// A member by its name.
    pub fn get(&self, name: &str) -> Option<Json<'a>> {
        let found = self.0.iter().find(|(member, _)| member == name);
        found.map(|(_, value)| *value)
    }

    /// The first member with one of these names, whatever its case and with `_`, `-` and `@` left
    /// out.
    pub fn any_of(&self, names: &[&str]) -> Option<Json<'a>> {
        let plain = |text: &str| -> String {
            let letters = text.chars().filter(|c| !matches!(c, '_' | '-' | '@' | ' '));
            letters.map(|c| c.to_ascii_lowercase()).collect()
        };
        names.iter().find_map(|name| {
            let found = self.0.iter().find(|(member, _)| plain(member) == *name);
            found.map(|(_, value)| *value)
        })
    }

    /// A member's text.
    pub fn text(&self, name: &str) -> Option<String> {
        self.get(name)?.text()
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &'de RawValue>()? {
                    if members.len() < MEMBERS_MAX {
                        members.push((name, Json(value.get())));
                    }
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(Read)
    }
}

/// A number from its text, exactly; an exponent is allowed.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    if text.is_empty() || text.len() > 60 {
        return None;
    }
    let digits = text
        .bytes()
        .all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    if !digits {
        return None;
    }
    if text.bytes().any(|b| b"eE".contains(&b)) {
        Decimal::from_scientific(text).ok()
    } else {
        text.parse().ok()
    }
}
