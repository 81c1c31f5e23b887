//! Row ids: one type per table, so that a session's id never passes for a CDR's.

use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};

macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl $name {
            /// The id as it crosses to the screens. Books stay far below 2³² rows a table.
            pub fn number(self) -> u32 {
                u32::try_from(self.0).expect("row ids start at 1 and stay below 2^32")
            }
        }

        impl From<u32> for $name {
            fn from(number: u32) -> Self {
                $name(i64::from(number))
            }
        }

        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.0.into())
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                value.as_i64().map($name)
            }
        }
    )*};
}

rows! {
    /// A party.
    PartyRow;
    /// A file or crawl that was read in.
    ImportRow;
    /// A block of raw bytes.
    BlockRow;
    /// A place.
    PlaceRow;
    /// A CDR.
    CdrRow;
    /// A session.
    SessionRow;
    /// A tariff version.
    TariffRow;
    /// A location version.
    LocationRow;
    /// A token version.
    TokenRow;
    /// A line of a partner's statement.
    StatementRow;
    /// A record that could not be used.
    RejectRow;
    /// A decision's number, from 1 without gaps.
    DecisionSeq;
    /// An invoice.
    InvoiceRow;
    /// A series of invoice numbers.
    SeriesRow;
}
