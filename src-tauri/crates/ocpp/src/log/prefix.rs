//! What stands on a log line before its message: when it came in, and which station it is from.

use domain::{Instant, Tz};

use crate::stamp;

/// What is known of a message beside itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub station: Option<String>,
    pub received_at: Option<Instant>,
    /// The zone of times without one.
    pub zone: Option<Tz>,
}

/// Names that stand before a station's name, in lower case.
const KEYS: [&str; 10] = [
    "station",
    "stationid",
    "station_id",
    "chargepoint",
    "chargepointid",
    "chargebox",
    "chargeboxid",
    "cp",
    "cpid",
    "identity",
];

/// Words of logs that name no station, in lower case.
const NOISE: [&str; 28] = [
    "info",
    "debug",
    "warn",
    "warning",
    "error",
    "trace",
    "in",
    "out",
    "recv",
    "received",
    "receive",
    "send",
    "sent",
    "sending",
    "from",
    "to",
    "message",
    "msg",
    "request",
    "response",
    "call",
    "callresult",
    "ocpp",
    "ocpp1.6",
    "websocket",
    "ws",
    "rx",
    "tx",
];

/// Reads what stands before a message.
pub(super) fn read(prefix: &str, zone: Option<Tz>) -> Head {
    let apart = |c: char| c.is_whitespace() || "[]|,;()<>\"'".contains(c);
    let words: Vec<&str> = prefix
        .split(apart)
        .map(|word| word.trim_end_matches(':'))
        .filter(|word| !word.is_empty())
        .take(40)
        .collect();
    let (received_at, timed) = time(&words, zone);
    let rest: Vec<&str> = words
        .iter()
        .enumerate()
        .filter(|(place, _)| !timed.contains(place))
        .map(|(_, word)| *word)
        .collect();
    Head {
        station: station(&rest).map(str::to_owned),
        received_at,
        zone,
    }
}

/// The first time among the words, and which words it takes.
fn time(words: &[&str], local: Option<Tz>) -> (Option<Instant>, std::ops::Range<usize>) {
    for (place, word) in words.iter().enumerate() {
        if let Some(at) = stamp::read_in(word, local) {
            return (Some(at), place..place + 1);
        }
        let Some(clock) = words.get(place + 1).filter(|_| word.len() == 10) else {
            continue;
        };
        let zone = words
            .get(place + 2)
            .filter(|zone| zone.starts_with(['+', '-']));
        if let Some(at) = zone.and_then(|zone| stamp::read(&format!("{word}T{clock}{zone}"))) {
            return (Some(at), place..place + 3);
        }
        if let Some(at) = stamp::read_in(&format!("{word}T{clock}"), local) {
            return (Some(at), place..place + 2);
        }
    }
    (None, 0..0)
}

fn station<'a>(words: &[&'a str]) -> Option<&'a str> {
    for (place, word) in words.iter().enumerate() {
        if let Some((key, value)) = word.split_once(['=', ':'])
            && KEYS.contains(&key.to_ascii_lowercase().as_str())
            && !value.is_empty()
        {
            return Some(value);
        }
        if KEYS.contains(&word.trim_end_matches('=').to_ascii_lowercase().as_str())
            && let Some(next) = words.get(place + 1)
        {
            return Some(next.trim_start_matches('='));
        }
        if word.contains("/ocpp") || word.contains("://") {
            let last = word.trim_end_matches('/').rsplit('/').next();
            if let Some(last) = last.filter(|last| !last.is_empty()) {
                return Some(last);
            }
        }
    }
    let named = |word: &&&str| {
        word.bytes().any(|b| b.is_ascii_alphanumeric())
            && !NOISE.contains(&word.to_ascii_lowercase().as_str())
    };
    let named: Vec<&&str> = words.iter().filter(named).collect();
    let letters = |word: &str| word.bytes().any(|b| b.is_ascii_alphabetic());
    let digits = |word: &str| word.bytes().any(|b| b.is_ascii_digit());
    let mixed = named.iter().rev().find(|w| letters(w) && digits(w));
    let number = || named.iter().rev().find(|w| w.len() >= 4 && !letters(w));
    let only = || (named.len() == 1).then(|| named.first()).flatten();
    mixed.or_else(number).or_else(only).map(|word| **word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_as_programs_write_them() {
        for (prefix, station, time) in [
            ("2026-11-01T10:00:00.123Z CP001 <- ", "CP001", true),
            (
                "2026-11-01 10:00:00,123 INFO [CP-7] received: ",
                "CP-7",
                true,
            ),
            ("[2026-11-01 11:00:00 +0100] Wallbox3: ", "Wallbox3", true),
            ("10:00 station=Nord ", "Nord", false),
            ("2026-11-01T10:00:00Z ws://host/ocpp/AB-1 > ", "AB-1", true),
            ("2026-11-01T10:00:00Z chargeBoxId: Sued recv ", "Sued", true),
            ("2026-11-01T10:00:00Z 100234 ", "100234", true),
        ] {
            let head = read(prefix, None);
            assert_eq!(head.station.as_deref(), Some(station), "{prefix}");
            let at = time.then(|| "2026-11-01T10:00:00Z".parse().unwrap());
            assert_eq!(head.received_at, at, "{prefix}");
        }
        assert_eq!(read("", None), Head::default());
        let local = read("2026-11-01 11:00:00 CP1 ", Some(Tz::Europe__Berlin));
        assert_eq!(local.received_at, "2026-11-01T10:00:00Z".parse().ok());
    }
}
