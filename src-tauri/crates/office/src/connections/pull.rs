//! Pulling: what a partner's server has that is newer than what we have, page by page.

use chrono::TimeDelta;
use domain::{Instant, PartyKey};
use ocpi_client::{Client, Crawl, Departure, Limits, Module, Window, parse_address};
use serde::{Deserialize, Serialize};
use store::Durability;

use super::spool::{Kept, Spool};
use super::{Vault, known, token_name};
use crate::api::{ImportRequest, ImportResult, Problem};
use crate::desk::Desk;
use crate::error::{Error, Result};
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
    fn of(problem: ocpi_client::Problem) -> Self {
        let Problem {
            code, text, retry, ..
        } = Error::from(problem).into();
        Trouble { code, text, retry }
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
    let token = vault.get(&token_name(partner))?.ok_or_else(|| {
        let text = format!("the token of {partner} is not kept here; connect again with it");
        Error::refused("token_missing", text).with("partner", partner)
    })?;
    let from_to = (desk.book.party().clone(), partner.clone());
    let (client, _) = Client::new(settings.with_token(&token, from_to)?, limits)?;
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
    spool: Spool,
}

impl One<'_> {
    fn pull(&mut self, job: &mut Job<'_>) -> Result<Pulled> {
        let mut kept = self.left_or_begun()?;
        let crawled = self.crawl(&mut kept, job)?;
        let import = self.import(&kept)?;
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
        let at_end = done
            || problem
                .as_ref()
                .is_some_and(|problem| problem.code == "holes");
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
            Module::Cdrs | Module::Locations | Module::Tariffs | Module::Tokens => None,
        };
        let since = self.request.since;
        Ok(since.or(known.map(|at| at - OVERLAP)).or(first))
    }

    /// Receives pages until the end, a problem, or a stop; each is kept before the next.
    fn crawl(&self, kept: &mut Kept, job: &mut Job<'_>) -> Result<Crawled> {
        let standing = kept.standing.clone();
        let mut crawl = Crawl::resume(self.client, kept.version, standing, self.desk.now)?;
        let flag = job.flag();
        let stop = move || flag.check().is_err();
        loop {
            match crawl.next(&stop) {
                Ok(Some(page)) => {
                    let now = crawl.standing().clone();
                    self.spool.keep(kept, &page.body, page.objects, now)?;
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

    /// Brings the pages that were kept into the book. Not stopped by what stopped the crawl.
    fn import(&self, kept: &Kept) -> Result<Option<ImportResult>> {
        if kept.objects == 0 {
            return Ok(None);
        }
        let request = ImportRequest {
            partner: Some(self.request.partner.to_string()),
            ..ImportRequest::default()
        };
        let path = self.spool.pages();
        let result = crate::intake::run(self.desk, &mut Job::quiet(), &request, &path)?;
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
