//! `tariff`: its arguments.

use std::path::PathBuf;

use clap::{Args as Group, Subcommand, ValueEnum};
use domain::{Decimal, OcpiVersion, Tz};
use office::tariffs::{ExplainedTo, SpokenLanguage};

/// What to do with a tariff.
#[derive(Debug, Subcommand)]
pub enum Tariff {
    /// A tariff in words; with two files, what changed
    Explain {
        /// The tariff, and a later version of it
        #[arg(value_name = "FILE", required = true, num_args = 1..=2)]
        files: Vec<PathBuf>,
        /// How to read and tell it
        #[command(flatten)]
        common: Common,
    },
    /// Its faults
    Lint {
        /// The tariff
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// How to read and tell it
        #[command(flatten)]
        common: Common,
    },
    /// A made-up session's price
    Try(Box<Try>),
}

/// How a tariff is read and told.
#[derive(Debug, Group)]
pub struct Common {
    /// Zone of the location [default: the zone of the owner's country]
    #[arg(long)]
    pub time_zone: Option<Tz>,
    /// Language of the sentences
    #[arg(long, value_enum, default_value = "en")]
    pub language: Language,
    /// Version of a tariff that does not show its own
    #[arg(long, value_name = "VERSION")]
    pub ocpi: Option<OcpiVersion>,
}

/// A made-up session: two of minutes (or end), kwh and power.
#[derive(Debug, Group)]
pub struct Try {
    /// The tariff
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// When it begins: RFC 3339, or 2026-09-03T18:00 on the location's clock
    #[arg(long, value_name = "TIME")]
    pub start: String,
    /// Minutes of charging
    #[arg(long, conflicts_with = "end")]
    pub minutes: Option<u32>,
    /// When the vehicle leaves
    #[arg(long, value_name = "TIME")]
    pub end: Option<String>,
    /// Energy
    #[arg(long)]
    pub kwh: Option<Decimal>,
    /// Power while charging, kW
    #[arg(long, value_name = "KW")]
    pub power: Option<Decimal>,
    /// Minutes of parking after charging
    #[arg(long, default_value_t = 0)]
    pub parking_minutes: u32,
    /// Who the explanation is for
    #[arg(long, value_enum, default_value = "partner")]
    pub reader: Reader,
    /// A reading, e.g. rounding=per_total,2,half_up
    #[arg(long, value_name = "KEY=VALUE", num_args = 1..)]
    pub policy: Vec<String>,
    /// How to read and tell it
    #[command(flatten)]
    pub common: Common,
}

/// Languages of sentences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "lower")]
pub enum Language {
    /// English
    En,
    /// Dutch
    Nl,
    /// German
    De,
    /// French
    Fr,
}

impl From<Language> for SpokenLanguage {
    fn from(language: Language) -> SpokenLanguage {
        match language {
            Language::En => SpokenLanguage::English,
            Language::Nl => SpokenLanguage::Dutch,
            Language::De => SpokenLanguage::German,
            Language::Fr => SpokenLanguage::French,
        }
    }
}

/// Who an explanation is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Reader {
    /// Short
    Driver,
    /// Which element, why no other, steps and roundings
    Partner,
    /// Every figure unrounded
    Auditor,
}

impl From<Reader> for ExplainedTo {
    fn from(reader: Reader) -> ExplainedTo {
        match reader {
            Reader::Driver => ExplainedTo::Driver,
            Reader::Partner => ExplainedTo::Partner,
            Reader::Auditor => ExplainedTo::Auditor,
        }
    }
}
