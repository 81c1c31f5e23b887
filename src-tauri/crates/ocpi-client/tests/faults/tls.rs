//! Encryption: whom a certificate must be from and for, and how long it holds.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tallywatt_ocpi_client::{Client, Code, Connection, Problem, Speaking};

use crate::support::{QUICK, connection, go_on};

/// An authority of our own.
fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
        .distinguished_name
        .push(DnType::CommonName, "Authority of a test");
    let key = KeyPair::generate().expect("a key");
    CertifiedIssuer::self_signed(params, key).expect("an authority")
}

/// A server with a certificate for a name, that holds until a year; the address of its versions.
fn server(authority: &CertifiedIssuer<'static, KeyPair>, name: &str, until: i32) -> String {
    let mut params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    params.not_before = rcgen::date_time_ymd(2020, 1, 1);
    params.not_after = rcgen::date_time_ymd(until, 1, 1);
    let key = KeyPair::generate().expect("a key");
    let certificate = params.signed_by(&key, authority).expect("a certificate");
    let secret = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions that ring knows")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], secret)
        .expect("a certificate with its key");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let config = Arc::new(config);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let session = rustls::ServerConnection::new(Arc::clone(&config)).expect("a session");
            let mut tls = rustls::StreamOwned::new(session, stream);
            let mut asked = [0; 4096];
            // A client that does not trust us hangs up.
            if tls.read(&mut asked).is_ok() {
                let body = r#"{"data":[{"version":"2.2.1","url":"/2.2.1"}],"status_code":1000}"#;
                let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
                let _ = tls.write_all(format!("{head}{body}").as_bytes());
                let _ = tls.flush();
            }
        }
    });
    format!("https://localhost:{port}/versions")
}

/// What comes of asking, with an authority that is trusted besides or none.
fn ask(url: &str, trusted: Option<&CertifiedIssuer<'static, KeyPair>>) -> Result<u16, Problem> {
    let connection = Connection {
        authority_pem: trusted.map(|authority| authority.pem().into_bytes()),
        ..connection(url)
    };
    let (client, versions) = Client::new(connection, QUICK).expect("a client");
    let answer = client.get(&versions, Speaking::configuration(None), &go_on)?;
    Ok(answer.exchange.status)
}

#[test]
fn an_authority_that_was_given_for_a_partner_is_trusted() {
    let authority = authority();
    let url = server(&authority, "localhost", 2099);
    assert_eq!(ask(&url, Some(&authority)), Ok(200));
}

#[test]
fn a_certificate_that_cannot_be_trusted_is_named_and_nothing_is_sent() {
    let (known, stranger) = (authority(), authority());
    for (url, why) in [
        (
            server(&stranger, "localhost", 2099),
            "an authority nobody knows",
        ),
        (server(&known, "other.example", 2099), "another name"),
        (server(&known, "localhost", 2021), "expired"),
    ] {
        let problem = ask(&url, Some(&known)).expect_err(why);
        assert_eq!(problem.code, Code::Tls, "{why}: {problem}");
        assert!(problem.text.contains("cannot be trusted"), "{problem}");
    }
    let url = server(&known, "localhost", 2099);
    assert_eq!(
        ask(&url, None).map_err(|problem| problem.code),
        Err(Code::Tls)
    );
}

#[test]
fn a_file_without_certificates_is_no_authority() {
    let bad = Connection {
        authority_pem: Some(
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----".to_vec(),
        ),
        ..connection("https://localhost/versions")
    };
    assert_eq!(
        Client::new(bad, QUICK).err().map(|problem| problem.code),
        Some(Code::Tls)
    );
}
