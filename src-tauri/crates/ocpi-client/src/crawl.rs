//! A list, page by page, to its end (SEMANTICS 5.4).
//!
//! By `Link` where it can be followed; where it is missing, wrong or leads in circles, by the
//! number of rows received against the total. A page that the server cannot give is asked for in
//! halves until the one object that it stumbles over is left out and named: such a crawl is not
//! complete. Where a crawl stands can be written down after every page, and taken up again.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use chrono::SecondsFormat;
use domain::{Instant, OcpiVersion};
use reqwest::Url;
use serde::{Deserialize, Serialize};

use crate::address::shown;
use crate::client::{Client, Stop};
use crate::envelope::{self, Glimpse};
use crate::exchange::{Answer, Exchange, Speaking};
use crate::problem::{Code, Problem, Result};

/// Which objects: those updated from one instant on, and before another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Inclusive.
    pub from: Option<Instant>,
    /// Exclusive.
    pub until: Option<Instant>,
}

/// How the next page is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Next {
    /// At the address that the server gave.
    Link(String),
    /// By the number of rows received.
    Offset,
    /// There is none.
    End,
}

/// Where a crawl stands. Written down after each page, it can be taken up after a crash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The list.
    pub url: String,
    /// Which objects.
    pub window: Window,
    /// Objects to a page, as asked for.
    limit: u32,
    next: Next,
    /// Rows received, holes included.
    pub received: u64,
    /// Pages received.
    pub pages: u32,
    /// What the server says there is in all.
    pub total: Option<u64>,
    /// The newest object seen. Where the next window may begin, once all is received.
    pub newest: Option<Instant>,
    /// Places of objects that the server could not give.
    pub holes: Vec<u64>,
    /// Whether it ended before the total was received.
    pub short: bool,
    /// Pages in a row that were here before.
    repeats: u32,
    /// How the server departs from what it should do; each once.
    pub departures: Vec<Departure>,
    /// Addresses and pages seen, so that circles are noticed.
    seen: Vec<u64>,
}

/// What a server does otherwise than it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Departure {
    /// More pages and no `Link`.
    LinkMissing,
    /// A `Link` that cannot be followed.
    LinkBroken,
    /// A `Link` whose offset is not the number of rows sent.
    LinkMiscounts,
    /// A `Link` that leads in circles.
    LinkCircles,
    /// A list that must be asked for with an end.
    DateToNeeded,
    /// Objects that the server cannot give.
    Holes,
    /// Objects older than those that were asked for.
    DateFromIgnored,
    /// Objects of parties that the partner does not speak for. Not seen by a crawl, but by who
    /// reads its pages.
    ForeignObjects,
}

impl Departure {
    /// What the server does, for a sentence.
    pub fn says(self) -> &'static str {
        match self {
            Departure::LinkMissing => "it does not say where the next page is",
            Departure::LinkBroken => "its link to the next page leads nowhere",
            Departure::LinkMiscounts => "its links count other rows than it sends",
            Departure::LinkCircles => "its links lead in circles",
            Departure::DateToNeeded => "it must be asked with an end",
            Departure::Holes => "it cannot give some of its records",
            Departure::DateFromIgnored => "it also sends records older than asked for",
            Departure::ForeignObjects => "it sends records of other parties",
        }
    }
}

/// One page.
#[derive(Clone, Debug)]
pub struct Page {
    /// The answer as it came, envelope included.
    pub body: Vec<u8>,
    /// How many objects it holds.
    pub objects: usize,
    /// The exchange.
    pub exchange: Exchange,
}

/// Addresses and pages that are remembered; a longer circle ends with the number of pages.
const SEEN: usize = 256;

/// So many holes in a row are no objects that a server stumbles over.
const HOLES_IN_A_ROW: usize = 3;

/// A list that is being received.
pub struct Crawl<'c> {
    client: &'c Client,
    version: OcpiVersion,
    at: Standing,
    list: Url,
    now: Instant,
}

