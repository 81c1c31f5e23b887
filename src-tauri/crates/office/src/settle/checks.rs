//! What is checked before a draft may be issued.

use std::collections::BTreeMap;

use billing::settle::{BillableCdr, Check, check, recheck};
use domain::Bucket;
use domain::invoice::Invoice;
use store::invoice::Head;

use super::draft::billable;
use crate::api::CheckDto;
use crate::desk::Desk;
use crate::error::Result;
use crate::replay::Lookups;

/// The questions every draft is asked, as stable words, with the findings that answer them no.
const QUESTIONS: [(&str, &[&str]); 7] = [
    ("not_empty", &["empty"]),
    ("not_negative", &["negative_total"]),
    ("vat_ids", &["vat_id_missing"]),
    ("one_vat_scope", &["mixed_scope"]),
    ("companies_complete", &["address_incomplete"]),
    ("account_known", &["no_iban"]),
    ("total_equals_cdrs", &["figure"]),
];

/// The checks of a document. An issued one was checked when it was issued; its figures are
/// recomputed all the same.
pub(super) fn of(desk: &Desk, head: &Head, invoice: &Invoice) -> Result<Vec<CheckDto>> {
    let mut found = check(invoice);
    found.extend(recheck(invoice, &in_annex_order(desk, head)?));
    answered(desk, head, &found)
}

/// The checks that read no CDR: for lists.
pub(super) fn quick(desk: &Desk, head: &Head, invoice: &Invoice) -> Result<Vec<CheckDto>> {
    answered(desk, head, &check(invoice))
}

fn answered(desk: &Desk, head: &Head, found: &[Check]) -> Result<Vec<CheckDto>> {
    let mut checks: Vec<CheckDto> = QUESTIONS
        .iter()
        .map(|(code, answers)| {
            let against: Vec<&Check> = found
                .iter()
                .filter(|check| answers.contains(&check.code()))
                .collect();
            CheckDto {
                code: (*code).to_owned(),
                passed: against.is_empty(),
                blocking: against.is_empty() || against.iter().any(|check| check.blocks()),
                params: params(&against),
            }
        })
        .collect();
    if !head.issued {
        checks.push(standing(desk, head)?);
    }
    Ok(checks)
}

/// The first reason why a draft must not be issued, in words.
pub(super) fn blocking(checks: &[CheckDto]) -> Option<&CheckDto> {
    checks.iter().find(|check| check.blocking && !check.passed)
}

/// Whether every CDR on a draft is still matched or accepted.
fn standing(desk: &Desk, head: &Head) -> Result<CheckDto> {
    let open =
        store::invoice::items_not_in(&desk.book, head.row, &[Bucket::Matched, Bucket::Accepted])?;
    let mut params = BTreeMap::new();
    if open > 0 {
        params.insert("count".to_owned(), open.to_string());
    }
    Ok(CheckDto {
        code: "cdrs_agreed".to_owned(),
        passed: open == 0,
        blocking: true,
        params,
    })
}

/// The CDRs of a document as the book holds them now, in the order of its annex.
fn in_annex_order(desk: &Desk, head: &Head) -> Result<Vec<BillableCdr>> {
    let mut lookups = Lookups::default();
    let partner = store::party::key(&desk.book, head.partner)?;
    let mut cdrs = Vec::new();
    for item in store::invoice::items(&desk.book, head.row)? {
        cdrs.push(billable(&desk.book, &mut lookups, &partner, &item)?);
    }
    cdrs.sort_by(|a, b| (a.start_local, &a.cdr_id, a.row).cmp(&(b.start_local, &b.cdr_id, b.row)));
    Ok(cdrs)
}

fn params(against: &[&Check]) -> BTreeMap<String, String> {
    let mut params = BTreeMap::new();
    if let Some(first) = against.first() {
        params.insert("why".to_owned(), first.to_string());
    }
    if against.len() > 1 {
        params.insert("more".to_owned(), (against.len() - 1).to_string());
    }
    params
}
