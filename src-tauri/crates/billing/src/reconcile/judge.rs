//! The verdict on one record, in the order of precedence that [`super`] documents.

use domain::{Bucket, Decimal, FindingCode, SessionStatus, Verdict};

use super::Input;
use super::credits::Credits;
use super::facts::{Cause, CdrFact, Outcome, SessionFact, Stand, Subject};
use super::pairing::Pairs;

/// Energy of CDR and session may differ by so much: 0.01 kWh, or a thousandth if that is more.
/// Meters are read at slightly different moments.
const ENERGY_SLACK_E6: i64 = 10_000;

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
            findings: self.findings(i, cause),
        }
    }

    /// The outcome of a session, if it is of the month, completed and billed by no CDR.
    pub fn session(&self, s: usize) -> Option<Outcome> {
        let session = self.sessions[s];
        let due = session.status == SessionStatus::Completed
            && session.month == self.input.month
            && !self.pairs.billed[s];
        due.then(|| Outcome {
            subject: Subject::Session(session.row),
            bucket: Bucket::MissingCdr,
            cause: Cause::NoCdr,
            session: Some(session.row),
            matched_by: None,
            other: None,
            findings: Vec::new(),
        })
    }

    fn decided(&self, i: usize) -> Option<Ruling> {
        let (bucket, cause) = match self.stands[i]? {
            Stand::Settled => (Bucket::Settled, Cause::Settled),
            Stand::Disputed => (Bucket::Disputed, Cause::Disputed),
            Stand::Held => (Bucket::OnHold, Cause::Held),
            Stand::Excluded => (Bucket::OnHold, Cause::Excluded),
            Stand::Accepted => (Bucket::Accepted, Cause::Accepted),
        };
        Some((bucket, cause, None))
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
            Some(Stand::Settled | Stand::Accepted) | None => {
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
        errors.extend(self.session_errors(i));
        errors.extend(self.overlaps[i].map(|_| FindingCode::SessionOverlap));
        errors
    }

    fn session_errors(&self, i: usize) -> Option<FindingCode> {
        let (s, _) = self.pairs.session_of[i]?;
        let (cdr, session) = (self.cdrs[i], self.sessions[s]);
        match session.status {
            SessionStatus::Invalid => Some(FindingCode::SessionInvalid),
            SessionStatus::Completed => {
                let slack = (cdr.energy_e6.saturating_abs() / 1_000).max(ENERGY_SLACK_E6);
                let apart = cdr.energy_e6.abs_diff(session.energy_e6);
                (apart > slack.unsigned_abs()).then_some(FindingCode::EnergyMismatch)
            }
            SessionStatus::Active
            | SessionStatus::Pending
            | SessionStatus::Reservation
            | SessionStatus::Unknown => None,
        }
    }

    fn tolerable(&self, cdr: &CdrFact) -> bool {
        cdr.difference_e6.is_some_and(|difference| {
            Decimal::from_i128_with_scale(i128::from(difference), 6).abs() <= self.input.tolerance
        })
    }

    /// What reconciling itself found odd about a CDR.
    fn findings(&self, i: usize, cause: Cause) -> Vec<FindingCode> {
        let mut findings = Vec::new();
        findings.extend(match cause {
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
            | Cause::OriginalWaits
            | Cause::CreditSession
            | Cause::NoSession
            | Cause::NoTariff
            | Cause::NotPriced
            | Cause::NothingStated
            | Cause::TotalDiffers
            | Cause::Finding(_)
            | Cause::NoCdr => None,
        });
        if self.input.sends_sessions && self.pairs.session_of[i].is_none() {
            findings.push(FindingCode::SessionMissing);
        }
        findings.extend(self.session_errors(i));
        findings.extend(self.overlaps[i].map(|_| FindingCode::SessionOverlap));
        findings
    }
}
