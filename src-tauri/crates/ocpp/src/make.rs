//! From a transaction to its session and its charge detail record.
//!
//! The tariff engine splits the session where its price changes and prices it; so the record
//! replays to its own total.

use std::hash::Hasher;

use domain::{
    Cdr, CdrLocation, Currency, Decimal, Instant, Kwh, OcpiId, OcpiVersion, PartyKey, Policy,
    Session, SessionStatus, SignedData, StationPause, Tariff, TariffKind, TokenRef, Tz,
};
use tariff::{Course, Header, Metered, generate_cdr_with_turns};

use crate::clock::{Timed, settle};
use crate::course::flow;
use crate::series::{as_signed, series};
use crate::transaction::{Place, Transaction};
use crate::trouble::{About, Found, Trouble};

/// What a transaction does not say of itself.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The charge point operator: us.
    pub party: PartyKey,
    /// Location, EVSE and connector.
    pub location: CdrLocation,
    /// The zone of the location's wall clock.
    pub zone: Tz,
    /// The driver's token and contract.
    pub token: TokenRef,
    /// AUTH_REQUEST, WHITELIST or COMMAND.
    pub auth_method: Option<String>,
    /// The tariffs of the connector. The one in force at the start counts; the record takes its
    /// OCPI version.
    pub tariffs: Vec<Tariff>,
    /// The currency the record must be in.
    pub currency: Currency,
    /// The readings it is priced by. Of them `station_pause` says what a pause of the station is:
    /// `as_time` and, from 2.2 on, `as_reported`: TIME; in 2.1.1 `as_reported` is `PARKING_TIME`;
    /// `free`: neither (SEMANTICS 3.8).
    pub policy: Policy,
    /// Where the meter that counts sits; usually [`Place::Outlet`].
    pub meter_at: Place,
    /// When the record is made.
    pub made_at: Option<Instant>,
    /// What the meter signed, for the record to carry.
    pub signed: Option<Box<SignedData>>,
    /// The energy that was signed, where it counts in the place of the register's (rule 15).
    pub signed_energy: Option<Kwh>,
}

/// A record and what it was made by.
#[derive(Clone, Debug)]
pub struct Made {
    /// The session, completed.
    pub session: Session,
    /// Its record, priced.
    pub cdr: Cdr,
    /// The energy by the meter's register (rules 4 to 12), which the record states unless the
    /// signed energy counts.
    pub register: Kwh,
    /// Every use of a rule, and what the tariff engine says.
    pub findings: Vec<Found>,
}

/// Why no record can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotMade {
    /// At least one.
    pub reasons: Vec<Found>,
    /// What was odd until then.
    pub findings: Vec<Found>,
}

/// Makes session and record of a transaction.
///
/// # Errors
/// When start, end, meter, tariff or price are missing or cannot be; never a guess.
pub fn make(t: &Transaction, setting: &Setting) -> Result<Made, NotMade> {
    let mut odd = Vec::new();
    let made = attempt(t, setting, &mut odd);
    let findings = odd.into_iter().map(|trouble| found(t, trouble)).collect();
    match made {
        Ok((session, cdr, register)) => Ok(Made {
            session,
            cdr,
            register,
            findings,
        }),
        Err(reasons) => Err(NotMade {
            reasons: reasons.into_iter().map(|why| found(t, why)).collect(),
            findings,
        }),
    }
}

fn found(t: &Transaction, trouble: Trouble) -> Found {
    Found {
        trouble,
        line: t.first_line(),
        about: Some(About {
            station: t.station.clone(),
            transaction: t.id.clone(),
        }),
    }
}

fn attempt(
    t: &Transaction,
    setting: &Setting,
    odd: &mut Vec<Trouble>,
) -> Result<(Session, Cdr, Kwh), Vec<Trouble>> {
    let timed = settle(t, odd)?;
    let one = |why: Trouble| vec![why];
    let points = series(t, &timed, setting.meter_at, odd).map_err(one)?;
    let register = points.last().map_or(Decimal::ZERO, |last| last.wh);
    let points = match setting.signed_energy {
        Some(signed) => as_signed(points, signed, odd).map_err(one)?,
        None => points,
    };
    if points.last().is_none_or(|last| last.wh <= Decimal::ZERO) {
        return Err(one(Trouble::NoEnergy));
    }
    let tariff = in_force(setting, &timed, odd).map_err(one)?;
    let flow = flow(&timed, &points, pause(setting, tariff), odd);
    let metered = Metered {
        start_at: timed.start_at,
        end_at: timed.stop_at,
        charged_until: None,
        readings: &flow.readings,
        zone: setting.zone,
    };
    let header = header(t, setting, &timed);
    let made = generate_cdr_with_turns(tariff, &metered, &flow.turns, header, &setting.policy);
    let made = made.map_err(|why| {
        one(Trouble::NotPriced {
            why: why.to_string(),
        })
    })?;
    for finding in &made.replay.findings {
        let code = finding.code.as_str();
        odd.push(Trouble::Replay { code });
    }
    let mut cdr = made.cdr;
    cdr.signed_data.clone_from(&setting.signed);
    let register = Kwh((register / Decimal::ONE_THOUSAND).normalize());
    Ok((session_of(&cdr), cdr, register))
}

