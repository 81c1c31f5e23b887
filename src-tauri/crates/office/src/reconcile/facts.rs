//! What a partner-month is reconciled from, read from the book.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use billing::reconcile::{CdrFact, SessionFact, Stand, Subject};
use billing::{Interner, Sym, plausible};
use domain::{FindingCode, Instant, OcpiId, PartyKey, Severity};
use store::Book;
use store::decided::{CdrStand, Decided, Verb};
use store::micro::Micro;
use store::month::Key;
use store::near::Scope;
use store::outcome::CdrFacts;
use store::row::{CdrRow, DecisionSeq};

use super::near;
use crate::error::Result;
use crate::replay::Lookups;

/// What plausibility asks of a CDR, and where that was.
pub(crate) struct Claim {
    /// What is asked.
    pub fact: plausible::Fact,
    /// Number of the place and the currency of its price.
    pub place: Option<i64>,
    /// Number of the EVSE.
    pub evse: Option<i64>,
}

/// Facts as reconciling takes them.
#[derive(Default)]
pub(crate) struct Facts {
    now_ms: i64,
    /// Whether the book holds tokens that we issued: then those of others are not ours to pay.
    own_tokens: bool,
    pub ids: Interner,
    pub cdrs: Vec<CdrFact>,
    pub sessions: Vec<SessionFact>,
    pub stands: Vec<(i64, Stand)>,
    pub session_stands: Vec<(i64, Stand)>,
    pub links: Vec<(i64, Option<i64>)>,
    pub changed: Vec<i64>,
    /// Rules of the partner, the oldest first.
    pub rules: Vec<(DecisionSeq, String)>,
    /// What plausibility asks of the CDRs.
    pub claims: Vec<Claim>,
    pub lookups: Lookups,
    /// The most power at a location and EVSE.
    powers: HashMap<Sym, Option<u32>>,
}

impl Facts {
    /// None yet, to be read at a moment.
    pub fn at(book: &Book, now: Instant) -> Result<Facts> {
        Ok(Facts {
            now_ms: now.timestamp_millis(),
            own_tokens: store::oddity::own_tokens(book)?,
            ..Facts::default()
        })
    }

    /// The most power of the EVSE a CDR names.
    fn power_w(
        &mut self,
        book: &Book,
        partner: &PartyKey,
        facts: &CdrFacts,
    ) -> Result<Option<u32>> {
        if facts.location.is_empty() || facts.evse.is_empty() {
            return Ok(None);
        }
        let place = self.ids.joined(&[&facts.location, &facts.evse]);
        if let Some(known) = self.powers.get(&place) {
            return Ok(*known);
        }
        let owner = if facts.own { book.party() } else { partner };
        let id = OcpiId(facts.location.clone());
        let power_w = self.lookups.power_w(book, owner, &id, &facts.evse)?;
        self.powers.insert(place, power_w);
        Ok(power_w)
    }

    /// What sums know of the facts: currency, and count, energy, stated and difference.
    pub fn weights(&self) -> HashMap<Subject, (&str, [i64; 4])> {
        let cdrs = self.cdrs.iter().map(|cdr| {
            let (stated, difference) = (cdr.stated_e6, cdr.difference_e6);
            let figures = [
                1,
                cdr.energy_e6,
                stated.unwrap_or_default(),
                difference.unwrap_or_default(),
            ];
            (Subject::Cdr(cdr.row), (cdr.currency.code(), figures))
        });
        let sessions = self.sessions.iter().map(|session| {
            let figures = [1, session.energy_e6, 0, 0];
            (Subject::Session(session.row), ("", figures))
        });
        cdrs.chain(sessions).collect()
    }

    /// Reads a partner-month, of it what is in scope and ends when `counts` says.
    pub fn read(
        &mut self,
        book: &Book,
        (partner, key): (&PartyKey, Key),
        scope: &Scope,
        counts: impl Fn(i64) -> bool,
    ) -> Result<()> {
        let settled = store::invoice::settled(book, key, scope)?;
        self.stands
            .extend(settled.into_iter().map(|cdr| (cdr.0, Stand::Settled)));
        let accepted = self.decided(store::decided::of_month(book, key, scope)?);
        let mut errors: HashMap<CdrRow, Vec<FindingCode>> = HashMap::new();
        for (cdr, code) in store::outcome::reading_errors(book, key, scope)? {
            errors
                .entry(cdr)
                .or_default()
                .extend(FindingCode::from_text(&code));
        }
        store::outcome::cdr_facts(book, key, scope, |facts| -> Result<()> {
            if counts(facts.end_ms) {
                let read = errors.remove(&facts.row).unwrap_or_default();
                let power_w = self.power_w(book, partner, &facts)?;
                let fact = self.cdr(&facts, key, read, power_w);
                if let Some(stand) = accepted.get(&facts.row) {
                    self.accepted(&fact, *stand);
                }
                self.cdrs.push(fact);
            }
            Ok(())
        })?;
        for facts in store::outcome::session_facts(book, key, scope)? {
            if !counts(facts.end_ms.unwrap_or(facts.start_ms)) {
                continue;
            }
            self.sessions.push(SessionFact {
                row: facts.row.0,
                month: key.1,
                id: self.ids.sym(&facts.ocpi_id),
                authorization: self.ids.optional(facts.auth_ref.as_deref()),
                contract: self.ids.optional(Some(&facts.contract)),
                evse: self.ids.optional(Some(&facts.evse)),
                status: facts.status,
                start_s: facts.start_ms.div_euclid(1000),
                end_s: facts.end_ms.map(|ms| ms.div_euclid(1000)),
                energy_e6: facts.energy.0,
            });
        }
        Ok(())
    }

