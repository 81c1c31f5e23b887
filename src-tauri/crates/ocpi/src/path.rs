//! Where in a record something stands, kept on the stack and written out only for a finding.

use std::fmt;

/// A JSON path such as `charging_periods[3].dimensions[0].volume`.
#[derive(Clone, Copy)]
pub(crate) enum Path<'p> {
    /// The record itself.
    Record,
    /// A member of an object.
    Field(&'p Path<'p>, &'static str),
    /// An element of an array.
    Item(&'p Path<'p>, usize),
}

impl Path<'_> {
    pub(crate) fn field<'p>(&'p self, name: &'static str) -> Path<'p> {
        Path::Field(self, name)
    }

    pub(crate) fn item(&self, index: usize) -> Path<'_> {
        Path::Item(self, index)
    }

    /// Whether it is the record itself.
    pub(crate) fn is_record(&self) -> bool {
        matches!(self, Path::Record)
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Record => Ok(()),
            Path::Field(Path::Record, name) => f.write_str(name),
            Path::Field(up, name) => write!(f, "{up}.{name}"),
            Path::Item(up, index) => write!(f, "{up}[{index}]"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_as_people_write_them() {
        let periods = Path::Record.field("charging_periods");
        let period = periods.item(3);
        let dimensions = period.field("dimensions");
        let dimension = dimensions.item(0);
        assert_eq!(
            dimension.field("volume").to_string(),
            "charging_periods[3].dimensions[0].volume"
        );
        assert_eq!(Path::Record.to_string(), "");
    }
}
