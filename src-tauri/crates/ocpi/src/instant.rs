//! OCPI's DateTime: RFC 3339 in UTC, with the liberties partners take.
//!
//! Allowed are `Z`, no zone letter at all (which means UTC), either letter case, and a fraction of
//! a second (Types / DateTime). Everything else that still names one instant is read and reported.

use chrono::{NaiveDate, NaiveTime, TimeDelta};
use domain::Instant;

/// Reads a DateTime. Beside the instant: what about the text is not as the standard wants it.
#[inline]
pub(crate) fn read(text: &str) -> Option<(Instant, Option<&'static str>)> {
    let bytes = text.as_bytes();
    if bytes.len() == 20 && bytes[10] == b'T' && bytes[16] == b':' && bytes[19] == b'Z' {
        let time = clock(&bytes[11..19])?;
        if time < 86_400 {
            return Some((at(&bytes[..10], time)?, None));
        }
    }
    unusual(text)
}

/// Any other way to write it than `2026-01-31T10:20:30Z`.
fn unusual(text: &str) -> Option<(Instant, Option<&'static str>)> {
    let mut lapse = None;
    let trimmed = text.trim();
    if trimmed.len() != text.len() {
        lapse = Some("blanks");
    }
    let bytes = trimmed.as_bytes();
    let date = bytes.get(..10)?;
    let Some(mark) = bytes.get(10) else {
        return Some((at(date, 0)?, Some("date_only")));
    };
    match mark {
        b'T' | b't' => {}
        b' ' => lapse = Some("blank_for_t"),
        _ => return None,
    }
    let (time, rest) = if bytes.get(16) == Some(&b':') {
        (clock(bytes.get(11..19)?)?, &bytes[19..])
    } else {
        lapse = Some("no_seconds");
        let padded = [bytes.get(11..16)?, b":00"].concat();
        (clock(&padded)?, &bytes[16..])
    };
    if time >= 86_400 {
        lapse = Some("hour_24");
    }
    let (nanos, zone) = match rest {
        [mark @ (b'.' | b','), rest @ ..] => {
            if *mark == b',' {
                lapse = Some("comma");
            }
            let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
            (fraction(&rest[..digits])?, &rest[digits..])
        }
        rest => (0, rest),
    };
    let offset = match zone {
        [] | [b'Z' | b'z'] => 0,
        zone => {
            lapse = Some("offset");
            offset(zone)?
        }
    };
    let local = at(date, time)? + TimeDelta::nanoseconds(nanos);
    Some((local.checked_sub_signed(TimeDelta::minutes(offset))?, lapse))
}

/// `YYYY-MM-DD` and seconds since midnight, of which 86 400 are the next midnight.
#[inline]
fn at(date: &[u8], seconds: u32) -> Option<Instant> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = date else {
        return None;
    };
    let year = two(*y1, *y2)? * 100 + two(*y3, *y4)?;
    let date = NaiveDate::from_ymd_opt(year.cast_signed(), two(*m1, *m2)?, two(*d1, *d2)?)?;
    match NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0) {
        Some(time) => Some(date.and_time(time).and_utc()),
        None => Some(date.succ_opt()?.and_time(NaiveTime::MIN).and_utc()),
    }
}

/// Seconds since midnight of `HH:MM:SS`. A leap second is read as the second before it.
#[inline]
fn clock(time: &[u8]) -> Option<u32> {
    let [h1, h2, b':', m1, m2, b':', s1, s2] = time else {
        return None;
    };
    let (hour, minute, second) = (two(*h1, *h2)?, two(*m1, *m2)?, two(*s1, *s2)?.min(60));
    let fine = minute < 60 && two(*s1, *s2)? <= 60;
    let seconds = hour * 3600 + minute * 60 + second.min(59);
    (fine && seconds <= 86_400).then_some(seconds)
}

#[inline]
fn two(tens: u8, ones: u8) -> Option<u32> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| u32::from(byte - b'0'));
    Some(digit(tens)? * 10 + digit(ones)?)
}

