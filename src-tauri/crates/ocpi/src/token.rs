//! Tokens (Tokens / Token object), and the token as CDRs and sessions show it.

use domain::{OcpiVersion, Token, TokenRef};

use crate::fields::{Members, fields};
use crate::json::Value;
use crate::owner;
use crate::path::Path;
use crate::report::Report;
use crate::take::Need;

fields! {
    /// Token, and CdrToken, whose fields are a part of Token's.
    TOKEN: TokenField {
        CountryCode = "country_code",
        PartyId = "party_id",
        Uid = "uid",
        Type = "type",
        AuthId = "auth_id",
        ContractId = "contract_id",
        Issuer = "issuer",
        Valid = "valid",
        Whitelist = "whitelist",
        LastUpdated = "last_updated",
    }
}

/// Reads a token. A token whose validity is not stated is read as not valid.
pub(crate) fn token(value: Value<'_>, report: &mut Report) -> Option<Token> {
    let value = report.object(value, Need::Key, Path::Record)?;
    let members = Members::of(value, &TOKEN, Path::Record, report);
    let party = owner::optional(
        &members,
        report,
        TokenField::CountryCode,
        TokenField::PartyId,
    );
    let uid = members.id(report, TokenField::Uid, 36, Need::Key);
    let kind = kind(&members, report);
    let (due, other) = match report.version {
        OcpiVersion::V211 => (TokenField::AuthId, TokenField::ContractId),
        OcpiVersion::V221 | OcpiVersion::V230 => (TokenField::ContractId, TokenField::AuthId),
    };
    let contract = members.either(report, due, other);
    let contract_id = members.id(report, contract, 36, Need::Key);
    let issuer = members.string(report, TokenField::Issuer, 64, Need::Must);
    let valid = members
        .flag(report, TokenField::Valid, Need::Must)
        .unwrap_or(false);
    let whitelist = members.one_of(report, TokenField::Whitelist, &WHITELISTS, Need::Must);
    let last_updated = members.instant(report, TokenField::LastUpdated, Need::Must);
    Some(Token {
        party,
        uid: uid?,
        kind,
        contract_id: contract_id?,
        issuer,
        valid,
        whitelist,
        last_updated,
    })
}

/// The names of WhitelistType.
pub(crate) const WHITELISTS: [&str; 4] = ["ALWAYS", "ALLOWED", "ALLOWED_OFFLINE", "NEVER"];

/// The names of TokenType in a version. In 2.3.0 the list is open, so no value is odd there.
pub(crate) fn kinds(version: OcpiVersion) -> Option<&'static [&'static str]> {
    match version {
        OcpiVersion::V211 => Some(&["RFID", "OTHER"]),
        OcpiVersion::V221 => Some(&["RFID", "APP_USER", "AD_HOC_USER", "OTHER"]),
        OcpiVersion::V230 => None,
    }
}

fn kind<const N: usize>(members: &Members<'_, '_, N>, report: &mut Report) -> Option<String> {
    match kinds(report.version) {
        Some(known) => members.one_of(report, TokenField::Type, known, Need::Must),
        None => members.string(report, TokenField::Type, 36, Need::Must),
    }
}

/// The token of a CDR or session: `cdr_token` from 2.2 on, else only the contract in `auth_id`.
pub(crate) fn reference<const N: usize>(
    owner: &Members<'_, '_, N>,
    report: &mut Report,
    cdr_token: impl Into<usize>,
    auth_id: impl Into<usize>,
) -> TokenRef {
    let (cdr_token, auth_id) = (cdr_token.into(), auth_id.into());
    let plain = report.version == OcpiVersion::V211;
    if plain || (!owner.has(cdr_token) && owner.has(auth_id)) {
        if !plain {
            owner.instead(report, cdr_token, "auth_id");
        }
        let contract_id = owner.id(report, auth_id, 36, Need::Must);
        return TokenRef {
            contract_id,
            ..TokenRef::default()
        };
    }
    let Some(value) = owner.object(report, cdr_token, Need::Must) else {
        return TokenRef::default();
    };
    let members = Members::of(value, &TOKEN, owner.path(cdr_token), report);
    let (country, party) = (TokenField::CountryCode, TokenField::PartyId);
    TokenRef {
        party: owner::stated(&members, report, country, party, Need::Must),
        uid: members.id(report, TokenField::Uid, 36, Need::Must),
        kind: kind(&members, report),
        contract_id: members.id(report, TokenField::ContractId, 36, Need::Must),
    }
}
