//! Which versions a partner speaks, and where its modules are (SEMANTICS 2.6, 5.3).

use domain::OcpiVersion;
use reqwest::Url;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::address::shown;
use crate::client::{Client, Stop};
use crate::envelope;
use crate::exchange::{Exchange, Speaking};
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
    /// Which CDRs an invoice covers (2.3.0).
    Records,
}

impl Module {
    /// All of them, what others refer to first.
    pub const ALL: [Module; 6] = [
        Module::Locations,
        Module::Tariffs,
        Module::Tokens,
        Module::Sessions,
        Module::Cdrs,
        Module::Records,
    ];

    /// Its identifier in version details.
    pub fn as_str(self) -> &'static str {
        match self {
            Module::Locations => "locations",
            Module::Tariffs => "tariffs",
            Module::Tokens => "tokens",
            Module::Sessions => "sessions",
            Module::Cdrs => "cdrs",
            Module::Records => "invoicereconciliation",
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
            let names = Module::ALL.map(Module::as_str).join(", ");
            format!("{text:?} is none of {names}")
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

/// Whether an endpoint gives objects away or takes them in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Interface {
    /// Lists are pulled from it.
    Sender,
    /// Objects are pushed to it.
    Receiver,
}

impl Interface {
    /// As OCPI writes it.
    fn as_str(self) -> &'static str {
        match self {
            Interface::Sender => "SENDER",
            Interface::Receiver => "RECEIVER",
        }
    }
}

/// The modules of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Details {
    /// The version.
    pub version: OcpiVersion,
    /// The address of the details themselves, to which others may be relative.
    pub url: Url,
    endpoints: Vec<Endpoint>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct Endpoint {
    identifier: String,
    #[serde(default)]
    role: Option<String>,
    url: String,
}

impl Endpoint {
    fn is(&self, identifier: &str) -> bool {
        self.identifier.trim().eq_ignore_ascii_case(identifier)
    }
}

impl Details {
    /// Where a module's list is: from 2.2 on the one of the role SENDER.
    pub fn list(&self, module: Module) -> Option<&str> {
        self.endpoint(module.as_str(), Interface::Sender)
    }

    /// Where a module's objects can be pushed to: from 2.2 on the role RECEIVER. In 2.1.1 there
    /// are no roles: the versions address itself is for one.
    pub fn receiver(&self, module: Module) -> Option<&str> {
        self.endpoint(module.as_str(), Interface::Receiver)
    }

    /// Where credentials are exchanged. Servers write either role there, which means nothing.
    pub fn credentials(&self) -> Option<&str> {
        let mut endpoints = self.endpoints.iter();
        let found = endpoints.find(|endpoint| endpoint.is("credentials"));
        found.map(|endpoint| endpoint.url.as_str())
    }

    /// An endpoint. One without a role serves as both: so do all in 2.1.1.
    fn endpoint(&self, identifier: &str, interface: Interface) -> Option<&str> {
        let found = self.endpoints.iter().find(|endpoint| {
            let role = endpoint.role.as_deref();
            endpoint.is(identifier)
                && role.is_none_or(|role| role.trim().eq_ignore_ascii_case(interface.as_str()))
        });
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
    let answer = client.get(url, Speaking::configuration(None), stop)?;
    let from = shown(url);
    let data = client.told(envelope::data(&answer.body, &from))?;
    let offered = listed(data).ok_or_else(|| {
        let text = format!("{from} does not list versions; is it the versions address?");
        Problem::new(Code::NotOcpi, text)
    })?;
    Ok((offered, answer.exchange))
}

/// The versions of a list; some servers put it into an object that names it.
fn listed(data: &RawValue) -> Option<Vec<Offered>> {
    #[derive(Deserialize)]
    struct Listed {
        version: String,
        url: String,
    }
    #[derive(Deserialize)]
    struct Named<'a> {
        #[serde(borrow)]
        versions: &'a RawValue,
    }
    let listed: Vec<Listed> = each(data).or_else(|| {
        let named: Named<'_> = serde_json::from_str(data.get()).ok()?;
        each(named.versions)
    })?;
    let offered = listed.into_iter().map(|listed| Offered {
        version: listed.version,
        url: listed.url,
    });
    Some(offered.collect())
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
    struct Listed<'a> {
        #[serde(borrow)]
        endpoints: &'a RawValue,
    }
    let url = client.reach().follow(versions, &offered.url)?;
    let speaking = Speaking::configuration(Some(version));
    let answer = client.get(&url, speaking, stop)?;
    let from = shown(&url);
    let data = client.told(envelope::data(&answer.body, &from))?;
    let listed = serde_json::from_str::<Listed<'_>>(data.get()).ok();
    let endpoints = listed.and_then(|listed| each(listed.endpoints));
    let endpoints = endpoints.ok_or_else(|| {
        let text = format!(
            "{from} does not list the modules of version {}.",
            version.as_str()
        );
        Problem::new(Code::NotOcpi, text)
    })?;
    let details = Details {
        version,
        url,
        endpoints,
    };
    Ok((details, answer.exchange))
}