/// Nanoseconds of a fraction's digits; what lies below a nanosecond is cut.
fn fraction(digits: &[u8]) -> Option<i64> {
    if digits.is_empty() {
        return None;
    }
    let padded = digits
        .iter()
        .copied()
        .chain(std::iter::repeat(b'0'))
        .take(9);
    Some(padded.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0')))
}

/// Minutes east of UTC of `+01:00`, `+0100` or `+01`.
fn offset(zone: &[u8]) -> Option<i64> {
    let (sign, hours, minutes) = match zone {
        [sign, h1, h2] => (sign, two(*h1, *h2)?, 0),
        [sign, h1, h2, m1, m2] | [sign, h1, h2, b':', m1, m2] => {
            (sign, two(*h1, *h2)?, two(*m1, *m2)?)
        }
        _ => return None,
    };
    let minutes = i64::from(hours * 60 + minutes);
    match sign {
        b'+' if minutes <= 18 * 60 => Some(minutes),
        b'-' if minutes <= 18 * 60 => Some(-minutes),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Option<(String, Option<&'static str>)> {
        read(text).map(|(at, lapse)| {
            (
                at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true),
                lapse,
            )
        })
    }

    #[test]
    fn every_form_names_one_instant() {
        for (text, instant, lapse) in [
            ("2026-01-31T10:20:30Z", "2026-01-31T10:20:30Z", None),
            ("2026-01-31T10:20:30", "2026-01-31T10:20:30Z", None),
            ("2026-01-31t10:20:30z", "2026-01-31T10:20:30Z", None),
            ("2026-01-31T10:20:30.5Z", "2026-01-31T10:20:30.500Z", None),
            (
                "2026-01-31T10:20:30.123456789123Z",
                "2026-01-31T10:20:30.123456789Z",
                None,
            ),
            (
                "2026-01-31T10:20:30+00:00",
                "2026-01-31T10:20:30Z",
                Some("offset"),
            ),
            (
                "2026-01-31T10:20:30+01:00",
                "2026-01-31T09:20:30Z",
                Some("offset"),
            ),
            (
                "2026-01-31T10:20:30-0330",
                "2026-01-31T13:50:30Z",
                Some("offset"),
            ),
            (
                "2026-01-31T10:20:30+02",
                "2026-01-31T08:20:30Z",
                Some("offset"),
            ),
            (
                "2026-01-31 10:20:30Z",
                "2026-01-31T10:20:30Z",
                Some("blank_for_t"),
            ),
            (
                "2026-01-31T10:20Z",
                "2026-01-31T10:20:00Z",
                Some("no_seconds"),
            ),
            ("2026-01-31", "2026-01-31T00:00:00Z", Some("date_only")),
            (
                "2026-01-31T10:20:30,25Z",
                "2026-01-31T10:20:30.250Z",
                Some("comma"),
            ),
            (
                " 2026-01-31T10:20:30Z ",
                "2026-01-31T10:20:30Z",
                Some("blanks"),
            ),
            (
                "2026-01-31T24:00:00Z",
                "2026-02-01T00:00:00Z",
                Some("hour_24"),
            ),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z", None),
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z", None),
        ] {
            assert_eq!(check(text), Some((instant.to_owned(), lapse)), "{text}");
        }
    }

    #[test]
    fn what_names_no_instant_is_refused() {
        for bad in [
            "",
            "yesterday",
            "1767225600",
            "2026-13-01T00:00:00Z",
            "2026-02-30T00:00:00Z",
            "2026-01-31T25:00:00Z",
            "2026-01-31T24:00:01Z",
            "2026-01-31T10:60:00Z",
            "2026-01-31T10:20:61Z",
            "31-01-2026T10:20:30Z",
            "2026-01-31T10:20:30.Z",
            "2026-01-31T10:20:30+99:00",
            "2026-01-31T10:20:30 CET",
            "2026-01-31T10:20:3öZ",
        ] {
            assert_eq!(check(bad), None, "{bad:?}");
        }
    }
}
