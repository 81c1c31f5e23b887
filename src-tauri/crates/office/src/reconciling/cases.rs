//! Cases: what is disputed with partners.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::api::{CaseDto, MoneyDto};
use crate::desk::Desk;
use crate::error::Result;
use crate::words;

/// Every case, the newest first, as it was opened.
pub fn cases(desk: &Desk) -> Result<Vec<CaseDto>> {
    let partners: BTreeMap<_, _> = crate::partners::known(&desk.book)?.into_iter().collect();
    let mut cases = Vec::new();
    for case in store::case::list(&desk.book)? {
        let decision = store::decision::get(&desk.book, case.decision)?
            .ok_or_else(|| store::Error::Damaged("a case without its decision".into()))?;
        let details: Value = serde_json::from_str(&decision.details).map_err(store::Error::from)?;
        let sums = details["difference"].as_object();
        let money = |(currency, amount): (&String, &Value)| MoneyDto {
            amount: amount.as_str().unwrap_or_default().to_owned(),
            currency: currency.clone(),
        };
        let count = details["count"].as_u64().unwrap_or_default();
        cases.push(CaseDto {
            number: case.number,
            decision: case.decision.number(),
            partner: partners
                .get(&case.partner)
                .map(ToString::to_string)
                .unwrap_or_default(),
            month: case.month.to_string(),
            cause: case.cause,
            count: u32::try_from(count).unwrap_or(u32::MAX),
            difference: sums.into_iter().flatten().map(money).collect(),
            open: case.open,
            opened_at: words::instant(decision.at),
            actor: decision.actor,
            reason: decision.reason,
        });
    }
    Ok(cases)
}
