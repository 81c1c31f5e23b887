//! What reconciling reads and writes, as compact values.

use std::collections::BTreeMap;

use domain::{BillingMonth, Bucket, Currency, FindingCode, SessionStatus, Verdict};

use super::hash::map_for;
use crate::intern::Sym;

/// What reconciling needs to know of a CDR. Money and energy in millionths, times in seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CdrFact {
    /// Its row in the book; a later arrival has a higher row.
    pub row: i64,
    /// The month it is settled in.
    pub month: BillingMonth,
    /// Owner and id as one.
    pub key: Sym,
    /// The session it says it bills.
    pub session: Option<Sym>,
    /// Reference of its authorisation.
    pub authorization: Option<Sym>,
    /// The driver's contract, or the token's uid where no contract is known.
    pub contract: Option<Sym>,
    /// The token's uid, or the contract where no uid is known: one card is at one place at a time.
    pub token: Option<Sym>,
    /// The EVSE.
    pub evse: Option<Sym>,
    /// EVSE and connector as one: it serves one car at a time. Absent where either is unknown.
    pub connector: Option<Sym>,
    /// Start, Unix seconds.
    pub start_s: i64,
    /// End, Unix seconds.
    pub end_s: i64,
    /// Currency of its amounts.
    pub currency: Currency,
    /// `total_energy` as stated, millionths of a kWh. Credits keep it positive (SEMANTICS 4.1).
    pub energy_e6: i64,
    /// `total_cost` net as stated, millionths; absent where the source has no price.
    pub stated_e6: Option<i64>,
    /// What the replay says.
    pub verdict: Verdict,
    /// Stated − replayed, millionths.
    pub difference_e6: Option<i64>,
    /// Codes of its findings of severity error or worse, from reading and from replay. Codes that
    /// reconciling decides itself (duplicates, credits, sessions, the total) are passed over.
    pub errors: Vec<FindingCode>,
    /// A credit CDR.
    pub credit: bool,
    /// Owner and id of the CDR it credits.
    pub credits: Option<Sym>,
    /// A hash of everything but the id; equal for equal content. Absent where the record names too
    /// little (no token, no EVSE) to be told from another.
    pub content: Option<u64>,
}

/// What reconciling needs to know of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionFact {
    /// Its row in the book.
    pub row: i64,
    /// The month it ended in.
    pub month: BillingMonth,
    /// Its id at its owner.
    pub id: Sym,
    /// Reference of its authorisation.
    pub authorization: Option<Sym>,
    /// The driver's contract, or the token's uid where no contract is known.
    pub contract: Option<Sym>,
    /// The EVSE.
    pub evse: Option<Sym>,
    /// Its state.
    pub status: SessionStatus,
    /// Start, Unix seconds.
    pub start_s: i64,
    /// End, Unix seconds, if it has ended.
    pub end_s: Option<i64>,
    /// Energy, millionths of a kWh.
    pub energy_e6: i64,
}

/// What was decided about a CDR. The order is strength: of several, the least counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stand {
    /// It stands on an issued invoice.
    Settled,
    /// It is in an open case.
    Disputed,
    /// A person put it aside.
    Held,
    /// A person ruled that it bills nothing.
    Excluded,
    /// A person accepted it as it is.
    Accepted,
    /// A rule that a person made accepted it.
    AcceptedByRule,
}

/// How a CDR found its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MatchedBy {
    /// By the session id.
    SessionId,
    /// By the authorisation reference.
    Authorization,
    /// By contract, EVSE and overlapping time.
    ContractEvseTime,
    /// A credit has the session of its original.
    Original,
    /// A person tied them.
    ByHand,
}

impl MatchedBy {
    /// The stable text form.
    pub fn as_str(self) -> &'static str {
        match self {
            MatchedBy::SessionId => "session_id",
            MatchedBy::Authorization => "authorization",
            MatchedBy::ContractEvseTime => "contract_evse_time",
            MatchedBy::Original => "original",
            MatchedBy::ByHand => "by_hand",
        }
    }
}

/// What an outcome is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A CDR, by row.
    Cdr(i64),
    /// A completed session that no CDR bills, by row.
    Session(i64),
}

/// Why a record is in its bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// Stated equals replayed and nothing speaks against it.
    Equal,
    /// The difference lies within the agreed tolerance.
    WithinTolerance,
    /// It was credited; it, the credit and any replacement add up.
    Credited,
    /// It credits a CDR, in order.
    CreditOf,
    /// It is on an issued invoice.
    Settled,
    /// It is in an open case.
    Disputed,
    /// It was put aside.
    Held,
    /// It was ruled out.
    Excluded,
    /// It was accepted.
    Accepted,
    /// A rule accepted it.
    AcceptedByRule,
    /// It was accepted, and its replay gives another figure since.
    ChangedSinceDecided,
    /// It credits a CDR that is disputed, put aside or ruled out, and waits with it.
    OriginalWaits,
    /// The same CDR again.
    SameKey,
    /// The same key with other content, which OCPI forbids.
    ChangedUnderSameKey,
    /// Another CDR bills the session.
    SameSession,
    /// Another CDR has the same content under another id.
    SameContent,
    /// A credit that names no original, or one we do not have.
    CreditWithoutOriginal,
    /// The original was credited before.
    CreditTwice,
    /// The credit is not the negative of its original.
    CreditAmount,
    /// Credit and original differ in currency.
    CreditCurrency,
    /// Credit and original name different sessions.
    CreditSession,
    /// No session is known.
    NoSession,
    /// No tariff is known.
    NoTariff,
    /// No price could be computed, for another reason than the tariff.
    NotPriced,
    /// The record states no price.
    NothingStated,
    /// Stated and replayed differ.
    TotalDiffers,
    /// A finding of error severity stands in the way.
    Finding(FindingCode),
    /// Within the tolerance by itself, while all such of the month are more than was agreed.
    BeyondMonth,
    /// No CDR bills the session.
    NoCdr,
    /// No CDR bills the session yet, and none is late.
    CdrNotDue,
}

