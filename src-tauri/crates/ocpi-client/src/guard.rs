//! Keeps requests out of private networks. A name that leads into one, now or after a change of
//! its addresses, is refused unless the user said that the partner is inside. Addresses written
//! as numbers are the user's own word: a server's are another host, which [`crate::Reach`] refuses.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::problem::{Code, Problem};

/// Finds all addresses of a name.
pub(crate) type Lookup = Arc<dyn Fn(&str) -> std::io::Result<Vec<IpAddr>> + Send + Sync>;

/// Asks the system.
pub(crate) fn system() -> Lookup {
    Arc::new(|name| {
        let found = (name, 0).to_socket_addrs()?;
        Ok(found.map(|address| address.ip()).collect())
    })
}

/// Looks names up, and refuses those that lead into a private network.
pub(crate) struct Guard {
    /// How names are looked up.
    pub lookup: Lookup,
    /// Whether private networks are allowed by the user's word.
    pub inside: bool,
}

/// A name leads into a private network.
#[derive(Debug)]
pub(crate) struct Private {
    name: String,
    address: IpAddr,
}

impl Private {
    pub fn problem(&self) -> Problem {
        Problem::new(Code::PrivateAddress, self.to_string())
    }
}

impl fmt::Display for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Private { name, address } = self;
        write!(
            f,
            "{name} leads to {address}, an address inside a private network, so that nothing was \
             sent. If the partner is reached over a VPN, say so in the connection; otherwise ask \
             the partner for its public address."
        )
    }
}

impl std::error::Error for Private {}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        let lookup = Arc::clone(&self.lookup);
        let open = self.inside || name == "localhost";
        Box::pin(async move {
            let asked = name.clone();
            let found = tokio::task::spawn_blocking(move || lookup(&asked)).await??;
            // One is enough: which of them is used would be up to whoever wrote them.
            let private = found.iter().find(|address| is_private(**address));
            if !open && let Some(&address) = private {
                return Err(Private { name, address }.into());
            }
            let sockets = found.into_iter().map(|address| SocketAddr::new(address, 0));
            let sockets: Addrs = Box::new(sockets);
            Ok(sockets)
        })
    }
}

/// Whether an address belongs to this machine, a private network, or nobody.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_private_v4(v4),
        IpAddr::V6(v6) => is_private_v6(v6),
    }
}

fn is_private_v4(v4: Ipv4Addr) -> bool {
    let [first, second, ..] = v4.octets();
    let carrier = first == 100 && (64..128).contains(&second);
    v4.is_loopback()
        || v4.is_private()
        || v4.is_link_local()
        || v4.is_broadcast()
        || v4.is_multicast()
        || carrier
        || first == 0
}

fn is_private_v6(v6: Ipv6Addr) -> bool {
    // An IPv4 host as ::a.b.c.d, ::ffff:a.b.c.d, or behind a translator as 64:ff9b::a.b.c.d.
    let bits = v6.to_bits();
    let [first, ..] = v6.segments();
    if matches!(bits >> 32, 0 | 0xffff | 0x0064_ff9b_0000_0000_0000_0000) {
        let [.., a, b, c, d] = v6.octets();
        return is_private_v4(Ipv4Addr::new(a, b, c, d));
    }
    let unique_local = first & 0xfe00 == 0xfc00;
    let link_local = first & 0xffc0 == 0xfe80;
    let site_local = first & 0xffc0 == 0xfec0;
    unique_local || link_local || site_local || v6.is_multicast()
}

#[cfg(test)]
mod tests {
    use domain::OcpiVersion;
    use serde_json::json;
    use testkit::peer::{Peer, Reply};

    use super::*;
    use crate::client::Client;
    use crate::connection::{Connection, Limits};
    use crate::exchange::Speaking;
    use crate::token::{Encoding, Token};

    #[test]
    fn private_networks_are_known_in_every_form() {
        for (address, private) in [
            ("127.0.0.1", true),
            ("10.1.2.3", true),
            ("172.15.255.255", false),
            ("172.16.0.1", true),
            ("192.168.1.1", true),
            ("169.254.169.254", true),
            ("100.63.255.255", false),
            ("100.64.0.1", true),
            ("100.127.255.255", true),
            ("100.128.0.0", false),
            ("0.0.0.0", true),
            ("93.184.216.34", false),
            ("::", true),
            ("::1", true),
            ("::ffff:10.0.0.1", true),
            ("::ffff:93.184.216.34", false),
            ("64:ff9b::c0a8:101", true),
            ("64:ff9b::5db8:d822", false),
            ("fc00::1", true),
            ("fdff::1", true),
            ("fe80::1", true),
            ("2001:db8::1", false),
        ] {
            let address: IpAddr = address.parse().expect("an address");
            assert_eq!(is_private(address), private, "{address}");
        }
    }

    /// Asks a peer on this machine by a name that leads to the given addresses.
    fn ask(host: &str, leads_to: &'static [&str], inside: bool) -> (Result<u16, Problem>, usize) {
        let peer = Peer::new(|_, _| Reply::data(&json!([])));
        let connection = Connection {
            versions_url: peer.url.replace("127.0.0.1", host),
            token: Token::new("example-token").expect("a token"),
            encoding: Encoding::Auto,
            plain_http: true,
            besides: Vec::new(),
            inside,
            authority_pem: None,
            from_to: None,
        };
        let limits = Limits {
            retries: 0,
            ..Limits::STANDARD
        };
        let lookup = move |_: &str| Ok(leads_to.iter().flat_map(|ip| ip.parse()).collect());
        let (client, url) =
            Client::with_lookup(connection, limits, Arc::new(lookup)).expect("a client");
        let speaking = Speaking::configuration(Some(OcpiVersion::V221));
        let answer = client.get(&url, speaking, &|| false);
        (answer.map(|a| a.exchange.status), peer.asked().len())
    }

    #[test]
    fn a_name_that_leads_inside_is_asked_only_by_the_users_word() {
        let (answer, asked) = ask("partner.example", &["127.0.0.1"], false);
        let problem = answer.expect_err("this machine is inside");
        assert_eq!(problem.code, Code::PrivateAddress);
        assert!(problem.text.contains("127.0.0.1"), "{problem}");
        assert!(problem.text.contains("VPN"), "what to do: {problem}");
        assert_eq!(asked, 0);
        assert_eq!(ask("partner.example", &["127.0.0.1"], true).0, Ok(200));
        assert_eq!(ask("localhost", &["127.0.0.1"], false).0, Ok(200));
        assert_eq!(ask("127.0.0.1", &[], false).0, Ok(200), "written so");
    }

    #[test]
    fn one_private_address_among_public_ones_is_enough() {
        let (answer, asked) = ask("partner.example", &["93.184.216.34", "127.0.0.1"], false);
        let code = answer.expect_err("one is inside").code;
        assert_eq!((code, asked), (Code::PrivateAddress, 0));
    }
}
