//! Finding an object's members by name.
//!
//! Each object type has a table of the names we read, hashed when the program is built. Going once
//! through an object's members fills one slot per known name, in whatever order they came; unknown
//! names are passed over (2.3.0 forbids to refuse a payload for them), `null` counts as absent, and
//! of a repeated name the last value is taken, with a finding.

use domain::{FindingCode, Severity};

use crate::json::{Doc, Kind, Value};
use crate::path::Path;
use crate::report::Report;

const BUCKETS: usize = 128;
const FREE: u8 = u8::MAX;

/// The names of an object type.
pub(crate) struct Names<const N: usize> {
    names: [&'static str; N],
    buckets: [u8; BUCKETS],
}

/// Spreads OCPI's names well: they differ in length and in their first, middle and last letter.
#[inline]
const fn bucket(name: &[u8]) -> usize {
    let length = name.len();
    if length == 0 {
        return 0;
    }
    let (first, middle, last) = (name[0], name[length / 2], name[length - 1]);
    let mixed = length * 37 + first as usize * 5 + middle as usize * 11 + last as usize * 17;
    mixed % BUCKETS
}

impl<const N: usize> Names<N> {
    /// Builds the table; fails to compile when there are too many names for it.
    pub(crate) const fn new(names: [&'static str; N]) -> Self {
        assert!(
            N <= BUCKETS / 2,
            "half of the buckets stay free, so that misses end soon"
        );
        let mut buckets = [FREE; BUCKETS];
        let mut index: u8 = 0;
        while (index as usize) < N {
            let mut at = bucket(names[index as usize].as_bytes());
            while buckets[at] != FREE {
                at = (at + 1) % BUCKETS;
            }
            buckets[at] = index;
            index += 1;
        }
        Names { names, buckets }
    }

    /// Whether a name is one of them.
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.find(name.as_bytes()).is_some()
    }

    #[inline]
    fn find(&self, name: &[u8]) -> Option<usize> {
        let mut at = bucket(name);
        loop {
            let index = self.buckets[at];
            if index == FREE {
                return None;
            }
            if self.names[usize::from(index)].as_bytes() == name {
                return Some(usize::from(index));
            }
            at = (at + 1) % BUCKETS;
        }
    }
}

/// Declares an object type: an enum of its fields and the table of their names.
macro_rules! fields {
    ($(#[$doc:meta])* $table:ident: $type:ident { $($field:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $type { $($field,)* }

        pub(crate) static $table: $crate::fields::Names<{ [$($name),*].len() }> =
            $crate::fields::Names::new([$($name),*]);

        impl From<$type> for usize {
            fn from(field: $type) -> usize {
                field as usize
            }
        }
    };
}
pub(crate) use fields;

/// An object's members in their slots, with where the object stands in the record.
pub(crate) struct Members<'d, 'p, const N: usize> {
    names: &'static Names<N>,
    doc: &'d Doc<'d>,
    /// Places on the tape; 0 for what is absent.
    slots: [u32; N],
    path: Path<'p>,
}

impl<'d, 'p, const N: usize> Members<'d, 'p, N> {
    /// Sorts the members of `value` into slots. What is no object has no members; whether that is
    /// odd is the caller's question.
    #[inline]
    pub(crate) fn of(
        value: Value<'d>,
        names: &'static Names<N>,
        path: Path<'p>,
        report: &mut Report,
    ) -> Self {
        let mut members = Members {
            names,
            doc: value.doc(),
            slots: [0; N],
            path,
        };
        for (name, value) in value.members() {
            let found = match name.plain_bytes() {
                Some(plain) => names.find(plain),
                None => names.find(name.text().as_bytes()),
            };
            let Some(slot) = found else {
                continue;
            };
            if members.slots[slot] != 0 {
                report
                    .raise(
                        FindingCode::SchemaWrongType,
                        members.path.field(names.names[slot]),
                    )
                    .with_severity(Severity::Error)
                    .param("problem", "repeated_name");
            }
            members.slots[slot] = match value.kind() {
                Kind::Null => 0,
                Kind::True
                | Kind::False
                | Kind::Number
                | Kind::Text
                | Kind::Object
                | Kind::Array => value.place(),
            };
        }
        members
    }

    /// The value of a field, unless absent or `null`.
    #[inline]
    pub(crate) fn get(&self, field: impl Into<usize>) -> Option<Value<'d>> {
        let place = self.slots[field.into()];
        (place != 0).then(|| self.doc.at(place))
    }

    /// How many elements a field's list has; 0 for what is no list.
    #[inline]
    pub(crate) fn length(&self, field: impl Into<usize>) -> usize {
        self.get(field).map_or(0, |list| list.items().count())
    }

    /// Whether the field is there.
    #[inline]
    pub(crate) fn has(&self, field: impl Into<usize>) -> bool {
        self.slots[field.into()] != 0
    }

    /// The name of a field.
    pub(crate) fn name(&self, field: impl Into<usize>) -> &'static str {
        self.names.names[field.into()]
    }

    /// Where a field stands (or would stand).
    #[inline]
    pub(crate) fn path(&self, field: impl Into<usize>) -> Path<'_> {
        self.path.field(self.name(field))
    }
}
