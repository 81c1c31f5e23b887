//! What `dispute`, `hold`, `exclude`, `link` and `unlink` are told.

use clap::{Args as Group, Subcommand};
use domain::PartyKey;

use super::PartnerMonth;

/// What to do about cases.
#[derive(Debug, Subcommand)]
pub enum Dispute {
    /// Open one case about CDRs of a partner-month, or about all that one cause explains
    Open(Decide),
    /// Every case, the newest first
    List,
}

/// What a decision is about, and why.
#[derive(Debug, Group)]
pub struct Decide {
    /// Which
    #[command(flatten)]
    pub of: PartnerMonth,
    /// These CDRs, by OCPI id
    #[arg(long, value_name = "ID", required_unless_present = "cause")]
    pub cdr: Vec<String>,
    /// What these groups of causes hold, by key: policy:step_mode=per_period, reason:no_session,
    /// unexplained
    #[arg(long, value_name = "KEY")]
    pub cause: Vec<String>,
    /// Why
    #[arg(long)]
    pub reason: String,
}

/// Putting aside.
#[derive(Debug, Group)]
pub struct Hold {
    /// What and why
    #[command(flatten)]
    pub what: Decide,
    /// Until this day begins at the partner, e.g. 2026-10-15 [default: until it is undone]
    #[arg(long, value_name = "DAY")]
    pub until: Option<String>,
}

/// Tying a CDR to a session.
#[derive(Debug, Group)]
pub struct Link {
    /// What and why
    #[command(flatten)]
    pub what: Unlink,
    /// The session, by OCPI id
    #[arg(long, value_name = "ID")]
    pub session: String,
}

/// Taking a CDR from its session.
#[derive(Debug, Group)]
pub struct Unlink {
    /// The partner, e.g. NL-ABC
    pub partner: PartyKey,
    /// The CDR, by OCPI id
    #[arg(long, value_name = "ID")]
    pub cdr: String,
    /// Why
    #[arg(long)]
    pub reason: String,
}
