//! Ids as small numbers, so that joining a million records compares integers.
//!
//! OCPI ids are case-insensitive (Types / CiString): the same id in another case gets the same
//! number.

use std::collections::HashMap;

/// A text as a number. Two are equal exactly when their texts are, apart from ASCII case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sym(pub u32);

/// Hands out one number per distinct text.
#[derive(Debug, Default)]
pub struct Interner {
    known: HashMap<String, u32>,
    /// Where a text is folded, so that one already known costs no allocation.
    folded: String,
}

impl Interner {
    /// An interner that knows no text yet.
    pub fn new() -> Self {
        Interner::default()
    }

    /// The number of a text, folding ASCII case.
    pub fn sym(&mut self, text: &str) -> Sym {
        self.folded.clear();
        self.folded.push_str(text);
        self.folded.make_ascii_lowercase();
        if let Some(&known) = self.known.get(&self.folded) {
            return Sym(known);
        }
        let next = u32::try_from(self.known.len()).expect("fewer than 2^32 ids fit in memory");
        self.known.insert(self.folded.clone(), next);
        Sym(next)
    }

    /// The number of a text that may be absent; an empty text counts as absent.
    pub fn optional(&mut self, text: Option<&str>) -> Option<Sym> {
        text.filter(|t| !t.is_empty()).map(|t| self.sym(t))
    }

    /// The number of several texts as one, e.g. owner and id. No two lists of texts without the
    /// unit separator share a number.
    pub fn joined(&mut self, parts: &[&str]) -> Sym {
        self.sym(&parts.join("\u{1f}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_does_not_matter_and_parts_do_not_run_together() {
        let mut ids = Interner::new();
        assert_eq!(
            ids.sym("Cdr-1"),
            ids.sym("CDR-1"),
            "ids are case-insensitive"
        );
        assert_ne!(ids.sym("cdr-1"), ids.sym("cdr-2"));
        assert_ne!(ids.joined(&["a", "bc"]), ids.joined(&["ab", "c"]));
        assert_eq!(ids.optional(Some("")), None, "an empty id names nothing");
        assert_eq!(ids.optional(Some("CDR-2")), Some(ids.sym("cdr-2")));
    }
}
