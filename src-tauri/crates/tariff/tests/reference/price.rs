//! The reference pricer: SEMANTICS chapter 3 once more, as plainly as possible, in exact rationals.

use chrono::DateTime;
use domain::policy::{ElementLookup, FlatMode, Policy, TimePriceUnit};
use domain::{PriceComponent, ReservationRule, Tariff, TariffDimension};

use crate::choose::{Chosen, choose};
use crate::exact::{Q, exact, whole, zero};
use crate::make::Case;
use crate::matching::{Moment, asks_clock, holds};
use crate::money::{Figures, total};
use crate::session::{Piece, pieces, seconds_of};
use crate::step::step;

/// One quantity with its price.
#[derive(Clone)]
pub struct Line {
    /// Place of the piece in time order.
    pub piece: usize,
    pub reservation: bool,
    pub tariff: usize,
    pub element: usize,
    pub component: usize,
    pub dimension: TariffDimension,
    /// kWh, seconds, or times.
    pub quantity: Q,
}

impl Line {
    /// The component that prices it.
    pub fn price<'a>(&self, case: &'a Case) -> &'a PriceComponent {
        &case.tariffs[self.tariff].elements[self.element].components[self.component]
    }

    /// The tariff that prices it.
    pub fn tariff<'a>(&self, case: &'a Case) -> &'a Tariff {
        &case.tariffs[self.tariff]
    }

    /// Quantity times price, as the tariff states prices.
    pub fn amount(&self, case: &Case, policy: &Policy) -> Q {
        let price = exact(self.price(case).price);
        match (self.dimension, policy.time_price_unit) {
            (TariffDimension::Flat | TariffDimension::Energy, _) => &self.quantity * price,
            (_, TimePriceUnit::Hour) => &self.quantity * price / whole(3600),
            (_, TimePriceUnit::Minute) => &self.quantity * price / whole(60),
        }
    }
}

/// The price of a case; none where none can be computed.
pub fn price(case: &Case, policy: &Policy) -> Option<Figures> {
    let refused = price_with(case, policy, false)?;
    let Some(stated) = case.stated else {
        return Some(refused);
    };
    let assumed = price_with(case, policy, true)?;
    let states = |figures: &Figures| figures.rounded[0].net == Some(exact(stated));
    Some(if states(&assumed) && !states(&refused) {
        assumed
    } else {
        refused
    })
}

/// The price where a restriction on an unknown figure is taken to hold, or not to.
pub fn price_with(case: &Case, policy: &Policy, unknown: bool) -> Option<Figures> {
    let pieces = pieces(case, policy);
    let chosen = choose(case, policy);
    let tariff_of = |piece: &Piece| chosen[piece.sent];
    if case.tariffs.is_empty() {
        return None;
    }
    for piece in &pieces {
        match tariff_of(piece) {
            Chosen::Missing => return None,
            Chosen::Tariff(index) if !can_price(case, &case.tariffs[index]) => return None,
            Chosen::Tariff(_) | Chosen::Free => {}
        }
    }
    let lines = lines(case, policy, &pieces, &tariff_of, unknown);
    let lines = step(case, policy, &pieces, lines);
    let first = pieces.iter().find_map(|piece| match tariff_of(piece) {
        Chosen::Tariff(index) => Some(index),
        Chosen::Free | Chosen::Missing => None,
    });
    Some(total(case, policy, &pieces, &lines, first))
}

fn can_price(case: &Case, tariff: &Tariff) -> bool {
    let clock = tariff
        .elements
        .iter()
        .any(|element| asks_clock(&element.restrictions));
    case.currency
        .is_none_or(|currency| currency == tariff.currency)
        && (case.zone.is_some() || !clock)
}

