//! Whose figures count for a CDR: what meter, charger and session tell of it, read from what the
//! book holds, judged by the rule of whoever owns the CDR.

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod vectors;

use std::collections::{BTreeSet, HashMap};

use billing::truth::{Figure, Sources, Stated, Told, Truth, Unfit, judge};
use domain::{
    Cdr, ChargingPeriod, Decimal, DimensionKind, FindingCode, Instant, Kwh, PartyKey, Session,
    SessionStatus, SourceOrder, TruthRule, TruthSource,
};
use ocpi::{Kind, Object, Reader};
use signed::{ClockState, Report, Verdict};
use store::Book;
use store::cdr::CdrSource;
use store::month::Key;
use store::near::Scope;
use store::raw::Blocks;
use store::row::{CdrRow, DecisionSeq, SessionRow};
use store::truth::Judged;

use crate::error::Result;
use crate::intake::sheet_record;
use crate::replay::{read_source, read_stored};
use crate::terms::terms;

/// Version of how sources are read. Counts up when the same records may tell another figure.
const VERSION: i64 = 1;

/// CDRs looked at in one go.
const BATCH: u32 = 1_000;

/// Our own rule, and the decision that set it.
pub(crate) fn own_rule(book: &Book) -> Result<(TruthRule, DecisionSeq)> {
    let own = store::agreement::own(book)?;
    Ok(own.map_or_else(
        || (TruthRule::default(), DecisionSeq(0)),
        |own| (own.value.truth, own.decision),
    ))
}

/// The rule for a CDR: that of its owner, us or the partner (I-46).
pub(crate) fn rule(book: &Book, partner: &PartyKey, own: bool) -> Result<(TruthRule, DecisionSeq)> {
    if own {
        return own_rule(book);
    }
    let terms = terms(book, partner)?;
    Ok((terms.partner.agreement.truth, terms.decision))
}

/// What all sources tell of a CDR. `raw` is its record; the session is the one that belongs to it.
pub(crate) fn sources(cdr: &Cdr, raw: &[u8], session: Option<&Session>) -> Sources {
    Sources {
        signed: signed(cdr),
        meter: meter(cdr, raw, session),
        session: session.map_or_else(|| Told::nothing(&Unfit::NoSession), of_session),
        stated: Stated {
            energy: cdr.totals.energy,
            start: cdr.start_at,
            end: cdr.end_at,
        },
    }
}

/// A session of the book, and of whom its record is.
pub(crate) fn session(
    book: &Book,
    reader: &mut Reader,
    row: SessionRow,
    owner: &PartyKey,
) -> Result<Option<Session>> {
    let Some(source) = store::session::place(book, row)? else {
        return Ok(None);
    };
    let raw = store::raw::record(book, source.range)?;
    match read_stored(reader, (&raw, source), Kind::Session, owner)? {
        Object::Session(session) => Ok(Some(*session)),
        Object::Cdr(_) | Object::Tariff(_) | Object::Location(_) | Object::Token(_) => Ok(None),
    }
}

/// What the meter signed. It counts where the signature holds (I-43); its times, where the clock
/// was set (I-44).
fn signed(cdr: &Cdr) -> Told {
    let Some(data) = cdr.signed_data.as_deref() else {
        return Told::nothing(&Unfit::NotSigned);
    };
    let Report {
        verdict, metered, ..
    } = signed::check(data);
    let unfit = match verdict {
        Verdict::Verified => None,
        Verdict::KeyUnknown => Some(Unfit::KeyUnknown),
        Verdict::NotVerified(why) => Some(Unfit::NotVerified(why.to_string())),
        Verdict::NotSupported(gap) => Some(Unfit::NotSupported(gap.to_string())),
    };
    let metered = match metered {
        Ok(metered) => metered,
        Err(why) => {
            return Told::nothing(&unfit.unwrap_or_else(|| Unfit::NoReading(why.to_string())));
        }
    };
    let at = |at: Instant, clock: ClockState| {
        let unset = (clock != ClockState::Synchronised).then_some(Unfit::ClockNotSet);
        Figure {
            told: Some(at),
            unfit: unfit.clone().or(unset),
        }
    };
    Told {
        start: at(metered.begin_at, metered.begin_clock),
        end: at(metered.end_at, metered.end_clock),
        energy: Figure {
            told: Some(metered.energy),
            unfit,
        },
    }
}

/// The register: of a transaction that was kept, else as the periods of CDR or session tell it
/// (I-45).
fn meter(cdr: &Cdr, raw: &[u8], session: Option<&Session>) -> Told {
    if let Some(register) = sheet_record::register(raw) {
        return Told {
            energy: Figure::fit(register.energy),
            start: Figure::fit(register.start_at),
            end: Figure::fit(register.end_at),
        };
    }
    let periods = [Some(&cdr.periods), session.map(|session| &session.periods)];
    let told = periods.into_iter().flatten().find_map(|p| imported(p));
    let energy = match told {
        Some(Ok(energy)) => Figure::fit(energy),
        Some(Err(why)) => Figure::unfit(None, why),
        None => Figure::unfit(None, Unfit::NoRegister),
    };
    Told {
        energy,
        ..Told::nothing(&Unfit::NoRegister)
    }
}