impl<'c> Crawl<'c> {
    /// Begins a list.
    pub fn begin(
        client: &'c Client,
        (version, url): (OcpiVersion, &Url),
        window: Window,
        (limit, now): (u32, Instant),
    ) -> Self {
        let at = Standing {
            url: url.to_string(),
            window,
            limit,
            next: Next::Offset,
            received: 0,
            pages: 0,
            total: None,
            newest: None,
            holes: Vec::new(),
            short: false,
            repeats: 0,
            departures: Vec::new(),
            seen: Vec::new(),
        };
        Crawl {
            client,
            version,
            at,
            list: url.clone(),
            now,
        }
    }

    /// Takes up a list where it was left.
    pub fn resume(
        client: &'c Client,
        version: OcpiVersion,
        at: Standing,
        now: Instant,
    ) -> Result<Self> {
        let list = crate::address::parse(&at.url)?;
        client.reach().check(&list)?;
        Ok(Crawl {
            client,
            version,
            at,
            list,
            now,
        })
    }

    /// Where it stands.
    pub fn standing(&self) -> &Standing {
        &self.at
    }

    /// Whether every object was received.
    pub fn is_complete(&self) -> bool {
        self.at.next == Next::End && self.at.holes.is_empty() && !self.at.short
    }

    /// The next page; `None` at the end. After a problem the same page can be asked for again.
    pub fn next(&mut self, stop: Stop<'_>) -> Result<Option<Page>> {
        if self.at.pages >= self.client.limits().pages {
            let text = format!("{} has no end: {} pages.", shown(&self.list), self.at.pages);
            return Err(Problem::new(Code::TooMany, text));
        }
        let mut limit = self.at.limit;
        loop {
            let (url, by_link) = match &self.at.next {
                Next::End => return Ok(None),
                Next::Offset => (self.by_offset(limit), false),
                Next::Link(link) => (self.client.reach().follow(&self.list, link)?, true),
            };
            let problem = match self.ask(&url, stop) {
                Ok((answer, objects)) if !self.is_blank(&objects) => {
                    return Ok(Some(self.take(answer, &objects, limit)));
                }
                Ok(_) => {
                    let text = format!("{} sends an empty page in between.", shown(&url));
                    Problem::new(Code::NotOcpi, text)
                }
                Err(problem) => problem,
            };
            if by_link && self.at.total.is_some() && is_the_servers(&problem) {
                self.depart(Departure::LinkBroken);
                self.at.next = Next::Offset;
            } else if self.needs_end(&problem) {
                self.depart(Departure::DateToNeeded);
                self.at.window.until = Some(self.now);
            } else if !self.can_halve(&problem) {
                return Err(problem);
            } else if limit > 1 {
                limit /= 2;
            } else {
                // The server stumbles over this very object.
                self.depart(Departure::Holes);
                self.at.holes.push(self.at.received);
                self.at.received += 1;
                limit = self.at.limit;
                if self.left() != Some(true) || self.is_hollow() {
                    self.end();
                }
            }
        }
    }

    fn by_offset(&self, limit: u32) -> Url {
        let mut url = self.list.clone();
        {
            let mut query = url.query_pairs_mut();
            let text = |at: Instant| at.to_rfc3339_opts(SecondsFormat::Secs, true);
            if let Some(from) = self.at.window.from {
                query.append_pair("date_from", &text(from));
            }
            if let Some(until) = self.at.window.until {
                query.append_pair("date_to", &text(until));
            }
            query.append_pair("offset", &self.at.received.to_string());
            query.append_pair("limit", &limit.to_string());
        }
        url
    }

    fn ask(&self, url: &Url, stop: Stop<'_>) -> Result<(Answer, Vec<Glimpse>)> {
        let speaking = Speaking::module(self.version);
        let answer = self.client.get(url, speaking, stop)?;
        if let Some(objects) = envelope::quick_list(&answer.body) {
            return Ok((answer, objects));
        }
        let from = shown(url);
        let data = self.client.told(envelope::data(&answer.body, &from))?;
        let objects = envelope::list(data, &from)?;
        Ok((answer, objects))
    }

