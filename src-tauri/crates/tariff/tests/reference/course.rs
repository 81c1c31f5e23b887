//! The course of a session: what is known at each moment of it, and what then has a price.

use chrono::{DateTime, NaiveDateTime};
use domain::policy::{ElementLookup, Policy, TierMode};
use domain::{Instant, ReservationRule, TariffDimension};

use crate::exact::{Q, zero};
use crate::make::Case;
use crate::matching::{Moment, holds};
use crate::session::{Piece, seconds_of};

/// What the whole session tells about each of its moments.
pub struct Course<'a> {
    pub case: &'a Case,
    pub policy: &'a Policy,
    /// What a restriction on an unknown figure is taken for.
    pub unknown: bool,
    begin: Q,
    charging_begin: Q,
    end: Q,
    energy: Q,
    expired: bool,
}

/// Where a price stands: element and component.
pub type Place = (usize, usize);

impl<'a> Course<'a> {
    /// The course of these pieces.
    pub fn of(case: &'a Case, policy: &'a Policy, unknown: bool, pieces: &[Piece]) -> Self {
        let begin = seconds_of(case.start_at);
        let reserved = pieces.iter().any(|piece| piece.reservation.is_some());
        let charging = pieces.iter().find(|piece| piece.is_use() && reserved);
        let used = pieces.iter().any(Piece::has_use) || (case.session_known && case.evse_known);
        // Taken as given, the last piece need not be the latest (I-31).
        let ends = pieces
            .iter()
            .map(|piece| piece.end.as_ref().unwrap_or(&piece.start));
        let last = ends.max().unwrap_or(&begin);
        Course {
            case,
            policy,
            unknown,
            charging_begin: charging.map_or(begin.clone(), |piece| piece.start.clone()),
            end: last.clone(),
            energy: pieces.iter().filter_map(|piece| piece.energy.clone()).sum(),
            expired: !used,
            begin,
        }
    }

    /// The wall clock of the location.
    pub fn local(&self, second: &Q) -> Option<NaiveDateTime> {
        let zone = self.case.zone?;
        Some(instant(second).with_timezone(&zone).naive_local())
    }

    /// When the reservation or the charging began, from which durations count (I-09).
    pub fn since(&self, reservation: bool) -> &Q {
        if reservation {
            &self.begin
        } else {
            &self.charging_begin
        }
    }

    /// What is known at the start of a piece, after so much energy of the session.
    fn moment<'b>(&'b self, piece: &'b Piece, energy: &Q, reservation: bool) -> Moment<'b> {
        let since = self.since(reservation);
        let (energy, seconds) = match self.policy.tier_mode {
            TierMode::Marginal => (energy.clone(), &piece.start - since),
            // A reservation is tested against its own (I-31).
            TierMode::Whole if reservation && self.charging_begin > self.begin => {
                (zero(), &self.charging_begin - since)
            }
            TierMode::Whole => (self.energy.clone(), &self.end - since),
        };
        Moment {
            local: self.local(&piece.start),
            energy,
            seconds,
            piece,
            unknown: self.unknown,
            policy: self.policy,
        }
    }

    /// The price of a dimension of charging in a piece.
    pub fn charging(&self, piece: &Piece, energy: &Q, dimension: TariffDimension) -> Option<Place> {
        self.component(piece, dimension, None, &self.moment(piece, energy, false))
    }

    /// The price of a dimension of a reservation in a piece (SEMANTICS 3.9).
    pub fn reserving(
        &self,
        piece: &Piece,
        energy: &Q,
        dimension: TariffDimension,
    ) -> Option<Place> {
        let at = self.moment(piece, energy, true);
        let of = |rule| self.component(piece, dimension, Some(rule), &at);
        let expired = if self.expired {
            of(ReservationRule::ReservationExpires)
        } else {
            None
        };
        expired.or_else(|| of(ReservationRule::Reservation))
    }

    /// The component of the first element that has one of the dimension and applies.
    fn component(
        &self,
        piece: &Piece,
        dimension: TariffDimension,
        rule: Option<ReservationRule>,
        at: &Moment<'_>,
    ) -> Option<Place> {
        let tariff = &self.case.tariffs[piece.tariff?];
        for (place, element) in tariff.elements.iter().enumerate() {
            let r = &element.restrictions;
            if r.reservation != rule || !holds(r, at) {
                continue;
            }
            let found = element
                .components
                .iter()
                .position(|c| c.dimension == dimension);
            match (found, self.policy.element_lookup) {
                (Some(component), _) => return Some((place, component)),
                (None, ElementLookup::PerDimension) => {}
                (None, ElementLookup::SingleElement) => return None,
            }
        }
        None
    }
}

/// The second of the Unix clock in which a moment lies.
pub fn instant(second: &Q) -> Instant {
    let whole = i64::try_from(second.floor().to_integer()).expect("within the calendar");
    DateTime::from_timestamp(whole, 0).expect("within the calendar")
}

/// Energy of the session before each piece.
pub fn energy_before(pieces: &[Piece]) -> Vec<Q> {
    let mut sum = zero();
    let mut before = Vec::new();
    for piece in pieces {
        before.push(sum.clone());
        sum += piece.energy.clone().unwrap_or_else(zero);
    }
    before
}
