//! One row side by side: CDR, session, replay and the partner's statement, what could belong to it,
//! and what its station does with time and energy.

use billing::drift;
use billing::suggest::{Reason, Side, fit};
use store::month::Key;
use store::nearby::Nearby;
use store::row::{CdrRow, SessionRow};
use store::statement::LineFigures;

use super::month::{at, station};
use super::rows::{key_of, one};
use crate::api::{
    CdrDetail, FindingDto, LinkSuggestion, PartsDto, SideBySide, SideField, SideRequest, StationDto,
};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::evses::{Evses, has_name};
use crate::replay::Lookups;
use crate::{audit, detail, reconcile, words};

/// Sessions or CDRs within so many milliseconds are looked at for a match: a day.
const WINDOW_MS: i64 = 24 * 3_600 * 1_000;
/// Least confidence of a suggestion.
const CONFIDENT: u32 = 40;
/// The word for one EVSE, and what it adds to the confidence at most.
const SAME: &str = Reason::SameEvse.as_str();
const GAIN: u32 = 40;
/// Most CDRs that are read for how they call their EVSE.
const READ: u32 = 50;
/// Most suggestions.
const SUGGESTED: usize = 5;

/// A CDR, or a session without one, beside all that is known of it.
pub fn side_by_side(desk: &Desk, request: &SideRequest) -> Result<SideBySide> {
    let (key, wanted) = key_of(desk, request.cdr, request.session)?;
    let row = one(desk, key, &wanted)?.ok_or(Error::UnknownRow {
        what: "outcome",
        row: request.cdr.or(request.session).unwrap_or_default(),
    })?;
    let session = match row.session {
        Some(session) => store::nearby::session(&desk.book, SessionRow::from(session))?,
        None => None,
    };
    let told = match request.cdr {
        Some(cdr) => Some(detail::cdr(desk, cdr)?),
        None => None,
    };
    let statement = store::statement::about(&desk.book, key.0, &row.id, row.session_id.as_deref())?;
    let own = match request.cdr {
        Some(cdr) => store::nearby::cdr(&desk.book, CdrRow::from(cdr))?,
        None => None,
    };
    let findings = findings(desk, told.as_ref(), request.cdr)?;
    let (station, station_explains) = at_station(desk, key, &row.evse, request.cdr)?;
    let names = store::cause::names(&desk.book)?;
    let named = |cause: &str| names.values().find(|name| name.key == cause);
    let cause = row.cause.as_deref().and_then(named);
    let mut lines = Lines::default();
    let sides = (own.as_ref(), session.as_ref());
    lines.charge(told.as_ref(), sides, statement.as_ref())?;
    if let (Some(cdr), Some(session)) = sides
        && is_same_evse(desk, key, cdr, session)?
    {
        lines.agree("evse");
    }
    lines.cost(told.as_ref(), statement.as_ref());
    Ok(SideBySide {
        fields: lines.0,
        findings,
        cause: cause.map(|name| name.text.clone()).unwrap_or_default(),
        suggestions: suggestions(desk, key, own.as_ref(), session.as_ref())?,
        station,
        station_explains,
        history: match request.cdr {
            Some(cdr) => audit::about(desk, CdrRow::from(cdr))?,
            None => audit::about_session(desk, SessionRow::from(request.session.unwrap_or(0)))?,
        },
        row,
    })
}

fn findings(desk: &Desk, told: Option<&CdrDetail>, cdr: Option<u32>) -> Result<Vec<FindingDto>> {
    let mut findings = told.map(|told| told.findings.clone()).unwrap_or_default();
    if let Some(cdr) = cdr {
        let odd = store::oddity::of_cdr(&desk.book, CdrRow::from(cdr))?;
        findings.extend(odd.iter().map(words::finding));
    }
    findings.dedup();
    Ok(findings)
}

/// The lines of a comparison, one per field.
#[derive(Default)]
struct Lines(Vec<SideField>);

impl Lines {
    /// Adds a field that some side has.
    fn push(&mut self, field: &str, [cdr, session, replay, statement]: [Option<String>; 4]) {
        let told: Vec<&String> = [&cdr, &session, &replay, &statement]
            .into_iter()
            .flatten()
            .collect();
        if told.is_empty() {
            return;
        }
        let differs = told
            .windows(2)
            .any(|pair| !pair[0].eq_ignore_ascii_case(pair[1]));
        self.0.push(SideField {
            field: field.to_owned(),
            cdr,
            session,
            replay,
            statement,
            differs,
        });
    }

    /// Says that the sides of a field mean the same, whatever they say.
    fn agree(&mut self, field: &str) {
        for line in self.0.iter_mut().filter(|line| line.field == field) {
            line.differs = false;
        }
    }

