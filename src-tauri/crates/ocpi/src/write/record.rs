//! Invoice reconciliation records (2.3.0, Invoice Reconciliation).

use domain::OcpiId;
use domain::record::InvoiceRecord;

use super::out::{Need, Object};
use crate::record::{ID_MAX, INVOICE_ID_MAX};

/// Writes a record.
pub(super) fn members(object: &mut Object<'_, '_>, record: &InvoiceRecord) {
    object.party(Some(&record.party));
    object.id("id", Some(&record.id), ID_MAX, Need::Must);
    let invoice = Some(record.invoice_id.as_str());
    object.text("invoice_id", invoice, INVOICE_ID_MAX, Need::Must);
    let cdrs = record.cdrs.iter().map(OcpiId::as_str);
    object.texts("cdrs", cdrs, ID_MAX, Need::Must);
    object.instant("last_updated", Some(record.last_updated), Need::Must);
}