    /// Takes over what people decided of a month. Returns what was accepted, with the difference
    /// that was seen; of several decisions the newest counts.
    fn decided(&mut self, decided: Decided) -> HashMap<CdrRow, CdrStand> {
        let mut accepted = HashMap::new();
        for stand in decided.stands {
            let row = stand.cdr.0;
            match stand.verb {
                Verb::Accept => {
                    accepted.insert(stand.cdr, stand);
                }
                Verb::Dispute => self.stands.push((row, Stand::Disputed)),
                Verb::Exclude => self.stands.push((row, Stand::Excluded)),
                Verb::Hold if self.holds(stand.until_ms) => self.stands.push((row, Stand::Held)),
                Verb::Hold => {}
            }
        }
        for stand in decided.session_stands {
            let row = stand.session.0;
            let of = match stand.verb {
                Verb::Accept => Some(Stand::Accepted),
                Verb::Dispute => Some(Stand::Disputed),
                Verb::Exclude => Some(Stand::Excluded),
                Verb::Hold => self.holds(stand.until_ms).then_some(Stand::Held),
            };
            self.session_stands.extend(of.map(|stand| (row, stand)));
        }
        let links = decided.links.into_iter();
        self.links
            .extend(links.map(|(cdr, session)| (cdr.0, session.map(|session| session.0))));
        self.rules = decided.rules;
        accepted
    }

    /// Whether a hold is not over yet.
    fn holds(&self, until_ms: Option<i64>) -> bool {
        until_ms.is_none_or(|until| until > self.now_ms)
    }

    /// A CDR that a person accepted: it stays so while its difference is the one that was seen.
    fn accepted(&mut self, fact: &CdrFact, stand: CdrStand) {
        let now = fact.difference_e6.map(Micro);
        if stand.seen.is_none_or(|seen| seen == now) {
            self.stands.push((fact.row, Stand::Accepted));
        } else {
            self.changed.push(fact.row);
        }
    }

    fn cdr(
        &mut self,
        facts: &CdrFacts,
        (partner, month): Key,
        mut read: Vec<FindingCode>,
        power_w: Option<u32>,
    ) -> CdrFact {
        let owner = if facts.own { "own" } else { "partner" };
        let contract = Some(facts.contract.as_str()).filter(|text| !text.is_empty());
        let token = facts.token.as_deref().filter(|text| !text.is_empty());
        if facts.has_errors {
            let replayed = facts.codes.split(' ').filter_map(FindingCode::from_text);
            read.extend(replayed.filter(|code| code.severity() >= Severity::Error));
        }
        let foreign = FindingCode::TokenNotOurs;
        if self.own_tokens && facts.codes.split(' ').any(|code| code == foreign.as_str()) {
            read.push(foreign);
        }
        let evse = self.ids.optional(Some(&facts.evse));
        let contract_id = self.ids.optional(contract.or(token));
        let card = self.ids.optional(token.or(contract));
        let (start_s, end_s) = (
            facts.start_ms.div_euclid(1000),
            facts.end_ms.div_euclid(1000),
        );
        let plausible = plausible::Fact {
            row: facts.row.0,
            start_s,
            end_s,
            energy_e6: facts.energy.0,
            stated_e6: facts.stated.map(|stated| stated.0),
            charging_s: None,
            token: card,
            place: self.ids.optional(Some(&facts.location)),
            power_w,
            currency: facts.currency,
            credit: facts.credit,
        };
        self.claims.push(Claim {
            fact: plausible,
            place: near::place(partner, &facts.location, facts.currency),
            evse: near::evse(partner, &facts.evse),
        });
        CdrFact {
            row: facts.row.0,
            month,
            key: self.ids.joined(&[owner, &facts.ocpi_id]),
            session: self.ids.optional(facts.session.as_deref()),
            authorization: self.ids.optional(facts.auth_ref.as_deref()),
            contract: contract_id,
            token: card,
            evse,
            // An EVSE serves one vehicle at a time, whichever connector (Locations / EVSE object).
            connector: evse,
            start_s,
            end_s,
            currency: facts.currency,
            energy_e6: facts.energy.0,
            stated_e6: facts.stated.map(|stated| stated.0),
            verdict: facts.verdict,
            difference_e6: facts.difference.map(|difference| difference.0),
            errors: read,
            credit: facts.credit,
            credits: facts
                .credits
                .as_deref()
                .map(|id| self.ids.joined(&[owner, id])),
            content: content(facts, evse, contract_id),
        }
    }
}

/// A hash of everything a CDR states but its id. None where it names neither place nor driver.
fn content(facts: &CdrFacts, evse: Option<Sym>, contract: Option<Sym>) -> Option<u64> {
    let (evse, contract) = (evse?, contract?);
    let mut hash = DefaultHasher::new();
    (evse, contract, facts.start_ms, facts.end_ms, facts.currency).hash(&mut hash);
    (
        facts.energy.0,
        facts.stated.map(|stated| stated.0),
        &facts.session,
    )
        .hash(&mut hash);
    (facts.credit, &facts.credits).hash(&mut hash);
    Some(hash.finish())
}
