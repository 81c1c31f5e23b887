//! Finds the OCPP messages in a piece of a log, however it is wrapped.
//!
//! The frame itself is `[2, id, action, payload]` for a call, `[3, id, payload]` for its answer and
//! `[4, id, code, …]` for a refusal (OCPP-J §4.2). Around it logs put a time and a station, an
//! array, or an object with fields of their own.

use super::prefix::{self, Head};
use crate::json::{Json, Members};
use crate::stamp;

/// A message.
pub(super) enum Frame<'a> {
    /// Something a station tells, or is told to do.
    Call {
        id: String,
        action: String,
        payload: Json<'a>,
    },
    /// What the other side says to it. Some logs name the action again.
    Answer {
        id: String,
        action: Option<String>,
        payload: Json<'a>,
    },
    /// The other side could not do it.
    Refusal { id: String },
}

/// Wrappings inside wrappings, at most.
const DEPTH_MAX: u32 = 4;

/// Places in one line at which a message is looked for, so that no line takes long.
const TRIES_MAX: usize = 8;

const STATION: [&str; 13] = [
    "stationid",
    "chargepointid",
    "chargeboxid",
    "chargingstationid",
    "chargepointidentity",
    "station",
    "chargepoint",
    "chargebox",
    "chargingstation",
    "cpid",
    "cp",
    "identity",
    "clientid",
];
const TIME: [&str; 8] = [
    "receivedat",
    "timestamp",
    "time",
    "ts",
    "logtime",
    "createdat",
    "datetime",
    "date",
];
const WRAPPED: [&str; 9] = [
    "ocppmessage",
    "message",
    "payload",
    "frame",
    "msg",
    "raw",
    "data",
    "body",
    "content",
];
const ACTION: [&str; 4] = ["action", "ocppaction", "messageaction", "messagename"];
const PAYLOAD: [&str; 6] = ["payload", "request", "data", "body", "params", "message"];
const ID: [&str; 6] = [
    "uniqueid",
    "messageid",
    "correlationid",
    "requestid",
    "uid",
    "id",
];

/// Calls `sink` with every message in a piece of text. Says whether there was any.
pub(super) fn each(text: &str, head: &Head, sink: &mut dyn FnMut(&Head, Frame<'_>)) -> bool {
    in_text(text, head, 0, sink)
}

fn in_text(text: &str, head: &Head, depth: u32, sink: &mut dyn FnMut(&Head, Frame<'_>)) -> bool {
    let text = text.trim();
    let starts = text
        .char_indices()
        .filter(|(at, letter)| match letter {
            '{' => true,
            '[' => may_be_frame(&text[*at..], *at == 0),
            _ => false,
        })
        .map(|(at, _)| at);
    for at in starts.take(TRIES_MAX) {
        let Some(value) = Json::at_start_of(&text[at..]) else {
            continue;
        };
        let before = prefix::read(before_of(text, at), head.zone);
        let head = Head {
            station: before.station.or_else(|| head.station.clone()),
            received_at: before.received_at.or(head.received_at),
            zone: head.zone,
        };
        if in_value(value, &head, depth, sink) {
            return true;
        }
    }
    false
}

/// What stands before a place, at most a thousand bytes of it.
fn before_of(text: &str, at: usize) -> &str {
    let mut from = at.saturating_sub(1_000);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    &text[from..at]
}

/// Whether a text from a bracket on may be a frame or, at the start of a line, a list of them.
fn may_be_frame(text: &str, at_start: bool) -> bool {
    let mut letters = text.chars().skip(1).filter(|c| !c.is_whitespace());
    match letters.next() {
        Some('2' | '3' | '4' | '6') => letters.next() == Some(','),
        Some('[' | '{') => at_start,
        _ => false,
    }
}

fn in_value(
    value: Json<'_>,
    head: &Head,
    depth: u32,
    sink: &mut dyn FnMut(&Head, Frame<'_>),
) -> bool {
    if depth > DEPTH_MAX {
        return false;
    }
    if value.is_object() {
        return in_object(&value.members(), head, depth, sink);
    }
    let items = value.items();
    match items.first() {
        Some(first) if first.is_array() || first.is_object() => {
            let mut any = false;
            for item in items {
                any |= in_value(item, head, depth + 1, sink);
            }
            any
        }
        Some(_) => match frame(&items) {
            Some(frame) => {
                sink(head, frame);
                true
            }
            None => false,
        },
        None => false,
    }
}

fn frame<'a>(items: &[Json<'a>]) -> Option<Frame<'a>> {
    let id = items.get(1)?.text()?;
    match items.first()?.whole()? {
        2 | 6 => Some(Frame::Call {
            id,
            action: items.get(2)?.text()?,
            payload: *items.get(3)?,
        }),
        3 => Some(Frame::Answer {
            id,
            action: None,
            payload: *items.get(2)?,
        }),
        4 => Some(Frame::Refusal { id }),
        _ => None,
    }
}

