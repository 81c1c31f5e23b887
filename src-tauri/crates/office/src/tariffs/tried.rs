//! A made-up session's price.

use std::path::Path;

use chrono::{NaiveDateTime, TimeDelta, TimeZone, Utc};
use domain::{
    CdrLocation, Decimal, Instant, Kwh, OcpiVersion, PartyKey, Policy, Replay, Tariff, TokenRef, Tz,
};
use serde::Serialize;
use tariff::{Header, Language, Metered, Reader, Reading, generate_cdr};

use super::{read, zone_of};
use crate::api::{FindingDto, PartsDto, QuantitiesDto, TryAnswer, TryRequest};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::price::{PricedLine, line_dto};
use crate::{detail, partners, words};

/// A session in few words: it charges at one power, then it may park.
#[derive(Clone, Debug)]
pub struct TrySession {
    /// When it begins: RFC 3339, or `2026-09-03T18:00` on the location's wall clock.
    pub start: String,
    /// When the vehicle leaves, likewise.
    pub end: Option<String>,
    /// Minutes of charging.
    pub minutes: Option<u32>,
    /// Minutes of parking after it.
    pub parking_minutes: u32,
    /// Energy.
    pub kwh: Option<Decimal>,
    /// Power while charging, kW.
    pub power_kw: Option<Decimal>,
    /// Version of a tariff that does not show its own.
    pub version: Option<OcpiVersion>,
    /// The location's zone.
    pub time_zone: Option<Tz>,
    /// The readings.
    pub policy: Policy,
    /// The language of the sentences.
    pub language: Language,
    /// Who they are for.
    pub reader: Reader,
}

/// What a session would cost.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TriedSession {
    /// The tariff's id.
    pub tariff_id: String,
    /// Currency of all amounts.
    pub currency: String,
    /// The zone restrictions were read in.
    pub time_zone: String,
    /// Start, UTC.
    pub start: String,
    /// When charging stopped, UTC.
    pub charged_until: String,
    /// End, UTC.
    pub end: String,
    /// Energy.
    pub energy_kwh: String,
    /// What it costs, rounded by the policy.
    pub price: PartsDto,
    /// Billed quantities.
    pub billed: QuantitiesDto,
    /// Priced lines, unrounded.
    pub lines: Vec<PricedLine>,
    /// How the price comes about.
    pub text: Vec<String>,
    /// What is odd.
    pub findings: Vec<FindingDto>,
}

/// Prices a made-up session under every tariff of a file.
pub fn try_file(path: &Path, session: &TrySession) -> Result<Vec<TriedSession>> {
    read(path, session.version)?
        .iter()
        .map(|tariff| tried(tariff, session))
        .collect()
}

/// Prices a made-up session under a version of a partner's tariff, as agreed with the partner.
pub fn try_version(desk: &Desk, request: &TryRequest) -> Result<TryAnswer> {
    let tariff = super::known::version(desk, &request.version)?;
    let partner = partners::partner_key(&desk.book, &request.partner)?;
    let zone = request.time_zone.parse::<Tz>();
    let session = TrySession {
        start: request.start.clone(),
        end: None,
        minutes: request.minutes,
        parking_minutes: request.parking_minutes,
        kwh: number("kwh", request.kwh.as_deref())?,
        power_kw: number("power_kw", request.power_kw.as_deref())?,
        version: None,
        time_zone: Some(zone.map_err(|_| bad("time_zone", &request.time_zone))?),
        policy: partners::partner(desk, &partner)?.agreement.policy,
        language: words::language(&request.language)?,
        reader: Reader::Partner,
    };
    let Made {
        zone,
        course,
        replay,
    } = make(&tariff, &session)?;
    let lines = replay.lines.iter();
    Ok(TryAnswer {
        currency: tariff.currency.to_string(),
        start_local: words::local(course.start_at, zone),
        end_local: words::local(course.end_at, zone),
        energy_kwh: detail::decimal(course.kwh),
        price: detail::parts(&replay.totals),
        billed: detail::billed(&replay),
        lines: lines.map(|line| detail::line_dto(line, zone)).collect(),
        text: tariff::explain(&replay, session.language, session.reader),
        findings: replay.findings.iter().map(words::finding).collect(),
    })
}

/// A number that somebody typed; an empty text is none.
fn number(field: &'static str, text: Option<&str>) -> Result<Option<Decimal>> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    let read = |text: &str| text.parse::<Decimal>().map_err(|_| bad(field, text));
    text.map(read).transpose()
}

/// A made-up session with its price.
struct Made {
    zone: Tz,
    course: Course,
    replay: Replay,
}

