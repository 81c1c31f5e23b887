//! Transactions of a table: one row each, as programs export them.
//!
//! `SteVe`'s export has Transaction ID, `ChargeBox` ID, Connector ID, OCPP ID Tag, Start Timestamp,
//! Start Value, Stop Timestamp, Stop Value, Stop Reason. Reading the spreadsheet is the business of
//! `sheet`; here are its values.

use domain::{Decimal, Instant, Kwh};

use crate::transaction::{Edge, Origin, Stamp, Transaction};

/// The values of one row. What the table does not have is `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The row's number, from 1.
    pub row: u64,
    /// The station's name.
    pub station: String,
    /// The connector, from 1.
    pub connector: Option<u32>,
    /// The transaction's id.
    pub transaction: String,
    /// The driver's tag.
    pub tag: Option<String>,
    /// When it started.
    pub start_at: Option<Instant>,
    /// When it ended; `None` while it runs.
    pub stop_at: Option<Instant>,
    /// The meter at the start, Wh.
    pub start_wh: Option<Decimal>,
    /// The meter at the end, Wh.
    pub stop_wh: Option<Decimal>,
    /// The energy, where the table has it in place of a meter value.
    pub energy: Option<Kwh>,
    /// Why it ended.
    pub reason: Option<String>,
}

/// The transaction of a row. Between two meter values its energy flows evenly.
pub fn of_row(row: &Row) -> Transaction {
    let energy_wh = row
        .energy
        .and_then(|energy| energy.0.checked_mul(Decimal::ONE_THOUSAND));
    let (start_wh, stop_wh) = match (row.start_wh, row.stop_wh, energy_wh) {
        (Some(start), None, Some(energy)) => (Some(start), start.checked_add(energy)),
        (None, Some(stop), Some(energy)) => (stop.checked_sub(energy), Some(stop)),
        (None, None, Some(energy)) => (Some(Decimal::ZERO), Some(energy)),
        (start, stop, _) => (start, stop),
    };
    let edge = |at: Option<Instant>, meter_wh, reason| {
        at.map(|at| Edge {
            when: Stamp {
                at: chrono::DateTime::from_timestamp(at.timestamp(), 0).unwrap_or(at),
                received_at: None,
                line: row.row,
            },
            meter_wh,
            reason,
        })
    };
    Transaction {
        connector: row.connector,
        tag: row.tag.clone(),
        start: edge(row.start_at, start_wh, None),
        stop: edge(row.stop_at, stop_wh, row.reason.clone()),
        ..Transaction::empty(Origin::Table, &row.station, &row.transaction)
    }
}