    /// What was charged, where, when, by whom.
    fn charge(
        &mut self,
        told: Option<&CdrDetail>,
        (cdr, session): (Option<&Nearby>, Option<&Nearby>),
        line: Option<&LineFigures>,
    ) -> Result<()> {
        let of = |side: Option<&Nearby>, field: fn(&Nearby) -> &String| {
            side.map(field).filter(|text| !text.is_empty()).cloned()
        };
        let time = |ms: Option<i64>| ms.map(|ms| at(ms).map(words::instant)).transpose();
        let named = told.and_then(|it| it.session.clone());
        let reported = line.and_then(|line| line.session.clone());
        self.push("session", [named, of(session, |it| &it.id), None, reported]);
        let starts = (cdr.map(|it| it.start_ms), session.map(|it| it.start_ms));
        let reported = line.and_then(|line| line.start_at).map(words::instant);
        self.push("start", [time(starts.0)?, time(starts.1)?, None, reported]);
        let ends = (
            cdr.and_then(|it| it.end_ms),
            session.and_then(|it| it.end_ms),
        );
        self.push("end", [time(ends.0)?, time(ends.1)?, None, None]);
        let kwh = |side: Option<&Nearby>| side.map(|it| it.energy.to_string());
        let reported = line.and_then(|line| line.energy);
        let reported = reported.map(|kwh| kwh.to_string());
        self.push("energy", [kwh(cdr), kwh(session), None, reported]);
        let evse = |side| of(side, |it| &it.evse);
        self.push("evse", [evse(cdr), evse(session), None, None]);
        let contract =
            |side| of(side, |it| &it.contract).map(|text| crate::explorer::masked(&text));
        self.push("contract", [contract(cdr), contract(session), None, None]);
        self.push("status", [None, of(session, |it| &it.status), None, None]);
        let currency = told.map(|it| it.row.currency.clone());
        let reported = line.map(|line| line.currency.to_string());
        self.push("currency", [currency, None, None, reported]);
        Ok(())
    }

    /// What it costs.
    fn cost(&mut self, told: Option<&CdrDetail>, line: Option<&LineFigures>) {
        let (stated, replayed) = (told.map(|it| &it.stated), told.map(|it| &it.replayed));
        let net = |parts: Option<&PartsDto>, part| parts.and_then(|parts| amount(parts, part).0);
        let gross = |parts: Option<&PartsDto>| parts.and_then(|parts| amount(parts, Part::Total).1);
        let text = |amount: Option<store::micro::Micro>| amount.map(|amount| amount.to_string());
        let (excl, incl) = (
            text(line.and_then(|line| line.excl)),
            text(line.and_then(|line| line.incl)),
        );
        let total = (net(stated, Part::Total), net(replayed, Part::Total));
        self.push("total", [total.0, None, total.1, excl]);
        self.push("total_incl", [gross(stated), None, gross(replayed), incl]);
        for (field, part) in [
            ("fixed_cost", Part::Fixed),
            ("energy_cost", Part::Energy),
            ("time_cost", Part::Time),
            ("parking_cost", Part::Parking),
            ("reservation_cost", Part::Reservation),
        ] {
            self.push(field, [net(stated, part), None, net(replayed, part), None]);
        }
    }
}

#[derive(Clone, Copy)]
enum Part {
    Total,
    Fixed,
    Energy,
    Time,
    Parking,
    Reservation,
}

/// Net and gross of a part.
fn amount(parts: &PartsDto, part: Part) -> (Option<String>, Option<String>) {
    let amount = match part {
        Part::Total => &parts.total,
        Part::Fixed => &parts.fixed,
        Part::Energy => &parts.energy,
        Part::Time => &parts.time,
        Part::Parking => &parts.parking,
        Part::Reservation => &parts.reservation,
    };
    let both = amount
        .as_ref()
        .map(|it| (it.excl_vat.clone(), it.incl_vat.clone()));
    both.unwrap_or_default()
}

/// Whether a CDR and a session name the same EVSE, each in its way.
fn is_same_evse(desk: &Desk, key: Key, cdr: &Nearby, session: &Nearby) -> Result<bool> {
    if cdr.evse.eq_ignore_ascii_case(&session.evse) {
        return Ok(true);
    }
    let partner = store::party::key(&desk.book, key.0)?;
    let mut lookups = Lookups::default();
    let mut evses = Evses::new(&desk.book, &partner, &mut lookups);
    Ok(has_name(&evses.of_cdr(CdrRow(cdr.row))?, &session.evse)
        || has_name(&evses.at(&session.location, &session.evse)?, &cdr.evse))
}

