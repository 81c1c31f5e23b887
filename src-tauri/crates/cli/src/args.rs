//! The command line: names that scripts rely on.

pub mod check;
pub mod connect;
pub mod decide;
pub mod records;
pub mod tariff;

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::{Args as Group, Parser, Subcommand, ValueEnum};
use domain::{BillingMonth, Currency, OcpiVersion, PartyKey, Tz};

/// Replays, reconciles and settles the charging records of electric-vehicle roaming.
#[derive(Debug, Parser)]
#[command(
    name = "tallywatt",
    version,
    propagate_version = true,
    max_term_width = 100
)]
pub struct Args {
    /// The file that holds one company's data [default: the user's data folder]
    #[arg(long, global = true, env = "TALLYWATT_BOOK", value_name = "FILE")]
    pub book: Option<PathBuf>,
    /// Print exactly one JSON document
    #[arg(long, global = true)]
    pub json: bool,
    /// Who decides [default: the system's user]
    #[arg(long, global = true, value_name = "NAME")]
    pub actor: Option<String>,
    /// The clock, for repeatable runs
    #[arg(long, global = true, value_name = "RFC3339")]
    pub now: Option<DateTime<Utc>>,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a book
    Init(Init),
    /// Make a demo book and run the whole monthly close on it
    Demo {
        /// Where the book and the invoices go
        #[arg(long, value_name = "DIR", default_value = "demo")]
        out: PathBuf,
    },
    /// Partners and their agreements
    #[command(subcommand)]
    Partner(Partner),
    /// Bring in OCPI JSON and spreadsheets; format and kind are recognised
    Import(Import),
    /// How the spreadsheets of a partner are read
    #[command(subcommand)]
    Template(Template),
    /// Check the connection to a partner's server step by step, and keep it
    Connect(connect::Connect),
    /// Pull what partners' servers have that is new; goes on where it was left
    Pull(connect::Pull),
    /// Send our records to a partner that takes them, each CDR exactly once
    Push(connect::Push),
    /// End a connection: the registration, if there is one, and the token
    Disconnect(connect::Disconnect),
    /// Write what the book holds as OCPI JSON, or CDRs as a table
    #[command(subcommand)]
    Export(records::Export),
    /// A partner's invoice reconciliation records, each beside the CDRs that it lists
    Records {
        /// The partner, e.g. NL-ABC
        partner: PartyKey,
    },
    /// Price CDRs and sessions without a book
    Price(Price),
    /// A tariff in words, its faults, a made-up session's price
    #[command(subcommand)]
    Tariff(tariff::Tariff),
    /// Price a partner-month again with today's facts and policy; keeps the earlier results
    Replay(Replay),
    /// Put every CDR and session of a partner-month in exactly one bucket
    Reconcile {
        /// Which
        #[command(flatten)]
        of: PartnerMonth,
        /// Name every outcome
        #[arg(long)]
        list: bool,
        /// Compare what the partner says it billed with the CDRs, line by line
        #[arg(long, conflicts_with = "list")]
        statement: bool,
    },
    /// Compare a partner's own figures of the same sessions with ours, field by field
    CheckPartner(check::CheckPartner),
    /// Write CDRs with our computed totals, for the partner to compare
    Sample(check::Sample),
    /// Accept the differences of CDRs
    Accept(Accept),
    /// Cases: what is disputed with partners
    #[command(subcommand)]
    Dispute(decide::Dispute),
    /// Put CDRs aside, until a day or until that is undone
    Hold(decide::Hold),
    /// Rule CDRs out: they bill nothing
    Exclude(decide::Decide),
    /// Tie a CDR to the session it belongs to
    Link(decide::Link),
    /// Say that a CDR belongs to none of our sessions
    Unlink(decide::Unlink),
    /// Take a decision back by its opposite
    Undo {
        /// Its number in the log
        decision: u32,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Settlement: drafts, issued documents, their files
    #[command(subcommand)]
    Invoice(Invoice),
    /// The log of decisions
    #[command(subcommand)]
    Audit(Audit),
    /// Check the book: file, chain of decisions, numbering, imported bytes
    Check,
}

/// A partner and a month.
#[derive(Clone, Debug, Group)]
pub struct PartnerMonth {
    /// The partner, e.g. NL-ABC
    pub partner: PartyKey,
    /// The month, e.g. 2026-09
    pub month: BillingMonth,
}

/// A partner-month priced again.
#[derive(Clone, Debug, Group)]
pub struct Replay {
    /// Which
    #[command(flatten)]
    pub of: PartnerMonth,
    /// Why
    #[arg(long, default_value = "")]
    pub reason: String,
    /// Say what would change, and keep nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Write every change into a workbook
    #[arg(long, value_name = "OUT.xlsx")]
    pub changes: Option<PathBuf>,
}

/// Company data, as far as given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Group)]
pub struct CompanyArgs {
    /// Legal name
    #[arg(long)]
    pub name: Option<String>,
    /// VAT id with its country prefix
    #[arg(long)]
    pub vat_id: Option<String>,
    /// Street and number, postal code and city: "Kade 1, 3511 AA Utrecht"
    #[arg(long)]
    pub address: Option<String>,
    /// Account for payments
    #[arg(long)]
    pub iban: Option<String>,
    /// Its bank
    #[arg(long)]
    pub bic: Option<String>,
    /// Address for questions
    #[arg(long)]
    pub email: Option<String>,
}

/// Which side of roaming a party is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Role {
    /// Runs chargers
    Cpo,
    /// Has drivers
    Emsp,
    /// Both
    Both,
}

