//! Invoice reconciliation records (2.3.0 edition 2, Invoice Reconciliation).
//!
//! A record says which CDRs an invoice covers, and carries no amounts: whether they agree with the
//! invoice is found by adding up the CDRs themselves.

use std::collections::HashSet;

use domain::record::InvoiceRecord;
use domain::{FindingCode, OcpiId, Severity};

use crate::fields::{Members, fields};
use crate::json::Value;
use crate::owner;
use crate::path::Path;
use crate::report::Report;
use crate::take::Need;

/// Longest id of a record, and of a CDR in it. A credit CDR's own id may have 39.
pub(crate) const ID_MAX: usize = 36;

/// Longest invoice number.
pub(crate) const INVOICE_ID_MAX: usize = 255;

fields! {
    /// InvoiceReconciliationRecord.
    RECORD: RecordField {
        CountryCode = "country_code",
        PartyId = "party_id",
        Id = "id",
        InvoiceId = "invoice_id",
        Cdrs = "cdrs",
        LastUpdated = "last_updated",
    }
}

/// Whether the object is such a record: no other has either of the two fields.
pub(crate) fn is_record(value: Value<'_>) -> bool {
    let mut unheard = Report::new(domain::OcpiVersion::V230, None);
    let members = Members::of(value, &RECORD, Path::Record, &mut unheard);
    members.has(RecordField::InvoiceId) && members.has(RecordField::Cdrs)
}

/// Reads a record.
pub(crate) fn record(value: Value<'_>, report: &mut Report) -> Option<InvoiceRecord> {
    use RecordField as Field;
    let value = report.object(value, Need::Key, Path::Record)?;
    let members = Members::of(value, &RECORD, Path::Record, report);
    let at = &members;
    let party = owner::needed(at, report, Field::CountryCode, Field::PartyId);
    let id = at.id(report, Field::Id, ID_MAX, Need::Key);
    let invoice_id = at.string(report, Field::InvoiceId, INVOICE_ID_MAX, Need::Key);
    let cdrs = cdrs(at, report);
    let last_updated = at.instant(report, Field::LastUpdated, Need::Key);
    Some(InvoiceRecord {
        party: party?,
        id: id?,
        invoice_id: invoice_id?,
        cdrs,
        last_updated: last_updated?,
    })
}

/// The CDRs in the order sent. One that is named again is kept once, because it is paid once.
fn cdrs<const N: usize>(members: &Members<'_, '_, N>, report: &mut Report) -> Vec<OcpiId> {
    let list = members.path(RecordField::Cdrs);
    let mut seen = HashSet::new();
    let mut cdrs = Vec::with_capacity(members.length(RecordField::Cdrs));
    for (index, value) in members
        .list(report, RecordField::Cdrs, Need::Must)
        .enumerate()
    {
        let path = list.item(index);
        let Some(text) = report.text(value, ID_MAX, Need::Must, path) else {
            continue;
        };
        if text.trim().is_empty() || text == "#NA" {
            report.raise(FindingCode::SchemaMissingField, path);
            continue;
        }
        let id = OcpiId(text.into_owned());
        if !seen.insert(id.clone()) {
            report
                .raise(FindingCode::DuplicateCdr, path)
                .with_severity(Severity::Warning)
                .param("value", id);
            continue;
        }
        cdrs.push(id);
    }
    cdrs
}
