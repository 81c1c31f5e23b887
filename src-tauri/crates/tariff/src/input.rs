//! What a replay is made from: the session as measured, the tariffs in question, zone and policy.

use chrono_tz::Tz;
use domain::policy::CreditSign;
use domain::{Cdr, ChargingPeriod, Currency, Decimal, Instant, Policy, Session, Tariff};

use crate::timeline::is_billed;

/// The tariffs a price may come from.
#[derive(Clone, Copy, Debug)]
pub enum Candidates<'a> {
    /// Those inside the CDR.
    Inside(&'a [Tariff]),
    /// Those the caller looked up, e.g. the versions stored for the connector.
    Chosen(&'a [&'a Tariff]),
}

impl<'a> Candidates<'a> {
    /// How many there are.
    pub fn len(self) -> usize {
        match self {
            Candidates::Inside(tariffs) => tariffs.len(),
            Candidates::Chosen(tariffs) => tariffs.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// One of them, by its place in the list.
    pub fn get(self, index: usize) -> Option<&'a Tariff> {
        match self {
            Candidates::Inside(tariffs) => tariffs.get(index),
            Candidates::Chosen(tariffs) => tariffs.get(index).copied(),
        }
    }

    /// All of them, in order.
    pub fn iter(self) -> impl Iterator<Item = &'a Tariff> {
        (0..self.len()).filter_map(move |index| self.get(index))
    }
}

/// Everything a price depends on. The same input always gives the same replay.
#[derive(Clone, Copy, Debug)]
pub struct ReplayInput<'a> {
    /// Start of the session, or of its reservation.
    pub start_at: Instant,
    /// Its end; absent while it runs.
    pub end_at: Option<Instant>,
    /// What was measured, in the order sent.
    pub periods: &'a [ChargingPeriod],
    /// Currency of the record; absent only in sessions.
    pub currency: Option<Currency>,
    /// Whether a charging session came of it, as far as the record tells (SEMANTICS 3.9).
    pub session_known: bool,
    /// Whether an EVSE is named.
    pub evse_known: bool,
    /// Whether volumes are turned round: those of a credit that negates its volumes too, so that
    /// it is priced like its original (SEMANTICS 4.1; I-24), or of every credit, where the policy
    /// reads them so (`credit_sign`; I-32).
    pub mirrored: bool,
    /// The stated net total; of a credit turned round, unless its replay is negative too. It
    /// decides one thing only: which branch is assumed where power or current is unknown
    /// (SEMANTICS 3.3).
    pub stated_excl_vat: Option<Decimal>,
    /// The tariffs in question.
    pub tariffs: Candidates<'a>,
    /// The zone of the location's wall clock.
    pub zone: Option<Tz>,
    /// The readings.
    pub policy: &'a Policy,
}

impl<'a> ReplayInput<'a> {
    /// A CDR, with its own tariffs, or with `chosen` where it carries none (SEMANTICS 3.2).
    ///
    /// `zone` is the location's; where it is unknown, the zone inside the record stands in.
    pub fn of_cdr(
        cdr: &'a Cdr,
        chosen: &'a [&'a Tariff],
        zone: Option<Tz>,
        policy: &'a Policy,
    ) -> Self {
        let (mirrored, negative) = match policy.credit_sign {
            _ if !cdr.credit => (false, false),
            CreditSign::AsStated => (is_mirrored(&cdr.periods), false),
            CreditSign::Negated => (true, !is_mirrored(&cdr.periods)),
        };
        ReplayInput {
            start_at: cdr.start_at,
            end_at: Some(cdr.end_at),
            periods: &cdr.periods,
            currency: Some(cdr.currency),
            session_known: cdr.session_id.is_some(),
            evse_known: cdr.location.evse_uid.is_some() || cdr.location.evse_id.is_some(),
            mirrored,
            stated_excl_vat: cdr.totals.cost.as_ref().map(|price| {
                if cdr.credit && !negative {
                    price.excl_vat.abs()
                } else {
                    price.excl_vat
                }
            }),
            tariffs: if cdr.tariffs.is_empty() {
                Candidates::Chosen(chosen)
            } else {
                Candidates::Inside(&cdr.tariffs)
            },
            zone: zone.or(cdr.location.time_zone),
            policy,
        }
    }

    /// A session, with the tariffs the caller chose.
    pub fn of_session(
        session: &'a Session,
        chosen: &'a [&'a Tariff],
        zone: Option<Tz>,
        policy: &'a Policy,
    ) -> Self {
        let used = !matches!(session.status, domain::SessionStatus::Completed)
            || !session.energy.0.is_zero();
        ReplayInput {
            start_at: session.start_at,
            end_at: session.end_at,
            periods: &session.periods,
            currency: session.currency,
            session_known: used,
            evse_known: session.location.evse_uid.is_some() || session.location.evse_id.is_some(),
            mirrored: false,
            stated_excl_vat: session.cost.as_ref().map(|price| price.excl_vat),
            tariffs: Candidates::Chosen(chosen),
            zone: zone.or(session.location.time_zone),
            policy,
        }
    }

    /// The same record under tariffs that stand in for those inside it.
    pub fn with_tariffs(self, chosen: &'a [&'a Tariff]) -> Self {
        ReplayInput {
            tariffs: Candidates::Chosen(chosen),
            ..self
        }
    }
}

/// Whether every volume that can be billed is negative or zero, and some negative.
fn is_mirrored(periods: &[ChargingPeriod]) -> bool {
    let mut volumes = periods
        .iter()
        .flat_map(|period| &period.dimensions)
        .filter(|dimension| is_billed(dimension.kind) && !dimension.volume.is_zero())
        .peekable();
    volumes.peek().is_some() && volumes.all(|dimension| dimension.volume < Decimal::ZERO)
}