impl Role {
    /// The stable text.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Cpo => "cpo",
            Role::Emsp => "emsp",
            Role::Both => "both",
        }
    }
}

/// A new book.
#[derive(Debug, Group)]
pub struct Init {
    /// Our party, e.g. NL-TAL
    #[arg(long)]
    pub party: PartyKey,
    /// What we are
    #[arg(long)]
    pub role: Role,
    /// Currency a new partner starts with
    #[arg(long)]
    pub currency: Currency,
    /// Our company
    #[command(flatten)]
    pub company: CompanyArgs,
}

/// What to do about partners.
#[derive(Debug, Subcommand)]
pub enum Partner {
    /// Add a partner
    Add(PartnerArgs),
    /// Change a partner
    Set(PartnerArgs),
    /// Every partner
    List,
    /// One partner
    Show {
        /// The partner, e.g. NL-ABC
        partner: PartyKey,
    },
}

/// A partner's data, as far as given.
#[derive(Debug, Group)]
pub struct PartnerArgs {
    /// The partner, e.g. NL-ABC
    pub partner: PartyKey,
    /// Its company
    #[command(flatten)]
    pub company: CompanyArgs,
    /// What it is: a CPO bills us, we bill an eMSP
    #[arg(long)]
    pub role: Option<Role>,
    /// Currency its CDRs are usually in
    #[arg(long)]
    pub currency: Option<Currency>,
    /// Zone of its months
    #[arg(long)]
    pub time_zone: Option<Tz>,
    /// A reading, e.g. rounding=per_total,2,half_up
    #[arg(long, value_name = "KEY=VALUE", num_args = 1..)]
    pub policy: Vec<String>,
    /// Whose energy, start or end counts, in this order: signed, meter, session, cdr;
    /// e.g. energy=signed,meter
    #[arg(long, value_name = "FIGURE=SOURCES", num_args = 1..)]
    pub truth: Vec<String>,
    /// Days from issue to due
    #[arg(long)]
    pub due_days: Option<u16>,
    /// Largest difference per CDR that counts as equal
    #[arg(long)]
    pub tolerance: Option<domain::Decimal>,
    /// Whether it sends sessions
    #[arg(long)]
    pub sends_sessions: Option<bool>,
    /// Whether the buyer resells electricity
    #[arg(long)]
    pub taxable_dealer: Option<bool>,
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// Whatever is recognised
    Auto,
    /// Charge detail records
    Cdrs,
    /// Sessions
    Sessions,
    /// Tariffs
    Tariffs,
    /// Locations
    Locations,
    /// Tokens
    Tokens,
    /// What a partner says it billed, as a spreadsheet
    Statement,
    /// What chargers recorded: OCPP logs and tables
    Transactions,
}

impl Kind {
    /// The stable text.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Auto => "auto",
            Kind::Cdrs => "cdrs",
            Kind::Sessions => "sessions",
            Kind::Tariffs => "tariffs",
            Kind::Locations => "locations",
            Kind::Tokens => "tokens",
            Kind::Statement => "statement",
            Kind::Transactions => "transactions",
        }
    }
}

/// Files to bring in.
#[derive(Debug, Group)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Import {
    /// What to do instead
    #[command(subcommand)]
    pub act: Option<ImportAct>,
    /// The files
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Whose they are, where they do not tell
    #[arg(long)]
    pub partner: Option<PartyKey>,
    /// What they must hold
    #[arg(long, value_enum, default_value = "auto")]
    pub kind: Kind,
    /// Say what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Read spreadsheets by this template of the partner [default: the one that fits]
    #[arg(long, value_name = "NAME")]
    pub template: Option<String>,
    /// How to read spreadsheets, e.g. date_order=day_first or column@Kosten=net
    #[arg(long, value_name = "WHAT[@COLUMN]=VALUE")]
    pub set: Vec<String>,
    /// Keep how the spreadsheet is read as this template of the partner
    #[arg(long, value_name = "NAME", conflicts_with = "dry_run")]
    pub keep_template: Option<String>,
    /// Write records that cannot be read to this xlsx, with what is wrong and how to fix it
    #[arg(long, value_name = "OUT.xlsx", conflicts_with = "dry_run")]
    pub rejects: Option<PathBuf>,
}

