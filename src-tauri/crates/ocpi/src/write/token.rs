//! Tokens, and the token as CDRs and sessions show it (Tokens / Token object).

use domain::{Token, TokenRef};

use super::lack::Why;
use super::out::{Need, Object, says_something};
use crate::token::{WHITELISTS, kinds};

/// Kinds of token that a later version added. An earlier one counts them among OTHER.
const LATER: [&str; 3] = ["APP_USER", "AD_HOC_USER", "EMAID"];

/// Writes a token.
pub(super) fn members(object: &mut Object<'_, '_>, token: &Token) {
    if object.modern() {
        object.party(token.party.as_ref());
    }
    object.id("uid", Some(&token.uid), 36, Need::Must);
    kind(object, token.kind.as_deref());
    let contract = if object.modern() {
        "contract_id"
    } else {
        "auth_id"
    };
    object.id(contract, Some(&token.contract_id), 36, Need::Must);
    object.text("issuer", token.issuer.as_deref(), 64, Need::Must);
    object.flag("valid", token.valid);
    let whitelist = token.whitelist.as_deref();
    object.one_of("whitelist", whitelist, &WHITELISTS, Need::Must);
    object.instant("last_updated", token.last_updated, Need::Must);
}

/// TokenType.
fn kind(object: &mut Object<'_, '_>, kind: Option<&str>) {
    let version = object.version();
    match (kind, kinds(version)) {
        (Some(later), Some(known)) if LATER.contains(&later) && !known.contains(&later) => {
            object.note("type", Why::WrittenOther, Some(later));
            object.word("type", "OTHER");
        }
        (kind, Some(known)) => object.one_of("type", kind, known, Need::Must),
        (Some(any), None) if says_something(any) => object.word("type", any),
        (Some(_) | None, None) => object.unknown("type"),
    }
}

/// Writes the token of a CDR or session: `cdr_token` from 2.2.1 on, else only the contract.
pub(super) fn reference(owner: &mut Object<'_, '_>, token: &TokenRef) {
    let contract = token.contract_id.as_ref();
    if !owner.modern() {
        owner.id("auth_id", contract, 36, Need::Must);
        owner.lost_inside(token.party.is_some(), "cdr_token", "country_code");
        owner.lost_inside(token.party.is_some(), "cdr_token", "party_id");
        owner.lost_inside(token.uid.is_some(), "cdr_token", "uid");
        owner.lost_inside(token.kind.is_some(), "cdr_token", "type");
        return;
    }
    owner.object("cdr_token", |object| {
        object.party(token.party.as_ref());
        object.id("uid", token.uid.as_ref(), 36, Need::Must);
        kind(object, token.kind.as_deref());
        object.id("contract_id", contract, 36, Need::Must);
    });
}
