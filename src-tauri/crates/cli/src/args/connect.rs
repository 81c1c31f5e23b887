//! What `connect` and `pull` are told.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use clap::Args as Group;
use domain::{OcpiVersion, PartyKey};
use office::connections::Module;

/// A connection to a partner's server.
#[derive(Debug, Group)]
#[command(group = clap::ArgGroup::new("token").multiple(false))]
#[allow(clippy::struct_excessive_bools)] // each is a flag of the command line
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
    #[arg(long, value_name = "HOW", default_value = "auto",
          value_parser = ["auto", "plain", "base64"])]
    pub token_as: String,
    /// A PEM file with one more authority that is trusted for this partner
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
    /// One more address of the partner that the token may go to
    #[arg(long, value_name = "URL")]
    pub allow_host: Vec<String>,
    /// Allow plain http: anybody on the way can then read the token
    #[arg(long)]
    pub allow_http: bool,
    /// Allow addresses inside a private network: the partner is reached over a VPN
    #[arg(long)]
    pub allow_private: bool,
    /// The address of a list, where the versions list cannot be asked: cdrs=URL, or
    /// cdrs:receiver=URL where the partner takes ours. Needs --ocpi
    #[arg(long, value_name = "LIST=URL", requires = "ocpi", value_parser = endpoint)]
    pub endpoint: Vec<(String, String)>,
    /// Register: the token is one for registering, and others take its place
    #[arg(long, requires = "our_url")]
    pub register: bool,
    /// Register again: new tokens take the place of those that hold
    #[arg(long, requires = "our_url", conflicts_with_all = ["register", "token"])]
    pub renew: bool,
    /// The address of our versions list as the partner sees it, while we register
    #[arg(long, value_name = "URL")]
    pub our_url: Option<String>,
    /// Where this machine listens while we register
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8780")]
    pub listen: String,
    /// Hours between pulls while the app is open; 0 for pulls by hand only
    #[arg(long, value_name = "HOURS", default_value_t = 24)]
    pub every: u32,
    /// What was updated from this day on is pulled first [default: everything]
    #[arg(long, value_name = "DATE")]
    pub since: Option<String>,
}

/// The end of a connection.
#[derive(Debug, Group)]
pub struct Disconnect {
    /// The partner
    pub partner: PartyKey,
    /// Forget the token even if the partner cannot be told
    #[arg(long)]
    pub forget: bool,
}

/// What is sent.
#[derive(Debug, Group)]
pub struct Push {
    /// The partner
    pub partner: PartyKey,
    /// The month of the CDRs and sessions, e.g. 2026-09
    #[arg(long, value_name = "MONTH")]
    pub month: String,
    /// Which lists [default: cdrs]
    #[arg(long, value_delimiter = ',', value_name = "cdrs,sessions,tariffs")]
    pub modules: Vec<Module>,
    /// Send again what was refused, and what may or may not have arrived
    #[arg(long)]
    pub resend: bool,
    /// Say how far each CDR is, and send nothing
    #[arg(long)]
    pub list: bool,
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

fn endpoint(text: &str) -> Result<(String, String), String> {
    let parts = text.split_once('=');
    let (list, url) = parts.ok_or("it is LIST=URL, e.g. cdrs=https://ocpi.example.com/cdrs")?;
    let name = list.strip_suffix(":receiver").unwrap_or(list);
    name.parse::<Module>()?;
    Ok((list.to_owned(), url.to_owned()))
}

fn day(text: &str) -> Result<DateTime<Utc>, String> {
    office::connections::day(text).map_err(|_| "a day is 2026-09-01".to_owned())
}
