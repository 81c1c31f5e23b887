//! The verdict on one record, in the order of precedence that [`super`] documents.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Bucket, Currency, FindingCode, SessionStatus, Verdict};

use super::Input;
use super::credits::Credits;
use super::facts::{Cause, CdrFact, Noted, Outcome, SessionFact, Stand, Subject};
use super::pairing::Pairs;
use super::shift::Shift;
use crate::causes::{Judged, Tolerance};

/// Energy of CDR and session may differ by so much: 0.01 kWh, or a thousandth if that is more.
/// Meters are read at slightly different moments.
const ENERGY_SLACK_E6: i64 = 10_000;

/// A day in seconds.
const DAY_S: u64 = 24 * 3_600;

/// Where a stand puts a record, and why.
fn decided_as(stand: Stand) -> (Bucket, Cause) {
    match stand {
        Stand::Settled => (Bucket::Settled, Cause::Settled),
        Stand::Disputed => (Bucket::Disputed, Cause::Disputed),
        Stand::Held => (Bucket::OnHold, Cause::Held),
        Stand::Excluded => (Bucket::OnHold, Cause::Excluded),
        Stand::Accepted => (Bucket::Accepted, Cause::Accepted),
        Stand::AcceptedByRule => (Bucket::Accepted, Cause::AcceptedByRule),
    }
}

/// Codes whose matter is decided here, with more knowledge than reading or replay had: the whole
/// month, the sessions, the tolerance.
const DECIDED_HERE: [FindingCode; 9] = [
    FindingCode::TotalMismatch,
    FindingCode::DuplicateCdr,
    FindingCode::CdrChanged,
    FindingCode::CreditWithoutOriginal,
    FindingCode::CreditTwice,
    FindingCode::CreditAmount,
    FindingCode::CreditCurrency,
    FindingCode::SessionInvalid,
    FindingCode::SessionOverlap,
];

/// Everything known before the first verdict, by position.
pub(super) struct Bench<'a> {
    pub input: &'a Input<'a>,
    pub cdrs: &'a [&'a CdrFact],
    pub sessions: &'a [&'a SessionFact],
    pub stands: &'a [Option<Stand>],
    pub session_stands: &'a BTreeMap<usize, Stand>,
    pub changed: &'a BTreeSet<i64>,
    pub billed_elsewhere: &'a BTreeSet<i64>,
    pub shifts: &'a [Option<Shift>],
    pub same_key: &'a [Option<usize>],
    pub credits: &'a Credits,
    pub pairs: &'a Pairs,
    pub doubles: &'a [Option<(usize, Cause)>],
    pub overlaps: &'a [Option<usize>],
}

/// A bucket, why, and the other CDR it has to do with.
type Ruling = (Bucket, Cause, Option<usize>);

