//! Partners' servers as the screens see them: a connection that is tried, one that is kept, what
//! was pulled and what is to be pushed. A token goes in with a request and never comes out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{FindingDto, MoneyDto, Problem};

/// Where tokens are kept, and whether that place is open. `office::connections::vault_place`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct VaultDto {
    /// `keychain`, `file` (needs its passphrase), `new_file` (a passphrase makes it), `none`.
    pub place: String,
    /// Whether tokens can be read now.
    pub open: bool,
}

/// A connection that is to be tried. `office::connections::Trial`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ConnectRequest {
    /// The partner.
    pub partner: String,
    /// The address of the versions list.
    pub url: String,
    /// The token; empty for the one that is kept already.
    pub token: String,
    /// `2.1.1`, `2.2.1`, `2.3.0`; `None` for the highest in common.
    pub version: Option<String>,
    /// `auto`, `plain`, `base64`.
    pub sent_as: String,
    /// Whether plain http is allowed by the user's word.
    pub plain_http: bool,
    /// Whether addresses inside a private network are allowed by the user's word.
    pub inside: bool,
    /// Other addresses whose hosts the token may go to.
    pub besides: Vec<String>,
    /// One more authority that is trusted, as PEM.
    pub authority_pem: Option<String>,
    /// Addresses of lists by module, where the versions list cannot be asked. With these a version
    /// must be given.
    pub lists: BTreeMap<String, String>,
    /// How to register, if the token is one for registering.
    pub register: Option<RegisterRequest>,
}

/// How the partner reaches us while we register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RegisterRequest {
    /// The address of our versions list as the partner sees it.
    pub our_url: String,
    /// Where we listen on this machine: `127.0.0.1:8780`.
    pub listen: String,
}

/// A connection being tried, or as it was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ConnectTrial {
    /// The partner.
    pub partner: String,
    /// `running`, `good` (can be kept), `bad`.
    pub state: String,
    /// The steps so far.
    pub checks: Vec<ConnectCheck>,
    /// The version that would be spoken.
    pub version: Option<String>,
    /// The lists that could be pulled.
    pub modules: Vec<String>,
    /// Whether CDRs could be sent to the partner.
    pub receives_cdrs: bool,
    /// The partner's first CDRs as they would be read and priced; nothing of them is stored.
    pub dry_run: Vec<DryRunCdr>,
}

/// One step of trying a connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ConnectCheck {
    /// `address`, `reachable`, `tls`, `versions`, `version`, `modules`, `register`, `clock`,
    /// `paging`, or the name of a list: `cdrs`, `sessions`, `tariffs`, `locations`, `tokens`.
    pub check: String,
    /// `good`, `odd` (works, with something to know), `bad`.
    pub state: String,
    /// What was found, or why not.
    pub text: String,
    /// The problem's stable code, where it is bad.
    pub code: Option<String>,
    /// What was said on the wire, oldest first; tokens masked.
    pub spoken: Vec<SpokenDto>,
}

/// One exchange with a server, tokens masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SpokenDto {
    /// `GET`, `POST`, …
    pub method: String,
    /// The address.
    pub url: String,
    /// Our id of the request.
    pub request_id: String,
    /// Our id of the run.
    pub correlation_id: String,
    /// Headers sent.
    pub sent: Vec<HeaderDto>,
    /// Body sent.
    pub sent_body: Option<String>,
    /// HTTP status; `None` where no answer came.
    pub status: Option<u16>,
    /// Headers of the answer.
    pub headers: Vec<HeaderDto>,
    /// The begin of the answer's body.
    pub body: String,
    /// Size of the whole body.
    pub body_bytes: u32,
    /// How long it took.
    pub millis: u32,
    /// Why no answer came.
    pub problem: Option<String>,
}

/// A header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(missing_docs)] // they say it themselves
pub struct HeaderDto {
    pub name: String,
    pub value: String,
}

/// A CDR that would come in, priced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DryRunCdr {
    /// Its id; empty where it cannot be read.
    pub id: String,
    /// Start, UTC.
    pub start: Option<String>,
    /// kWh.
    pub energy_kwh: Option<String>,
    /// What it states.
    pub stated: Option<MoneyDto>,
    /// What the engine computes.
    pub replayed: Option<MoneyDto>,
    /// Stated − replayed.
    pub difference: Option<MoneyDto>,
    /// `matches`, `differs`, `not_priced`.
    pub verdict: String,
    /// The likely cause of a difference, in words.
    pub cause: Option<String>,
    /// Its priced lines.
    pub lines: Vec<DryRunLine>,
    /// What is odd.
    pub findings: Vec<FindingDto>,
}

