//! Partners: company data and agreements, each change a decision. Our own company likewise.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use domain::{
    Agreement, Company, Currency, Decimal, Direction, Partner, PartyKey, Policy, Thresholds,
    Tolerances, TruthRule, Tz,
};
use serde_json::json;
pub use store::agreement::Own;
use store::decision::NewDecision;
use store::row::{DecisionSeq, PartyRow};
use store::{Book, Durability};

use crate::api::{
    CompanyDto, FurtherLimitsDto, PartnerDto, PartnerRef, ThresholdsDto, TruthRuleDto,
};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::reconciling::tolerance;
use crate::terms::{terms, unset};

/// Every partner that is in the data or was set by hand, by name.
pub fn list(desk: &Desk) -> Result<Vec<PartnerDto>> {
    let mut partners = Vec::new();
    for (_, key) in known(&desk.book)? {
        partners.push(dto(&terms(&desk.book, &key)?.partner));
    }
    partners.sort_by(|a, b| (&a.company.name, &a.key).cmp(&(&b.company.name, &b.key)));
    Ok(partners)
}

/// One partner.
pub fn get(desk: &Desk, key: &str) -> Result<PartnerDto> {
    let key = partner_key(&desk.book, key)?;
    Ok(dto(&terms(&desk.book, &key)?.partner))
}

/// What a new partner starts with, before anything is set.
pub fn defaults(desk: &Desk, key: &str) -> Result<PartnerDto> {
    let key = read_key(key)?;
    let mut partner = unset(&key);
    if let Some(own) = store::agreement::own(&desk.book)? {
        partner.currency = own.value.currency;
        partner.agreement.direction = match own.value.role.as_str() {
            "cpo" => Direction::Receivable,
            _ => Direction::Payable,
        };
    }
    Ok(dto(&partner))
}

/// Adds or changes a partner: one decision. Its months are reconciled anew when its agreement
/// changed, since tolerance and sessions decide buckets.
pub fn set(desk: &mut Desk, partner: &PartnerDto) -> Result<PartnerDto> {
    let partner = read(partner)?;
    put(desk, &partner)?;
    Ok(dto(&partner))
}

/// A partner with its agreement: what was set last, else the defaults.
pub fn partner(desk: &Desk, key: &PartyKey) -> Result<Partner> {
    Ok(terms(&desk.book, key)?.partner)
}

/// As [`set`], for a caller that has the whole value.
pub fn put(desk: &mut Desk, partner: &Partner) -> Result<()> {
    if partner.key == *desk.book.party() {
        return Err(Error::refused("own_party", "we are no partner of our own")
            .with("partner", &partner.key));
    }
    let before = terms(&desk.book, &partner.key)?;
    if before.is_agreed() && before.partner == *partner {
        return Ok(());
    }
    desk.book
        .write(Durability::Decisions, |book| -> Result<()> {
            let party = store::party::intern(book, &partner.key)?;
            let content = serde_json::to_value(partner).map_err(store::Error::from)?;
            let rules = (&before.partner.agreement.truth, &partner.agreement.truth);
            let seq = decide(desk, book, ("partner_set", &partner.key), &content, rules)?;
            store::agreement::put(book, seq, party, partner)?;
            if before.partner.agreement != partner.agreement {
                store::month::mark_partner_stale(book, party)?;
            }
            Ok(())
        })
}

/// Our own company, if it was set.
pub fn own(desk: &Desk) -> Result<Option<Own>> {
    Ok(store::agreement::own(&desk.book)?.map(|own| own.value))
}

/// Sets our own company: one decision.
pub fn set_own(desk: &mut Desk, own: &Own) -> Result<()> {
    let before = store::agreement::own(&desk.book)?;
    if before.as_ref().is_some_and(|before| before.value == *own) {
        return Ok(());
    }
    desk.book
        .write(Durability::Decisions, |book| -> Result<()> {
            let key = book.party();
            let party = store::party::intern(book, key)?;
            let content = serde_json::to_value(own).map_err(store::Error::from)?;
            let was = before.map(|own| own.value.truth).unwrap_or_default();
            let seq = decide(
                desk,
                book,
                ("company_set", key),
                &content,
                (&was, &own.truth),
            )?;
            store::agreement::put(book, seq, party, own)?;
            if was != own.truth {
                store::month::mark_all_stale(book)?;
            }
            Ok(())
        })
}

