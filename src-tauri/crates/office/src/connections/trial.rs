//! Trying a connection step by step: what works is told with what was said on the wire, and the
//! partner's first CDRs are priced before any is stored. Kept is what the user then keeps.

mod dry;
mod register;
mod run;
mod steps;

use domain::PartyKey;
use ocpi_client::{Limits, Stop};
pub use register::{remove, renew};

use super::{Secret, SentAs, Settings, Vault, keep, token_name};
use crate::api::{ConnectKeep, ConnectRequest, ConnectTrial, ConnectionDto};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::job::Job;
use crate::partners::read_key;

/// A connection that was tried. Holds its token; what people see of it is in `view`.
pub struct Tried {
    /// How the steps went.
    pub view: ConnectTrial,
    partner: PartyKey,
    settings: Option<Settings>,
    token: Secret,
}

/// Hours between pulls where nobody says otherwise.
const EVERY_HOURS: u32 = 24;

/// Tries a connection; `tell` hears of every step. A registration changes things at the partner
/// and is kept at once, with its token; everything else is forgotten unless it is kept.
pub fn try_out(
    desk: &Desk,
    vault: Option<&Vault>,
    request: &ConnectRequest,
    (limits, job): (Limits, &Job<'_>),
    tell: impl FnMut(&ConnectTrial),
) -> Result<Tried> {
    let partner = read_key(&request.partner)?;
    if partner == *desk.book.party() {
        return Err(Error::refused("own_party", "we are no partner of our own"));
    }
    let token = given_or_kept(vault, &partner, request)?;
    let mut settings = begun(request)?;
    let kept = super::settings(desk, &partner)?;
    if let Some(kept) = kept.filter(|kept| is_same(kept, request)) {
        settings.credentials = kept.credentials;
    }
    let flag = job.flag();
    let stop = move || flag.check().is_err();
    let ask = Ask {
        desk,
        vault,
        partner: &partner,
        request,
        limits,
        stop: &stop,
    };
    let mut steps = steps::Steps::new(&partner, tell);
    let (settings, token) = ask.run(&mut steps, settings, token);
    let view = steps.end(settings.is_some());
    Ok(Tried {
        view,
        partner,
        settings,
        token,
    })
}

/// What is tried, and with what.
struct Ask<'t> {
    desk: &'t Desk,
    vault: Option<&'t Vault>,
    partner: &'t PartyKey,
    request: &'t ConnectRequest,
    limits: Limits,
    stop: Stop<'t>,
}

/// The token that was typed in, or else the one that is kept.
fn given_or_kept(
    vault: Option<&Vault>,
    partner: &PartyKey,
    request: &ConnectRequest,
) -> Result<Secret> {
    let given = request.token.trim();
    if !given.is_empty() {
        return Ok(Secret::from(given.to_owned()));
    }
    let missing = || {
        let text = format!("no token was given, and none of {partner} is kept here");
        Error::refused("token_missing", text).with("partner", partner)
    };
    let vault = vault.ok_or_else(missing)?;
    vault.get(&token_name(partner))?.ok_or_else(missing)
}

/// Whether a connection goes on with the token that is kept for it: then its registration holds.
fn is_same(kept: &Settings, request: &ConnectRequest) -> bool {
    let with_kept_token = request.token.trim().is_empty() && request.register.is_none();
    with_kept_token && kept.versions_url == request.url.trim()
}

/// The settings as far as the user gives them.
fn begun(request: &ConnectRequest) -> Result<Settings> {
    let bad = |field: &'static str, value: &str| Error::BadRequest {
        field,
        value: value.to_owned(),
    };
    let version = request
        .version
        .as_deref()
        .map(|text| text.parse().map_err(|_| bad("version", text)))
        .transpose()?;
    if version.is_none() && !request.lists.is_empty() {
        return Err(bad("version", "addresses by hand need a version"));
    }
    let mut settings = Settings {
        versions_url: request.url.trim().to_owned(),
        version: version.unwrap_or(domain::OcpiVersion::V221),
        encoding: SentAs::from_text(&request.sent_as)
            .ok_or_else(|| bad("sent_as", &request.sent_as))?,
        plain_http: request.plain_http,
        inside: request.inside,
        besides: request.besides.clone(),
        authority_pem: request.authority_pem.clone(),
        by_hand: !request.lists.is_empty(),
        lists: std::collections::BTreeMap::new(),
        receivers: std::collections::BTreeMap::new(),
        credentials: None,
        roles: Vec::new(),
        every_hours: Some(EVERY_HOURS),
        since: None,
    };
    for (name, url) in &request.lists {
        match name.strip_suffix(":receiver") {
            Some(module) => settings.receivers.insert(module.to_owned(), url.clone()),
            None => settings.lists.insert(name.clone(), url.clone()),
        };
    }
    Ok(settings)
}

/// Keeps a connection that was tried and went well, with its token and its schedule.
pub fn keep_tried(
    desk: &Desk,
    vault: &Vault,
    tried: &Tried,
    keeping: &ConnectKeep,
) -> Result<ConnectionDto> {
    let mut settings = tried.settings.clone().ok_or_else(|| {
        let text = "the trial found something that must be mended first";
        Error::refused("trial_failed", text)
    })?;
    settings.every_hours = keeping.every_hours;
    settings.since = keeping.since.as_deref().map(day).transpose()?;
    vault.put(&token_name(&tried.partner), &tried.token)?;
    keep(desk, &tried.partner, &settings)?;
    super::get(desk, &tried.partner.to_string())
}

/// A day from its begin in UTC, or an instant.
pub fn day(text: &str) -> Result<domain::Instant> {
    let midnight = |date: chrono::NaiveDate| date.and_hms_opt(0, 0, 0);
    let of_day = text.parse().ok().and_then(midnight);
    let instant = || text.parse().ok();
    of_day
        .map(|at| at.and_utc())
        .or_else(instant)
        .ok_or_else(|| Error::BadRequest {
            field: "since",
            value: text.to_owned(),
        })
}
