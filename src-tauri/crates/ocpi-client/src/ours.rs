//! Who we are, as a partner's server wants to read it (SEMANTICS 2.6).

use domain::{OcpiVersion, PartyKey};
use reqwest::Url;
use serde_json::{Value, json};

use crate::address::parse;
use crate::problem::{Code, Problem, Result};
use crate::token::Token;

/// In what role we take part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// We run charge points.
    Cpo,
    /// We have drivers.
    Emsp,
}

impl Role {
    /// As OCPI writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Cpo => "CPO",
            Role::Emsp => "EMSP",
        }
    }
}

/// What we say of ourselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ours {
    /// Our name.
    pub name: String,
    /// Our website.
    pub website: Option<String>,
    /// Our roles; at least one. In 2.1.1 only the first can be told.
    pub roles: Vec<(Role, PartyKey)>,
}

/// The versions that we speak.
pub(crate) const SPOKEN: [OcpiVersion; 3] =
    [OcpiVersion::V211, OcpiVersion::V221, OcpiVersion::V230];

impl Ours {
    /// The credentials object of a version, with the token that we are called with.
    pub(crate) fn credentials(
        &self,
        version: OcpiVersion,
        our_url: &str,
        token: &Token,
    ) -> Result<Value> {
        let Some((_, first)) = self.roles.first() else {
            let text = "Nobody can be registered without a role. Say whether we are CPO or eMSP.";
            return Err(Problem::new(Code::NoRole, text));
        };
        let mut details = json!({"name": self.name});
        if let Some(website) = &self.website {
            details["website"] = json!(website);
        }
        if version == OcpiVersion::V211 {
            return Ok(json!({
                "token": token.expose(),
                "url": our_url,
                "business_details": details,
                "party_id": first.party(),
                "country_code": first.country(),
            }));
        }
        let role = |(role, party): &(Role, PartyKey)| {
            json!({
                "role": role.as_str(),
                "business_details": details,
                "party_id": party.party(),
                "country_code": party.country(),
            })
        };
        let roles: Vec<Value> = self.roles.iter().map(role).collect();
        Ok(json!({"token": token.expose(), "url": our_url, "roles": roles}))
    }
}

/// An address below our versions address.
fn below(our_url: &Url, segments: &[&str]) -> Url {
    let mut url = our_url.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

/// What we serve during a registration: the data of each answer, by its path without a slash at
/// its end. There are credentials and nothing else, since we serve no module.
pub(crate) fn pages(ours: &Ours, our_url: &str, token: &Token) -> Result<Vec<(String, Value)>> {
    let mut base = parse(our_url)?;
    base.set_query(None);
    base.set_fragment(None);
    let mut versions = Vec::new();
    let mut pages = Vec::new();
    for version in SPOKEN {
        let name = version.as_str();
        let details = below(&base, &[name]);
        let credentials = below(&base, &[name, "credentials"]);
        versions.push(json!({"version": name, "url": details.as_str()}));
        let mut endpoint = json!({"identifier": "credentials", "url": credentials.as_str()});
        if version > OcpiVersion::V211 {
            endpoint["role"] = json!("RECEIVER");
        }
        let endpoints = json!({"version": name, "endpoints": [endpoint]});
        pages.push((path_of(details.path()), endpoints));
        let object = ours.credentials(version, our_url, token)?;
        pages.push((path_of(credentials.path()), object));
    }
    pages.push((path_of(base.path()), json!(versions)));
    Ok(pages)
}

/// A path without slashes at its end.
pub(crate) fn path_of(path: &str) -> String {
    path.trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ours() -> Ours {
        let party = |text: &str| text.parse().expect("a party");
        Ours {
            name: "Tally".to_owned(),
            website: None,
            roles: vec![(Role::Cpo, party("NL-TAL")), (Role::Emsp, party("NL-TAM"))],
        }
    }

    #[test]
    fn credentials_have_the_shape_of_their_version() {
        let token = Token::new("B").expect("a token");
        let url = "https://us.example/versions";
        let of = |version| ours().credentials(version, url, &token).expect("roles");
        assert_eq!(
            of(OcpiVersion::V211),
            json!({"token": "B", "url": url, "business_details": {"name": "Tally"},
                "party_id": "TAL", "country_code": "NL"})
        );
        for version in [OcpiVersion::V221, OcpiVersion::V230] {
            let object = of(version);
            assert_eq!(object["roles"][0]["role"], "CPO");
            assert_eq!(object["roles"][1]["party_id"], "TAM");
            assert_eq!(object["roles"][1]["business_details"]["name"], "Tally");
            assert!(object.get("party_id").is_none());
        }
        let nobody = Ours {
            roles: Vec::new(),
            ..ours()
        };
        let problem = nobody.credentials(OcpiVersion::V221, url, &token);
        assert_eq!(problem.expect_err("no role").code, Code::NoRole);
    }

    #[test]
    fn pages_lie_below_our_address_whatever_its_end() {
        let token = Token::new("B").expect("a token");
        for url in [
            "https://us.example/o/versions",
            "https://us.example/o/versions/?x=1",
        ] {
            let pages = pages(&ours(), url, &token).expect("a good address");
            let paths: Vec<&str> = pages.iter().map(|(path, _)| path.as_str()).collect();
            assert!(paths.contains(&"/o/versions"), "{paths:?}");
            assert!(
                paths.contains(&"/o/versions/2.2.1/credentials"),
                "{paths:?}"
            );
            assert_eq!(paths.len(), 7, "one list, and two for each version");
        }
    }
}
