//! Pulling: what a partner's server has that is newer than what we have, page by page.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use chrono::TimeDelta;
use domain::{FindingCode, Instant, PartyKey};
use ocpi_client::{Client, Crawl, Departure, Limits, Module, Window, parse_address};
use serde::{Deserialize, Serialize};
use store::Durability;
use store::row::ImportRow;

use super::spool::{Kept, Spool};
use super::{Vault, client, known};
use crate::api::{ImportResult, Problem};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::intake::{self, Growth};
use crate::job::{Job, Progress};

/// Objects to a page, as asked for.
const LIMIT: u32 = 100;
/// How far a window reaches back behind the newest object: clocks differ, and 2.1.1 leaves open
/// whether a date is inside.
const OVERLAP: TimeDelta = TimeDelta::minutes(15);
/// Where sessions begin if nothing was pulled yet: they must be asked for from some date on.
const FIRST_SESSIONS: TimeDelta = TimeDelta::days(400);

/// How long a crawl that was left can be taken up.
const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

/// What is to be pulled.
#[derive(Clone, Debug)]
pub struct PullRequest {
    /// From whom.
    pub partner: PartyKey,
    /// Which lists; empty for all that are offered.
    pub modules: Vec<Module>,
    /// From when on, instead of from where the last pull ended.
    pub since: Option<Instant>,
}

/// How a pull ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Everything there was.
    Complete,
    /// Something; the rest follows with the next pull.
    Partial,
    /// Nothing.
    Failed,
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Outcome::Complete => "complete",
            Outcome::Partial => "partial",
            Outcome::Failed => "failed",
        }
    }
}

/// One list as it was pulled.
#[derive(Clone, Debug, Serialize)]
pub struct Pulled {
    /// The partner.
    pub partner: String,
    /// The list.
    pub module: &'static str,
    /// Pages received.
    pub pages: u32,
    /// Objects received.
    pub received: u64,
    /// Of these new.
    pub new: u32,
    /// Known already.
    pub known: u32,
    /// Corrections of known ones.
    pub corrections: u32,
    /// Not readable.
    pub rejected: u32,
    /// The newest object of the last complete pull.
    pub watermark: Option<Instant>,
    /// How it ended.
    pub outcome: Outcome,
    /// Why it is not complete.
    pub problem: Option<Trouble>,
    /// How the server departs from OCPI.
    pub departures: Vec<Departure>,
}

/// What stood in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// Stable.
    pub code: String,
    /// In words.
    pub text: String,
    /// `later`, `after_change`.
    pub retry: String,
}

impl Trouble {
    /// Whether a crawl cannot be taken up where it was left, but must begin anew: what the server
    /// said of the next page led nowhere, or its objects cannot be had.
    fn ends_crawl(&self) -> bool {
        self.code == "holes" || (self.retry == "after_change" && self.code != "unauthorized")
    }

    pub(crate) fn of(problem: ocpi_client::Problem) -> Self {
        Error::from(problem).into()
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Trouble {
        let Problem {
            code, text, retry, ..
        } = error.into();
        Trouble { code, text, retry }
    }
}

impl From<Trouble> for Problem {
    fn from(Trouble { code, text, retry }: Trouble) -> Problem {
        Problem {
            code,
            retry,
            text,
            params: std::collections::BTreeMap::new(),
        }
    }
}

/// Pulls lists of a partner one after the other. One that fails leaves the others.
pub fn pull(
    desk: &Desk,
    vault: &Vault,
    request: &PullRequest,
    limits: Limits,
    job: &mut Job<'_>,
) -> Result<Vec<Pulled>> {
    let partner = &request.partner;
    let settings = known(desk, partner)?;
    let client = client(desk, vault, partner, limits)?;
    let asked = |module: &Module| request.modules.is_empty() || request.modules.contains(module);
    let mut pulled = Vec::new();
    for module in Module::ALL.into_iter().filter(asked) {
        let Some(list) = settings.lists.get(module.as_str()) else {
            continue;
        };
        let spool = Spool::hold(&desk.book, partner, module)?;
        let mut one = One {
            desk,
            client: &client,
            request,
            module,
            list,
            version: settings.version,
            since: settings.since,
            roles: &settings.roles,
            spool,
        };
        let result = one.pull(job)?;
        let stopped = result
            .problem
            .as_ref()
            .is_some_and(|why| why.code == "cancelled");
        pulled.push(result);
        if stopped {
            break;
        }
    }
    if pulled.is_empty() {
        let text = format!("{partner} offers none of these lists");
        return Err(Error::refused("no_endpoint", text).with("partner", partner));
    }
    Ok(pulled)
}

/// One list.
struct One<'p> {
    desk: &'p Desk,
    client: &'p Client,
    request: &'p PullRequest,
    module: Module,
    list: &'p str,
    version: domain::OcpiVersion,
    since: Option<Instant>,
    roles: &'p [PartyKey],
    spool: Spool,
}