fn in_object(
    members: &Members<'_>,
    head: &Head,
    depth: u32,
    sink: &mut dyn FnMut(&Head, Frame<'_>),
) -> bool {
    let time = members.any_of(&TIME).and_then(|time| {
        let text = time.text()?;
        let number = text.parse().ok().and_then(stamp::of_number);
        number.or_else(|| stamp::read_in(&text, head.zone))
    });
    let station = members.any_of(&STATION).and_then(Json::text);
    let head = Head {
        station: station.or_else(|| head.station.clone()),
        received_at: time.or(head.received_at),
        zone: head.zone,
    };
    if let Some(action) = members.any_of(&ACTION).and_then(Json::text) {
        let mut payloads = PAYLOAD.iter().filter_map(|name| members.any_of(&[name]));
        let mut texts = payloads.clone().filter_map(Json::text);
        let quoted = texts.find(|text| text.starts_with('{'));
        let payload = payloads
            .find(|value| value.is_object())
            .or_else(|| Json::at_start_of(quoted.as_deref()?));
        if let Some(payload) = payload {
            sink(&head, spelled_out(members, &action, payload));
            return true;
        }
    }
    WRAPPED.iter().any(|name| {
        let Some(inner) = members.any_of(&[name]) else {
            return false;
        };
        if inner.is_array() || inner.is_object() {
            return in_value(inner, &head, depth + 1, sink);
        }
        inner
            .text()
            .is_some_and(|text| depth < DEPTH_MAX && in_text(&text, &head, depth + 1, sink))
    })
}

/// An object that names action and payload instead of holding a frame.
fn spelled_out<'a>(members: &Members<'_>, action: &str, payload: Json<'a>) -> Frame<'a> {
    let (action, says) = plain_action(action);
    let id = members.any_of(&ID).and_then(Json::text).unwrap_or_default();
    let kind = members.any_of(&["messagetypeid", "messagetype", "type", "kind"]);
    let kind = kind.and_then(Json::text).unwrap_or_default();
    let answers = match kind.to_ascii_lowercase().as_str() {
        "2" | "call" | "request" | "req" => false,
        "3" | "callresult" | "response" | "result" | "conf" => true,
        "4" | "callerror" | "error" => return Frame::Refusal { id },
        _ => says.unwrap_or_else(|| looks_like_answer(&action, payload)),
    };
    if answers {
        let action = Some(action);
        Frame::Answer {
            id,
            action,
            payload,
        }
    } else {
        Frame::Call {
            id,
            action,
            payload,
        }
    }
}

/// An action without the suffix some logs add, and whether the suffix says that it is an answer.
fn plain_action(action: &str) -> (String, Option<bool>) {
    for (suffix, answers) in [
        (".req", false),
        (".conf", true),
        ("Request", false),
        ("Response", true),
        ("Confirmation", true),
    ] {
        if let Some(plain) = action
            .strip_suffix(suffix)
            .filter(|plain| !plain.is_empty())
        {
            return (plain.to_owned(), Some(answers));
        }
    }
    (action.to_owned(), None)
}

/// Where nothing says which it is: what the station must tell is not there.
fn looks_like_answer(action: &str, payload: Json<'_>) -> bool {
    let members = payload.members();
    let needed = match action {
        "StartTransaction" => "meterStart",
        "StopTransaction" => "meterStop",
        "MeterValues" => "meterValue",
        "TransactionEvent" => "eventType",
        "StatusNotification" => "connectorId",
        "BootNotification" => return members.get("interval").is_some(),
        _ => return false,
    };
    members.get(needed).is_none()
}
