//! What a rule would have caught, and what a policy would change: shown before either is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use billing::causes::{DifferingCdr, Rule, Terms, caught, propose};
use domain::{BillingMonth, Verdict};
use ocpi::Reader;
use store::month::Key;
use store::raw::Blocks;
use store::row::CdrRow;

use super::month::Sums;
use super::search::{Explained, cause_key};
use super::tolerance::{count, open};
use crate::api::{
    DecisionTarget, MonthRequest, PolicyMonth, PolicyProposal, RuleMonth, RuleProposal,
    RuleRequest, RuleTerms,
};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::job::{Job, Progress};
use crate::replay::{Ground, Lookups, read_source};
use crate::terms::terms;
use crate::{partners, reconcile};
use store::micro::Micro;

/// Months before this one that are shown.
const BEFORE: usize = 3;

/// CDRs looked at in one go.
const BATCH: u32 = 1_000;

/// A month and those before it, newest first.
fn months(month: BillingMonth) -> Vec<BillingMonth> {
    let before = std::iter::successors(Some(month), |month| Some(month.previous()));
    before.take(BEFORE + 1).collect()
}

/// The narrowest rule that repeats a decision on a group of causes; `None` where the target is no
/// single cause, or nothing of it is there.
pub fn rule_of(desk: &Desk, target: &DecisionTarget) -> Result<Option<RuleProposal>> {
    let [cause] = target.causes.as_slice() else {
        return Ok(None);
    };
    let (partner, month) = reconcile::parse(desk, &target.partner, &target.month)?;
    let key = (partners::row(&desk.book, &partner)?, month);
    let explained = Explained::of_month(&desk.book, key)?;
    let chosen = store::outcome::causes(&desk.book, key)?;
    let of_group = |cdr: &&DifferingCdr| {
        let known = chosen.get(&cdr.row);
        known.is_some_and(|(_, known)| known == cause)
            && (target.cdrs.is_empty() || target.cdrs.iter().any(|row| i64::from(*row) == cdr.row))
    };
    let decided: Vec<&DifferingCdr> = explained.cdrs.iter().filter(of_group).collect();
    let Some(rule) = Rule::of_decision(&cause_key(cause), &decided) else {
        return Ok(None);
    };
    let text = explained.names.get(cause).map(|name| name.text.clone());
    let word = |sym| explained.words.text(sym).to_owned();
    let terms = RuleTerms {
        cause: cause.clone(),
        text: text.unwrap_or_default(),
        location: rule.place.map(word),
        tariff: rule.tariff.map(word),
        currency: rule.currency.map(|currency| currency.to_string()),
        at_most: store::micro::text(i128::from(rule.at_most_e6)),
    };
    let caught = caught_by(desk, key, &terms)?;
    Ok(Some(RuleProposal { terms, caught }))
}

/// What a rule with these terms would have caught in this and the last three months.
pub fn rule_effect(desk: &Desk, request: &RuleRequest) -> Result<Vec<RuleMonth>> {
    let (partner, month) = reconcile::parse(desk, &request.partner, &request.month)?;
    let key = (partners::row(&desk.book, &partner)?, month);
    caught_by(desk, key, &request.terms)
}

fn caught_by(desk: &Desk, key: Key, terms: &RuleTerms) -> Result<Vec<RuleMonth>> {
    let mut caught_in = Vec::new();
    for month in months(key.1) {
        let mut explained = Explained::of_month(&desk.book, (key.0, month))?;
        let rule = rule(terms, &mut explained)?;
        let caught = caught(&rule, &explained.cdrs);
        let mut sums = Sums::default();
        for (currency, amount) in &caught.amounts.0 {
            let difference = i64::try_from(amount.difference_e6)
                .map_err(|_| store::Error::OutOfRange("the sum of differences".into()))?;
            sums.add(*currency, Micro(difference));
        }
        caught_in.push(RuleMonth {
            month: month.to_string(),
            count: count(caught.amounts.count()),
            difference: sums.dto(),
            ambiguous: count(caught.ambiguous),
        });
    }
    Ok(caught_in)
}

/// A rule of terms, in the words of what it is asked about.
pub(crate) fn rule(terms: &RuleTerms, explained: &mut Explained) -> Result<Rule> {
    let bad = |field, value: &str| Error::BadRequest {
        field,
        value: value.to_owned(),
    };
    let currency = terms.currency.as_deref().map(|code| {
        let parsed = code.parse();
        parsed.map_err(|_| bad("currency", code))
    });
    let at_most = terms.at_most.parse().ok().and_then(Micro::from_decimal);
    let at_most = at_most.and_then(|limit| u64::try_from(limit.0).ok());
    Ok(Rule {
        cause: cause_key(&terms.cause),
        place: explained.words.optional(terms.location.as_deref()),
        tariff: explained.words.optional(terms.tariff.as_deref()),
        currency: currency.transpose()?,
        at_most_e6: at_most.ok_or_else(|| bad("at_most", &terms.at_most))?,
    })
}

