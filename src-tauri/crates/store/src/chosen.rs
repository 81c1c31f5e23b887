//! What a decision about a partner-month is about: its CDRs and sessions under conditions, found in
//! one pass.

use domain::Bucket;

use crate::group;
use crate::micro::Micro;
use crate::month::{Key, SessionWeight, Weight, bucket, month, weight_of};
use crate::row::{CdrRow, DecisionSeq, SessionRow};
use crate::{Book, Result};

/// Conditions; all must hold.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// In one of these groups of causes, by key; empty: any. Only what needs a person is in one.
    pub causes: &'a [String],
    /// In one of these buckets; empty: any.
    pub buckets: &'a [Bucket],
    /// With this finding, of reading, replay, reconciling, or whose figures count.
    pub finding: Option<&'a str>,
}

impl Wanted<'_> {
    /// The conditions as parameters: lists as JSON, NULL where there is no condition.
    fn parameters(&self) -> [Option<String>; 2] {
        let numbers: Vec<u8> = self.buckets.iter().map(|bucket| bucket.number()).collect();
        [
            (!numbers.is_empty()).then(|| serde_json::json!(numbers).to_string()),
            (!self.causes.is_empty()).then(|| serde_json::json!(self.causes).to_string()),
        ]
    }
}

/// CDRs of a partner-month under conditions, by row. `among`: only of these; empty: of all.
pub fn cdrs(book: &Book, key: Key, wanted: &Wanted<'_>, among: &[CdrRow]) -> Result<Vec<Weight>> {
    let [buckets, causes] = wanted.parameters();
    let among = list(among.iter().map(|row| row.0));
    // A few rows are found by their ids, without reading the month.
    let only = match among {
        Some(_) => "c.id IN (SELECT value FROM json_each(?6))",
        None => "?6 IS NULL",
    };
    let sql = format!(
        "SELECT c.id, c.partner, c.month, o.bucket, o.reason, c.currency, c.energy_e6,
                c.stated_excl_e6, r.difference_e6
         FROM cdr c JOIN outcome o ON o.cdr = c.id LEFT JOIN replay r ON r.cdr = c.id
         WHERE c.partner = ?1 AND c.month = ?2
           AND (?3 IS NULL OR o.bucket IN (SELECT value FROM json_each(?3)))
           AND (?4 IS NULL OR {} IN (SELECT value FROM json_each(?4)))
           AND (?5 IS NULL OR {}) AND {only} ORDER BY c.id",
        group::key("o.cause"),
        group::has_finding("?5"),
    );
    let mut query = book.sql().prepare_cached(&sql)?;
    let of = (key.0, key.1.number());
    let mut rows = query.query((of.0, of.1, buckets, causes, wanted.finding, among))?;
    let mut weights = Vec::new();
    while let Some(row) = rows.next()? {
        weights.push(weight_of(row)?);
    }
    Ok(weights)
}

/// Row numbers as a JSON list; none where there are none.
fn list(rows: impl Iterator<Item = i64>) -> Option<String> {
    let rows: Vec<i64> = rows.collect();
    (!rows.is_empty()).then(|| serde_json::json!(rows).to_string())
}

/// Sessions without CDR of a partner-month under conditions, by row; `among` as for [`cdrs`].
/// Findings are of CDRs: where one is wanted, there is no session.
pub fn sessions(
    book: &Book,
    key: Key,
    wanted: &Wanted<'_>,
    among: &[SessionRow],
) -> Result<Vec<SessionWeight>> {
    if wanted.finding.is_some() {
        return Ok(Vec::new());
    }
    let [buckets, causes] = wanted.parameters();
    let among = list(among.iter().map(|row| row.0));
    let sql = format!(
        "SELECT s.id, o.bucket, s.energy_e6
         FROM session s JOIN session_outcome o ON o.session = s.id
         WHERE s.partner = ?1 AND s.month = ?2
           AND (?3 IS NULL OR o.bucket IN (SELECT value FROM json_each(?3)))
           AND (?4 IS NULL OR {} IN (SELECT value FROM json_each(?4)))
           AND (?5 IS NULL OR s.id IN (SELECT value FROM json_each(?5)))
         ORDER BY s.id",
        group::key("NULL"),
    );
    let mut query = book.sql().prepare_cached(&sql)?;
    let mut rows = query.query((key.0, key.1.number(), buckets, causes, among))?;
    let mut weights = Vec::new();
    while let Some(row) = rows.next()? {
        weights.push(SessionWeight {
            session: row.get(0)?,
            key,
            bucket: bucket(row.get(1)?)?,
            energy: row.get::<_, Micro>(2)?,
        });
    }
    Ok(weights)
}

/// CDRs and sessions of a decision, as far as they were reconciled, with their partner-months.
pub fn of_decision(book: &Book, seq: DecisionSeq) -> Result<(Vec<Weight>, Vec<Key>)> {
    let mut query = book.sql().prepare_cached(
        "SELECT c.id, c.partner, c.month, o.bucket, o.reason, c.currency, c.energy_e6,
                c.stated_excl_e6, r.difference_e6
         FROM decision_cdr i JOIN cdr c ON c.id = i.cdr JOIN outcome o ON o.cdr = c.id
         LEFT JOIN replay r ON r.cdr = c.id WHERE i.decision = ?1 ORDER BY c.id",
    )?;
    let mut rows = query.query([seq])?;
    let mut weights = Vec::new();
    while let Some(row) = rows.next()? {
        weights.push(weight_of(row)?);
    }
    let mut keys: Vec<Key> = weights.iter().map(|weight: &Weight| weight.key).collect();
    let mut query = book.sql().prepare_cached(
        "SELECT DISTINCT s.partner, s.month FROM decision_session i
         JOIN session s ON s.id = i.session WHERE i.decision = ?1",
    )?;
    let mut rows = query.query([seq])?;
    while let Some(row) = rows.next()? {
        keys.push((row.get(0)?, month(row.get(1)?)?));
    }
    keys.sort_unstable();
    keys.dedup();
    Ok((weights, keys))
}
