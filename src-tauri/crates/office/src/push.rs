//! Sending our own records to a partner that takes them: CDRs exactly once, sessions, tariffs
//! and invoice reconciliation records as they were changed last.
//!
//! A ledger says of each record what was sent and what came of it. It is written before a request
//! goes out: whatever happens then, the next run knows that the CDR may have arrived, and asks for
//! it before anything is sent again. What was refused is sent again only if the user says so.

mod one;
mod queue;
#[cfg(test)]
mod tests;

use domain::{BillingMonth, OcpiVersion, PartyKey};
use ocpi_client::{Client, Limits, Module, Url};
use serde::Serialize;
use serde_json::json;
use store::Durability;
use store::decision::NewDecision;
use store::push::PushState;
use store::row::{CdrRow, PartyRow};

pub use queue::queue;

use crate::api::PushRequest;
use crate::connections::{self, Hold, Trouble, Vault};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::job::{Job, Progress};
use crate::partners::partner_key;
use crate::reconcile::read_month;
use one::{One, Record};

/// What a run came to, of one list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pushed {
    /// The partner.
    pub partner: String,
    /// The list.
    pub module: &'static str,
    /// Arrived with this run, or found to have arrived before.
    pub sent: u32,
    /// Arrived with an earlier run.
    pub known: u32,
    /// Not taken by the partner, with this run or before.
    pub refused: u32,
    /// Not known to have arrived.
    pub unknown: u32,
    /// Not sent, because the run stopped before or they cannot be written.
    pub left: u32,
    /// What stopped the run.
    pub problem: Option<Trouble>,
}

impl Pushed {
    /// Whether everything arrived.
    pub fn is_complete(&self) -> bool {
        self.refused + self.unknown + self.left == 0 && self.problem.is_none()
    }

    fn count(&mut self, state: Option<PushState>) {
        let place = match state {
            None | Some(PushState::Unsent) => &mut self.left,
            Some(PushState::Sent) => &mut self.sent,
            Some(PushState::Refused) => &mut self.refused,
            Some(PushState::Sending | PushState::Unknown) => &mut self.unknown,
        };
        *place += 1;
    }
}

/// What is sent: the lists, and of which month.
struct Wanted {
    partner: PartyKey,
    row: PartyRow,
    month: BillingMonth,
    refused_again: bool,
}

/// Sends our records of a month to a partner, one list after the other: tariffs, sessions, CDRs,
/// and which CDRs its invoices cover. Without any list named, CDRs.
pub fn run(
    desk: &Desk,
    vault: &Vault,
    request: &PushRequest,
    modules: &[Module],
    (limits, job): (Limits, &mut Job<'_>),
) -> Result<Vec<Pushed>> {
    let partner = partner_key(&desk.book, &request.partner)?;
    let wanted = Wanted {
        row: crate::partners::row(&desk.book, &partner)?,
        month: read_month(&request.month)?,
        refused_again: request.refused_again,
        partner,
    };
    let settings = connections::known(desk, &wanted.partner)?;
    let modules = if modules.is_empty() {
        &[Module::Cdrs]
    } else {
        modules
    };
    let _held = Hold::of(&desk.book, &wanted.partner, "push")?;
    let client = connections::client(desk, vault, &wanted.partner, limits)?;
    let mut done = Vec::new();
    for module in [
        Module::Tariffs,
        Module::Sessions,
        Module::Cdrs,
        Module::Records,
    ] {
        if !modules.contains(&module) {
            continue;
        }
        let receiver = receiver(&settings, &wanted.partner, module)?;
        let list = List {
            desk,
            client: &client,
            version: settings.version,
            receiver,
            wanted: &wanted,
            module,
        };
        done.push(list.send(job)?);
    }
    Ok(done)
}

/// Where a partner takes records of a list.
fn receiver(settings: &connections::Settings, partner: &PartyKey, module: Module) -> Result<Url> {
    let known = settings.receivers.get(module.as_str()).ok_or_else(|| {
        let text = format!("{partner} takes no {} from us", module.as_str());
        Error::refused("no_receiver", text).with("partner", partner)
    })?;
    Ok(ocpi_client::parse_address(known)?)
}

/// One list on its way.
struct List<'p> {
    desk: &'p Desk,
    client: &'p Client,
    version: OcpiVersion,
    receiver: Url,
    wanted: &'p Wanted,
    module: Module,
}

impl List<'_> {
    fn send(&self, job: &mut Job<'_>) -> Result<Pushed> {
        let records = self.records()?;
        let mut pushed = Pushed {
            partner: self.wanted.partner.to_string(),
            module: self.module.as_str(),
            ..Pushed::default()
        };
        let due: Vec<&Record> = records
            .iter()
            .filter(|record| record.is_due(self.wanted.refused_again))
            .collect();
        for record in records.iter().filter(|record| !due.contains(record)) {
            match record.state() {
                Some(PushState::Sent) => pushed.known += 1,
                other => pushed.count(other),
            }
        }
        if due.is_empty() {
            return Ok(pushed);
        }
        self.decide(&due)?;
        let total = due.len() as u64;
        let mut left = due.into_iter();
        for (done, record) in (1..).zip(left.by_ref()) {
            let flag = job.flag();
            let stop = move || flag.check().is_err();
            let (state, trouble) = One { list: self, record }.send(&stop)?;
            pushed.count(state);
            job.tell(Progress {
                done,
                total,
                findings: u64::from(pushed.refused + pushed.unknown),
                records: done,
            });
            if trouble.is_some() {
                pushed.problem = trouble;
                break;
            }
        }
        pushed.left += u32::try_from(left.count()).unwrap_or(u32::MAX);
        Ok(pushed)
    }

    /// Our records of the list, in the order they came.
    fn records(&self) -> Result<Vec<Record>> {
        queue::records(self.desk, self.wanted, self.module)
    }

    /// Writes down who sent what to whom, before the first of it goes out.
    fn decide(&self, due: &[&Record]) -> Result<()> {
        let Wanted { partner, month, .. } = self.wanted;
        let details = json!({
            "module": self.module.as_str(),
            "records": due.len(),
            "receiver": self.receiver.as_str(),
        });
        let mut cdrs: Vec<CdrRow> = match self.module {
            Module::Cdrs => due.iter().map(|record| CdrRow(record.row)).collect(),
            Module::Locations
            | Module::Tariffs
            | Module::Tokens
            | Module::Sessions
            | Module::Records => Vec::new(),
        };
        cdrs.sort_unstable();
        let decision = NewDecision {
            at: self.desk.now,
            actor: &self.desk.actor,
            verb: "push",
            object: &format!("{partner} {month}"),
            reason: "",
            details: &details,
            undoes: None,
            cdrs: &cdrs,
            sessions: &[],
            seen: &[],
        };
        let book = &self.desk.book;
        book.write(Durability::Decisions, |book| -> Result<()> {
            store::decision::append(book, &decision)?;
            Ok(())
        })
    }
}
