//! Who an object belongs to: its own fields from 2.2 on, the connection in 2.1.1.

use domain::{FindingCode, OcpiVersion, PartyKey, Severity};

use crate::fields::Members;
use crate::report::Report;
use crate::take::Need;

/// The owner of an object that cannot be used without one.
pub(crate) fn needed<const N: usize>(
    members: &Members<'_, '_, N>,
    report: &mut Report,
    country: impl Into<usize>,
    party: impl Into<usize>,
) -> Option<PartyKey> {
    let party = party.into();
    let owner = optional(members, report, country, party);
    if owner.is_none() {
        report
            .raise(FindingCode::PartyUnknown, members.path(party))
            .with_severity(Severity::Fatal);
    }
    owner
}

/// The owner, where one is known. The object's own fields go first; the connection's party stands
/// in where the version has none, or where they are missing or unreadable (then with a finding).
pub(crate) fn optional<const N: usize>(
    members: &Members<'_, '_, N>,
    report: &mut Report,
    country: impl Into<usize>,
    party: impl Into<usize>,
) -> Option<PartyKey> {
    let own = match report.version {
        OcpiVersion::V211 => stated(members, report, country, party, Need::May),
        OcpiVersion::V221 | OcpiVersion::V230 => {
            stated(members, report, country, party, Need::Must)
        }
    };
    own.or_else(|| report.party.clone())
}

/// A party named by two fields of an object.
pub(crate) fn stated<const N: usize>(
    members: &Members<'_, '_, N>,
    report: &mut Report,
    country: impl Into<usize>,
    party: impl Into<usize>,
    need: Need,
) -> Option<PartyKey> {
    let (country, party) = (country.into(), party.into());
    let code = members.text(report, country, 2, need);
    let id = members.text(report, party, 3, need);
    let (code, id) = code.zip(id)?;
    let key = PartyKey::new(&code, &id);
    if key.is_err() {
        report
            .raise(FindingCode::PartyUnknown, members.path(party))
            .with_severity(Severity::Error)
            .param("value", format_args!("{code}-{id}"));
    }
    key.ok()
}
