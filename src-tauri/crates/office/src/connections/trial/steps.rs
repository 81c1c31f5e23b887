//! The steps of a trial as they are told: one after the other, each with what was said for it.

use domain::PartyKey;
use ocpi_client::{Client, Spoken};

use crate::api::{ConnectCheck, ConnectTrial, DryRunCdr, HeaderDto, SpokenDto};
use crate::connections::Trouble;
use crate::error::Error;

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Went {
    Good,
    /// It works, with something to know.
    Odd,
    Bad,
}

/// The steps so far, and who hears of them.
pub(super) struct Steps<F> {
    view: ConnectTrial,
    tell: F,
}

impl<F: FnMut(&ConnectTrial)> Steps<F> {
    pub fn new(partner: &PartyKey, mut tell: F) -> Self {
        let view = ConnectTrial {
            partner: partner.to_string(),
            state: "running".to_owned(),
            checks: Vec::new(),
            version: None,
            modules: Vec::new(),
            receives_cdrs: false,
            dry_run: Vec::new(),
        };
        tell(&view);
        Steps { view, tell }
    }

    /// Changes what is seen of the trial, and says so.
    pub fn change(&mut self, change: impl FnOnce(&mut ConnectTrial)) {
        change(&mut self.view);
        (self.tell)(&self.view);
    }

    /// A step that was made.
    pub fn step(&mut self, check: &str, went: Went, text: impl Into<String>) {
        self.add(check, went, (text.into(), None));
    }

    fn add(&mut self, check: &str, went: Went, (text, code): (String, Option<String>)) {
        let state = match went {
            Went::Good => "good",
            Went::Odd => "odd",
            Went::Bad => "bad",
        };
        let check = ConnectCheck {
            check: check.to_owned(),
            state: state.to_owned(),
            text,
            code,
            spoken: Vec::new(),
        };
        self.change(|view| view.checks.push(check));
    }

    /// What went well; else the step is told, and nothing is there.
    pub fn told<T, E: Into<Error>>(&mut self, check: &str, done: Result<T, E>) -> Option<T> {
        match done {
            Ok(value) => Some(value),
            Err(error) => {
                let trouble = Trouble::from(error.into());
                self.add(check, Went::Bad, (trouble.text, Some(trouble.code)));
                None
            }
        }
    }

    /// Puts what was said since the last time behind the last step.
    pub fn heard(&mut self, client: &Client) {
        let spoken: Vec<SpokenDto> = client.spoken().into_iter().map(dto).collect();
        if spoken.is_empty() {
            return;
        }
        self.change(|view| {
            if let Some(last) = view.checks.last_mut() {
                last.spoken.extend(spoken);
            }
        });
    }

    /// The partner's first CDRs as they would be read.
    pub fn priced(&mut self, cdrs: Vec<DryRunCdr>) {
        self.change(|view| view.dry_run = cdrs);
    }

    /// Whether all steps went well.
    pub fn all_well(&self) -> bool {
        self.view.checks.iter().all(|check| check.state != "bad")
    }

    /// The trial is over.
    pub fn end(mut self, good: bool) -> ConnectTrial {
        let state = if good { "good" } else { "bad" };
        self.change(|view| state.clone_into(&mut view.state));
        self.view
    }
}

fn dto(spoken: Spoken) -> SpokenDto {
    let small = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    let header = |(name, value): (String, String)| HeaderDto { name, value };
    SpokenDto {
        method: spoken.method,
        url: spoken.url,
        request_id: spoken.request_id,
        correlation_id: spoken.correlation_id,
        sent: spoken.sent.into_iter().map(header).collect(),
        sent_body: spoken.sent_body,
        status: spoken.status,
        headers: spoken.headers.into_iter().map(header).collect(),
        body: spoken.body,
        body_bytes: small(spoken.body_bytes),
        millis: small(spoken.millis),
        problem: spoken.problem,
    }
}