impl One<'_> {
    fn pull(&mut self, job: &mut Job<'_>) -> Result<Pulled> {
        let mut kept = self.left_or_begun()?;
        let (crawled, import) = self.receive(&mut kept, job)?;
        let foreign = FindingCode::ForeignParty.as_str();
        let found = |import: &ImportResult| import.findings.contains_key(foreign);
        if import.as_ref().is_some_and(found) {
            kept.standing.departures.push(Departure::ForeignObjects);
        }
        let (pages, received) = (kept.pages, kept.objects);
        let outcome = match &crawled {
            Crawled::Whole => Outcome::Complete,
            Crawled::Short(_) if received > 0 || kept.standing.received > 0 => Outcome::Partial,
            Crawled::Short(_) => Outcome::Failed,
        };
        let problem = match crawled {
            Crawled::Whole => None,
            Crawled::Short(problem) => Some(problem),
        };
        let done = outcome == Outcome::Complete;
        let at_end = done || problem.as_ref().is_some_and(Trouble::ends_crawl);
        if at_end {
            self.spool.forget()?;
        } else {
            self.spool.imported(&mut kept)?;
        }
        let newest = kept.standing.newest.filter(|_| done);
        let pulled = Pulled {
            partner: self.request.partner.to_string(),
            module: self.module.as_str(),
            pages,
            received,
            new: import.as_ref().map_or(0, |import| import.new),
            known: import.as_ref().map_or(0, |import| import.known),
            corrections: import.as_ref().map_or(0, |import| import.corrections),
            rejected: import.as_ref().map_or(0, |import| import.rejected),
            watermark: self.note(outcome, newest, problem.as_ref(), &kept)?,
            outcome,
            problem,
            departures: kept.standing.departures.clone(),
        };
        Ok(pulled)
    }

    /// Receives on one thread what this one imports. Importing ends with the pages, not with what
    /// stopped them; if it fails itself, no more pages are asked for.
    fn receive(
        &self,
        kept: &mut Kept,
        job: &mut Job<'_>,
    ) -> Result<(Crawled, Option<ImportResult>)> {
        let growth = Arc::new(Growth::default());
        if kept.objects > 0 {
            growth.up_to(kept.bytes);
        }
        let crawl = Receiving {
            client: self.client,
            spool: &self.spool,
            now: self.desk.now,
            growth: &growth,
            unwanted: AtomicBool::new(false),
        };
        let (crawled, import) = thread::scope(|scope| {
            let receiving = scope.spawn(|| {
                let _ended = Ended(&growth);
                crawl.run(kept, job)
            });
            let import = self.import(&growth);
            crawl.unwanted.store(import.is_err(), Ordering::Relaxed);
            let crawled = receiving
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (crawled, import)
        });
        Ok((crawled?, import?))
    }

    /// Where a crawl was left by the last pull, or the begin of a new one.
    fn left_or_begun(&self) -> Result<Kept> {
        let left = self.spool.left()?;
        if let Some(kept) = left.filter(|kept| self.goes_on(kept)) {
            return Ok(kept);
        }
        self.spool.forget()?;
        let now = self.desk.now;
        let from = self.from()?;
        let url = parse_address(self.list)?;
        let window = Window { from, until: None };
        let crawl = Crawl::begin(self.client, (self.version, &url), window, (LIMIT, now));
        Ok(Kept::begin(self.version, crawl.standing().clone(), now))
    }

    /// Whether a crawl that was left is of the same list and question, and not old: what its
    /// server said of the next page does not hold for ever.
    fn goes_on(&self, kept: &Kept) -> bool {
        let list = parse_address(self.list).map(|url| url.to_string());
        kept.version == self.version
            && self.request.since.is_none()
            && list.is_ok_and(|url| url == kept.standing.url)
            && self.desk.now - kept.began_at < KEPT_FOR
    }

    /// From when on objects are asked for.
    fn from(&self) -> Result<Option<Instant>> {
        let book = &self.desk.book;
        let partner = crate::partners::row(book, &self.request.partner)?;
        let known = store::connection::watermark(book, partner, self.module.as_str())?;
        let first = match self.module {
            Module::Sessions => Some(self.desk.now - FIRST_SESSIONS),
            Module::Cdrs
            | Module::Locations
            | Module::Tariffs
            | Module::Tokens
            | Module::Records => None,
        };
        let since = self.request.since;
        let known = known.map(|at| at - OVERLAP);
        Ok(since.or(known).or(self.since).or(first))
    }

    /// Brings pages into the book as they come. Not stopped by what stops the crawl.
    fn import(&self, growth: &Arc<Growth>) -> Result<Option<ImportResult>> {
        if growth.behind(0).is_none() {
            return Ok(None);
        }
        let (path, growth) = (self.spool.pages(), Arc::clone(growth));
        let (of, mut quiet) = ((&self.request.partner, self.roles), Job::quiet());
        let result = intake::run_growing(self.desk, &mut quiet, of, (&path, growth))?;
        let import = result.id.expect("what is imported has a row");
        let said = self.spool.said()?;
        self.desk.book.write(Durability::Facts, |book| {
            store::exchange::insert(book, ImportRow::from(import), &said)
        })?;
        Ok(Some(result))
    }

    /// Writes down how it went; the watermark as it stands now.
    fn note(
        &self,
        outcome: Outcome,
        newest: Option<Instant>,
        problem: Option<&Trouble>,
        kept: &Kept,
    ) -> Result<Option<Instant>> {
        let detail = serde_json::json!({
            "received": kept.standing.received,
            "total": kept.standing.total,
            "problem": problem,
            "departures": kept.standing.departures,
            "holes": kept.standing.holes,
        });
        let module = self.module.as_str();
        let pulled = store::connection::Pulled {
            module: module.to_owned(),
            watermark: newest,
            ended_at: self.desk.now,
            outcome: outcome.as_str().to_owned(),
            streak: u32::from(outcome != Outcome::Complete),
            detail: detail.to_string(),
        };
        let partner = crate::partners::row(&self.desk.book, &self.request.partner)?;
        self.desk
            .book
            .write(Durability::Facts, |book| -> Result<Option<Instant>> {
                store::connection::note(book, partner, &pulled)?;
                Ok(store::connection::watermark(book, partner, module)?)
            })
    }
}

