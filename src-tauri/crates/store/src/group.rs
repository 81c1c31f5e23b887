//! What several questions about a month ask alike, as SQL: which group of causes a record is in,
//! and whether a CDR has a finding.

use domain::Bucket;

/// The key of the group of causes that the outcome `o` is in: its cause, `unexplained`, or
/// `reason:` and the word; NULL where it needs no person. `cause` is where the cause is, `NULL` for
/// sessions.
pub(crate) fn key(cause: &str) -> String {
    let open = Bucket::ALL.iter().filter(|bucket| bucket.needs_a_person());
    let open: Vec<String> = open.map(|bucket| bucket.number().to_string()).collect();
    let open = open.join(", ");
    format!(
        "CASE WHEN o.bucket NOT IN ({open}) THEN NULL WHEN {cause} IS NOT NULL THEN {cause}
              WHEN o.reason = 'total_differs' THEN 'unexplained' ELSE 'reason:' || o.reason END"
    )
}

/// Whether the CDR `c` with the replay `r` has a finding, of reading, replay, reconciling, or whose
/// figures count; `code` is the parameter that names it.
pub(crate) fn has_finding(code: &str) -> String {
    format!(
        "(instr(' ' || r.codes || ' ', ' ' || {code} || ' ') > 0
          OR EXISTS (SELECT 1 FROM oddity y WHERE y.cdr = c.id AND y.code = {code})
          OR EXISTS (SELECT 1 FROM finding f
                     WHERE f.kind = 'cdr' AND f.record = c.id AND f.code = {code})
          OR EXISTS (SELECT 1 FROM truth t WHERE t.cdr = c.id
                     AND instr(' ' || t.codes || ' ', ' ' || {code} || ' ') > 0))"
    )
}
