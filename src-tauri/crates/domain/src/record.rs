//! The invoice reconciliation record: which CDRs an invoice covers (Invoice Reconciliation, 2.3.0).

use serde::{Deserialize, Serialize};

use crate::identity::{OcpiId, PartyKey};
use crate::time::Instant;

/// Says which CDRs an invoice covers. It holds no amounts: whoever receives it adds up the CDRs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceRecord {
    /// The party that issued the invoice; it owns the record.
    pub party: PartyKey,
    /// The owner's id for the record.
    pub id: OcpiId,
    /// The invoice's number.
    pub invoice_id: String,
    /// The CDRs it covers, each once, in the order given. Nothing else decides what is covered.
    pub cdrs: Vec<OcpiId>,
    /// When the owner last changed it.
    pub last_updated: Instant,
}
