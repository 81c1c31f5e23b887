//! What `export` is told.

use std::path::PathBuf;

use clap::{Args as Group, Subcommand};
use domain::{BillingMonth, OcpiVersion, PartyKey};

/// What is written.
#[derive(Debug, Subcommand)]
pub enum Export {
    /// Which CDRs our issued invoices cover, as invoice reconciliation records
    ReconciliationRecord(Which),
}

/// Of whom and when.
#[derive(Debug, Group)]
pub struct Which {
    /// The version of the partner; a record is the same for all
    #[arg(long, value_name = "VERSION")]
    pub ocpi: OcpiVersion,
    /// The partner [default: all]
    #[arg(long)]
    pub partner: Option<PartyKey>,
    /// The month [default: all]
    #[arg(long)]
    pub month: Option<BillingMonth>,
    /// The file to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}
