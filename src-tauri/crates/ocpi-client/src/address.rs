//! Where requests may go: https, and never with the token to another host, scheme or port than the
//! partner's.

use std::net::IpAddr;

use reqwest::Url;

use crate::problem::{Code, Problem, Result};

/// Scheme, host and port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    fn of(url: &Url) -> Self {
        Origin(url.origin().ascii_serialization())
    }

    /// As it is written: `https://ocpi.example.com`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The hosts of a partner that the token may go to.
#[derive(Clone, Debug)]
pub struct Reach {
    allowed: Vec<Origin>,
    plain_http: bool,
}

impl Reach {
    /// The host of the versions address, and those that the user allowed besides. `plain_http` is
    /// the user's word that this partner may be asked without encryption.
    pub fn new(versions: &str, besides: &[String], plain_http: bool) -> Result<(Self, Url)> {
        let url = parse(versions)?;
        let mut allowed = vec![Origin::of(&url)];
        for other in besides {
            allowed.push(Origin::of(&parse(other)?));
        }
        let reach = Reach {
            allowed,
            plain_http,
        };
        reach.check(&url)?;
        Ok((reach, url))
    }

    /// Whether the token may go to an address.
    pub fn check(&self, url: &Url) -> Result<()> {
        let origin = Origin::of(url);
        if !self.allowed.contains(&origin) {
            let known = self.allowed.first().map_or("", Origin::as_str);
            return Err(Problem::new(
                Code::OtherHost,
                format!(
                    "The partner's server points to {}, and the token is for {known} only. If that \
                     address is the partner's too, allow it in the connection.",
                    origin.as_str()
                ),
            ));
        }
        if url.scheme() != "https" && !self.plain_http && !is_loopback(url) {
            return Err(Problem::new(
                Code::Insecure,
                format!(
                    "{} is not encrypted, so that anybody on the way could read the token. Ask the \
                     partner for an https address.",
                    origin.as_str()
                ),
            ));
        }
        Ok(())
    }

    /// The address a server points to from another one.
    pub fn follow(&self, from: &Url, to: &str) -> Result<Url> {
        let url = from.join(to.trim()).map_err(|_| {
            Problem::new(
                Code::BadAddress,
                format!("{} points to {to:?}, which is no address.", shown(from)),
            )
        })?;
        self.check(&url)?;
        Ok(url)
    }
}

/// An address as the user or a server wrote it.
pub fn parse(text: &str) -> Result<Url> {
    let bad = |why: &str| Problem::new(Code::BadAddress, format!("{text:?} {why}"));
    let url = Url::parse(text.trim()).map_err(|_| {
        bad("is no address. One looks like https://ocpi.example.com/ocpi/versions.")
    })?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(bad("is no web address; it should begin with https://."));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(bad("holds a user name; the token is given apart."));
    }
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

/// An address for people: without its query, which may hold more than they should see.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    url.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach() -> (Reach, Url) {
        Reach::new("https://a.example/ocpi/versions", &[], false).expect("a good address")
    }

    #[test]
    fn the_token_stays_with_host_scheme_and_port() {
        let (reach, versions) = reach();
        for (to, code) in [
            ("https://a.example/cdrs?offset=50", None),
            ("/ocpi/2.2.1/cdrs", None),
            ("https://A.EXAMPLE:443/cdrs", None),
            ("http://a.example/cdrs", Some(Code::OtherHost)),
            ("https://a.example:8443/cdrs", Some(Code::OtherHost)),
            ("https://b.example/cdrs", Some(Code::OtherHost)),
            ("//b.example/cdrs", Some(Code::OtherHost)),
            ("https://a.example@b.example/", Some(Code::OtherHost)),
            ("https://[", Some(Code::BadAddress)),
        ] {
            let followed = reach.follow(&versions, to);
            assert_eq!(followed.err().map(|problem| problem.code), code, "{to}");
        }
    }

    #[test]
    fn what_the_user_allowed_is_followed() {
        let besides = ["https://b.example".to_owned()];
        let (reach, versions) =
            Reach::new("https://a.example/versions", &besides, false).expect("good addresses");
        assert!(reach.follow(&versions, "https://b.example/cdrs").is_ok());
    }

    #[test]
    fn plain_http_is_for_this_machine_or_by_the_users_word() {
        let code = |url: &str, plain| Reach::new(url, &[], plain).err().map(|p| p.code);
        assert_eq!(
            code("http://a.example/versions", false),
            Some(Code::Insecure)
        );
        assert_eq!(code("http://a.example/versions", true), None);
        assert_eq!(code("http://127.0.0.1:8000/versions", false), None);
        assert_eq!(code("http://[::1]:8000/versions", false), None);
        assert_eq!(
            code("http://127.0.0.1.evil.example/", false),
            Some(Code::Insecure)
        );
    }

    #[test]
    fn what_is_no_web_address_is_said() {
        for text in [
            "",
            "ocpi",
            "ftp://a.example",
            "https://",
            "https://u:p@a.example/",
        ] {
            let problem = parse(text).expect_err("no web address");
            assert_eq!(problem.code, Code::BadAddress, "{text}");
        }
    }
}