/// The policy that explains most of what differs in a month, with what it would change in this and
/// the last three months; `None` where no policy does. Nothing is stored.
pub fn proposal(
    desk: &Desk,
    job: &mut Job<'_>,
    request: &MonthRequest,
) -> Result<Option<PolicyProposal>> {
    let (partner, month) = reconcile::parse(desk, &request.partner, &request.month)?;
    let key = (partners::row(&desk.book, &partner)?, month);
    let Explained { cdrs, names, .. } = open(desk, key)?;
    // What a policy breaks is found by pricing the month under it, so only those are asked that
    // explain enough; the first failure is told after.
    let mut priced: BTreeMap<Arc<str>, Effect> = BTreeMap::new();
    let mut failure = None;
    let found = propose(&cdrs, Terms::USUAL, |cause| {
        let (Some(name), None) = (names.get(&*cause.name), &failure) else {
            return Vec::new();
        };
        match effect_on(desk, job, key, &name.policy) {
            Ok(effect) => {
                let broken = effect.broken.clone();
                priced.insert(Arc::clone(&cause.name), effect);
                broken
            }
            Err(error) => {
                failure = Some(error);
                Vec::new()
            }
        }
    });
    if let Some(error) = failure {
        return Err(error);
    }
    let best = found.into_iter().next();
    let Some((best, name)) = best.and_then(|best| {
        let name = names.get(&*best.cause.name)?;
        Some((best, name.clone()))
    }) else {
        return Ok(None);
    };
    let held = store::month::states(&desk.book)?;
    let is_held = |month| {
        let mut states = held.iter();
        states.any(|state| (state.partner, state.month) == (key.0, month))
    };
    let mut shown = Vec::new();
    for month in months(key.1).into_iter().filter(|month| is_held(*month)) {
        let known = priced.remove(&best.cause.name).filter(|_| month == key.1);
        let effect = match known {
            Some(effect) => effect,
            None => effect_on(desk, job, (key.0, month), &name.policy)?,
        };
        shown.push(effect.dto(month));
    }
    Ok(Some(PolicyProposal {
        policy: name.policy,
        text: name.text,
        explains: count(best.explains.count()),
        of: count(best.of),
        ambiguous: count(best.ambiguous),
        months: shown,
    }))
}

/// What a policy would change in a month.
#[derive(Default)]
struct Effect {
    cdrs: u32,
    repaired: u32,
    broken: Vec<i64>,
    before: Sums,
    after: Sums,
}

impl Effect {
    fn dto(&self, month: BillingMonth) -> PolicyMonth {
        PolicyMonth {
            month: month.to_string(),
            cdrs: self.cdrs,
            repaired: self.repaired,
            broken: count(self.broken.len() as u64),
            before: self.before.dto(),
            after: self.after.dto(),
        }
    }
}

/// Prices a month under other readings. Nothing is stored.
fn effect_on(
    desk: &Desk,
    job: &mut Job<'_>,
    key: Key,
    readings: &BTreeMap<String, String>,
) -> Result<Effect> {
    let book = &desk.book;
    let partner = store::party::key(book, key.0)?;
    let agreement = terms(book, &partner)?.partner.agreement;
    let policy = partners::with(agreement.policy, readings)?;
    let (mut lookups, mut blocks, mut reader) =
        (Lookups::default(), Blocks::default(), Reader::new());
    let mut effect = Effect::default();
    let mut after = CdrRow(0);
    loop {
        let batch = store::cdr::of_month(book, key.0, key.1, after, BATCH)?;
        let Some(last) = batch.last() else {
            return Ok(effect);
        };
        after = last.row;
        for source in &batch {
            job.check()?;
            let (cdr, partner) = read_source(book, &mut reader, &mut blocks, source)?;
            let chosen = lookups.choose(book, &cdr, &partner)?;
            let verdict = |policy| {
                let ground = Ground::agreed(&chosen, policy);
                let stand = ground.stand(&cdr, &chosen);
                let priced = tariff::price(&stand.input(&cdr, &ground));
                let tolerance = agreement.tolerance;
                let (totals, exact) = (&priced.totals, &priced.exact);
                tariff::compare(&cdr, totals, exact, &policy, tolerance)
            };
            let (now, then) = (verdict(agreement.policy), verdict(policy));
            effect.cdrs += 1;
            match (now.verdict, then.verdict) {
                (Verdict::Differs, Verdict::Matches) => effect.repaired += 1,
                (Verdict::Matches, Verdict::Differs) => effect.broken.push(source.row.0),
                _ => {}
            }
            for (comparison, sums) in [(&now, &mut effect.before), (&then, &mut effect.after)] {
                let total = comparison.difference.total.as_ref();
                let net = total.and_then(|total| total.excl_vat);
                if let Some(net) = net.and_then(Micro::from_decimal) {
                    sums.add(cdr.currency, net);
                }
            }
        }
        job.tell(Progress {
            records: u64::from(effect.cdrs),
            ..Progress::default()
        });
    }
}