/// A list on its way into the spool.
struct Receiving<'p> {
    client: &'p Client,
    spool: &'p Spool,
    now: Instant,
    growth: &'p Growth,
    /// Whether nobody takes the pages any more.
    unwanted: AtomicBool,
}

impl Receiving<'_> {
    /// Receives pages until the end, a problem, or a stop; each is kept before the next.
    fn run(&self, kept: &mut Kept, job: &mut Job<'_>) -> Result<Crawled> {
        let standing = kept.standing.clone();
        let mut crawl = Crawl::resume(self.client, kept.version, standing, self.now)?;
        let flag = job.flag();
        let stop = move || flag.check().is_err() || self.unwanted.load(Ordering::Relaxed);
        loop {
            match crawl.next(&stop) {
                Ok(Some(page)) => {
                    let now = crawl.standing().clone();
                    self.spool.keep(kept, &page, now)?;
                    if kept.objects > 0 {
                        self.growth.up_to(kept.bytes);
                    }
                    job.tell(Progress {
                        done: kept.standing.received,
                        total: kept.standing.total.unwrap_or(0),
                        findings: 0,
                        records: kept.standing.received,
                    });
                }
                Ok(None) if crawl.is_complete() => return Ok(Crawled::Whole),
                Ok(None) => return Ok(Crawled::Short(holes(&crawl))),
                Err(problem) => return Ok(Crawled::Short(Trouble::of(problem))),
            }
        }
    }
}

/// Says that no more pages come, also when the crawl panics: else the import would wait for ever.
struct Ended<'g>(&'g Growth);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// How far a crawl came.
enum Crawled {
    Whole,
    Short(Trouble),
}

/// What the server could not give.
fn holes(crawl: &Crawl<'_>) -> Trouble {
    let standing = crawl.standing();
    let places: Vec<String> = standing
        .holes
        .iter()
        .take(20)
        .map(ToString::to_string)
        .collect();
    let total = standing.total.unwrap_or(standing.received);
    let text = if places.is_empty() {
        format!(
            "The server announced {total} objects and gave {}.",
            standing.received
        )
    } else {
        format!(
            "The server cannot give the objects at {} of {total}; ask the partner about them.",
            places.join(", ")
        )
    };
    Trouble {
        code: "holes".to_owned(),
        text,
        retry: "later".to_owned(),
    }
}