/// What could belong to a CDR without session, or to a session without CDR.
fn suggestions(
    desk: &Desk,
    key: Key,
    cdr: Option<&Nearby>,
    session: Option<&Nearby>,
) -> Result<Vec<LinkSuggestion>> {
    let partner = store::party::key(&desk.book, key.0)?;
    let mut lookups = Lookups::default();
    let mut evses = Evses::new(&desk.book, &partner, &mut lookups);
    let mut found = match (cdr, session) {
        (Some(cdr), None) => {
            let around = (cdr.start_ms - WINDOW_MS, cdr.start_ms + WINDOW_MS);
            let sessions = store::nearby::sessions(&desk.book, key.0, around)?;
            let names = evses.of_cdr(CdrRow(cdr.row))?;
            let each = sessions
                .iter()
                .map(|it| suggestion((cdr, it), has_name(&names, &it.evse), it));
            each.collect::<Result<Vec<_>>>()?
        }
        (None, Some(session)) => for_session(desk, key, &mut evses, session)?,
        (Some(_), Some(_)) | (None, None) => Vec::new(),
    };
    found.retain(|one| one.confidence >= CONFIDENT);
    found.sort_by_key(|one| std::cmp::Reverse(one.confidence));
    found.truncate(SUGGESTED);
    Ok(found)
}

/// CDRs that could belong to a session. How each calls its EVSE is read only where that could
/// make it a suggestion, and of so many.
fn for_session(
    desk: &Desk,
    key: Key,
    evses: &mut Evses<'_>,
    session: &Nearby,
) -> Result<Vec<LinkSuggestion>> {
    let around = (session.start_ms - WINDOW_MS, session.start_ms + WINDOW_MS);
    let names = evses.at(&session.location, &session.evse)?;
    let mut found = Vec::new();
    let mut read = 0;
    for cdr in store::nearby::cdrs(&desk.book, key.0, around)? {
        let same = has_name(&names, &cdr.evse);
        let mut one = suggestion((&cdr, session), same, &cdr)?;
        let is_told = one.reasons.iter().any(|why| why == SAME);
        if !is_told && one.confidence + GAIN >= CONFIDENT && read < READ {
            read += 1;
            if has_name(&evses.of_cdr(CdrRow(cdr.row))?, &session.evse) {
                one = suggestion((&cdr, session), true, &cdr)?;
            }
        }
        found.push(one);
    }
    Ok(found)
}

/// How well a CDR and a session fit, of which `other` is the one that is suggested. `same`: their
/// EVSEs are the same by other names.
fn suggestion(
    (cdr, session): (&Nearby, &Nearby),
    same: bool,
    other: &Nearby,
) -> Result<LinkSuggestion> {
    let mut at_session = side(session);
    if same {
        at_session.evse = &cdr.evse;
    }
    let fit = fit(&side(cdr), &at_session, other.taken);
    let number = |row: i64| u32::try_from(row).unwrap_or(u32::MAX);
    Ok(LinkSuggestion {
        cdr: number(cdr.row),
        session: number(session.row),
        id: other.id.clone(),
        confidence: fit.confidence,
        reasons: fit
            .reasons
            .iter()
            .map(|reason| reason.as_str().to_owned())
            .collect(),
        start_at: words::instant(at(other.start_ms)?),
        end_at: other
            .end_ms
            .map(|ms| at(ms).map(words::instant))
            .transpose()?,
        energy_kwh: other.energy.to_string(),
        evse: other.evse.clone(),
    })
}

fn side(of: &Nearby) -> Side<'_> {
    Side {
        authorization: &of.authorization,
        contract: &of.contract,
        evse: &of.evse,
        location: &of.location,
        start_s: of.start_ms.div_euclid(1_000),
        end_s: of.end_ms.map(|ms| ms.div_euclid(1_000)),
        energy_e6: of.energy.0,
    }
}

/// The station of a row where it is off, and whether what differs in time or energy is only what
/// the station always does.
fn at_station(
    desk: &Desk,
    key: Key,
    evse: &str,
    cdr: Option<u32>,
) -> Result<(Option<StationDto>, bool)> {
    let known = store::station::of_month(&desk.book, key)?;
    let Some(off) = known.iter().find(|station| station.evse == evse) else {
        return Ok((None, false));
    };
    let mut stored = Vec::new();
    store::pair::read(&desk.book, key, reconcile::evse(key.0, evse), &mut stored)?;
    let (pairs, _) = super::stations::pairs(&stored);
    let limits = super::stations::limits(desk, key)?;
    let estimates = drift::estimate(&pairs, &limits);
    let pair = pairs
        .iter()
        .find(|pair| Some(pair.row) == cdr.map(i64::from));
    let explains = match (pair, estimates.first()) {
        (Some(pair), Some(estimate)) => drift::explains(estimate, pair),
        (None, _) | (_, None) => false,
    };
    Ok((Some(station(off)?), explains))
}
