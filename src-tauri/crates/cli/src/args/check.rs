//! What `check-partner` and `sample` are told.

use std::path::PathBuf;

use clap::Args as Group;
use domain::{BillingMonth, OcpiVersion, PartyKey};

use super::PartnerMonth;

/// A partner's own figures.
#[derive(Debug, Group)]
pub struct CheckPartner {
    /// The partner, e.g. NL-ABC
    pub partner: PartyKey,
    /// Their CDRs, as OCPI JSON or a spreadsheet; nothing of it is kept
    pub file: PathBuf,
    /// The month that the file covers: CDRs that it lacks are listed then [default: it is a sample]
    #[arg(long)]
    pub month: Option<BillingMonth>,
    /// Write the report with every record as a workbook
    #[arg(long, value_name = "OUT")]
    pub xlsx: Option<PathBuf>,
    /// Write the report as a PDF
    #[arg(long, value_name = "OUT")]
    pub pdf: Option<PathBuf>,
    /// Read a spreadsheet by this template of the partner [default: the one that fits]
    #[arg(long, value_name = "NAME")]
    pub template: Option<String>,
    /// How to read a spreadsheet, e.g. date_order=day_first or column@Kosten=net
    #[arg(long, value_name = "WHAT[@COLUMN]=VALUE")]
    pub set: Vec<String>,
}

/// Some CDRs of a month with our totals.
#[derive(Debug, Group)]
pub struct Sample {
    /// Which
    #[command(flatten)]
    pub of: PartnerMonth,
    /// The file to write, there when it is whole: a workbook where it ends in .xlsx, else OCPI JSON
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// How many, spread over the month
    #[arg(long, value_name = "N", default_value_t = 50,
        value_parser = clap::value_parser!(u32).range(1..))]
    pub count: u32,
    /// The version of the partner [default: 2.2.1]
    #[arg(long, value_name = "VERSION")]
    pub ocpi: Option<OcpiVersion>,
}
