//! How connections are doing: what was pulled last, what comes next, what the partner's server does
//! otherwise than it should.

use chrono::{DateTime, TimeDelta};
use domain::{Instant, PartyKey};
use serde::Deserialize;

use super::{SentAs, Settings, Trouble, keep, known, partners};
use crate::api::{ConnectionDto, EndpointDto, Problem, PullHealth};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::partners::{read_key, row};
use crate::words;

/// The pause after a failed pull, doubled with each further one, at most as long as between pulls.
const AGAIN: TimeDelta = TimeDelta::minutes(15);
/// Pulls of different partners, and of different copies of the program, are spread over this.
const SPREAD_MINUTES: u32 = 10;

/// A partner's connection and how it is doing.
pub fn get(desk: &Desk, partner: &str) -> Result<ConnectionDto> {
    let key = read_key(partner)?;
    let row = row(&desk.book, &key)?;
    let Some(kept) = store::connection::get::<Option<Settings>>(&desk.book, row)? else {
        return Ok(none(&key));
    };
    let Some(settings) = kept.value else {
        return Ok(none(&key));
    };
    let pulls = store::connection::pulls(&desk.book, row)?;
    let since = store::decision::get(&desk.book, kept.decision)?.map(|made| made.at);
    let next = next_pull(&key, &settings, &pulls, since);
    let endpoints = |urls: &std::collections::BTreeMap<String, String>| {
        let one = |(module, url): (&String, &String)| EndpointDto {
            module: module.clone(),
            url: url.clone(),
        };
        urls.iter().map(one).collect()
    };
    Ok(ConnectionDto {
        partner: key.to_string(),
        connected: true,
        version: settings.version.as_str().to_owned(),
        sent_as: settings.encoding.as_str().to_owned(),
        registered: settings.credentials.is_some(),
        plain_http: settings.plain_http,
        inside: settings.inside,
        lists: endpoints(&settings.lists),
        receivers: endpoints(&settings.receivers),
        every_hours: settings.every_hours,
        since: since.map(words::instant),
        next_pull_at: next.map(words::instant),
        pulls: pulls.iter().map(health).collect::<Result<_>>()?,
        by_hand: settings.by_hand,
        authority_pem: settings.authority_pem,
        besides: settings.besides,
        versions_url: settings.versions_url,
    })
}

fn none(partner: &PartyKey) -> ConnectionDto {
    ConnectionDto {
        partner: partner.to_string(),
        connected: false,
        versions_url: String::new(),
        version: String::new(),
        sent_as: SentAs::Auto.as_str().to_owned(),
        registered: false,
        plain_http: false,
        inside: false,
        besides: Vec::new(),
        authority_pem: None,
        by_hand: false,
        lists: Vec::new(),
        receivers: Vec::new(),
        every_hours: None,
        since: None,
        next_pull_at: None,
        pulls: Vec::new(),
    }
}

fn health(pulled: &store::connection::Pulled) -> Result<PullHealth> {
    #[derive(Deserialize)]
    struct Detail {
        received: u32,
        total: Option<u32>,
        problem: Option<Trouble>,
        departures: Vec<String>,
    }
    let detail: Detail = serde_json::from_str(&pulled.detail).map_err(store::Error::from)?;
    Ok(PullHealth {
        module: pulled.module.clone(),
        ended_at: words::instant(pulled.ended_at),
        outcome: pulled.outcome.clone(),
        streak: pulled.streak,
        watermark: pulled.watermark.map(words::instant),
        received: detail.received,
        total: detail.total,
        problem: detail.problem.map(Problem::from),
        departures: detail.departures,
    })
}

/// When the next pull of a partner is due: some hours after the oldest of its lists was pulled
/// last, sooner after a failure. `None` where pulls are made by hand only.
fn next_pull(
    partner: &PartyKey,
    settings: &Settings,
    pulls: &[store::connection::Pulled],
    since: Option<Instant>,
) -> Option<Instant> {
    let every = TimeDelta::hours(i64::from(settings.every_hours?));
    let of_list = |list: &String| {
        let pulled = pulls.iter().find(|pulled| pulled.module == *list)?;
        let pause = match pulled.streak {
            0 => every,
            streak => (AGAIN * 2_i32.pow(streak.min(8) - 1)).min(every),
        };
        Some(pulled.ended_at + pause)
    };
    let due = settings.lists.keys().map(of_list);
    // A list that was never pulled is due at once.
    let due: Option<Vec<Instant>> = due.collect();
    match due {
        Some(due) => due.into_iter().min().map(|at| at + spread(partner)),
        None => Some(since.unwrap_or(DateTime::UNIX_EPOCH)),
    }
}

/// Some minutes that are a partner's own, so that not all servers are asked at the same moment.
fn spread(partner: &PartyKey) -> TimeDelta {
    let sum: u32 = partner.to_string().bytes().map(u32::from).sum();
    TimeDelta::minutes(i64::from(sum % SPREAD_MINUTES))
}

/// The partners whose next pull is due, the longest overdue first.
pub fn due(desk: &Desk) -> Result<Vec<PartyKey>> {
    let mut due = Vec::new();
    for partner in partners(desk)? {
        let row = row(&desk.book, &partner)?;
        let settings = known(desk, &partner)?;
        let pulls = store::connection::pulls(&desk.book, row)?;
        let next = next_pull(&partner, &settings, &pulls, None);
        if let Some(at) = next.filter(|at| *at <= desk.now) {
            due.push((at, partner));
        }
    }
    due.sort();
    Ok(due.into_iter().map(|(_, partner)| partner).collect())
}

/// Sets how often a partner is pulled from; `None` for by hand only.
pub fn schedule(desk: &Desk, partner: &str, every_hours: Option<u32>) -> Result<ConnectionDto> {
    let key = read_key(partner)?;
    let mut settings = known(desk, &key)?;
    if every_hours.is_some_and(|hours| !(1..=24 * 31).contains(&hours)) {
        return Err(Error::BadRequest {
            field: "every_hours",
            value: every_hours.unwrap_or(0).to_string(),
        });
    }
    settings.every_hours = every_hours;
    keep(desk, &key, &settings)?;
    get(desk, partner)
}