impl Cause {
    /// The stable text form.
    pub fn as_str(self) -> &'static str {
        match self {
            Cause::Equal => "equal",
            Cause::WithinTolerance => "within_tolerance",
            Cause::Credited => "credited",
            Cause::CreditOf => "credit_of",
            Cause::Settled => "settled",
            Cause::Disputed => "disputed",
            Cause::Held => "held",
            Cause::Excluded => "excluded",
            Cause::Accepted => "accepted",
            Cause::AcceptedByRule => "accepted_by_rule",
            Cause::ChangedSinceDecided => FindingCode::ChangedSinceDecided.as_str(),
            Cause::OriginalWaits => "original_waits",
            Cause::SameKey => "same_key",
            Cause::ChangedUnderSameKey => "changed_under_same_key",
            Cause::SameSession => "same_session",
            Cause::SameContent => "same_content",
            Cause::CreditWithoutOriginal => "credit_without_original",
            Cause::CreditTwice => "credit_twice",
            Cause::CreditAmount => "credit_amount",
            Cause::CreditCurrency => "credit_currency",
            Cause::CreditSession => "credit_session",
            Cause::NoSession => "no_session",
            Cause::NoTariff => "no_tariff",
            Cause::NotPriced => "not_priced",
            Cause::NothingStated => "nothing_stated",
            Cause::TotalDiffers => "total_differs",
            Cause::Finding(code) => code.as_str(),
            Cause::BeyondMonth => "beyond_month_tolerance",
            Cause::NoCdr => "no_cdr",
            Cause::CdrNotDue => "cdr_not_due",
        }
    }
}

/// Where one record stands, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What it is about.
    pub subject: Subject,
    /// Where it stands.
    pub bucket: Bucket,
    /// Why.
    pub cause: Cause,
    /// Row of the session that belongs to a CDR.
    pub session: Option<i64>,
    /// How that session was found.
    pub matched_by: Option<MatchedBy>,
    /// Row of the CDR it repeats, credits or is credited by.
    pub other: Option<i64>,
    /// What reconciling found odd, beside the findings of reading and replay.
    pub findings: Vec<Noted>,
}

/// What reconciling found odd, with the figures it compared: seconds, hours, rows, millionths.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Noted {
    /// What it is.
    pub code: FindingCode,
    /// Figures by name.
    pub params: Vec<(&'static str, i64)>,
}

impl Noted {
    /// A finding without figures.
    pub(super) fn bare(code: FindingCode) -> Self {
        Noted {
            code,
            params: Vec::new(),
        }
    }
}

/// The strongest stand of each CDR, by position. Stands of unknown rows are ignored.
pub(super) fn stands_by_cdr(cdrs: &[&CdrFact], stands: &[(i64, Stand)]) -> Vec<Option<Stand>> {
    let mut by_row = map_for(stands.len());
    for &(row, stand) in stands {
        by_row
            .entry(row)
            .and_modify(|known: &mut Stand| *known = (*known).min(stand))
            .or_insert(stand);
    }
    if by_row.is_empty() {
        return vec![None; cdrs.len()];
    }
    cdrs.iter()
        .map(|cdr| by_row.get(&cdr.row).copied())
        .collect()
}

/// The strongest stand of each session, by position. Stands of rows that are not named are ignored.
pub(super) fn stands_by_session(
    named: &BTreeMap<i64, usize>,
    stands: &[(i64, Stand)],
) -> BTreeMap<usize, Stand> {
    let mut strongest: BTreeMap<usize, Stand> = BTreeMap::new();
    for (row, stand) in stands {
        if let Some(&s) = named.get(row) {
            let known = strongest.entry(s).or_insert(*stand);
            *known = (*known).min(*stand);
        }
    }
    strongest
}

/// Which of several CDRs for the same thing counts: settled, accepted, then by arrival.
pub(super) fn seniority(stand: Option<Stand>, position: usize) -> (u8, usize) {
    let rank = match stand {
        Some(Stand::Settled) => 0,
        Some(Stand::Accepted | Stand::AcceptedByRule) => 1,
        Some(Stand::Disputed | Stand::Held) | None => 2,
        Some(Stand::Excluded) => 3,
    };
    (rank, position)
}