/// A priced line of a CDR that would come in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DryRunLine {
    /// Start, UTC.
    pub start: String,
    /// `FLAT`, `ENERGY`, `TIME`, `PARKING_TIME`.
    pub dimension: String,
    /// kWh, hours or 1.
    pub measured: String,
    /// After step size.
    pub billed: String,
    /// Per kWh, hour or once, without tax.
    pub unit_price: MoneyDto,
    /// Without tax, unrounded.
    pub amount: Option<MoneyDto>,
    /// The tariff's id and the number of the element in it, from 1.
    pub tariff_id: String,
    /// See `tariff_id`.
    pub element: u32,
}

/// What to keep of a trial that went well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ConnectKeep {
    /// The trial's job.
    pub job: u32,
    /// Hours between pulls; `None` for pulls by hand only.
    pub every_hours: Option<u32>,
    /// The first day to pull from, `2026-09-01`; `None` for everything.
    pub since: Option<String>,
}

/// A partner's connection and how it is doing. `office::connections::get`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(clippy::struct_excessive_bools)] // each is a word of the user's, or a fact of its own
pub struct ConnectionDto {
    /// The partner.
    pub partner: String,
    /// Whether there is a connection.
    pub connected: bool,
    /// The address of the versions list.
    pub versions_url: String,
    /// The version that is spoken.
    pub version: String,
    /// `auto`, `plain`, `base64`.
    pub sent_as: String,
    /// Whether we registered there, so that it can be renewed and ended.
    pub registered: bool,
    /// Whether plain http is allowed.
    pub plain_http: bool,
    /// Whether private addresses are allowed.
    pub inside: bool,
    /// Other hosts the token may go to.
    pub besides: Vec<String>,
    /// One more authority that is trusted, as PEM.
    pub authority_pem: Option<String>,
    /// Whether the addresses of the lists were given by hand.
    pub by_hand: bool,
    /// Lists that are pulled.
    pub lists: Vec<EndpointDto>,
    /// Where the partner takes objects from us.
    pub receivers: Vec<EndpointDto>,
    /// Hours between pulls; `None` for pulls by hand only.
    pub every_hours: Option<u32>,
    /// When it was connected, or the connection changed last.
    pub since: Option<String>,
    /// When the next pull is due while the app is open.
    pub next_pull_at: Option<String>,
    /// How the last pull of each list went.
    pub pulls: Vec<PullHealth>,
}

/// A module and its address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(missing_docs)] // they say it themselves
pub struct EndpointDto {
    pub module: String,
    pub url: String,
}

/// How the last pull of a list went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PullHealth {
    /// The list.
    pub module: String,
    /// When it ended.
    pub ended_at: String,
    /// `complete`, `partial`, `failed`.
    pub outcome: String,
    /// Pulls in a row that were not complete.
    pub streak: u32,
    /// The newest object of the last complete pull.
    pub watermark: Option<String>,
    /// Objects received by the last pull.
    pub received: u32,
    /// What the server says there is in all.
    pub total: Option<u32>,
    /// Why it is not complete.
    pub problem: Option<Problem>,
    /// How the server departs from OCPI: `link_missing`, `link_broken`, `link_miscounts`,
    /// `link_circles`, `date_to_needed`, `holes`, …
    pub departures: Vec<String>,
}

/// Whose CDRs of which month are to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(missing_docs)] // they say it themselves
pub struct PushQuestion {
    pub partner: String,
    pub month: String,
}

/// Our CDRs of a partner-month and how far each is. `office::push::queue`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PushQueue {
    /// Why nothing can be sent, if nothing can.
    pub problem: Option<Problem>,
    /// CDRs that were never sent.
    pub to_send: u32,
    /// Arrived.
    pub sent: u32,
    /// Refused by the partner.
    pub refused: u32,
    /// Sent without an answer: whether they arrived is asked before they are sent again.
    pub unknown: u32,
    /// The CDRs, those that need a person first; at most 1,000.
    pub rows: Vec<PushRow>,
}

/// A CDR on its way to the partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PushRow {
    /// Its row.
    pub cdr: u32,
    /// Its OCPI id.
    pub id: String,
    /// Start, UTC.
    pub start: String,
    /// What it states.
    pub stated: Option<MoneyDto>,
    /// `to_send`, `sent`, `refused`, `unknown`.
    pub state: String,
    /// When it was last tried.
    pub at: Option<String>,
    /// Where the partner says it is.
    pub location: Option<String>,
    /// Why not.
    pub problem: Option<Problem>,
}

/// What to send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PushRequest {
    /// To whom.
    pub partner: String,
    /// CDRs of which month.
    pub month: String,
    /// Whether to send those again that were refused.
    pub refused_again: bool,
}