/// Appends a decision about a party. Where it changes whose figures count, it says so beside the
/// whole content: before and after.
fn decide(
    desk: &Desk,
    book: &Book,
    (verb, key): (&str, &PartyKey),
    content: &serde_json::Value,
    (before, after): (&TruthRule, &TruthRule),
) -> Result<DecisionSeq> {
    let mut details = json!({ "content": content });
    if before != after {
        details["truth_before"] = json!(before.to_string());
        details["truth_after"] = json!(after.to_string());
    }
    Ok(store::decision::append(
        book,
        &NewDecision {
            at: desk.now,
            actor: &desk.actor,
            verb,
            object: &key.to_string(),
            reason: "",
            details: &details,
            undoes: None,
            cdrs: &[],
            sessions: &[],
            seen: &[],
        },
    )?)
}

/// Parties other than ourselves.
pub(crate) fn known(book: &Book) -> Result<Vec<(PartyRow, PartyKey)>> {
    let mut parties = store::party::all(book)?;
    parties.retain(|(_, key)| key != book.party());
    Ok(parties)
}

/// The row of a partner that exists.
pub(crate) fn row(book: &Book, key: &PartyKey) -> Result<PartyRow> {
    store::party::find(book, key)?
        .filter(|_| key != book.party())
        .ok_or_else(|| Error::UnknownPartner(key.to_string()))
}

/// The key of a partner that exists.
pub(crate) fn partner_key(book: &Book, text: &str) -> Result<PartyKey> {
    let key = read_key(text)?;
    row(book, &key)?;
    Ok(key)
}

pub(crate) fn read_key(text: &str) -> Result<PartyKey> {
    text.parse().map_err(|_| bad("partner", text))
}

/// Key and name, as lists show a partner. A partner without a name goes by its key.
pub(crate) fn named(partner: &Partner) -> PartnerRef {
    let key = partner.key.to_string();
    let name = Some(partner.company.name.clone()).filter(|name| !name.is_empty());
    PartnerRef {
        name: name.unwrap_or_else(|| key.clone()),
        key,
    }
}

/// Names of what an invoice needs and a company lacks. A VAT id is asked of companies in the EU
/// and its neighbours that have VAT, not of others.
pub(crate) fn missing(company: &Company) -> Vec<String> {
    let needs_vat = billing::settle::in_eu(&company.country)
        || matches!(company.country.as_str(), "GB" | "CH" | "NO" | "LI");
    [
        ("name", &company.name),
        ("street", &company.street),
        ("city", &company.city),
        ("postal_code", &company.postal_code),
        ("country", &company.country),
        ("vat_id", &company.vat_id),
    ]
    .into_iter()
    .filter(|(field, value)| value.trim().is_empty() && (*field != "vat_id" || needs_vat))
    .map(|(field, _)| field.to_owned())
    .collect()
}

/// A company as it crosses to the screens.
pub(crate) fn company_dto(company: &Company) -> CompanyDto {
    CompanyDto {
        name: company.name.clone(),
        street: company.street.clone(),
        city: company.city.clone(),
        postal_code: company.postal_code.clone(),
        country: company.country.clone(),
        vat_id: company.vat_id.clone(),
        email: company.email.clone(),
        iban: company.iban.clone(),
        bic: company.bic.clone(),
    }
}

/// A company as the screens send it, without blanks at the ends.
pub fn company(dto: &CompanyDto) -> Company {
    let trimmed = |text: &str| text.trim().to_owned();
    Company {
        name: trimmed(&dto.name),
        street: trimmed(&dto.street),
        city: trimmed(&dto.city),
        postal_code: trimmed(&dto.postal_code),
        country: trimmed(&dto.country).to_ascii_uppercase(),
        vat_id: trimmed(&dto.vat_id),
        email: trimmed(&dto.email),
        iban: trimmed(&dto.iban),
        bic: trimmed(&dto.bic),
    }
}

fn dto(partner: &Partner) -> PartnerDto {
    let agreement = &partner.agreement;
    PartnerDto {
        key: partner.key.to_string(),
        company: company_dto(&partner.company),
        currency: partner.currency.to_string(),
        direction: direction(agreement.direction).to_owned(),
        time_zone: agreement.time_zone.name().to_owned(),
        tolerance: agreement.tolerance.normalize().to_string(),
        due_days: agreement.due_days,
        taxable_dealer: agreement.taxable_dealer,
        sends_sessions: agreement.sends_sessions,
        policy: readings(&agreement.policy),
        truth: TruthRuleDto {
            energy: agreement.truth.energy.to_string(),
            start: agreement.truth.start.to_string(),
            end: agreement.truth.end.to_string(),
        },
        tolerances: tolerance::further(agreement),
        thresholds: thresholds_dto(&agreement.thresholds),
        missing: missing(&partner.company),
    }
}

