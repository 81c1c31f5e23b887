//! A charging transaction as a station reported it, whichever protocol it spoke.

use domain::{Decimal, Instant};

/// A moment as the station's clock had it, and as the log received it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The station's own timestamp, cut to the second.
    pub at: Instant,
    /// When the log says the message came in; `None` where it does not say, or where the station
    /// says that it was offline and sent the message later.
    pub received_at: Option<Instant>,
    /// The line of the log, from 1; of a table the row.
    pub line: u64,
}

/// The start or the end of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// When.
    pub when: Stamp,
    /// What the energy register showed, Wh. 1.6 always says it; 2.0.1 says it in a sample.
    pub meter_wh: Option<Decimal>,
    /// Why it ended, as the station said; of a start, what triggered it (2.0.1).
    pub reason: Option<String>,
}

/// What a sampled value measures, as far as billing asks (1.6 §7.31; 2.0.1 `MeasurandEnumType`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measurand {
    /// `Energy.Active.Import.Register`, also where none is named: the counter, Wh.
    Register,
    /// `Energy.Active.Import.Interval`: energy since the value before, Wh.
    Interval,
    /// Any other, by its name.
    Other(String),
}

/// Where a value was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// At the connector; also where none is named.
    Outlet,
    /// Between station and cable (2.0.1 `Cable` too).
    Cable,
    /// At the grid connection.
    Inlet,
    /// In the vehicle.
    Vehicle,
    /// Inside the station, or a place that no version names.
    Body,
}

/// One sampled value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// When.
    pub when: Stamp,
    /// `Sample.Periodic`, `Transaction.Begin`, … as sent; periodic where none is named.
    pub context: String,
    /// What.
    pub measurand: Measurand,
    /// `L1`, `L2-N`, … as sent; `None` for a total.
    pub phase: Option<String>,
    /// The unit after conversion: `Wh` for every active energy, else as sent.
    pub unit: String,
    /// Where.
    pub place: Place,
    /// The value in that unit, multiplier applied.
    pub value: Decimal,
}

/// What a connector was doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// A vehicle is connected and charging has not begun (1.6 `Preparing`, 2.0.1 `EVConnected`).
    Connected,
    /// Energy may flow.
    Charging,
    /// The vehicle takes nothing.
    SuspendedByVehicle,
    /// The station gives nothing.
    SuspendedByStation,
    /// Charging is over (1.6 `Finishing`, 2.0.1 `Idle`).
    Finished,
}

/// From when on a connector was in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StateChange {
    /// From when on.
    pub when: Stamp,
    /// Which state.
    pub state: State,
}

/// A signed meter value (OCMF and others), kept as sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// When.
    pub when: Stamp,
    /// Its context, e.g. `Transaction.End`.
    pub context: String,
    /// The text: in 1.6 the value of format `SignedData`, in 2.0.1 `signedMeterData`.
    pub text: String,
    /// How it is encoded (2.0.1).
    pub encoding: Option<String>,
    /// The key (2.0.1).
    pub public_key: Option<String>,
}

/// What a transaction was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Origin {
    /// An OCPP 1.6-J log.
    Ocpp16,
    /// An OCPP 2.0.1 log.
    Ocpp201,
    /// A row of a table.
    Table,
}

/// A transaction. It may lack its start or its end: then no record can be made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// What it was read from.
    pub origin: Origin,
    /// The station's name.
    pub station: String,
    /// The connector (1.6), from 1.
    pub connector: Option<u32>,
    /// The EVSE (2.0.1), from 1.
    pub evse: Option<u32>,
    /// Its id; empty where a 1.6 start was never answered.
    pub id: String,
    /// The driver's tag.
    pub tag: Option<String>,
    /// Its start, unless the log began after it.
    pub start: Option<Edge>,
    /// Its end, unless the log ended before it.
    pub stop: Option<Edge>,
    /// Values in the order read.
    pub samples: Vec<Sample>,
    /// States in the order read.
    pub states: Vec<StateChange>,
    /// Signed values in the order read.
    pub signed: Vec<Signed>,
}

impl Transaction {
    /// One of which nothing is known but where it runs.
    pub(crate) fn empty(origin: Origin, station: &str, id: &str) -> Self {
        Transaction {
            origin,
            station: station.to_owned(),
            connector: None,
            evse: None,
            id: id.to_owned(),
            tag: None,
            start: None,
            stop: None,
            samples: Vec::new(),
            states: Vec::new(),
            signed: Vec::new(),
        }
    }

    /// The line it begins on.
    pub fn first_line(&self) -> Option<u64> {
        let edges = [&self.start, &self.stop].into_iter().flatten();
        let edges = edges.map(|edge| edge.when.line);
        edges
            .chain(self.samples.iter().map(|sample| sample.when.line))
            .min()
    }
}
