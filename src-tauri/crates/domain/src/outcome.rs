//! Where each CDR and session of a partner-month stands.

use serde::{Deserialize, Serialize};

/// Who owes whom under an agreement: we may be CPO or eMSP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// We bill the partner (we are the CPO).
    Receivable,
    /// The partner bills us (we are the eMSP).
    Payable,
}

macro_rules! buckets {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $number:literal;)*) => {
        /// Exactly one for every CDR and session of a partner-month.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Bucket { $($(#[$doc])* $variant,)* }

        impl Bucket {
            /// Every bucket, in the order screens show them.
            pub const ALL: &'static [Bucket] = &[$(Bucket::$variant,)*];

            /// The stable text form.
            pub fn as_str(self) -> &'static str {
                match self { $(Bucket::$variant => $text,)* }
            }

            /// The number kept in the book.
            pub fn number(self) -> u8 {
                match self { $(Bucket::$variant => $number,)* }
            }

            /// The bucket of a number.
            pub fn from_number(number: u8) -> Option<Bucket> {
                match number { $($number => Some(Bucket::$variant),)* _ => None }
            }
        }
    };
}

buckets! {
    /// Stated equals replayed within tolerance, and the session fits.
    Matched = "matched", 0;
    /// Stated and replayed differ, or an error finding stands in the way.
    Differs = "differs", 1;
    /// A completed session without its CDR.
    MissingCdr = "missing_cdr", 2;
    /// A CDR without its session where the partner sends sessions.
    MissingSession = "missing_session", 3;
    /// A CDR that bills something a second time.
    Duplicate = "duplicate", 4;
    /// No tariff is known, so no price could be computed.
    NeedsTariff = "needs_tariff", 5;
    /// Put aside by a person.
    OnHold = "on_hold", 6;
    /// In an open case.
    Disputed = "disputed", 7;
    /// A difference that a person accepted.
    Accepted = "accepted", 8;
    /// On an issued invoice.
    Settled = "settled", 9;
}

impl Bucket {
    /// Whether what is in it needs a person before the month is done. A duplicate does not: it
    /// stays out of every invoice by itself.
    pub fn needs_a_person(self) -> bool {
        match self {
            Bucket::Differs
            | Bucket::MissingCdr
            | Bucket::MissingSession
            | Bucket::NeedsTariff
            | Bucket::OnHold
            | Bucket::Disputed => true,
            Bucket::Matched | Bucket::Duplicate | Bucket::Accepted | Bucket::Settled => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back() {
        for bucket in Bucket::ALL {
            assert_eq!(Bucket::from_number(bucket.number()), Some(*bucket));
        }
        assert_eq!(Bucket::from_number(200), None);
    }
}
