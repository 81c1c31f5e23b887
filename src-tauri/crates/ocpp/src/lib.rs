//! Makes charging records of what charge points logged: OCPP 1.6 and 2.0.1.
//!
//! A small operator has a log of its stations, or a table of transactions, and no CDRs.
//! [`read_log`] and [`of_row`] give [`Transaction`]s, [`make`] a session and a priced CDR of one.
//! Whatever is odd is a [`Found`]; a transaction that lacks something is never completed by guess.
//!
//! # Rules
//! Times and meters are used as sent, but for these rules. Each use of one is a finding.
//!
//! 1. *Unset clock* (I-53). Times before 2010 are moved by the difference between the first such
//!    time and the log's own. A log without times of its own: no record.
//! 2. *Clock set in between* (I-54). Where the end is not after the start, an end more than a
//!    minute off the log's time takes the log's. A log without times: no record.
//! 3. *Outside the session* (I-55). A value before the start or after the end takes the log's
//!    time, if that lies inside and is more than a minute off; one of context `Transaction.Begin`
//!    or `Transaction.End` at most a minute outside lies at the start or end; all others are
//!    dropped.
//! 4. *One counter* (I-56). `Energy.Active.Import.Register` at the place asked for; totals count,
//!    and only where there is none the sum of all phases.
//! 5. *Intervals* (I-57). Only without a register: `Energy.Active.Import.Interval`, summed.
//! 6. *Ends* (I-58). `meterStart` and `meterStop` are the counter at start and end; where they are
//!    missing, the first and the last value.
//! 7. *Doubles* (I-59). Of values of one second the first counts; start and end go before values.
//! 8. *Back and forth* (I-60). A single value below the one before and not above the one after is
//!    dropped; so is a single one above both. A fall of at most 10 Wh is noise.
//! 9. *Rollover* (I-61). A counter that falls from the last twentieth below a power of ten (1 MWh
//!    or more) goes on from there, if the energy is possible.
//! 10. *Reset* (I-62). Any other counter that falls counts on from zero; what it lost is not
//!     billed.
//! 11. *Zero start* (I-63). A start of 0 that would mean more than 1 MW until the first value is
//!     dropped, and that value stands in, unless the end lies below it. Elsewhere more than 1 MW
//!     means: no record.
//! 12. *Gap* (I-64). Between values energy flows evenly; more than an hour with energy is noted.
//! 13. *Pauses* (I-65). Energy is shared over the charging between two values; where the station
//!     says that nothing was charging, it counts to the charging before, else to the next; where
//!     it never says that it charges, all is charging.
//! 14. *No states* (I-66). A station that tells no state parks from the last rise of its counter
//!     on, if that is at least 15 minutes before the end and a value lies between.
//! 15. *Signed energy* (I-67). Where the caller says that it counts, it is the last reading, and
//!     no reading before shows more; a register that tells another energy is noted.
//!
//! States (I-68): charging is `Charging`, and all time before the first state; parking
//! `SuspendedEV`, `Finishing` and `Idle`; a pause of the station `SuspendedEVSE`, `Faulted`, and
//! `Preparing` or `EVConnected` before the first charging (after it: parking). What a pause of the
//! station is billed as, [`Setting::policy`] says.
//!
//! Values are kept to a tenth of a Wh (the fourth decimal of a kWh), times to the second.

mod clock;
mod course;
mod json;
mod log;
mod make;
mod series;
mod stamp;
mod table;
mod transaction;
mod trouble;

pub use log::{Hint, Item, Log, read_all, read_log};
pub use make::{Made, NotMade, Setting, make};
pub use table::{Row, of_row};
pub use transaction::{
    Edge, Measurand, Origin, Place, Sample, Signed, Stamp, State, StateChange, Transaction,
};
pub use trouble::{About, Found, Trouble};
