//! Rules: decisions that repeat themselves on later CDRs of a partner.

use domain::{BillingMonth, Currency, Decimal, Instant};
use serde_json::json;
use store::decision::{Decision, NewDecision};
use store::month::Key;
use store::{Book, Durability};

use crate::api::{RuleDto, RuleRequest, RuleTerms};
use crate::decide::given;
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::{partners, reconcile, words};

/// Verb of keeping a rule.
pub(crate) const RULE: &str = "rule";

/// Keeps a rule: one decision. The month it is made in is reconciled anew at once, the partner's
/// other months when they are next reconciled.
pub fn rule_keep(desk: &mut Desk, request: &RuleRequest) -> Result<RuleDto> {
    let reason = given(&request.reason)?;
    let (partner, month) = reconcile::parse(desk, &request.partner, &request.month)?;
    let key = (partners::row(&desk.book, &partner)?, month);
    let terms = checked(&request.terms)?;
    let content = serde_json::to_value(&terms).map_err(store::Error::from)?;
    let decision = desk.book.write(Durability::Decisions, |book| {
        for rule in store::rule::in_force(book, key.0)? {
            if self::terms(&rule.content)? == terms {
                let text = format!("decision {} has the same terms", rule.decision.0);
                return Err(Error::refused("rule_known", text).with("decision", rule.decision.0));
            }
        }
        let new = NewDecision {
            at: desk.now,
            actor: &desk.actor,
            verb: RULE,
            object: &format!("{partner}: {}", terms.cause),
            reason,
            details: &json!({ "content": content, "partner": partner, "month": month }),
            undoes: None,
            cdrs: &[],
            sessions: &[],
            seen: &[],
        };
        let decision = store::decision::append(book, &new)?;
        store::rule::put(book, decision, key.0, &content.to_string())?;
        judge_again(book, key, desk.now)?;
        Ok(decision)
    })?;
    Ok(RuleDto {
        decision: decision.number(),
        at: words::instant(desk.now),
        actor: desk.actor.clone(),
        reason: reason.to_owned(),
        terms,
    })
}

/// Rules of a partner that are in force, the oldest first.
pub fn rules_list(desk: &Desk, partner: &str) -> Result<Vec<RuleDto>> {
    let partner = partners::partner_key(&desk.book, partner)?;
    let party = partners::row(&desk.book, &partner)?;
    let mut rules = Vec::new();
    for rule in store::rule::in_force(&desk.book, party)? {
        let decision = store::decision::get(&desk.book, rule.decision)?
            .ok_or_else(|| store::Error::Damaged("a rule without its decision".into()))?;
        rules.push(RuleDto {
            decision: rule.decision.number(),
            at: words::instant(decision.at),
            actor: decision.actor,
            reason: decision.reason,
            terms: terms(&rule.content)?,
        });
    }
    Ok(rules)
}

/// The terms of a rule as the book keeps them.
pub(crate) fn terms(content: &str) -> Result<RuleTerms> {
    Ok(serde_json::from_str(content).map_err(store::Error::from)?)
}

/// What taking a rule back does beside the decision.
pub(crate) fn taken_back(book: &Book, rule: &Decision, now: Instant) -> Result<()> {
    let details: serde_json::Value =
        serde_json::from_str(&rule.details).map_err(store::Error::from)?;
    let text = |name: &str| details[name].as_str().unwrap_or_default();
    let partner = partners::partner_key(book, text("partner"))?;
    let month: BillingMonth = reconcile::read_month(text("month"))?;
    judge_again(book, (partners::row(book, &partner)?, month), now)
}

/// A rule can move CDRs of every month of its partner.
fn judge_again(book: &Book, key: Key, now: Instant) -> Result<()> {
    store::month::mark_partner_stale(book, key.0)?;
    reconcile::derive(book, key, now)
}

/// Terms that can be kept, amounts in plain form.
fn checked(terms: &RuleTerms) -> Result<RuleTerms> {
    let bad = |field: &'static str, value: &str| Error::BadRequest {
        field,
        value: value.to_owned(),
    };
    let kinds = ["policy:", "data:"];
    if !kinds.iter().any(|kind| terms.cause.starts_with(kind)) {
        return Err(bad("cause", &terms.cause));
    }
    if let Some(code) = &terms.currency {
        code.parse::<Currency>()
            .map_err(|_| bad("currency", code))?;
    }
    let at_most = terms.at_most.trim().parse::<Decimal>().ok();
    let at_most = at_most
        .filter(|limit| *limit >= Decimal::ZERO)
        .ok_or_else(|| bad("at_most", &terms.at_most))?;
    Ok(RuleTerms {
        at_most: at_most.normalize().to_string(),
        ..terms.clone()
    })
}