/// Every quantity that has a price, in time order.
fn lines(
    case: &Case,
    policy: &Policy,
    pieces: &[Piece],
    tariff_of: &dyn Fn(&Piece) -> Chosen,
    unknown: bool,
) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut energy = zero();
    let begin = seconds_of(case.start_at);
    let charging_begin = pieces
        .iter()
        .find(|piece| piece.is_use() && pieces.iter().any(|piece| piece.reservation.is_some()))
        .map_or(begin.clone(), |piece| piece.start.clone());
    let used = pieces.iter().any(Piece::has_use) || (case.session_known && case.evse_known);
    for (place, piece) in pieces.iter().enumerate() {
        if let Chosen::Tariff(index) = tariff_of(piece) {
            let at = |since: &Q| Moment {
                local: case.zone.map(|zone| {
                    let second = i64::try_from(piece.start.floor().to_integer()).expect("in range");
                    let utc = DateTime::from_timestamp(second, 0).expect("in range");
                    utc.with_timezone(&zone).naive_local()
                }),
                energy: energy.clone(),
                seconds: &piece.start - since,
                piece,
                unknown,
                policy,
            };
            let active = Active {
                tariff: &case.tariffs[index],
                index,
                place,
                policy,
            };
            active.reservation(piece, !used, &at(&begin), &mut lines);
            active.charging(piece, &at(&charging_begin), &mut lines);
        }
        if let Some(volume) = &piece.energy {
            energy += volume;
        }
    }
    lines
}

/// A tariff at work in one piece.
struct Active<'a> {
    tariff: &'a Tariff,
    index: usize,
    place: usize,
    policy: &'a Policy,
}

impl Active<'_> {
    fn reservation(&self, piece: &Piece, expired: bool, at: &Moment<'_>, lines: &mut Vec<Line>) {
        let Some(seconds) = &piece.reservation else {
            return;
        };
        let mut rules = vec![ReservationRule::Reservation];
        if expired {
            rules.insert(0, ReservationRule::ReservationExpires);
        }
        for dimension in [TariffDimension::Flat, TariffDimension::Time] {
            let found = rules
                .iter()
                .find_map(|rule| self.component(dimension, Some(*rule), at));
            let quantity = if dimension == TariffDimension::Flat {
                whole(1)
            } else {
                seconds.clone()
            };
            self.add(found, dimension, true, Some(quantity), lines);
        }
    }

    fn charging(&self, piece: &Piece, at: &Moment<'_>, lines: &mut Vec<Line>) {
        if !piece.is_use() {
            return;
        }
        let flat = match self.policy.flat_mode {
            FlatMode::OncePerPeriod => piece.flat.clone().unwrap_or(whole(1)),
            FlatMode::OncePerSession | FlatMode::OncePerComponent => whole(1),
        };
        for (dimension, quantity) in [
            (TariffDimension::Flat, Some(flat)),
            (TariffDimension::Energy, piece.energy.clone()),
            (TariffDimension::Time, piece.time.clone()),
            (TariffDimension::ParkingTime, piece.parking.clone()),
        ] {
            let found = self.component(dimension, None, at);
            self.add(found, dimension, false, quantity, lines);
        }
    }

    /// The component of the first element that has one of the dimension and applies.
    fn component(
        &self,
        dimension: TariffDimension,
        rule: Option<ReservationRule>,
        at: &Moment<'_>,
    ) -> Option<(usize, usize)> {
        for (place, element) in self.tariff.elements.iter().enumerate() {
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

    fn add(
        &self,
        found: Option<(usize, usize)>,
        dimension: TariffDimension,
        reservation: bool,
        quantity: Option<Q>,
        lines: &mut Vec<Line>,
    ) {
        let (Some((element, component)), Some(quantity)) = (found, quantity) else {
            return;
        };
        let flats = lines.iter().filter(|line| {
            line.dimension == TariffDimension::Flat && line.reservation == reservation
        });
        let charged = match self.policy.flat_mode {
            FlatMode::OncePerSession => flats.count() > 0,
            FlatMode::OncePerComponent => {
                let this = (self.index, element, component);
                flats
                    .map(|line| (line.tariff, line.element, line.component))
                    .any(|it| it == this)
            }
            FlatMode::OncePerPeriod => false,
        };
        if dimension == TariffDimension::Flat && charged {
            return;
        }
        lines.push(Line {
            piece: self.place,
            reservation,
            tariff: self.index,
            element,
            component,
            dimension,
            quantity,
        });
    }
}
