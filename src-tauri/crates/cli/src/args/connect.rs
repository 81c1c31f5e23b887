//! What `connect` and `pull` are told.

use std::path::PathBuf;

use chrono::{DateTime, NaiveDate, Utc};
use clap::Args as Group;
use domain::{OcpiVersion, PartyKey};
use office::connections::{Module, SentAs};

/// A connection to a partner's server.
#[derive(Debug, Group)]
#[command(group = clap::ArgGroup::new("token").required(true).multiple(false))]
pub struct Connect {
    /// The partner, e.g. NL-ABC
    pub partner: PartyKey,
    /// The address of the partner's versions list
    #[arg(long, value_name = "VERSIONS_URL")]
    pub url: String,
    /// Read the token from standard input
    #[arg(long, group = "token")]
    pub token_stdin: bool,
    /// Read the token from this environment variable
    #[arg(long, group = "token", value_name = "NAME")]
    pub token_env: Option<String>,
    /// The version to speak [default: the highest in common]
    #[arg(long, value_name = "VERSION")]
    pub ocpi: Option<OcpiVersion>,
    /// How the token is sent
    #[arg(long, value_name = "auto|plain|base64", default_value = "auto", value_parser = sent_as)]
    pub token_as: SentAs,
    /// A PEM file with one more authority that is trusted for this partner
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// One more address of the partner that the token may go to
    #[arg(long, value_name = "URL")]
    pub allow_host: Vec<String>,
    /// Allow plain http: anybody on the way can then read the token
    #[arg(long)]
    pub allow_http: bool,
}

/// What is pulled.
#[derive(Debug, Group)]
pub struct Pull {
    /// The partners [default: all that are connected]
    pub partners: Vec<PartyKey>,
    /// Only these lists
    #[arg(
        long,
        value_delimiter = ',',
        value_name = "cdrs,sessions,tariffs,locations,tokens"
    )]
    pub modules: Vec<Module>,
    /// What was updated from this day on, instead of since the last pull
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub since: Option<DateTime<Utc>>,
}

fn sent_as(text: &str) -> Result<SentAs, String> {
    match text {
        "auto" => Ok(SentAs::Auto),
        "plain" => Ok(SentAs::Plain),
        "base64" => Ok(SentAs::Base64),
        _ => Err("it is auto, plain or base64".to_owned()),
    }
}

/// A day, from its begin in UTC, or an instant.
fn day(text: &str) -> Result<DateTime<Utc>, String> {
    let of_day = |date: NaiveDate| date.and_hms_opt(0, 0, 0).map(|midnight| midnight.and_utc());
    let day = text.parse::<NaiveDate>().ok().and_then(of_day);
    let instant = || text.parse::<DateTime<Utc>>().ok();
    day.or_else(instant)
        .ok_or_else(|| "a day is 2026-09-01".to_owned())
}
