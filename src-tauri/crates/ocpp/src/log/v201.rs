//! OCPP 2.0.1: `TransactionEvent` tells everything about a transaction (2.0.1 part 2, E).

use super::sample::short;
use super::tracker::{Context, Tracker};
use crate::json::{Json, Members};
use crate::stamp;
use crate::transaction::{Edge, Origin, Stamp, State, StateChange};
use crate::trouble::{About, Trouble};

/// Events of one transaction, at most.
const EVENTS_MAX: usize = 100_000;

impl Tracker<'_> {
    /// `TransactionEventRequest`.
    pub(super) fn event(&mut self, cx: &Context<'_>, members: &Members<'_>) {
        let info = members.get("transactionInfo").map(Json::members);
        let kind = members.text("eventType");
        let id = info.as_ref().and_then(|info| info.text("transactionId"));
        let (Some(info), Some(kind), Some(id)) = (info, kind, id) else {
            let (action, field) = ("TransactionEvent".to_owned(), "transactionId");
            self.note(cx.line, None, Trouble::FieldMissing { action, field });
            return;
        };
        let Some(when) = self.when(cx, members) else {
            return;
        };
        let Some(serial) = self.of_event(cx, &id) else {
            return;
        };
        let seq = members.get("seqNo").and_then(Json::whole);
        if let Some(seq) = seq {
            if self
                .open
                .get(&serial)
                .is_some_and(|open| open.seqs.len() >= EVENTS_MAX)
            {
                self.note_of(serial, cx.line, Trouble::TooManyValues);
                return;
            }
            let is_new = |open: &mut super::tracker::Open| open.seqs.insert(seq);
            if !self.open.get_mut(&serial).is_some_and(is_new) {
                self.note_of(serial, cx.line, Trouble::DuplicateEvent { seq });
                return;
            }
        }
        let late = !self.is_running(serial);
        if late && kind == "Ended" {
            self.note_of(serial, cx.line, Trouble::RepeatedStop);
            return;
        }
        if late {
            self.note_of(serial, cx.line, Trouble::LateMessage);
        }
        self.told(serial, when, members, &info);
        self.status_of_tag(cx, serial, members);
        if let Some(list) = members.get("meterValue") {
            self.samples(cx, serial, list, when.received_at);
        }
        match kind.as_str() {
            "Started" => self.started(cx, serial, when, members),
            "Ended" => self.ended(serial, when, &info),
            _ => {}
        }
    }

    fn when(&mut self, cx: &Context<'_>, members: &Members<'_>) -> Option<Stamp> {
        let offline = members
            .text("offline")
            .is_some_and(|offline| offline == "true");
        let received_at = cx.head.received_at.filter(|_| !offline);
        let text = members.text("timestamp").unwrap_or_default();
        let at = stamp::read(&text);
        if at.is_none() {
            self.note(cx.line, None, Trouble::BadTime { text: short(&text) });
        }
        Some(Stamp {
            at: at.or(received_at)?,
            received_at,
            line: cx.line,
        })
    }

    /// The transaction of an event; a new one where none is known.
    fn of_event(&mut self, cx: &Context<'_>, id: &str) -> Option<u64> {
        if let Some(serial) = self.of_id(cx.station, id) {
            return Some(serial);
        }
        if self.is_gone(cx.station, id) {
            let about = About {
                station: cx.station.to_owned(),
                transaction: id.to_owned(),
            };
            self.note(cx.line, Some(about), Trouble::TooLate);
            return None;
        }
        Some(self.begin(Origin::Ocpp201, cx, id))
    }

    /// EVSE, connector, tag and state, in whichever event they stand.
    fn told(&mut self, serial: u64, when: Stamp, members: &Members<'_>, info: &Members<'_>) {
        let Some(open) = self.open.get_mut(&serial) else {
            return;
        };
        let t = &mut open.t;
        let evse = members.get("evse").map(Json::members);
        let number = |name: &str| {
            let number = evse.as_ref()?.get(name)?.whole()?;
            u32::try_from(number).ok()
        };
        t.evse = t.evse.or_else(|| number("id"));
        t.connector = t.connector.or_else(|| number("connectorId"));
        if t.tag.is_none() {
            t.tag = members
                .get("idToken")
                .and_then(|tag| tag.members().text("idToken"));
        }
        let state = info.text("chargingState");
        if let Some(state) = state.as_deref().and_then(state_of)
            && t.states.len() < 10_000
        {
            t.states.push(StateChange { when, state });
        }
    }

    /// A tag that was refused shows in the trigger alone, since answers carry no transaction id.
    fn status_of_tag(&mut self, cx: &Context<'_>, serial: u64, members: &Members<'_>) {
        let trigger = members.text("triggerReason");
        if let Some(status) = trigger.filter(|trigger| trigger == "Deauthorized") {
            self.note_of(serial, cx.line, Trouble::NotAccepted { status });
        }
    }

    fn started(&mut self, cx: &Context<'_>, serial: u64, when: Stamp, members: &Members<'_>) {
        let reason = members.text("triggerReason").map(|reason| short(&reason));
        let Some(open) = self.open.get_mut(&serial) else {
            return;
        };
        if open.t.start.is_some() {
            self.note_of(serial, cx.line, Trouble::RepeatedStart);
            return;
        }
        open.t.start = Some(Edge {
            when,
            meter_wh: None,
            reason,
        });
    }

    fn ended(&mut self, serial: u64, when: Stamp, info: &Members<'_>) {
        if let Some(open) = self.open.get_mut(&serial) {
            open.t.stop = Some(Edge {
                when,
                meter_wh: None,
                reason: info.text("stoppedReason").map(|reason| short(&reason)),
            });
        }
        self.close(serial);
    }
}

fn state_of(state: &str) -> Option<State> {
    match state {
        "EVConnected" => Some(State::Connected),
        "Charging" => Some(State::Charging),
        "SuspendedEV" => Some(State::SuspendedByVehicle),
        "SuspendedEVSE" => Some(State::SuspendedByStation),
        "Idle" => Some(State::Finished),
        _ => None,
    }
}
