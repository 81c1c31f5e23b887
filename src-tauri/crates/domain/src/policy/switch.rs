//! Switches: an open point of the standard with its named readings.

use std::fmt;

/// An open point and the names of its readings, the default first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switch {
    /// Its name, e.g. `step_mode`.
    pub name: &'static str,
    /// Its readings by name; empty for `rounding`, which is three words.
    pub readings: &'static [&'static str],
}

/// A switch or reading that nobody knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownReading {
    /// The switch.
    pub switch: String,
    /// The reading asked for.
    pub reading: String,
    /// What is known in its place.
    pub known: Vec<&'static str>,
}

impl UnknownReading {
    /// Nobody knows the switch itself.
    pub(super) fn switch(name: &str) -> Self {
        let known = super::Policy::SWITCHES.map(|switch| switch.name);
        UnknownReading {
            switch: "a switch".to_owned(),
            reading: name.to_owned(),
            known: known.to_vec(),
        }
    }
}

impl fmt::Display for UnknownReading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (switch, reading) = (&self.switch, &self.reading);
        let known = self.known.join(", ");
        write!(f, "{switch} cannot be {reading:?}; write one of {known}")
    }
}

impl std::error::Error for UnknownReading {}

/// Declares the readings of one switch with their stable names; the first is the default.
macro_rules! reading {
    (
        $(#[$about:meta])*
        $switch:ident = $name:literal {
            $(#[$first_doc:meta])* $first:ident = $first_name:literal,
            $($(#[$doc:meta])* $reading:ident = $reading_name:literal,)*
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
        #[derive(serde::Serialize, serde::Deserialize)]
        pub enum $switch {
            $(#[$first_doc])*
            #[default]
            #[serde(rename = $first_name)]
            $first,
            $($(#[$doc])* #[serde(rename = $reading_name)] $reading,)*
        }

        impl $switch {
            /// The switch's name.
            pub const NAME: &'static str = $name;
            /// Every reading, the default first.
            pub const ALL: &'static [$switch] = &[$switch::$first, $($switch::$reading,)*];
            /// The names of every reading.
            pub const NAMES: &'static [&'static str] = &[$first_name, $($reading_name,)*];

            /// The reading's name.
            pub fn as_str(self) -> &'static str {
                match self {
                    $switch::$first => $first_name,
                    $($switch::$reading => $reading_name,)*
                }
            }
        }

        impl std::str::FromStr for $switch {
            type Err = $crate::policy::UnknownReading;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let found = Self::ALL.iter().find(|reading| reading.as_str() == text.trim());
                found.copied().ok_or_else(|| $crate::policy::UnknownReading {
                    switch: Self::NAME.to_owned(),
                    reading: text.to_owned(),
                    known: Self::NAMES.to_vec(),
                })
            }
        }
    };
}
pub(super) use reading;
