//! Makes charging records of what charge points logged: OCPP 1.6 and 2.0.1.

mod json;
mod log;
mod stamp;
mod transaction;
mod trouble;

pub use log::{Hint, Item, Log, read_all, read_log};
pub use transaction::{
    Edge, Measurand, Origin, Place, Sample, Signed, Stamp, State, StateChange, Transaction,
};
pub use trouble::{About, Found, Trouble};
