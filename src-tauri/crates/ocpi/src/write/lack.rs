//! What a written text falls short of.

use std::fmt;

use crate::path::Path;

/// The two ways a text falls short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shortfall {
    /// The version requires something that the object does not hold, or not in the form required.
    Missing,
    /// The object holds something that the version cannot say.
    Lost,
}

/// Why something is missing or lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Why {
    /// Required, and the object does not hold it; left out.
    Unknown,
    /// Required, and the object does not hold it; `#NA` is written (2.2.1+).
    WrittenNa,
    /// Required, and the object does not hold it; `UNKNOWN` is written, which the version allows.
    WrittenUnknown,
    /// Required of a part, and only known of the record: the record's is written (2.1.1; I-41).
    WrittenRecords,
    /// A list that needs an element has none; written empty.
    Empty,
    /// Longer than the version allows; written in full.
    TooLong,
    /// Outside the version's list of values; written as it is.
    NotInList,
    /// The version has no field or value for it; left out.
    NotInVersion,
    /// The version has no value for it; `OTHER` is written, which it has for such cases.
    WrittenOther,
    /// Finer than the version can say; cut.
    TooFine,
    /// It was there when the object was read, and the object does not keep it; left out.
    NotKept,
    /// Prices that contain tax, in a version that reads every price as net; left out.
    GrossPrices,
}

impl Why {
    /// The stable text form.
    pub fn as_str(self) -> &'static str {
        match self {
            Why::Unknown => "unknown",
            Why::WrittenNa => "written_na",
            Why::WrittenUnknown => "written_unknown",
            Why::WrittenRecords => "written_records",
            Why::Empty => "empty",
            Why::TooLong => "too_long",
            Why::NotInList => "not_in_list",
            Why::NotInVersion => "not_in_version",
            Why::WrittenOther => "written_other",
            Why::TooFine => "too_fine",
            Why::NotKept => "not_kept",
            Why::GrossPrices => "gross_prices",
        }
    }

    /// Whether a partner that holds to its standard refuses the whole text for it: something
    /// required is not there, or what is there is outside the version's bounds. A word for "not
    /// known" is within them.
    pub fn is_refused(self) -> bool {
        match self {
            Why::Unknown | Why::Empty | Why::TooLong | Why::NotInList => true,
            Why::WrittenNa
            | Why::WrittenUnknown
            | Why::WrittenRecords
            | Why::NotInVersion
            | Why::WrittenOther
            | Why::TooFine
            | Why::NotKept
            | Why::GrossPrices => false,
        }
    }

    /// Whether it makes something missing or lost.
    pub fn shortfall(self) -> Shortfall {
        match self {
            Why::Unknown
            | Why::WrittenNa
            | Why::WrittenUnknown
            | Why::WrittenRecords
            | Why::Empty
            | Why::TooLong
            | Why::NotInList => Shortfall::Missing,
            Why::NotInVersion
            | Why::WrittenOther
            | Why::TooFine
            | Why::NotKept
            | Why::GrossPrices => Shortfall::Lost,
        }
    }
}

/// One thing a text falls short of. What recurs along a list is counted in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// Missing or lost.
    pub severity: Shortfall,
    /// JSON path of the first place: the version's own field or, for what it has no field for, the
    /// other version's. Indices count the object's lists, before anything was left out of them.
    pub field: String,
    /// Why.
    pub why: Why,
    /// The value in question, where the reason is one value and not the field as a whole.
    pub value: Option<String>,
    /// How many places of the kind there are.
    pub times: usize,
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Shortfall::Missing => "missing",
            Shortfall::Lost => "lost",
        };
        write!(f, "{severity} {}: {}", self.field, self.why.as_str())?;
        if let Some(value) = &self.value {
            write!(f, " ({value})")?;
        }
        if self.times > 1 {
            write!(f, ", {} times", self.times)?;
        }
        Ok(())
    }
}

/// Whether two paths differ at most in their indices; no OCPI name has a digit.
fn alike(one: &str, other: &str) -> bool {
    let name = |byte: &u8| !byte.is_ascii_digit();
    one.bytes().filter(name).eq(other.bytes().filter(name))
}

/// Adds a lack, or counts it where its kind has been named.
pub(super) fn note(lacks: &mut Vec<Lack>, path: Path<'_>, why: Why, value: Option<&str>) {
    note_at(lacks, path.to_string(), why, value);
}

/// Adds a lack at a place written out, or counts it where its kind has been named.
pub(crate) fn note_at(lacks: &mut Vec<Lack>, field: String, why: Why, value: Option<&str>) {
    let known = lacks.iter_mut().find(|lack| {
        lack.why == why && lack.value.as_deref() == value && alike(&lack.field, &field)
    });
    match known {
        Some(lack) => lack.times += 1,
        None => lacks.push(Lack {
            severity: why.shortfall(),
            field,
            why,
            value: value.map(str::to_owned),
            times: 1,
        }),
    }
}

/// Takes back one lack for want of the object's knowledge, where the record itself knows.
pub(crate) fn unnote(lacks: &mut Vec<Lack>, field: &str) {
    let is_answered = |lack: &Lack| match lack.why {
        Why::Unknown
        | Why::WrittenNa
        | Why::WrittenUnknown
        | Why::WrittenRecords
        | Why::NotKept => alike(&lack.field, field),
        Why::Empty
        | Why::TooLong
        | Why::NotInList
        | Why::NotInVersion
        | Why::WrittenOther
        | Why::TooFine
        | Why::GrossPrices => false,
    };
    if let Some(at) = lacks.iter().position(is_answered) {
        lacks[at].times -= 1;
        if lacks[at].times == 0 {
            lacks.remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_recurs_along_a_list_is_named_once() {
        let mut lacks = Vec::new();
        let list = Path::Record.field("charging_periods");
        for index in [3, 11] {
            let item = list.item(index);
            note(&mut lacks, item.field("tariff_id"), Why::NotInVersion, None);
            note(&mut lacks, item, Why::NotInVersion, Some("POWER"));
        }
        note(&mut lacks, list.item(12), Why::NotInVersion, Some("FLAT"));
        let told: Vec<String> = lacks.iter().map(Lack::to_string).collect();
        assert_eq!(
            told,
            [
                "lost charging_periods[3].tariff_id: not_in_version, 2 times",
                "lost charging_periods[3]: not_in_version (POWER), 2 times",
                "lost charging_periods[12]: not_in_version (FLAT)",
            ]
        );
    }
}