/// The tariff in force at the start (SEMANTICS 3.2).
fn in_force<'a>(
    setting: &'a Setting,
    timed: &Timed<'_>,
    odd: &mut Vec<Trouble>,
) -> Result<&'a Tariff, Trouble> {
    let at = timed.start_at;
    let fit = |tariff: &&Tariff| {
        let kind = match tariff.kind {
            None | Some(TariffKind::Regular) => true,
            Some(
                TariffKind::AdHocPayment
                | TariffKind::ProfileCheap
                | TariffKind::ProfileFast
                | TariffKind::ProfileGreen
                | TariffKind::Unknown,
            ) => false,
        };
        kind && tariff.valid_from.is_none_or(|from| from <= at)
            && tariff.valid_until.is_none_or(|until| at <= until)
    };
    let fitting: Vec<&Tariff> = setting.tariffs.iter().filter(fit).collect();
    let exact: Vec<&Tariff> = fitting
        .iter()
        .filter(|t| t.kind.is_some())
        .copied()
        .collect();
    let chosen = if exact.is_empty() { fitting } else { exact };
    let tariff = *chosen.first().ok_or(Trouble::NoTariff)?;
    if chosen.len() > 1 {
        let id = tariff.id.to_string();
        odd.push(Trouble::TariffAmbiguous { id });
    }
    if tariff.currency != setting.currency {
        let currency = tariff.currency.to_string();
        return Err(Trouble::CurrencyMismatch { currency });
    }
    Ok(tariff)
}

/// What a pause of the station counts as. By the text since 2026-05 it is no parking; in 2.1.1
/// parking is all time not charging (SEMANTICS 3.8).
fn pause(setting: &Setting, tariff: &Tariff) -> Course {
    match (setting.policy.station_pause, tariff.version) {
        (StationPause::AsTime, _)
        | (StationPause::AsReported, OcpiVersion::V221 | OcpiVersion::V230) => Course::Held,
        (StationPause::AsReported, OcpiVersion::V211) => Course::Parking,
        (StationPause::Free, _) => Course::Uncounted,
    }
}

fn header(t: &Transaction, setting: &Setting, timed: &Timed<'_>) -> Header {
    let id = id_of(t, timed.start_at);
    Header {
        party: setting.party.clone(),
        session_id: Some(id.clone()),
        id,
        token: setting.token.clone(),
        auth_method: setting.auth_method.clone(),
        location: setting.location.clone(),
        meter_id: None,
        made_at: setting.made_at,
    }
}

/// At most 36 letters (CDRs / CDR object): station and transaction where they fit. The same
/// transaction has the same id, however often it is read.
fn id_of(t: &Transaction, start_at: Instant) -> OcpiId {
    let plain = |text: &str| -> String {
        let letters = text
            .chars()
            .map(|c| if c.is_ascii_graphic() { c } else { '_' });
        letters.collect()
    };
    let (station, id) = (plain(&t.station), plain(&t.id));
    let id = if id.is_empty() {
        start_at.timestamp().to_string()
    } else {
        id
    };
    let joined = format!("{station}-{id}");
    let as_sent = station == t.station && (id == t.id || t.id.is_empty());
    if as_sent && joined.len() <= 36 {
        return OcpiId(joined);
    }
    // The ids of 2.0.1 have 36 letters themselves: their beginning, and what tells them apart.
    let mut hasher = Fnv(0xcbf2_9ce4_8422_2325);
    hasher.write(t.station.to_ascii_lowercase().as_bytes());
    hasher.write(&[0]);
    hasher.write(id.to_ascii_lowercase().as_bytes());
    let beginning: String = id.chars().take(19).collect();
    OcpiId(format!("{beginning}-{:016x}", hasher.finish()))
}

/// FNV-1a, which gives the same on every machine and in every release.
struct Fnv(u64);

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

fn session_of(cdr: &Cdr) -> Session {
    Session {
        form: cdr.form,
        party: cdr.party.clone(),
        id: cdr.session_id.clone().unwrap_or_else(|| cdr.id.clone()),
        start_at: cdr.start_at,
        end_at: Some(cdr.end_at),
        energy: cdr.totals.energy,
        token: cdr.token.clone(),
        auth_method: cdr.auth_method.clone(),
        authorization_reference: None,
        location: cdr.location.clone(),
        currency: Some(cdr.currency),
        periods: cdr.periods.clone(),
        cost: cdr.totals.cost.clone(),
        status: SessionStatus::Completed,
        last_updated: cdr.last_updated,
    }
}
