//! OCPP 1.6-J: start, answer, meter values, stop, status (1.6 §4, §6).

use chrono::TimeDelta;
use domain::Instant;

use super::sample::{self, short};
use super::tracker::{Context, Tracker};
use crate::json::{Members, decimal};
use crate::series::is_countable;
use crate::stamp;
use crate::transaction::{Edge, Origin, Stamp, State, StateChange};
use crate::trouble::Trouble;

/// How old a connector's state may be to be the state a transaction begins in.
const STATE_AGE_MAX: TimeDelta = TimeDelta::minutes(15);

/// How often a start is taken again, so that a log of nothing else needs no memory.
const REPEATS_MAX: usize = 1_000;

impl Tracker<'_> {
    /// `StartTransaction.req` (1.6 §6.45).
    pub(super) fn start(&mut self, cx: &Context<'_>, id: &str, members: &Members<'_>) {
        let Some(edge) = self.edge(cx, "StartTransaction", "meterStart", members) else {
            return;
        };
        let connector = connector_of(members);
        let tag = members.text("idTag");
        if let Some(before) = connector.and_then(|at| self.on_connector(cx.station, at)) {
            let open = self.open.get_mut(&before);
            let same = open.filter(|open| {
                let start = open.t.start.as_ref();
                let start = start.map(|start| (start.when.at, start.meter_wh));
                start == Some((edge.when.at, edge.meter_wh)) && open.t.tag == tag
            });
            if let Some(same) = same {
                if same.asked.len() >= REPEATS_MAX {
                    return;
                }
                same.asked.push(id.to_owned());
                self.by_start
                    .insert((cx.station.to_owned(), id.to_owned()), before);
                self.note_of(before, cx.line, Trouble::RepeatedStart);
                return;
            }
            if self.is_running(before) {
                self.note_of(before, cx.line, Trouble::Replaced);
            }
        }
        let serial = self.begin(Origin::Ocpp16, cx, "");
        let state = connector.and_then(|at| {
            let known = self.states.get(&(cx.station.to_owned(), at));
            known
                .filter(|state| edge.when.at - state.when.at <= STATE_AGE_MAX)
                .filter(|state| state.state != State::Finished)
                .copied()
        });
        if let Some(open) = self.open.get_mut(&serial) {
            open.t.connector = connector;
            open.t.tag = tag;
            open.t.start = Some(edge);
            open.t.states.extend(state);
            open.asked.push(id.to_owned());
        }
        self.by_start
            .insert((cx.station.to_owned(), id.to_owned()), serial);
        if let Some(connector) = connector {
            self.by_connector
                .insert((cx.station.to_owned(), connector), serial);
        }
    }

    /// `StartTransaction.conf` (1.6 §6.46): the central system gives the transaction its id.
    pub(super) fn answer(&mut self, cx: &Context<'_>, id: &str, members: &Members<'_>) {
        let asked = if id.is_empty() {
            self.unanswered(cx.station).first().copied()
        } else {
            let key = (cx.station.to_owned(), id.to_owned());
            self.by_start.get(&key).copied()
        };
        let (Some(serial), Some(given)) = (asked, members.text("transactionId")) else {
            return;
        };
        let known = self.open.get(&serial).map(|open| open.t.id.clone());
        let fits = known.is_some_and(|known| known.is_empty() || known == given);
        if fits && is_id(&given) {
            self.adopt(serial, cx, &given);
        }
        let status = members
            .get("idTagInfo")
            .and_then(|i| i.members().text("status"));
        if let Some(status) = status.filter(|status| status != "Accepted") {
            self.note_of(serial, cx.line, Trouble::NotAccepted { status });
        }
    }

    /// The central system could not answer a start.
    pub(super) fn refused(&mut self, cx: &Context<'_>, id: &str) {
        let key = (cx.station.to_owned(), id.to_owned());
        if let Some(serial) = self.by_start.get(&key).copied() {
            self.note_of(serial, cx.line, Trouble::AnswerMissing);
        }
    }

    /// `MeterValues.req` (1.6 §6.31); that of 2.0.1 is no part of a transaction.
    pub(super) fn meter(&mut self, cx: &Context<'_>, members: &Members<'_>) {
        let Some(list) = members.get("meterValue") else {
            return;
        };
        let connector = connector_of(members);
        let on_connector = connector.and_then(|at| self.on_connector(cx.station, at));
        let serial = match members.text("transactionId") {
            Some(id) if is_id(&id) => self.find(cx, &id, on_connector),
            Some(_) | None => on_connector.filter(|serial| self.is_running(*serial)),
        };
        let Some(serial) = serial else {
            return;
        };
        if !self.is_running(serial) {
            self.note_of(serial, cx.line, Trouble::LateMessage);
        }
        if let Some(open) = self.open.get_mut(&serial) {
            open.t.connector = open.t.connector.or(connector);
        }
        self.samples(cx, serial, list, cx.head.received_at);
    }

    /// Reads meter values into a transaction.
    pub(super) fn samples(
        &mut self,
        cx: &Context<'_>,
        serial: u64,
        list: crate::json::Json<'_>,
        received_at: Option<Instant>,
    ) {
        let mut odd = Vec::new();
        if let Some(open) = self.open.get_mut(&serial) {
            sample::read(list, received_at, cx.line, &mut open.t, &mut odd);
        }
        for trouble in odd {
            self.note_of(serial, cx.line, trouble);
        }
    }

    /// `StopTransaction.req` (1.6 §6.49).
    pub(super) fn stop(&mut self, cx: &Context<'_>, members: &Members<'_>) {
        let Some(edge) = self.edge(cx, "StopTransaction", "meterStop", members) else {
            return;
        };
        let Some(id) = members.text("transactionId") else {
            let (action, field) = ("StopTransaction".to_owned(), "transactionId");
            self.note(cx.line, None, Trouble::FieldMissing { action, field });
            return;
        };
        let unanswered: Vec<u64> = self.unanswered(cx.station);
        let only = match unanswered.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        let Some(serial) = self.find(cx, &id, only) else {
            return;
        };
        if !self.is_running(serial) {
            self.note_of(serial, cx.line, Trouble::RepeatedStop);
            return;
        }
        if let Some(open) = self.open.get_mut(&serial) {
            if open.t.tag.is_none() {
                open.t.tag = members.text("idTag");
            }
            open.t.stop = Some(edge);
        }
        if let Some(list) = members.get("transactionData") {
            self.samples(cx, serial, list, cx.head.received_at);
        }
        self.close(serial);
    }

    /// `StatusNotification.req` (1.6 §6.47, §7.7). Its 2.0.1 form tells nothing of charging.
    pub(super) fn status(&mut self, cx: &Context<'_>, members: &Members<'_>) {
        let (Some(connector), Some(status)) = (connector_of(members), members.text("status"))
        else {
            return;
        };
        let at = members
            .text("timestamp")
            .and_then(|text| stamp::read(&text));
        let received_at = cx.head.received_at;
        let Some(at) = at.or(received_at) else {
            return;
        };
        let line = cx.line;
        let when = Stamp {
            at,
            received_at,
            line,
        };
        let change = state_of(&status).map(|state| StateChange { when, state });
        self.remember_state((cx.station.to_owned(), connector), change);
        let (Some(change), Some(serial)) = (change, self.on_connector(cx.station, connector))
        else {
            return;
        };
        if let Some(open) = self.open.get_mut(&serial) {
            let stop = open.t.stop.as_ref();
            if stop.is_none_or(|stop| change.when.at <= stop.when.at)
                && open.t.states.len() < 10_000
            {
                open.t.states.push(change);
            }
        }
    }

    /// `BootNotification.req`: transactions stay open, since a station may go on with them.
    pub(super) fn boot(&mut self, cx: &Context<'_>) {
        let serials = self.of_station.get(cx.station);
        let serials: Vec<u64> = serials.into_iter().flatten().copied().collect();
        for serial in serials {
            if self.is_running(serial) {
                self.note_of(serial, cx.line, Trouble::Restarted);
            }
        }
    }

    /// The transaction of an id; else the start without an answer that it must be; else one that
    /// began before the log.
    fn find(&mut self, cx: &Context<'_>, id: &str, may_be: Option<u64>) -> Option<u64> {
        if let Some(serial) = self.of_id(cx.station, id) {
            return Some(serial);
        }
        let unnamed = may_be.filter(|serial| {
            let open = self.open.get(serial);
            open.is_some_and(|open| open.t.id.is_empty() && open.t.origin == Origin::Ocpp16)
        });
        if let Some(serial) = unnamed {
            if is_id(id) {
                self.adopt(serial, cx, id);
            }
            self.note_of(serial, cx.line, Trouble::AnswerMissing);
            return Some(serial);
        }
        if self.is_gone(cx.station, id) {
            let about = crate::trouble::About {
                station: cx.station.to_owned(),
                transaction: id.to_owned(),
            };
            self.note(cx.line, Some(about), Trouble::TooLate);
            return None;
        }
        Some(self.begin(Origin::Ocpp16, cx, id))
    }

    /// Gives a started transaction its id. What came under the id before its answer is joined.
    fn adopt(&mut self, serial: u64, cx: &Context<'_>, id: &str) {
        let early = self.of_id(cx.station, id).filter(|early| *early != serial);
        let early = early.filter(|early| {
            let open = self.open.get(early);
            open.is_some_and(|open| open.t.start.is_none())
        });
        let mut ended = false;
        if let Some(early) = early.and_then(|early| self.take_out(early))
            && let Some(open) = self.open.get_mut(&serial)
        {
            open.t.samples.extend(early.samples);
            open.t.signed.extend(early.signed);
            ended = open.t.stop.is_none() && early.stop.is_some();
            open.t.stop = open.t.stop.take().or(early.stop);
        }
        self.name(serial, cx, id);
        if ended {
            self.close(serial);
        }
    }

    /// Starts of a station without an id, the oldest first.
    fn unanswered(&self, station: &str) -> Vec<u64> {
        let serials = self.of_station.get(station).into_iter().flatten();
        let unnamed = |serial: &&u64| {
            let open = self.open.get(serial);
            open.is_some_and(|open| open.t.id.is_empty() && open.t.stop.is_none())
        };
        serials.filter(unnamed).copied().collect()
    }

    /// Time and meter of a start or a stop.
    fn edge(
        &mut self,
        cx: &Context<'_>,
        action: &str,
        meter: &'static str,
        members: &Members<'_>,
    ) -> Option<Edge> {
        let text = members.text("timestamp").unwrap_or_default();
        let received_at = cx.head.received_at;
        let at = if let Some(at) = stamp::read(&text) {
            at
        } else {
            self.note(cx.line, None, Trouble::BadTime { text: short(&text) });
            received_at?
        };
        let wh = members.text(meter).and_then(|text| decimal(&text));
        let wh = wh.filter(|wh| is_countable(*wh));
        if wh.is_none() {
            let (action, field) = (action.to_owned(), meter);
            self.note(cx.line, None, Trouble::FieldMissing { action, field });
        }
        let line = cx.line;
        Some(Edge {
            when: Stamp {
                at,
                received_at,
                line,
            },
            meter_wh: wh,
            reason: members.text("reason").map(|reason| short(&reason)),
        })
    }
}

/// A number that is not above 0 stands for "no transaction", and where a central system refuses
/// one or was never asked.
fn is_id(text: &str) -> bool {
    text.parse::<i64>().map_or(true, |number| number > 0)
}

/// Connector 0 is the station itself.
fn connector_of(members: &Members<'_>) -> Option<u32> {
    let connector = members.get("connectorId")?.whole()?;
    u32::try_from(connector)
        .ok()
        .filter(|connector| *connector > 0)
}

/// A fault of the station is a pause that it makes.
fn state_of(status: &str) -> Option<State> {
    match status {
        "Preparing" => Some(State::Connected),
        "Charging" => Some(State::Charging),
        "SuspendedEV" => Some(State::SuspendedByVehicle),
        "SuspendedEVSE" | "Faulted" => Some(State::SuspendedByStation),
        "Finishing" => Some(State::Finished),
        _ => None,
    }
}
