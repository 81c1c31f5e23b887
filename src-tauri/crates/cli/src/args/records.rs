//! What `export` is told.

use std::path::PathBuf;

use clap::{Args as Group, Subcommand, ValueEnum};
use domain::{BillingMonth, OcpiVersion, PartyKey};

/// What is written.
#[derive(Debug, Subcommand)]
pub enum Export {
    /// CDRs, as OCPI JSON or as a table of those that match
    Cdrs(Box<Cdrs>),
    /// Sessions as they were reported last
    Sessions(Which),
    /// The newest version of each tariff
    Tariffs(Undated),
    /// The newest version of each location
    Locations(Locations),
    /// The newest version of each token
    Tokens(Undated),
    /// Which CDRs our issued invoices cover, as invoice reconciliation records
    ReconciliationRecord(Which),
}

/// Where it goes and in which form.
#[derive(Clone, Debug, Group)]
pub struct To {
    /// The file to write, there when it is whole [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// One JSON object a line instead of a list
    #[arg(long)]
    pub ndjson: bool,
}

/// Of whom and when.
#[derive(Debug, Group)]
pub struct Which {
    /// The version of the partner; a reconciliation record is the same for all
    #[arg(long, value_name = "VERSION")]
    pub ocpi: OcpiVersion,
    /// The partner [default: all]
    #[arg(long)]
    pub partner: Option<PartyKey>,
    /// The month [default: all]
    #[arg(long)]
    pub month: Option<BillingMonth>,
    /// Where to
    #[command(flatten)]
    pub to: To,
}

/// Of whom.
#[derive(Debug, Group)]
pub struct Undated {
    /// The version of the partner
    #[arg(long, value_name = "VERSION")]
    pub ocpi: OcpiVersion,
    /// The owner [default: all]
    #[arg(long)]
    pub partner: Option<PartyKey>,
    /// Where to
    #[command(flatten)]
    pub to: To,
}

/// Which locations.
#[derive(Debug, Group)]
pub struct Locations {
    /// Of whom
    #[command(flatten)]
    pub of: Undated,
    /// Whether those are published that do not say so themselves, as 2.1.1 does not
    #[arg(long)]
    pub publish: Option<bool>,
}

/// How a table of CDRs is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Table {
    /// Separated text
    Csv,
    /// A workbook
    Xlsx,
}

/// Which CDRs.
#[derive(Debug, Group)]
pub struct Cdrs {
    /// The version of the partner
    #[arg(long, value_name = "VERSION", required_unless_present = "table")]
    pub ocpi: Option<OcpiVersion>,
    /// The partner [default: all]
    #[arg(long)]
    pub partner: Option<PartyKey>,
    /// The month [default: all]
    #[arg(long)]
    pub month: Option<BillingMonth>,
    /// A table as the list shows it, instead of OCPI JSON
    #[arg(long, value_enum, conflicts_with_all = ["ocpi", "ndjson"])]
    pub table: Option<Table>,
    /// Only these
    #[command(flatten)]
    pub filter: Filter,
    /// Where to
    #[command(flatten)]
    pub to: To,
}

/// Conditions on CDRs; all that are given must hold.
#[derive(Debug, Group)]
pub struct Filter {
    /// In one of these buckets, e.g. differs
    #[arg(long, value_name = "BUCKET")]
    pub bucket: Vec<String>,
    /// With one of these verdicts: matches, differs, not_priced
    #[arg(long, value_name = "VERDICT")]
    pub verdict: Vec<String>,
    /// With a difference above this, either way
    #[arg(long, value_name = "AMOUNT")]
    pub difference_above: Option<String>,
    /// With this finding
    #[arg(long, value_name = "CODE")]
    pub finding: Option<String>,
    /// At this EVSE, with * at either end
    #[arg(long, value_name = "ID")]
    pub evse: Option<String>,
    /// In this currency
    #[arg(long)]
    pub currency: Option<String>,
    /// Only credit CDRs, or only others
    #[arg(long)]
    pub credit: Option<bool>,
    /// Of this import
    #[arg(long, value_name = "ID")]
    pub import: Option<u32>,
    /// With this in an id, contract or place
    #[arg(long)]
    pub text: Option<String>,
}