impl Bench<'_> {
    /// The outcome of the CDR at a position.
    pub fn cdr(&self, i: usize) -> Outcome {
        let (bucket, cause, other) = self
            .decided(i)
            .or_else(|| self.same_key(i))
            .or_else(|| self.credit(i))
            .or_else(|| self.doubles[i].map(|(first, why)| (Bucket::Duplicate, why, Some(first))))
            .unwrap_or_else(|| self.priced(i));
        let pair = self.pairs.session_of[i];
        Outcome {
            subject: Subject::Cdr(self.cdrs[i].row),
            bucket,
            cause,
            session: pair.map(|(s, _)| self.sessions[s].row),
            matched_by: pair.map(|(_, how)| how),
            other: other.map(|o| self.cdrs[o].row),
            findings: self.findings(i, cause, other),
        }
    }

    /// The outcome of a session, if it is of the month, completed and billed by no CDR.
    pub fn session(&self, s: usize) -> Option<Outcome> {
        let session = self.sessions[s];
        let due = session.status == SessionStatus::Completed
            && session.month == self.input.month
            && !self.pairs.billed[s]
            && !self.billed_elsewhere.contains(&session.row);
        let stand = self.session_stands.get(&s);
        let ended_s = session.end_s.unwrap_or(session.start_s);
        let (bucket, cause) = match stand {
            Some(stand) => decided_as(*stand),
            None if self.input.due_s.is_some_and(|due| ended_s > due) => {
                (Bucket::OnHold, Cause::CdrNotDue)
            }
            None => (Bucket::MissingCdr, Cause::NoCdr),
        };
        due.then(|| Outcome {
            subject: Subject::Session(session.row),
            bucket,
            cause,
            session: Some(session.row),
            matched_by: None,
            other: None,
            findings: Vec::new(),
        })
    }

    fn decided(&self, i: usize) -> Option<Ruling> {
        if let Some(stand) = self.stands[i] {
            let (bucket, cause) = decided_as(stand);
            return Some((bucket, cause, None));
        }
        let changed = self.changed.contains(&self.cdrs[i].row);
        changed.then_some((Bucket::Differs, Cause::ChangedSinceDecided, None))
    }

    fn same_key(&self, i: usize) -> Option<Ruling> {
        let first = self.same_key[i]?;
        let content = |cdr: &CdrFact| {
            let amounts = (cdr.stated_e6, cdr.energy_e6, cdr.currency);
            (cdr.content, cdr.credit, amounts, cdr.start_s, cdr.end_s)
        };
        let same = content(self.cdrs[i]) == content(self.cdrs[first]);
        let cause = if same {
            Cause::SameKey
        } else {
            Cause::ChangedUnderSameKey
        };
        Some((Bucket::Duplicate, cause, Some(first)))
    }

    fn credit(&self, i: usize) -> Option<Ruling> {
        if let Some(credit) = self.credits.credited_by[i] {
            return Some((Bucket::Matched, Cause::Credited, Some(credit)));
        }
        if !self.cdrs[i].credit {
            return None;
        }
        let original = self.credits.original_of[i];
        if let Some(fault) = self.credits.fault[i] {
            return Some((Bucket::Differs, fault, original));
        }
        let bucket = match original.and_then(|o| self.stands[o]) {
            Some(Stand::Disputed) => Bucket::Disputed,
            Some(Stand::Held | Stand::Excluded) => Bucket::OnHold,
            Some(Stand::Settled | Stand::Accepted | Stand::AcceptedByRule) | None => {
                return Some((Bucket::Matched, Cause::CreditOf, original));
            }
        };
        Some((bucket, Cause::OriginalWaits, original))
    }

    fn priced(&self, i: usize) -> Ruling {
        let cdr = self.cdrs[i];
        if self.input.sends_sessions && self.pairs.session_of[i].is_none() {
            return (Bucket::MissingSession, Cause::NoSession, None);
        }
        match cdr.verdict {
            Verdict::NotPriced if cdr.errors.contains(&FindingCode::TariffMissing) => {
                return (Bucket::NeedsTariff, Cause::NoTariff, None);
            }
            Verdict::NotPriced | Verdict::Differs | Verdict::Matches => {}
        }
        if cdr.stated_e6.is_none() {
            return (Bucket::Differs, Cause::NothingStated, None);
        }
        if let Some(&error) = self.own_errors(i).first() {
            let overlapped = self.overlaps[i].filter(|_| error == FindingCode::SessionOverlap);
            return (Bucket::Differs, Cause::Finding(error), overlapped);
        }
        match cdr.verdict {
            Verdict::NotPriced => (Bucket::Differs, Cause::NotPriced, None),
            Verdict::Matches if self.is_beyond(cdr) => (Bucket::Differs, Cause::TotalDiffers, None),
            Verdict::Matches => (Bucket::Matched, Cause::Equal, None),
            Verdict::Differs if self.tolerable(cdr) => {
                (Bucket::Matched, Cause::WithinTolerance, None)
            }
            Verdict::Differs => (Bucket::Differs, Cause::TotalDiffers, None),
        }
    }

    /// Errors that stand in the way: those of reading and replay, then those found here.
    fn own_errors(&self, i: usize) -> Vec<FindingCode> {
        let theirs = |code: &&FindingCode| !DECIDED_HERE.contains(code);
        let mut errors: Vec<FindingCode> =
            self.cdrs[i].errors.iter().filter(theirs).copied().collect();
        errors.extend(self.session_errors(i).map(|noted| noted.code));
        errors.extend(self.overlaps[i].map(|_| FindingCode::SessionOverlap));
        errors
    }

    fn session_errors(&self, i: usize) -> Option<Noted> {
        let (s, _) = self.pairs.session_of[i]?;
        let (cdr, session) = (self.cdrs[i], self.sessions[s]);
        match session.status {
            SessionStatus::Invalid => Some(Noted::bare(FindingCode::SessionInvalid)),
            SessionStatus::Completed => {
                let slack = (cdr.energy_e6.saturating_abs() / 1_000).max(ENERGY_SLACK_E6);
                let apart = cdr.energy_e6.abs_diff(session.energy_e6);
                (apart > slack.unsigned_abs()).then(|| Noted {
                    code: FindingCode::EnergyMismatch,
                    params: vec![("cdr_e6", cdr.energy_e6), ("session_e6", session.energy_e6)],
                })
            }
            SessionStatus::Active
            | SessionStatus::Pending
            | SessionStatus::Reservation
            | SessionStatus::Unknown => None,
        }
    }

    fn tolerable(&self, cdr: &CdrFact) -> bool {
        self.judged(cdr) == Some(Judged::Within)
    }

    /// Whether a CDR that matches within its own money is beyond another limit agreed.
    fn is_beyond(&self, cdr: &CdrFact) -> bool {
        let Tolerance {
            per_cdr_e6,
            per_kwh_e6,
            percent_e6,
            ..
        } = self.input.tolerance;
        let asked = per_cdr_e6.is_some_and(|limit| limit > 0)
            && (per_kwh_e6.is_some() || percent_e6.is_some());
        asked && matches!(self.judged(cdr), Some(Judged::Beyond(_)))
    }

    fn judged(&self, cdr: &CdrFact) -> Option<Judged> {
        let (difference, stated) = (cdr.difference_e6?, cdr.stated_e6?);
        Some(
            self.input
                .tolerance
                .judge(difference, stated, cdr.energy_e6),
        )
    }

    /// Where all that the tolerance lets through is more than was agreed for a month, none of it
    /// passes.
    pub fn bound_by_month(&self, outcomes: &mut [Outcome]) {
        let fact = |outcome: &Outcome| match outcome.subject {
            Subject::Cdr(row) if outcome.cause == Cause::WithinTolerance => {
                let at = self.cdrs.binary_search_by_key(&row, |cdr| cdr.row);
                at.ok().map(|at| self.cdrs[at])
            }
            Subject::Cdr(_) | Subject::Session(_) => None,
        };
        let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
        for cdr in outcomes.iter().filter_map(fact) {
            let difference = i128::from(cdr.difference_e6.unwrap_or(0));
            *sums.entry(cdr.currency).or_default() += difference;
        }
        sums.retain(|_, sum| self.input.tolerance.judge_month(*sum) != Judged::Within);
        if sums.is_empty() {
            return;
        }
        for outcome in outcomes {
            if fact(outcome).is_some_and(|cdr| sums.contains_key(&cdr.currency)) {
                (outcome.bucket, outcome.cause) = (Bucket::Differs, Cause::BeyondMonth);
            }
        }
    }

    /// What reconciling itself found odd about a CDR.
    fn findings(&self, i: usize, cause: Cause, other: Option<usize>) -> Vec<Noted> {
        let mut findings = Vec::new();
        let beside = |code, other: Option<usize>| Noted {
            code,
            params: other
                .map(|o| ("other", self.cdrs[o].row))
                .into_iter()
                .collect(),
        };
        let code = match cause {
            Cause::ChangedSinceDecided => Some(FindingCode::ChangedSinceDecided),
            Cause::SameKey | Cause::SameSession | Cause::SameContent => {
                Some(FindingCode::DuplicateCdr)
            }
            Cause::ChangedUnderSameKey => Some(FindingCode::CdrChanged),
            Cause::CreditWithoutOriginal => Some(FindingCode::CreditWithoutOriginal),
            Cause::CreditTwice => Some(FindingCode::CreditTwice),
            Cause::CreditAmount => Some(FindingCode::CreditAmount),
            Cause::CreditCurrency => Some(FindingCode::CreditCurrency),
            Cause::Equal
            | Cause::WithinTolerance
            | Cause::Credited
            | Cause::CreditOf
            | Cause::Settled
            | Cause::Disputed
            | Cause::Held
            | Cause::Excluded
            | Cause::Accepted
            | Cause::AcceptedByRule
            | Cause::BeyondMonth
            | Cause::CdrNotDue
            | Cause::OriginalWaits
            | Cause::CreditSession
            | Cause::NoSession
            | Cause::NoTariff
            | Cause::NotPriced
            | Cause::NothingStated
            | Cause::TotalDiffers
            | Cause::Finding(_)
            | Cause::NoCdr => None,
        };
        findings.extend(code.map(|code| beside(code, other)));
        if self.input.sends_sessions && self.pairs.session_of[i].is_none() {
            findings.push(Noted::bare(FindingCode::SessionMissing));
        }
        findings.extend(self.session_errors(i));
        let overlapped = self.overlaps[i];
        findings.extend(overlapped.map(|o| beside(FindingCode::SessionOverlap, Some(o))));
        findings.extend(self.shifts[i].map(Shift::noted));
        findings.extend(self.other_month(i));
        findings
    }

    /// A CDR that is settled in another month than its session ended in, and not by minutes around
    /// midnight.
    fn other_month(&self, i: usize) -> Option<Noted> {
        let (s, _) = self.pairs.session_of[i]?;
        let (cdr, session) = (self.cdrs[i], self.sessions[s]);
        let apart = session.end_s?.abs_diff(cdr.end_s);
        let apart = (cdr.month != session.month && apart > DAY_S).then_some(apart)?;
        Some(Noted {
            code: FindingCode::MonthDiffers,
            params: vec![("apart_s", i64::try_from(apart).unwrap_or(i64::MAX))],
        })
    }
}
