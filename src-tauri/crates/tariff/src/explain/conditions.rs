//! The restrictions of an element in words.

use chrono::NaiveTime;
use domain::{DaySet, Decimal, ReservationRule, Restrictions};

use super::words::{Words, fill};

/// When an element applies (SEMANTICS 3.3); "always" where nothing restricts it.
pub(super) fn when(r: &Restrictions, words: &Words) -> String {
    let mut parts = Vec::new();
    match r.reservation {
        None => {}
        Some(ReservationRule::Reservation) => parts.push(words.for_reservation.to_owned()),
        Some(ReservationRule::ReservationExpires) => parts.push(words.for_expired.to_owned()),
    }
    if !r.days.is_empty() {
        parts.push(fill(words.on_days, &[("days", &days(r.days, words))]));
    }
    parts.extend(window(r, words));
    let dates = [
        (words.from_date, r.start_date),
        (words.before_date, r.end_date),
    ];
    for (template, date) in dates {
        let date = date.map(|date| date.to_string());
        parts.extend(date.map(|date| fill(template, &[("date", &date)])));
    }
    parts.extend(limits(r, words));
    if parts.is_empty() {
        words.always.to_owned()
    } else {
        parts.join(", ")
    }
}

/// The daily window.
fn window(r: &Restrictions, words: &Words) -> Option<String> {
    let time = |time: NaiveTime| time.format("%H:%M").to_string();
    let text = match (r.start_time, r.end_time) {
        (None, None) => return None,
        (Some(from), None | Some(NaiveTime::MIN)) => {
            fill(words.from_time, &[("from", &time(from))])
        }
        (None, Some(until)) => fill(words.until_time, &[("until", &time(until))]),
        (Some(from), Some(until)) => {
            let figures = [("from", time(from)), ("until", time(until))];
            let figures = figures
                .each_ref()
                .map(|(name, text)| (*name, text.as_str()));
            fill(words.from_until, &figures)
        }
    };
    Some(text)
}

/// Energy, duration, power and current.
fn limits(r: &Restrictions, words: &Words) -> Vec<String> {
    let figure = |value: Decimal, unit: &str| format!("{} {unit}", words.number(value, 0));
    let length = |seconds: u32| words.seconds(seconds.into());
    let all = [
        (words.from_amount, r.min_kwh.map(|kwh| figure(kwh.0, "kWh"))),
        (
            words.up_to_amount,
            r.max_kwh.map(|kwh| figure(kwh.0, "kWh")),
        ),
        (words.after_duration, r.min_duration_s.map(length)),
        (words.first_duration, r.max_duration_s.map(length)),
        (
            words.at_or_more,
            r.min_power.map(|power| figure(power.0, "kW")),
        ),
        (words.below, r.max_power.map(|power| figure(power.0, "kW"))),
        (
            words.at_or_more,
            r.min_current.map(|current| figure(current.0, "A")),
        ),
        (
            words.below,
            r.max_current.map(|current| figure(current.0, "A")),
        ),
    ];
    all.into_iter()
        .filter_map(|(template, limit)| Some(fill(template, &[("limit", &limit?)])))
        .collect()
}

/// Days as a range where at least three follow each other, else one by one.
pub(crate) fn days(set: DaySet, words: &Words) -> String {
    let named: Vec<usize> = (0..7)
        .filter(|day| set.contains(DaySet::WEEK[*day]))
        .collect();
    let name = |day: usize| words.days[day];
    match named.as_slice() {
        [] => words.every_day.to_owned(),
        [first, .., last]
            if named.len() == 7 || (named.len() > 2 && last - first + 1 == named.len()) =>
        {
            format!("{} {} {}", name(*first), words.until_word, name(*last))
        }
        _ => words.list(&named.iter().map(|day| name(*day)).collect::<Vec<_>>()),
    }
}

/// Days from the short English names of a trace.
pub(super) fn days_from_trace(text: &str, words: &Words) -> String {
    let mut set = DaySet::default();
    for day in text.split_whitespace().filter_map(|day| day.parse().ok()) {
        set.insert(day);
    }
    days(set, words)
}
