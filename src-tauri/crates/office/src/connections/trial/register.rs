//! Registering: a listener opens for as long as the partner needs to look at us, tokens change
//! hands, and it closes again.

use domain::{Direction, OcpiVersion, PartyKey};
use ocpi_client::{
    Client, Code, Details, Listener, Ours, Registered, Role, Stop, TheirRole, Token,
};

use super::Ask;
use crate::api::{ConnectionDto, RegisterRequest};
use crate::connections::{
    Limits, Secret, Settings, Vault, client, decide, get, keep, known, settings, token_name,
};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::job::Job;
use crate::partners::read_key;

/// Whether a registration is new, or takes the place of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// With a token for registering.
    New,
    /// With the token that holds.
    Again,
}

impl Ask<'_> {
    /// Registers with a token that is for that only.
    pub(super) fn register(
        &self,
        client: &Client,
        details: &Details,
        register: &RegisterRequest,
    ) -> Result<Registered> {
        let of = (self.desk, self.partner);
        exchange(of, (client, details), register, How::New, self.stop)
    }
}

/// The handshake: our listener is open for as long as it takes.
fn exchange(
    (desk, partner): (&Desk, &PartyKey),
    (client, details): (&Client, &Details),
    request: &RegisterRequest,
    how: How,
    stop: Stop<'_>,
) -> Result<Registered> {
    let listen = request.listen.parse().map_err(|_| Error::BadRequest {
        field: "listen",
        value: request.listen.clone(),
    })?;
    let ours = ours(desk, partner)?;
    let (our_url, token) = (request.our_url.as_str(), Token::random()?);
    let at = (our_url, &token);
    let listener = Listener::open(listen, at, &ours, desk.now)?;
    let registered = match how {
        How::New => ocpi_client::register(client, details, &ours, at, stop),
        How::Again => ocpi_client::renew(client, details, &ours, at, stop),
    };
    Ok(registered.map_err(|problem| listener.seen(problem))?)
}

/// Who we say that we are: in both roles, first in the one that we have with this partner, since
/// 2.1.1 knows one only.
fn ours(desk: &Desk, partner: &PartyKey) -> Result<Ours> {
    let own = crate::partners::own(desk)?;
    let party = desk.book.party();
    let name = own.map_or_else(|| party.to_string(), |own| own.company.name);
    let agreement = crate::terms::terms(&desk.book, partner)?.partner.agreement;
    let roles = match agreement.direction {
        Direction::Receivable => [Role::Cpo, Role::Emsp],
        Direction::Payable => [Role::Emsp, Role::Cpo],
    };
    Ok(Ours {
        name,
        website: None,
        roles: roles.map(|role| (role, party.clone())).to_vec(),
    })
}

/// Whose records a partner may send, by what it says of itself; empty where it does not say. A hub
/// before 2.3.0 does not name those that it speaks for.
pub(super) fn parties(version: OcpiVersion, roles: &[TheirRole]) -> Vec<PartyKey> {
    let is_hub = |role: &TheirRole| {
        let name = role.role.as_deref().unwrap_or_default();
        name.eq_ignore_ascii_case("hub")
    };
    if version < OcpiVersion::V230 && roles.iter().any(is_hub) {
        return Vec::new();
    }
    roles.iter().filter_map(|role| role.party.clone()).collect()
}

/// The details of the version that is spoken, asked for anew.
pub(super) fn details_now(settings: &Settings, client: &Client, stop: Stop<'_>) -> Result<Details> {
    let versions = ocpi_client::parse_address(&settings.versions_url)?;
    let (offered, _) = ocpi_client::versions(client, &versions, stop)?;
    let chosen = ocpi_client::choose(&offered, Some(settings.version))?;
    Ok(ocpi_client::details(client, &versions, chosen, stop)?.0)
}

/// Registers again, with new tokens in place of those that hold.
pub fn renew(
    desk: &mut Desk,
    vault: &Vault,
    (partner, request): (&str, &RegisterRequest),
    (limits, job): (Limits, &Job<'_>),
) -> Result<ConnectionDto> {
    let key = read_key(partner)?;
    let settings = known(desk, &key)?;
    if settings.credentials.is_none() {
        return Err(not_registered(&key));
    }
    let flag = job.flag();
    let stop = move || flag.check().is_err();
    let client = client(desk, vault, &key, limits)?;
    let details = details_now(&settings, &client, &stop)?;
    let of = (&*desk, &key);
    let registered = exchange(of, (&client, &details), request, How::Again, &stop)?;
    vault.put(
        &token_name(&key),
        &Secret::from(registered.token.expose().to_owned()),
    )?;
    keep(desk, &key, &settings)?;
    get(desk, partner)
}

/// Ends a connection: the registration at the partner, if there is one, then the token here. What
/// was pulled stays. `forget` goes on where the partner cannot be told.
pub fn remove(
    desk: &mut Desk,
    vault: &Vault,
    (partner, forget): (&str, bool),
    (limits, job): (Limits, &Job<'_>),
) -> Result<ConnectionDto> {
    let key = read_key(partner)?;
    let Some(settings) = settings(desk, &key)? else {
        return get(desk, partner);
    };
    if settings.credentials.is_some() && vault.get(&token_name(&key))?.is_some() {
        let flag = job.flag();
        let stop = move || flag.check().is_err();
        let client = client(desk, vault, &key, limits)?;
        let ended = details_now(&settings, &client, &stop).and_then(|details| {
            ocpi_client::unregister(&client, &details, &stop).map_err(Error::from)
        });
        match ended {
            Err(error) if !forget && !has_ended(&error) => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    vault.forget(&token_name(&key))?;
    decide(desk, "disconnect", &key, None)?;
    get(desk, partner)
}

/// Whether a registration cannot be ended because it has ended already.
fn has_ended(error: &Error) -> bool {
    let code = match error {
        Error::Partner(problem) => problem.code,
        _ => return false,
    };
    matches!(code, Code::Unauthorized | Code::NotRegistered)
}

fn not_registered(partner: &PartyKey) -> Error {
    let text = format!("{partner} has a fixed token; there is no registration to change");
    Error::refused("not_registered", text).with("partner", partner)
}