    /// Whether rows are left, as far as the server says how many there are.
    fn left(&self) -> Option<bool> {
        self.at.total.map(|total| total > self.at.received)
    }

    /// Whether the last objects were all holes: then the total was wrong, or nothing comes.
    fn is_hollow(&self) -> bool {
        let last = self.at.holes.iter().rev().take(HOLES_IN_A_ROW);
        let in_a_row = last.zip((0..self.at.received).rev());
        in_a_row.filter(|(hole, place)| **hole == *place).count() == HOLES_IN_A_ROW
    }

    /// Nothing more is asked for.
    fn end(&mut self) -> Next {
        self.at.short = self.left() == Some(true);
        self.at.next = Next::End;
        Next::End
    }

    /// On by the number of rows received, while the total says that some are left.
    fn by_count(&mut self) -> Next {
        if self.left() == Some(true) {
            Next::Offset
        } else {
            self.end()
        }
    }

    /// An empty page although rows are left.
    fn is_blank(&self, objects: &[Glimpse]) -> bool {
        objects.is_empty() && self.left() == Some(true)
    }

    /// Whether a problem may be that of one object on the page: not one that passes by itself.
    fn can_halve(&self, problem: &Problem) -> bool {
        let of_page = match (problem.code, problem.status) {
            (Code::HttpStatus, Some(502..=504)) => false,
            (Code::HttpStatus | Code::OcpiStatus | Code::NotOcpi, _) => true,
            _ => false,
        };
        of_page && self.left() == Some(true) && self.at.pages > 0
    }

    /// Whether a server may refuse a list because its end is not given.
    fn needs_end(&self, problem: &Problem) -> bool {
        let refused = matches!(
            (problem.code, problem.status),
            (Code::HttpStatus, Some(400..=499)) | (Code::OcpiStatus, Some(2000..=2999))
        );
        refused && self.at.pages == 0 && self.at.window.until.is_none()
    }

    fn depart(&mut self, departure: Departure) {
        if !self.at.departures.contains(&departure) {
            self.at.departures.push(departure);
        }
    }

    /// Takes a page in, and finds where the next one is.
    fn take(&mut self, answer: Answer, objects: &[Glimpse], limit: u32) -> Page {
        let count = |name: &str| {
            let text = answer.exchange.header(name)?;
            text.trim().parse::<u64>().ok()
        };
        let (before, start) = (self.at.total, self.at.received);
        self.at.total = count("x-total-count").or(before);
        let most = count("x-limit")
            .unwrap_or(u64::from(limit))
            .min(u64::from(limit));
        let rows = objects.len() as u64;
        let newest = objects
            .iter()
            .filter_map(|object| object.last_updated)
            .max();
        self.at.newest = self.at.newest.max(newest);
        let oldest = objects
            .iter()
            .filter_map(|object| object.last_updated)
            .min();
        if oldest
            .zip(self.at.window.from)
            .is_some_and(|(oldest, from)| oldest < from)
        {
            self.depart(Departure::DateFromIgnored);
        }
        let again = self.note_seen(&answer.body);
        self.at.received += rows;
        self.at.pages += 1;
        // Objects that were taken out move the rest up: the last rows are read once more.
        if let (Some(before), Some(now)) = (before, self.at.total)
            && now < before
        {
            self.at.received = start.saturating_sub(before - now);
            self.at.next = Next::Offset;
        } else {
            let link = answer.exchange.header("link").and_then(next_link);
            self.at.next = self.after(link, (rows, most, limit), again);
        }
        Page {
            body: answer.body,
            objects: objects.len(),
            exchange: answer.exchange,
        }
    }