/// Makes the session up and prices it.
fn make(tariff: &Tariff, session: &TrySession) -> Result<Made> {
    let zone = session
        .time_zone
        .or_else(|| zone_of(tariff))
        .unwrap_or(Tz::UTC);
    let course = Course::of(session, zone)?;
    let readings = [
        Reading {
            at: course.start_at,
            kwh: Kwh(Decimal::ZERO),
        },
        Reading {
            at: course.charged_until,
            kwh: Kwh(course.kwh),
        },
    ];
    let metered = Metered {
        start_at: course.start_at,
        end_at: course.end_at,
        charged_until: Some(course.charged_until),
        readings: &readings,
        zone,
    };
    let nobody = || PartyKey::new("ZZ", "ZZZ").expect("letters are a party key");
    let header = Header {
        party: tariff.party.clone().unwrap_or_else(nobody),
        id: "TRY".into(),
        session_id: Some("TRY".into()),
        token: TokenRef::default(),
        auth_method: None,
        location: CdrLocation {
            evse_uid: Some("TRY".into()),
            ..CdrLocation::default()
        },
        meter_id: None,
        made_at: None,
    };
    let made = generate_cdr(tariff, &metered, header, &session.policy);
    let replay = made.map_err(|why| bad("session", &why.to_string()))?.replay;
    Ok(Made {
        zone,
        course,
        replay,
    })
}

fn tried(tariff: &Tariff, session: &TrySession) -> Result<TriedSession> {
    let Made {
        zone,
        course,
        replay,
    } = make(tariff, session)?;
    Ok(TriedSession {
        tariff_id: tariff.id.to_string(),
        currency: tariff.currency.to_string(),
        time_zone: zone.name().to_owned(),
        start: words::instant(course.start_at),
        charged_until: words::instant(course.charged_until),
        end: words::instant(course.end_at),
        energy_kwh: detail::decimal(course.kwh),
        price: detail::parts(&replay.totals),
        billed: detail::billed(&replay),
        lines: replay
            .lines
            .iter()
            .map(|line| line_dto(line, &replay))
            .collect(),
        text: tariff::explain(&replay, session.language, session.reader),
        findings: replay.findings.iter().map(words::finding).collect(),
    })
}

/// The course of a session, worked out from what was told of it.
struct Course {
    start_at: Instant,
    charged_until: Instant,
    end_at: Instant,
    kwh: Decimal,
}

impl Course {
    fn of(session: &TrySession, zone: Tz) -> Result<Course> {
        let start_at = instant("start", &session.start, zone)?;
        let parking = TimeDelta::minutes(session.parking_minutes.into());
        let told = match (&session.end, session.minutes) {
            (Some(_), Some(_)) => return Err(bad("end", "and minutes tell the same; give one")),
            (Some(end), None) => Some(instant("end", end, zone)? - start_at - parking),
            (None, Some(minutes)) => Some(TimeDelta::minutes(minutes.into())),
            (None, None) => None,
        };
        let (charging, kwh) = match (told, session.kwh, session.power_kw) {
            (Some(charging), Some(kwh), None) => (charging, kwh),
            (Some(charging), None, Some(power)) => (charging, energy(power, charging)?),
            (None, Some(kwh), Some(power)) => (length(kwh, power)?, kwh),
            (Some(_), Some(_), Some(_)) | (_, None, None) | (None, ..) => {
                return Err(bad(
                    "session",
                    "give two of minutes (or end), kwh and power",
                ));
            }
        };
        let checked = |at: Instant, more: TimeDelta| {
            at.checked_add_signed(more)
                .ok_or_else(|| bad("session", "it never ends"))
        };
        let charged_until = checked(start_at, charging)?;
        if charged_until < start_at {
            return Err(bad("end", "lies before charging could stop"));
        }
        let end_at = checked(charged_until, parking)?;
        Ok(Course {
            start_at,
            charged_until,
            end_at,
            kwh,
        })
    }
}

/// Energy at a power over a time.
fn energy(power: Decimal, time: TimeDelta) -> Result<Decimal> {
    let kilowatt_seconds = power.checked_mul(Decimal::from(time.num_seconds()));
    kilowatt_seconds
        .and_then(|value| value.checked_div(Decimal::from(3600)))
        .map(|kwh| kwh.round_dp(4))
        .ok_or_else(|| bad("power", &power.to_string()))
}

/// The whole seconds it takes to charge so much.
fn length(kwh: Decimal, power: Decimal) -> Result<TimeDelta> {
    let hours = kwh.checked_div(power).filter(|_| power > Decimal::ZERO);
    hours
        .and_then(|hours| hours.checked_mul(Decimal::from(3600)))
        .and_then(|seconds| i64::try_from(seconds.ceil()).ok())
        .and_then(TimeDelta::try_seconds)
        .ok_or_else(|| bad("power", &power.to_string()))
}

/// RFC 3339, or a wall clock without a zone: the first time it shows that, or the first moment
/// after the hour it skips.
fn instant(field: &'static str, text: &str, zone: Tz) -> Result<Instant> {
    if let Ok(at) = text.parse::<chrono::DateTime<chrono::FixedOffset>>() {
        return Ok(at.with_timezone(&Utc));
    }
    let text = text.trim().replace(' ', "T");
    let wall = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        .into_iter()
        .find_map(|format| NaiveDateTime::parse_from_str(&text, format).ok());
    let at = wall.and_then(|wall| {
        (0..=4).find_map(|half_hours| {
            let wall = wall + TimeDelta::minutes(30 * half_hours);
            zone.from_local_datetime(&wall).earliest()
        })
    });
    at.map(|at| at.with_timezone(&Utc))
        .ok_or_else(|| bad(field, &text))
}

fn bad(field: &'static str, value: &str) -> Error {
    Error::BadRequest {
        field,
        value: value.to_owned(),
    }
}
