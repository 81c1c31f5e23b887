//! Connecting: each step tried and told, and kept only if the lists can be read.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta};
use domain::{OcpiVersion, PartyKey};
use ocpi_client::{Client, Crawl, Exchange, Limits, Module, Url, Window};
use serde::Serialize;

use super::{Secret, SentAs, Settings, Vault, keep, token_name};
use crate::desk::Desk;
use crate::error::Result;
use crate::job::Job;

/// Objects that are asked for to see whether a list can be read.
const FIRST: u32 = 5;
/// Clocks that differ by more than this are told.
const SKEW: TimeDelta = TimeDelta::seconds(60);

/// What is to be connected.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The address of the versions list.
    pub versions_url: String,
    /// The version that is wanted; otherwise the highest in common.
    pub version: Option<OcpiVersion>,
    /// How the token is sent.
    pub encoding: SentAs,
    /// Whether plain http is allowed by the user's word.
    pub plain_http: bool,
    /// Other addresses whose hosts the token may go to.
    pub besides: Vec<String>,
    /// One more authority that is trusted, as PEM.
    pub authority_pem: Option<String>,
}

/// One step and how it went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// `versions`, `version`, `modules`, a module's name, `clock`.
    pub check: String,
    /// Whether it went well.
    pub ok: bool,
    /// What was found, or why not.
    pub text: String,
    /// The request's id, as evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// How the steps went, and whether the connection was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// The partner.
    pub partner: String,
    /// Whether it was kept.
    pub connected: bool,
    /// The version that is spoken.
    pub version: Option<&'static str>,
    /// The steps.
    pub checks: Vec<Check>,
}

/// Tries a connection step by step. It is kept, with its token, if versions, details and the first
/// page of each list can be read.
pub fn connect(
    desk: &Desk,
    vault: &Vault,
    (partner, asked, token): (&PartyKey, &Asked, &Secret),
    limits: Limits,
    job: &Job<'_>,
) -> Result<Checked> {
    let mut steps = Steps {
        checks: Vec::new(),
        now: desk.now,
    };
    let found = steps.run((desk, partner), asked, token, limits, job);
    let connected = match found {
        None => false,
        Some(ref settings) => {
            vault.put(&token_name(partner), token)?;
            keep(desk, partner, settings)?;
            true
        }
    };
    Ok(Checked {
        partner: partner.to_string(),
        connected,
        version: found.map(|settings| settings.version.as_str()),
        checks: steps.checks,
    })
}

struct Steps {
    checks: Vec<Check>,
    now: domain::Instant,
}

impl Steps {
    fn good(&mut self, check: &str, text: String, exchange: Option<&Exchange>) {
        self.checks.push(Check {
            check: check.to_owned(),
            ok: true,
            text,
            request_id: exchange.map(|exchange| exchange.request_id.clone()),
        });
    }

    /// What went well; else the step is told and nothing more is tried.
    fn told<T, E: std::fmt::Display>(
        &mut self,
        check: &str,
        done: std::result::Result<T, E>,
    ) -> Option<T> {
        match done {
            Ok(value) => Some(value),
            Err(problem) => {
                self.checks.push(Check {
                    check: check.to_owned(),
                    ok: false,
                    text: problem.to_string(),
                    request_id: None,
                });
                None
            }
        }
    }

    /// The settings, if every step that matters went well.
    fn run(
        &mut self,
        (desk, partner): (&Desk, &PartyKey),
        asked: &Asked,
        token: &Secret,
        limits: Limits,
        job: &Job<'_>,
    ) -> Option<Settings> {
        let flag = job.flag();
        let stop = move || flag.check().is_err();
        let mut settings = Settings {
            versions_url: asked.versions_url.clone(),
            version: OcpiVersion::V221,
            encoding: asked.encoding,
            plain_http: asked.plain_http,
            besides: asked.besides.clone(),
            authority_pem: asked.authority_pem.clone(),
            lists: BTreeMap::new(),
        };
        let from_to = (desk.book.party().clone(), partner.clone());
        let connection = self.told("address", settings.with_token(token, from_to))?;
        let (client, versions) = self.told("address", Client::new(connection, limits))?;
        let offered = ocpi_client::versions(&client, &versions, &stop);
        let (offered, exchange) = self.told("versions", offered)?;
        let names: Vec<&str> = offered.iter().map(|one| one.version.as_str()).collect();
        self.good("versions", names.join(", "), Some(&exchange));
        self.clock(&exchange);
        let (version, chosen) =
            self.told("version", ocpi_client::choose(&offered, asked.version))?;
        let details = ocpi_client::details(&client, &versions, (version, chosen), &stop);
        let (details, exchange) = self.told("version", details)?;
        self.good("version", version.as_str().to_owned(), Some(&exchange));
        settings.version = version;
        let modules = details.modules();
        let names: Vec<&str> = modules.iter().map(|module| module.as_str()).collect();
        if modules.is_empty() {
            let text = "the partner offers no list that can be pulled";
            self.told::<(), _>("modules", Err(text))?;
        }
        self.good("modules", names.join(", "), None);
        let mut readable = true;
        for module in modules {
            let list = details.list(module).unwrap_or_default();
            let url = client.reach().follow(&versions, list);
            let first = url.and_then(|url| self.first_page(&client, version, &url, &stop));
            match self.told(module.as_str(), first) {
                None => readable = false,
                Some((url, text, exchange)) => {
                    self.good(module.as_str(), text, Some(&exchange));
                    settings
                        .lists
                        .insert(module.as_str().to_owned(), url.to_string());
                }
            }
        }
        (readable || settings.lists.contains_key(Module::Cdrs.as_str())).then_some(settings)
    }

    /// The first objects of a list, and how its pages follow each other.
    fn first_page(
        &self,
        client: &Client,
        version: OcpiVersion,
        url: &Url,
        stop: ocpi_client::Stop<'_>,
    ) -> ocpi_client::Result<(Url, String, Exchange)> {
        // Sessions must be asked for from some date on.
        let window = Window {
            from: Some(self.now - TimeDelta::days(31)),
            until: None,
        };
        let mut crawl = Crawl::begin(client, (version, url), window, (FIRST, self.now));
        let page = crawl.next(stop)?;
        let page = page.expect("a list that was not asked yet has a page to ask for");
        let standing = crawl.standing();
        let total = standing
            .total
            .map_or_else(|| "an unknown number".to_owned(), |n| n.to_string());
        let more = if page.exchange.header("link").is_some() {
            "with a link to the next page"
        } else {
            "without a link to a next page"
        };
        let text = format!(
            "{} of {total} updated in the last 31 days, {more}",
            page.objects
        );
        Ok((url.clone(), text, page.exchange))
    }

    /// How far the partner's clock is off: objects dated by it could be missed.
    fn clock(&mut self, exchange: &Exchange) {
        let theirs = exchange
            .header("date")
            .and_then(|date| DateTime::parse_from_rfc2822(date).ok());
        let Some(theirs) = theirs else { return };
        let off = theirs.to_utc() - self.now;
        let seconds = off.num_seconds();
        if off.abs() > SKEW {
            let text =
                format!("the partner's clock is {seconds} s off; windows overlap enough for it");
            self.good("clock", text, None);
        } else {
            self.good("clock", format!("{seconds} s apart"), None);
        }
    }
}
