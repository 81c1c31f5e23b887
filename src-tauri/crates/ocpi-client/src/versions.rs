//! Which versions a partner speaks, and where its modules are (SEMANTICS 2.6, 5.3).

use domain::OcpiVersion;
use reqwest::Url;
use serde::Deserialize;

use crate::address::shown;
use crate::client::{Client, Exchange, Stop};
use crate::envelope;
use crate::problem::{Code, Problem, Result};

/// What can be pulled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Module {
    /// Where stations are.
    Locations,
    /// What they cost.
    Tariffs,
    /// Who may charge.
    Tokens,
    /// What is going on.
    Sessions,
    /// What is billed.
    Cdrs,
}

impl Module {
    /// All of them, what others refer to first.
    pub const ALL: [Module; 5] = [
        Module::Locations,
        Module::Tariffs,
        Module::Tokens,
        Module::Sessions,
        Module::Cdrs,
    ];

    /// Its identifier in version details.
    pub fn as_str(self) -> &'static str {
        match self {
            Module::Locations => "locations",
            Module::Tariffs => "tariffs",
            Module::Tokens => "tokens",
            Module::Sessions => "sessions",
            Module::Cdrs => "cdrs",
        }
    }
}

impl std::str::FromStr for Module {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let known = Module::ALL
            .into_iter()
            .find(|module| module.as_str() == text);
        known.ok_or_else(|| {
            format!("{text:?} is none of cdrs, sessions, tariffs, locations, tokens")
        })
    }
}

/// A version that the partner offers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// As the partner names it.
    pub version: String,
    /// Where its details are.
    pub url: String,
}

impl Offered {
    /// The version, if it is one of ours.
    pub fn known(&self) -> Option<OcpiVersion> {
        match self.version.trim() {
            "2.1.1" => Some(OcpiVersion::V211),
            "2.2" | "2.2.1" => Some(OcpiVersion::V221),
            "2.3.0" => Some(OcpiVersion::V230),
            _ => None,
        }
    }
}

/// The modules of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// The version.
    pub version: OcpiVersion,
    endpoints: Vec<Endpoint>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Endpoint {
    identifier: String,
    #[serde(default)]
    role: Option<String>,
    url: String,
}

impl Details {
    /// Where a module's list is: from 2.2 on the one of the role SENDER.
    pub fn list(&self, module: Module) -> Option<&str> {
        let of_module = |endpoint: &&Endpoint| {
            let sender = endpoint
                .role
                .as_deref()
                .is_none_or(|role| role.eq_ignore_ascii_case("SENDER"));
            endpoint.identifier.eq_ignore_ascii_case(module.as_str()) && sender
        };
        let found = self.endpoints.iter().find(of_module);
        found.map(|endpoint| endpoint.url.as_str())
    }

    /// The modules that can be pulled.
    pub fn modules(&self) -> Vec<Module> {
        let offered = |module: &Module| self.list(*module).is_some();
        Module::ALL.into_iter().filter(offered).collect()
    }
}

/// Asks which versions there are. The token may be sent in base64 or not: nobody knows yet.
pub fn versions(client: &Client, url: &Url, stop: Stop<'_>) -> Result<(Vec<Offered>, Exchange)> {
    #[derive(Deserialize)]
    struct Listed {
        version: String,
        url: String,
    }
    let answer = client.get(url, None, stop)?;
    let from = shown(url);
    let data = envelope::data(&answer.body, &from)?;
    let listed: Vec<Listed> = serde_json::from_str(data.get()).map_err(|_| {
        let text = format!("{from} does not list versions; is it the versions address?");
        Problem::new(Code::NotOcpi, text)
    })?;
    let offered = listed.into_iter().map(|listed| Offered {
        version: listed.version,
        url: listed.url,
    });
    Ok((offered.collect(), answer.exchange))
}

/// The highest version in common, or the one that is wanted.
pub fn choose(offered: &[Offered], wanted: Option<OcpiVersion>) -> Result<(OcpiVersion, &Offered)> {
    // 2.2.1 and 2.2 are one to us; of the two the newer is taken.
    let best = offered
        .iter()
        .filter_map(|one| Some((one.known()?, one)))
        .filter(|(version, _)| wanted.is_none_or(|wanted| wanted == *version))
        .max_by_key(|(version, one)| (*version, one.version.trim().len()));
    best.ok_or_else(|| {
        let names: Vec<&str> = offered.iter().map(|one| one.version.as_str()).collect();
        let ours = wanted.map_or("2.1.1, 2.2.1 and 2.3.0", OcpiVersion::as_str);
        let text = format!(
            "No version in common: the partner offers {}, asked for is {ours}.",
            if names.is_empty() {
                "none".to_owned()
            } else {
                names.join(", ")
            }
        );
        Problem::new(Code::NoVersion, text)
    })
}

/// Asks for the modules of a version.
pub fn details(
    client: &Client,
    versions: &Url,
    (version, offered): (OcpiVersion, &Offered),
    stop: Stop<'_>,
) -> Result<(Details, Exchange)> {
    #[derive(Deserialize)]
    struct Listed {
        endpoints: Vec<Endpoint>,
    }
    let url = client.reach().follow(versions, &offered.url)?;
    let answer = client.get(&url, Some(version), stop)?;
    let from = shown(&url);
    let data = envelope::data(&answer.body, &from)?;
    let listed: Listed = serde_json::from_str(data.get()).map_err(|_| {
        let text = format!(
            "{from} does not list the modules of version {}.",
            version.as_str()
        );
        Problem::new(Code::NotOcpi, text)
    })?;
    let endpoints = listed.endpoints;
    Ok((Details { version, endpoints }, answer.exchange))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(names: &[&str]) -> Vec<Offered> {
        let one = |name: &&str| Offered {
            version: (*name).to_owned(),
            url: String::new(),
        };
        names.iter().map(one).collect()
    }

    #[test]
    fn the_highest_version_in_common_is_taken() {
        let chosen = |names: &[&str], wanted| {
            let offered = offered(names);
            let chosen = choose(&offered, wanted);
            chosen
                .map(|(_, one)| one.version.clone())
                .map_err(|problem| problem.code)
        };
        assert_eq!(chosen(&["2.1.1", "2.2", "2.2.1"], None), Ok("2.2.1".into()));
        assert_eq!(chosen(&["2.1.1", "2.3.0", "3.0"], None), Ok("2.3.0".into()));
        let v211 = Some(OcpiVersion::V211);
        assert_eq!(chosen(&["2.1.1", "2.3.0"], v211), Ok("2.1.1".into()));
        assert_eq!(chosen(&["2.0", "2.1"], None), Err(Code::NoVersion));
        assert_eq!(chosen(&["2.2.1"], v211), Err(Code::NoVersion));
    }

    #[test]
    fn lists_are_those_of_the_sender() {
        let endpoint = |identifier: &str, role: Option<&str>, url: &str| Endpoint {
            identifier: identifier.to_owned(),
            role: role.map(str::to_owned),
            url: url.to_owned(),
        };
        let details = Details {
            version: OcpiVersion::V221,
            endpoints: vec![
                endpoint("cdrs", Some("RECEIVER"), "r"),
                endpoint("cdrs", Some("SENDER"), "s"),
                endpoint("tokens", Some("RECEIVER"), "t"),
                endpoint("tariffs", None, "old"),
            ],
        };
        assert_eq!(details.list(Module::Cdrs), Some("s"));
        assert_eq!(details.list(Module::Tokens), None);
        assert_eq!(details.modules(), [Module::Tariffs, Module::Cdrs]);
    }
}
