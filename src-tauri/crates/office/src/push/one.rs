//! One record on its way: whether it arrived already, the request, and what came of it.

use ocpi_client::{Code, Module, Sent, Stop, Url};
use store::Durability;
use store::push::{Entry, PushState, Pushed};

use super::List;
pub(super) use super::queue::Record;
use super::queue::{self, Written};
use crate::connections::Trouble;
use crate::error::Result;

/// A record of a list that is to be sent.
pub(super) struct One<'l, 'p> {
    pub list: &'l List<'p>,
    pub record: &'l Record,
}

/// How far a record came; with what stops the run, if something does.
type Came = (Option<PushState>, Option<Trouble>);

impl One<'_, '_> {
    /// Sends it, unless it turns out to be there. `None` for one that cannot be written.
    pub fn send(&self, stop: Stop<'_>) -> Result<Came> {
        let List {
            desk,
            module,
            version,
            ..
        } = self.list;
        let written = match queue::written(desk, self.record, (*module, *version))? {
            Ok(Some(written)) => written,
            // Not ours: nothing to be sent, and nothing missing.
            Ok(None) => return Ok((Some(PushState::Sent), None)),
            Err(_) => return Ok((None, None)),
        };
        let before = self.record.entry.as_ref();
        let may_be_there = before
            .is_some_and(|entry| matches!(entry.state, PushState::Sending | PushState::Unknown));
        if may_be_there && *module == Module::Cdrs {
            match self.settle(&written, stop)? {
                Settled::There(location) => {
                    let entry = Entry {
                        location: Some(location),
                        ..self.entry(PushState::Sent, &written)
                    };
                    self.keep(&entry)?;
                    return Ok((Some(PushState::Sent), None));
                }
                Settled::Gone => {}
                Settled::Open if self.list.wanted.refused_again => {}
                Settled::Open => return Ok((Some(PushState::Unknown), None)),
            }
        }
        let url = self.url(&written)?;
        self.keep(&self.entry(PushState::Sending, &written))?;
        let sent = if *module == Module::Cdrs {
            ocpi_client::post_cdr(self.list.client, *version, &url, &written.json, stop)
        } else {
            ocpi_client::put_object(self.list.client, *version, &url, &written.json, stop)
        };
        self.came(sent, &written)
    }

    fn url(&self, written: &Written) -> Result<Url> {
        Ok(match self.list.module {
            Module::Sessions | Module::Tariffs | Module::Records => {
                ocpi_client::object_url(&self.list.receiver, &written.party, &written.id)?
            }
            Module::Cdrs | Module::Locations | Module::Tokens => self.list.receiver.clone(),
        })
    }

    /// Writes down what came of it.
    fn came(&self, sent: Sent, written: &Written) -> Result<Came> {
        let (state, location, request_id, problem) = match sent {
            Sent::Stored { location, exchange } => {
                (PushState::Sent, location, Some(exchange.request_id), None)
            }
            Sent::Refused { problem } => (fault(&problem), None, None, Some(problem)),
            Sent::Unknown { problem } => (PushState::Unknown, None, None, Some(problem)),
        };
        let trouble = problem.map(Trouble::of);
        let text = trouble
            .as_ref()
            .map(serde_json::to_string)
            .transpose()
            .map_err(store::Error::from)?;
        let entry = Entry {
            location,
            request_id,
            problem: text,
            ..self.entry(state, written)
        };
        self.keep(&entry)?;
        // What is not this record's fault would meet the next ones too.
        let stops = matches!(state, PushState::Unsent | PushState::Unknown);
        Ok((Some(state), trouble.filter(|_| stops)))
    }

    fn entry(&self, state: PushState, written: &Written) -> Entry {
        Entry {
            state,
            at: self.list.desk.now,
            url: self.list.receiver.to_string(),
            sha256: written.sha256,
            location: None,
            request_id: None,
            problem: None,
        }
    }

    /// On the disk before anything else happens.
    fn keep(&self, entry: &Entry) -> Result<()> {
        let of = Pushed {
            party: self.list.wanted.row,
            module: self.list.module.as_str(),
            record: self.record.row,
        };
        let book = &self.list.desk.book;
        book.write(Durability::Decisions, |book| -> Result<()> {
            Ok(store::push::append(book, of, entry)?)
        })
    }

    /// Looks whether a CDR that may have arrived is there: at the address it was given, at the one
    /// it would have by those of others, or at the usual one.
    fn settle(&self, written: &Written, stop: Stop<'_>) -> Result<Settled> {
        let List {
            client,
            version,
            receiver,
            ..
        } = self.list;
        let by_others = self.by_others(&written.id)?;
        for location in &by_others {
            let found = ocpi_client::fetch(client, *version, location, stop)?;
            match found {
                Some(data) if is_that(&data, &written.id) => {
                    return Ok(Settled::There(location.clone()));
                }
                Some(_) => {}
                // Where others of this partner are, this one is not.
                None => return Ok(Settled::Gone),
            }
        }
        let usual = format!("{}/{}", receiver.as_str().trim_end_matches('/'), written.id);
        let found = ocpi_client::fetch(client, *version, &usual, stop);
        match found {
            Ok(Some(data)) if is_that(&data, &written.id) => Ok(Settled::There(usual)),
            // Nobody said that CDRs are there: that it is not says nothing.
            Ok(_) | Err(_) => Ok(Settled::Open),
        }
    }

    /// The address a CDR would have, if the partner makes addresses of ids.
    fn by_others(&self, id: &str) -> Result<Vec<String>> {
        let book = &self.list.desk.book;
        let mut found = Vec::new();
        for (row, location) in store::push::locations(book, self.list.wanted.row, "cdrs")? {
            let other = store::cdr::get(book, store::row::CdrRow(row))?;
            let other = other.map(|cdr| cdr.figures.ocpi_id).unwrap_or_default();
            let made = location.rsplit_once(&other).filter(|_| !other.is_empty());
            if let Some((before, after)) = made {
                let address = format!("{before}{id}{after}");
                if !found.contains(&address) {
                    found.push(address);
                }
            }
        }
        Ok(found)
    }
}

/// Whether a CDR that may have arrived did.
enum Settled {
    /// It is there.
    There(String),
    /// It is not.
    Gone,
    /// Nobody can say.
    Open,
}

/// Whether what is at an address is the record of this id.
fn is_that(data: &[u8], id: &str) -> bool {
    let object: serde_json::Value = serde_json::from_slice(data).unwrap_or_default();
    object["id"]
        .as_str()
        .is_some_and(|there| there.eq_ignore_ascii_case(id))
}

/// Whether a refusal is about the record, or about something that others would meet too.
fn fault(problem: &ocpi_client::Problem) -> PushState {
    match (problem.code, problem.status) {
        // A server that failed may have stored it before it did.
        (Code::OcpiStatus, Some(3000..)) => PushState::Unknown,
        (Code::OcpiStatus, _) | (Code::HttpStatus, Some(400 | 409 | 413 | 422)) => {
            PushState::Refused
        }
        _ => PushState::Unsent,
    }
}
