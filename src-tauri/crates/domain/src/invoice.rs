//! The invoice as one frozen value: what is printed, stored and never joined again.

use chrono::{DateTime, FixedOffset, NaiveDate};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::money::Currency;
use crate::party::Company;
use crate::quantity::Kwh;
use crate::time::BillingMonth;

/// VAT category of EN 16931 (UNCL 5305), as far as we use it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum VatCategory {
    /// Standard rated.
    S,
    /// Reverse charge.
    AE,
    /// Outside the scope of VAT.
    O,
}

impl VatCategory {
    /// The code as text.
    pub fn as_str(self) -> &'static str {
        match self {
            VatCategory::S => "S",
            VatCategory::AE => "AE",
            VatCategory::O => "O",
        }
    }
}

/// Which VAT a line bears, and by which rule (INVOICING §2).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct VatTreatment {
    /// Category.
    pub category: VatCategory,
    /// Percent; 0 for AE and O.
    pub rate: Decimal,
    /// The rule that decided, `V1` to `V10`.
    pub rule: String,
}

/// One line: the charging at one location under one VAT treatment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceLine {
    /// From 1.
    pub position: u32,
    /// Location name, or its address where it has none.
    pub location: String,
    /// City and country of the location.
    pub place: String,
    /// How many CDRs.
    pub cdrs: u32,
    /// Energy of these CDRs.
    pub energy: Kwh,
    /// Net, two decimals.
    pub net: Decimal,
    /// VAT treatment.
    pub vat: VatTreatment,
    /// The month of supply of late CDRs, which is before the document's; none on all other lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub late_of: Option<BillingMonth>,
}

/// Base and tax of one VAT category and rate: tax is computed here, once per document (A5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VatGroup {
    /// Category.
    pub category: VatCategory,
    /// Percent.
    pub rate: Decimal,
    /// Sum of the lines' net.
    pub base: Decimal,
    /// Tax, two decimals.
    pub tax: Decimal,
}

/// One CDR in the annex.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnexRow {
    /// CDR id.
    pub cdr_id: String,
    /// Session id, if any.
    pub session_id: Option<String>,
    /// Contract, masked (personal data).
    pub token_masked: String,
    /// Start on the wall clock of the location, with its offset.
    pub start_local: DateTime<FixedOffset>,
    /// End likewise.
    pub end_local: DateTime<FixedOffset>,
    /// Location name.
    pub location: String,
    /// EVSE id.
    pub evse_id: String,
    /// Energy.
    pub energy: Kwh,
    /// Net, two decimals (A3: rounded once, per CDR).
    pub net: Decimal,
    /// VAT rate that applies, percent.
    pub vat_rate: Decimal,
    /// Which invoice line holds it, from 1.
    pub line: u32,
}

/// Who writes the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceKind {
    /// The seller writes it: we are the CPO.
    Invoice,
    /// The buyer writes it in the seller's name (VAT Directive Art. 224): we are the eMSP.
    SelfBilled,
}

/// An invoice, draft or issued. Every figure in it is final at issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// Who writes it.
    pub kind: InvoiceKind,
    /// Number; `None` while a draft.
    pub number: Option<String>,
    /// Date of issue; `None` while a draft.
    pub issued_on: Option<NaiveDate>,
    /// Due date; `None` while a draft.
    pub due_on: Option<NaiveDate>,
    /// Days to pay, printed on drafts too.
    pub due_days: u16,
    /// Who supplies.
    pub seller: Company,
    /// Who is billed.
    pub buyer: Company,
    /// The partner's key on the network, e.g. `NL-ABC`.
    pub partner_key: String,
    /// The month of supply; lines of late CDRs say their own.
    pub month: BillingMonth,
    /// First day of supply.
    pub period_start: NaiveDate,
    /// Last day of supply.
    pub period_end: NaiveDate,
    /// Currency of every amount.
    pub currency: Currency,
    /// Lines per location.
    pub lines: Vec<InvoiceLine>,
    /// Totals per VAT category and rate.
    pub vat_groups: Vec<VatGroup>,
    /// Sum of the lines.
    pub net: Decimal,
    /// Sum of the groups' tax.
    pub vat: Decimal,
    /// Net plus tax.
    pub gross: Decimal,
    /// Texts the law demands, e.g. `Reverse charge`.
    pub notes: Vec<String>,
    /// The CDRs, in time order.
    pub annex: Vec<AnnexRow>,
}