fn thresholds_dto(of: &Thresholds) -> ThresholdsDto {
    ThresholdsDto {
        session_kwh: of.session_kwh,
        day_kwh: of.day_kwh,
        session_hours: of.session_hours,
        price_percent: of.price_percent,
        clock_s: of.clock_s,
        meter_percent: of.meter_percent,
        cdr_days: of.cdr_days,
    }
}

fn thresholds(dto: &ThresholdsDto) -> Thresholds {
    Thresholds {
        session_kwh: dto.session_kwh,
        day_kwh: dto.day_kwh,
        session_hours: dto.session_hours,
        price_percent: dto.price_percent,
        clock_s: dto.clock_s,
        meter_percent: dto.meter_percent,
        cdr_days: dto.cdr_days,
    }
}

fn tolerances(dto: &FurtherLimitsDto) -> Result<Tolerances> {
    Ok(Tolerances {
        per_kwh: tolerance::limit("per_kwh", dto.per_kwh.as_deref())?,
        per_month: tolerance::limit("per_month", dto.per_month.as_deref())?,
        percent: tolerance::limit("percent", dto.percent.as_deref())?,
    })
}

fn read(dto: &PartnerDto) -> Result<Partner> {
    let key = read_key(&dto.key)?;
    let country = dto.company.country.trim();
    if !(country.is_empty() || country.len() == 2 && country.is_ascii()) {
        return Err(bad("country", country));
    }
    Ok(Partner {
        company: company(&dto.company),
        currency: dto
            .currency
            .parse::<Currency>()
            .map_err(|_| bad("currency", &dto.currency))?,
        agreement: Agreement {
            direction: match dto.direction.as_str() {
                "receivable" => Direction::Receivable,
                "payable" => Direction::Payable,
                other => return Err(bad("direction", other)),
            },
            policy: policy(&dto.policy)?,
            time_zone: dto
                .time_zone
                .parse::<Tz>()
                .map_err(|_| bad("time_zone", &dto.time_zone))?,
            tolerance: dto
                .tolerance
                .parse::<Decimal>()
                .ok()
                .filter(|tolerance| !tolerance.is_sign_negative())
                .ok_or_else(|| bad("tolerance", &dto.tolerance))?,
            due_days: dto.due_days,
            taxable_dealer: dto.taxable_dealer,
            sends_sessions: dto.sends_sessions,
            truth: truth(&dto.truth)?,
            tolerances: tolerances(&dto.tolerances)?,
            thresholds: thresholds(&dto.thresholds),
        },
        key,
    })
}

/// What a policy reads otherwise than the standard one, by the names of the switches.
pub fn readings(policy: &Policy) -> BTreeMap<String, String> {
    let changes = policy.changes_from(&Policy::STANDARD).into_iter();
    changes
        .map(|(switch, reading)| (switch.to_owned(), reading))
        .collect()
}

/// The standard policy with these readings.
pub fn policy(readings: &BTreeMap<String, String>) -> Result<Policy> {
    with(Policy::STANDARD, readings)
}

/// A policy with these readings changed.
pub(crate) fn with(policy: Policy, readings: &BTreeMap<String, String>) -> Result<Policy> {
    let one = |policy: Policy, (switch, reading): (&String, &String)| {
        let known = policy.with(switch, reading);
        known.map_err(|_| bad("policy", format!("{switch}={reading}")))
    };
    readings.iter().try_fold(policy, one)
}

/// The rule with these orders.
fn truth(dto: &TruthRuleDto) -> Result<TruthRule> {
    let orders = [
        ("energy", &dto.energy),
        ("start", &dto.start),
        ("end", &dto.end),
    ];
    let one = |rule: TruthRule, (figure, order): (&str, &String)| {
        let known = rule.with(figure, order);
        known.map_err(|_| bad("truth", format!("{figure}={order}")))
    };
    orders.into_iter().try_fold(TruthRule::default(), one)
}

/// The stable text of a direction.
pub(crate) fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Receivable => "receivable",
        Direction::Payable => "payable",
    }
}

fn bad(field: &'static str, value: impl std::fmt::Display) -> Error {
    Error::BadRequest {
        field,
        value: value.to_string(),
    }
}