    /// Where the next page is. `again` says that this one was here before.
    fn after(
        &mut self,
        link: Option<String>,
        (rows, most, limit): (u64, u64, u32),
        again: bool,
    ) -> Next {
        if again && rows > 0 {
            // A page that was here before: the server leads in circles, or ignores the offset.
            self.depart(Departure::LinkCircles);
            self.at.received -= rows;
            self.at.repeats += 1;
            return if self.at.repeats == 1 {
                self.by_count()
            } else {
                self.end()
            };
        }
        self.at.repeats = 0;
        let left = self.left();
        let Some(link) = link.filter(|link| !link.is_empty()) else {
            let more = rows > 0 && left.unwrap_or(rows >= most);
            if more && left == Some(true) {
                self.depart(Departure::LinkMissing);
            }
            return if more { Next::Offset } else { self.end() };
        };
        if rows == 0 && left != Some(true) {
            return self.end();
        }
        let Ok(url) = self.client.reach().follow(&self.list, &link) else {
            self.depart(Departure::LinkBroken);
            let other_host = self
                .list
                .join(&link)
                .is_ok_and(|url| url.host_str() != self.list.host_str());
            // To another host: said, and not followed. Another scheme or port of the same: counted.
            return if other_host || left.is_none() {
                Next::Link(link)
            } else {
                self.by_count()
            };
        };
        let offset = url.query_pairs().find(|(name, _)| name == "offset");
        let offset = offset.and_then(|(_, offset)| offset.parse::<u64>().ok());
        // Where the total is not told, an offset may be anything, except one that goes on by the
        // rows asked for although fewer came: following it would lose the rest.
        let skips = self.at.received - rows + u64::from(limit);
        let miscounts = offset.is_some_and(|offset| {
            offset != self.at.received && (left == Some(true) || offset == skips)
        });
        if miscounts {
            self.depart(Departure::LinkMiscounts);
            return Next::Offset;
        }
        if self.note_seen(url.as_str().as_bytes()) {
            self.depart(Departure::LinkCircles);
            return self.by_count();
        }
        Next::Link(link)
    }

    /// Whether an address or a page was here before.
    fn note_seen(&mut self, what: &[u8]) -> bool {
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        let hash = hasher.finish();
        if self.at.seen.contains(&hash) {
            return true;
        }
        if self.at.seen.len() == SEEN {
            self.at.seen.remove(0);
        }
        self.at.seen.push(hash);
        false
    }
}

/// Whether a problem lies in the address that the server gave: not one that passes by itself.
fn is_the_servers(problem: &Problem) -> bool {
    match (problem.code, problem.status) {
        (Code::HttpStatus, Some(502..=504)) => false,
        (
            Code::HttpStatus
            | Code::OcpiStatus
            | Code::NotOcpi
            | Code::OtherHost
            | Code::BadAddress,
            _,
        ) => true,
        _ => false,
    }
}

/// The address of the relation `next` in a `Link` header.
fn next_link(header: &str) -> Option<String> {
    let mut rest = header;
    while let Some(open) = rest.find('<') {
        let close = open + rest[open..].find('>')?;
        let address = rest[open + 1..close].trim();
        let after = &rest[close + 1..];
        let end = after.find('<').unwrap_or(after.len());
        let parameters = after[..end].to_ascii_lowercase();
        let is_next = parameters.split([';', ',']).any(|parameter| {
            let parameter = parameter.replace([' ', '"', '\''], "");
            parameter == "rel=next"
        });
        if is_next {
            return Some(address.to_owned());
        }
        rest = &after[end..];
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_read_from_links_as_servers_write_them() {
        for (header, next) in [
            (
                r#"<https://a.example/cdrs?offset=50>; rel="next""#,
                Some("https://a.example/cdrs?offset=50"),
            ),
            (
                "<https://a.example/cdrs?a=1,2>; rel=next",
                Some("https://a.example/cdrs?a=1,2"),
            ),
            (
                r#"<https://a.example/1>; rel="prev", </2>; REL="Next""#,
                Some("/2"),
            ),
            (r#"<>; rel="next""#, Some("")),
            (r#"<https://a.example/1>; rel="last""#, None),
            ("https://a.example/1", None),
            ("<https://a.example", None),
            ("", None),
        ] {
            assert_eq!(next_link(header).as_deref(), next, "{header}");
        }
    }
}