/// How the spreadsheets of a partner are read.
#[derive(Debug, Subcommand)]
pub enum Template {
    /// The templates of a partner
    List {
        /// The partner, e.g. NL-ABC
        partner: PartyKey,
    },
    /// One as a JSON document that `put` takes
    Show {
        /// The partner, e.g. NL-ABC
        partner: PartyKey,
        /// Its name
        name: String,
    },
    /// The versions of one, the newest first
    Versions {
        /// The partner, e.g. NL-ABC
        partner: PartyKey,
        /// Its name
        name: String,
    },
    /// Keep one that `show` wrote
    Put {
        /// The partner, e.g. NL-ABC
        partner: PartyKey,
        /// The document
        file: PathBuf,
    },
    /// Read no more files by one
    Remove {
        /// The partner, e.g. NL-ABC
        partner: PartyKey,
        /// Its name
        name: String,
    },
}

/// What can be done with an import that is in the book.
#[derive(Debug, Subcommand)]
pub enum ImportAct {
    /// Take an import back: what it brought counts no more
    Undo {
        /// Its number
        id: u32,
        /// Why
        #[arg(long, default_value = "")]
        reason: String,
    },
}

/// Pricing without a book.
#[derive(Debug, Group)]
pub struct Price {
    /// OCPI CDRs, or sessions, which `--tariff` prices
    #[arg(long, value_name = "FILE", required_unless_present = "samples")]
    pub cdr: Option<PathBuf>,
    /// Tariffs that stand in for those inside the CDRs
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub tariff: Vec<PathBuf>,
    /// Sample sessions, each with its tariffs, zone, policy and what is expected of it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["cdr", "tariff"])]
    pub samples: Option<PathBuf>,
    /// Version of records that do not show theirs
    #[arg(long, value_name = "VERSION")]
    pub ocpi: Option<OcpiVersion>,
    /// Zone of the restrictions
    #[arg(long)]
    pub time_zone: Option<Tz>,
    /// A reading, e.g. rounding=per_total,2,half_up
    #[arg(long, value_name = "KEY=VALUE", num_args = 1..)]
    pub policy: Vec<String>,
    /// One JSON document per CDR and line
    #[arg(long)]
    pub ndjson: bool,
}

/// Accepting differences.
#[derive(Debug, Group)]
pub struct Accept {
    /// Which
    #[command(flatten)]
    pub of: PartnerMonth,
    /// Only these CDRs, by OCPI id
    #[arg(long, value_name = "ID")]
    pub cdr: Vec<String>,
    /// Only these buckets
    #[arg(long, value_name = "BUCKET", default_value = "differs")]
    pub bucket: Vec<String>,
    /// Why
    #[arg(long)]
    pub reason: String,
}

/// What to do about invoices.
#[derive(Debug, Subcommand)]
pub enum Invoice {
    /// Make drafts of what is matched or accepted
    Draft(PartnerMonth),
    /// Drafts and issued documents
    List(PartnerMaybeMonth),
    /// Documents with their lines
    Show(PartnerMonth),
    /// Issue the drafts
    Issue(PartnerMonth),
    /// Write the files of issued documents
    Export {
        /// Which
        #[command(flatten)]
        of: PartnerMonth,
        /// Where to
        #[arg(long, value_name = "DIR", default_value = ".")]
        out: PathBuf,
    },
}

/// A partner and a month, either of which may be left out.
#[derive(Clone, Debug, Group)]
pub struct PartnerMaybeMonth {
    /// The partner, e.g. NL-ABC
    pub partner: Option<PartyKey>,
    /// The month, e.g. 2026-09
    pub month: Option<BillingMonth>,
}

/// What to do about the log.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Decisions, newest first
    List {
        /// Only before this one
        #[arg(long)]
        before: Option<u32>,
        /// At most so many
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
    /// Walk the hash chain
    Verify,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Args::command().debug_assert();
    }

    #[test]
    fn partners_are_read_without_regard_to_case() {
        let read = Args::try_parse_from(["tallywatt", "reconcile", "nl-abc", "2026-09"]).unwrap();
        let Command::Reconcile { of, .. } = read.command else {
            panic!("{read:?}")
        };
        assert_eq!(of.partner.to_string(), "NL-ABC");
    }
}
