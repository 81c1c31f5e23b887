//! The reference pricer: SEMANTICS chapter 3 once more, as plainly as possible, in exact rationals.

use domain::policy::{FlatMode, PeriodSplit, Policy, TimePriceUnit};
use domain::{PriceComponent, Tariff, TariffDimension};

use crate::choose::{Chosen, choose};
use crate::course::{Course, Place, energy_before};
use crate::exact::{Q, exact, whole, zero};
use crate::make::Case;
use crate::matching::asks_clock;
use crate::money::{Figures, total};
use crate::session::{Piece, pieces};
use crate::split::split;
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
    let chosen = choose(case, policy);
    let mut pieces = pieces(case, policy);
    if case.tariffs.is_empty() {
        return None;
    }
    for piece in &mut pieces {
        piece.tariff = match chosen[piece.sent] {
            Chosen::Missing => return None,
            Chosen::Tariff(index) if !can_price(case, &case.tariffs[index]) => return None,
            Chosen::Tariff(index) => Some(index),
            Chosen::Free => None,
        };
    }
    let course = Course::of(case, policy, unknown, &pieces);
    if policy.period_split == PeriodSplit::SplitLinear {
        pieces = split(&course, &pieces);
    }
    let lines = step(case, policy, &pieces, lines(&course, &pieces));
    let first = pieces.iter().find_map(|piece| piece.tariff);
    Some(total(case, policy, &pieces, &lines, first))
}

fn can_price(case: &Case, tariff: &Tariff) -> bool {
    let mut elements = tariff.elements.iter();
    let clock = elements.any(|element| asks_clock(&element.restrictions));
    case.currency
        .is_none_or(|currency| currency == tariff.currency)
        && (case.zone.is_some() || !clock)
}

/// Every quantity that has a price, in time order.
fn lines(course: &Course<'_>, pieces: &[Piece]) -> Vec<Line> {
    use TariffDimension::{Energy, Flat, ParkingTime, Time};
    let mut lines: Vec<Line> = Vec::new();
    for (place, (piece, energy)) in pieces.iter().zip(energy_before(pieces)).enumerate() {
        let reserved = [
            (Flat, whole(1)),
            (Time, piece.reservation.clone().unwrap_or_else(zero)),
        ];
        for (dimension, quantity) in reserved {
            let found = course.reserving(piece, &energy, dimension);
            if let Some(found) = found.filter(|_| piece.reservation.is_some()) {
                add(
                    course.policy,
                    &mut lines,
                    (place, piece),
                    true,
                    found,
                    (dimension, quantity),
                );
            }
        }
        let flat = match course.policy.flat_mode {
            FlatMode::OncePerPeriod => piece.flat.clone().unwrap_or(whole(1)),
            FlatMode::OncePerSession | FlatMode::OncePerComponent => whole(1),
        };
        let used = [
            (Flat, Some(flat)),
            (Energy, piece.energy.clone()),
            (Time, piece.time.clone()),
            (ParkingTime, piece.parking.clone()),
        ];
        for (dimension, quantity) in used {
            let found = course.charging(piece, &energy, dimension);
            if let (Some(found), Some(quantity), true) = (found, quantity, piece.is_use()) {
                add(
                    course.policy,
                    &mut lines,
                    (place, piece),
                    false,
                    found,
                    (dimension, quantity),
                );
            }
        }
    }
    lines
}

fn add(
    policy: &Policy,
    lines: &mut Vec<Line>,
    (place, piece): (usize, &Piece),
    reservation: bool,
    (element, component): Place,
    (dimension, quantity): (TariffDimension, Q),
) {
    let tariff = piece.tariff.expect("a price was found in a tariff");
    let line = Line {
        piece: place,
        reservation,
        tariff,
        element,
        component,
        dimension,
        quantity,
    };
    let fees = lines.iter().filter(|other| {
        other.dimension == TariffDimension::Flat && other.reservation == reservation
    });
    let charged = match policy.flat_mode {
        // The fee of a reservation is due once, whatever that of charging is (I-39).
        _ if reservation => fees.count() > 0,
        FlatMode::OncePerSession => fees.count() > 0,
        FlatMode::OncePerComponent => {
            let of = |line: &Line| (line.tariff, line.element, line.component);
            fees.map(of).any(|other| other == of(&line))
        }
        FlatMode::OncePerPeriod => false,
    };
    if dimension != TariffDimension::Flat || !charged {
        lines.push(line);
    }
}