/// The readable ones of a list: one that is not is no reason to do without the others.
fn each<'a, T: Deserialize<'a>>(list: &'a RawValue) -> Option<Vec<T>> {
    let list: Vec<&RawValue> = serde_json::from_str(list.get()).ok()?;
    let read = |one: &'a RawValue| serde_json::from_str(one.get()).ok();
    Some(list.into_iter().filter_map(read).collect())
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
    fn versions_are_listed_bare_or_by_name() {
        let names = |data: &str| {
            let data: Box<RawValue> = serde_json::from_str(data).expect("JSON");
            let offered = listed(&data)?;
            Some(
                offered
                    .into_iter()
                    .map(|one| one.version)
                    .collect::<Vec<_>>(),
            )
        };
        let bare = r#"[{"version": "2.2", "url": "https://a.example/2.2"}]"#;
        let named = format!(r#"{{"versions": {bare}}}"#);
        assert_eq!(
            names(bare),
            Some(vec!["2.2".to_owned()]),
            "as the spec says"
        );
        assert_eq!(names(&named), names(bare), "as python-ocpi 0.3.1 does");
        assert_eq!(names(r#"{"version": "2.2", "endpoints": []}"#), None);
    }

    fn details(version: OcpiVersion, endpoints: &[(&str, Option<&str>, &str)]) -> Details {
        let endpoint = |(identifier, role, url): &(&str, Option<&str>, &str)| Endpoint {
            identifier: (*identifier).to_owned(),
            role: role.map(str::to_owned),
            url: (*url).to_owned(),
        };
        Details {
            version,
            url: Url::parse("https://a.example/2.2.1").expect("an address"),
            endpoints: endpoints.iter().map(endpoint).collect(),
        }
    }

    #[test]
    fn lists_are_those_of_the_sender_and_objects_go_to_the_receiver() {
        let details = details(
            OcpiVersion::V221,
            &[
                ("cdrs", Some("RECEIVER"), "r"),
                ("cdrs", Some("SENDER"), "s"),
                ("tokens", Some("RECEIVER"), "t"),
                ("tariffs", None, "old"),
                ("sessions", Some("FOO"), "f"),
            ],
        );
        assert_eq!(details.list(Module::Cdrs), Some("s"));
        assert_eq!(details.receiver(Module::Cdrs), Some("r"));
        assert_eq!(details.list(Module::Tokens), None);
        assert_eq!(details.receiver(Module::Tokens), Some("t"));
        assert_eq!(details.list(Module::Sessions), None, "a role nobody knows");
        assert_eq!(details.modules(), [Module::Tariffs, Module::Cdrs]);
        assert_eq!(details.credentials(), None);
    }

    #[test]
    fn without_roles_one_address_serves_both() {
        let details = details(
            OcpiVersion::V211,
            &[("cdrs", None, "c"), ("credentials", None, "x")],
        );
        assert_eq!(details.list(Module::Cdrs), Some("c"));
        assert_eq!(details.receiver(Module::Cdrs), Some("c"));
        assert_eq!(details.credentials(), Some("x"));
    }

    #[test]
    fn records_have_a_sender_and_a_receiver() {
        let name = "InvoiceReconciliation";
        let details = details(
            OcpiVersion::V230,
            &[
                (name, Some("receiver"), "r"),
                (name, Some("sender"), "s"),
                ("Credentials", Some("RECEIVER"), "x"),
            ],
        );
        assert_eq!(details.list(Module::Records), Some("s"));
        assert_eq!(details.receiver(Module::Records), Some("r"));
        assert_eq!(details.credentials(), Some("x"));
    }
}