/// The energy that periods tell as `ENERGY_IMPORT`. Whether that is the energy of the period or a
/// count since the start is open (thread 539): a count never falls, so figures that do are shares.
fn imported(periods: &[ChargingPeriod]) -> Option<std::result::Result<Kwh, Unfit>> {
    let told = periods.iter();
    let told: Vec<Decimal> = told
        .filter_map(|period| period.volume(DimensionKind::EnergyImport))
        .collect();
    let rises = told.windows(2).all(|pair| pair[0] <= pair[1]);
    let above_zero = told.iter().filter(|volume| !volume.is_zero()).count();
    match told.as_slice() {
        [] => None,
        // With one figure above zero that comes last, both readings agree.
        [.., last] if rises && above_zero <= 1 => Some(Ok(Kwh(*last))),
        _ if rises => Some(Err(Unfit::RegisterUnclear)),
        shares => {
            let mut shares = shares.iter();
            let sum = shares.try_fold(Decimal::ZERO, |sum, share| sum.checked_add(*share));
            sum.map(|sum| Ok(Kwh(sum)))
        }
    }
}

/// What a session tells. One that still runs has no end, and its energy is not all.
fn of_session(session: &Session) -> Told {
    let unfit = match session.status {
        SessionStatus::Completed => None,
        SessionStatus::Invalid => Some(Unfit::SessionInvalid),
        SessionStatus::Active
        | SessionStatus::Pending
        | SessionStatus::Reservation
        | SessionStatus::Unknown => Some(Unfit::SessionOpen),
    };
    let open = session.end_at.is_none().then_some(Unfit::SessionOpen);
    Told {
        energy: Figure {
            told: Some(session.energy),
            unfit: unfit.clone(),
        },
        start: Figure {
            told: Some(session.start_at),
            unfit: unfit.clone().filter(|why| *why == Unfit::SessionInvalid),
        },
        end: Figure {
            told: session.end_at,
            unfit: unfit.or(open),
        },
    }
}

/// Whether a CDR can be judged: a credit repeats figures of another CDR, which is judged itself.
pub(crate) fn is_judged(cdr: &Cdr) -> bool {
    !cdr.credit
}

/// Judges anew whose figures count, for the CDRs of a partner-month in scope for which rule,
/// session or our reading changed since they were judged last. Gives the CDRs whose energy is not
/// the one that counts. Belongs into a transaction.
pub(crate) fn derive(
    book: &Book,
    key: Key,
    scope: &Scope,
    sessions: &HashMap<CdrRow, Option<SessionRow>>,
) -> Result<BTreeSet<CdrRow>> {
    let partner = store::party::key(book, key.0)?;
    let rules = [rule(book, &partner, false)?, rule(book, &partner, true)?];
    let mut standing = store::truth::standing(book, key, scope)?;
    let mut wrong = BTreeSet::new();
    let mut changed = false;
    if rules.iter().any(|(rule, _)| !rule.is_as_stated()) {
        let mut bench = Bench::default();
        let mut after = CdrRow(0);
        loop {
            let batch = store::cdr::in_scope(book, (key, scope), after, BATCH)?;
            let Some(last) = batch.last() else { break };
            after = last.row;
            for source in &batch {
                let (rule, agreement) = &rules[usize::from(source.own)];
                if rule.is_as_stated() {
                    continue;
                }
                let session = sessions.get(&source.row).copied().flatten();
                let known = standing.remove(&source.row);
                let stands = |it: &Judged| {
                    (it.version, it.agreement, it.session) == (VERSION, *agreement, session)
                };
                let judged = match known {
                    Some(known) if stands(&known) => known,
                    Some(_) | None => {
                        let found = bench.judge(book, source, rule, session)?;
                        let judged = found.judged(*agreement, session);
                        store::truth::put(book, source.row, &judged)?;
                        changed = true;
                        judged
                    }
                };
                if holds(&judged.codes, FindingCode::TruthEnergy) {
                    wrong.insert(source.row);
                }
            }
        }
    }
    for row in standing.keys() {
        store::truth::forget(book, *row)?;
        changed = true;
    }
    if changed {
        store::replay::touch_month(book, key.0, key.1)?;
    }
    Ok(wrong)
}

fn holds(codes: &str, code: FindingCode) -> bool {
    codes.split(' ').any(|held| held == code.as_str())
}

/// What is used again from one CDR to the next.
#[derive(Default)]
struct Bench {
    reader: Reader,
    blocks: Blocks,
}

/// What judging one CDR came to; none for one that is not judged.
struct Found(Option<Truth>);

impl Bench {
    fn judge(
        &mut self,
        book: &Book,
        source: &CdrSource,
        rule: &TruthRule,
        row: Option<SessionRow>,
    ) -> Result<Found> {
        let (cdr, partner) = read_source(book, &mut self.reader, &mut self.blocks, source)?;
        if !is_judged(&cdr) {
            return Ok(Found(None));
        }
        let raw = self.blocks.record(book, source.source.range)?.to_vec();
        let owner = if source.own { book.party() } else { &partner };
        let session = match row.filter(|_| asks_session(rule)) {
            Some(row) => session(book, &mut self.reader, row, owner)?,
            None => None,
        };
        let sources = sources(&cdr, &raw, session.as_ref());
        Ok(Found(Some(judge(rule, &sources))))
    }
}

/// Whether the session is looked at: for its own figures, or for the register in its periods.
fn asks_session(rule: &TruthRule) -> bool {
    let asks = |order: &SourceOrder| {
        let asked = [TruthSource::Session, TruthSource::Meter];
        order.sources().iter().any(|source| asked.contains(source))
    };
    rule.named().iter().any(|(_, order)| asks(order))
}

impl Found {
    fn judged(&self, agreement: DecisionSeq, session: Option<SessionRow>) -> Judged {
        let findings = self.0.as_ref().map(Truth::findings).unwrap_or_default();
        let mut codes: Vec<&str> = findings
            .iter()
            .map(|finding| finding.code.as_str())
            .collect();
        codes.dedup();
        Judged {
            version: VERSION,
            agreement,
            session,
            severity: findings.iter().map(|finding| finding.severity).max(),
            codes: codes.join(" "),
        }
    }
}
