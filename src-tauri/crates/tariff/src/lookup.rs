//! Which component prices a dimension at a moment: per dimension, the first element that has it
//! and whose restrictions hold (SEMANTICS 3.1; I-01); or, as a partner may read it, of the first
//! element whose restrictions hold.

use domain::policy::ElementLookup;
use domain::replay::RestrictionField;
use domain::{
    PriceComponent, ReservationRule, Restrictions, Tariff, TariffDimension, TariffElement,
};

use crate::restriction::{Check, Moment, check};

/// The dimensions a component can price, in the order they are looked up.
pub(crate) const DIMENSIONS: [TariffDimension; 4] = [
    TariffDimension::Flat,
    TariffDimension::Energy,
    TariffDimension::Time,
    TariffDimension::ParkingTime,
];

/// A set of dimensions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Wanted(u8);

impl Wanted {
    pub const NONE: Wanted = Wanted(0);

    pub fn with(self, dimension: TariffDimension, wanted: bool) -> Self {
        Wanted(self.0 | (u8::from(wanted) << slot(dimension)))
    }

    pub fn without(self, dimension: TariffDimension) -> Self {
        Wanted(self.0 & !(1 << slot(dimension)))
    }

    pub fn has(self, dimension: TariffDimension) -> bool {
        self.0 & (1 << slot(dimension)) != 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// The place of a dimension in a [`Row`].
pub(crate) fn slot(dimension: TariffDimension) -> usize {
    match dimension {
        TariffDimension::Flat => 0,
        TariffDimension::Energy => 1,
        TariffDimension::Time => 2,
        TariffDimension::ParkingTime => 3,
    }
}

/// A component with its place in the tariff.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Active<'a> {
    pub element: usize,
    pub component: usize,
    pub price: &'a PriceComponent,
}

/// The active component of each dimension, by [`slot`].
pub(crate) type Row<'a> = [Option<Active<'a>>; 4];

/// What elements are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seek {
    /// Elements for charging and parking.
    Use,
    /// Elements for a reservation that was used.
    Reserved,
    /// Elements for a reservation that expired; those for any reservation stand in per dimension.
    Expired,
}

impl Seek {
    /// The kinds of element to walk, one after the other: charging by those without `reservation`,
    /// a reservation by those with it only (I-40).
    pub fn passes(self) -> &'static [Option<ReservationRule>] {
        match self {
            Seek::Use => &[None],
            Seek::Reserved => &[Some(ReservationRule::Reservation)],
            Seek::Expired => &[
                Some(ReservationRule::ReservationExpires),
                Some(ReservationRule::Reservation),
            ],
        }
    }
}

/// How an unknown power or current is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assume {
    /// An element that depends on it does not apply.
    Inactive,
    /// It applies.
    Active,
}

/// The first component of a dimension in an element (I-04: of several, the first counts).
pub(crate) fn component_of(
    element: &TariffElement,
    dimension: TariffDimension,
) -> Option<(usize, &PriceComponent)> {
    element
        .components
        .iter()
        .enumerate()
        .find(|(_, component)| component.dimension == dimension)
}

/// What is common to all lookups of one run.
pub(crate) struct Lookup {
    pub assume: Assume,
    /// Whether elements give prices per dimension or as a unit.
    pub elements: ElementLookup,
    /// The last restriction whose figure was unknown and that mattered.
    pub unknown: Option<RestrictionField>,
}

impl Lookup {
    /// Walks the elements once and fills every wanted dimension.
    pub fn row<'a>(
        &mut self,
        tariff: &'a Tariff,
        seek: Seek,
        wanted: Wanted,
        moment: &Moment<'_>,
    ) -> Row<'a> {
        let mut row: Row<'a> = [None; 4];
        let mut open = wanted;
        for pass in seek.passes() {
            for (index, element) in tariff.elements.iter().enumerate() {
                if open.is_empty() {
                    return row;
                }
                let looked_at = self.elements == ElementLookup::SingleElement;
                if element.restrictions.reservation != *pass
                    || !(looked_at || offers(element, open))
                {
                    continue;
                }
                if self.applies(&element.restrictions, moment) {
                    open = take(element, index, open, &mut row);
                    match self.elements {
                        ElementLookup::PerDimension => {}
                        // One for each pass (I-34).
                        ElementLookup::SingleElement => break,
                    }
                }
            }
        }
        row
    }

    fn applies(&mut self, restrictions: &Restrictions, moment: &Moment<'_>) -> bool {
        match check(restrictions, moment) {
            Check::Holds => true,
            Check::Fails(_) => false,
            Check::Unknown(field) => {
                self.unknown = Some(field);
                self.assume == Assume::Active
            }
        }
    }
}

fn offers(element: &TariffElement, open: Wanted) -> bool {
    element
        .components
        .iter()
        .any(|component| open.has(component.dimension))
}

fn take<'a>(
    element: &'a TariffElement,
    index: usize,
    mut open: Wanted,
    row: &mut Row<'a>,
) -> Wanted {
    for (component, price) in element.components.iter().enumerate() {
        if open.has(price.dimension) {
            open = open.without(price.dimension);
            row[slot(price.dimension)] = Some(Active {
                element: index,
                component,
                price,
            });
        }
    }
    open
}

/// What a tariff's restrictions depend on, found once per session.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // independent facts, not states
pub(crate) struct Needs {
    /// Time of day, date or weekday: the wall clock must be known.
    pub clock: bool,
    /// Something that may change within a period.
    pub boundaries: bool,
    /// A window whose ends are equal.
    pub equal_window: bool,
    /// An element for expired reservations.
    pub expiry: bool,
    /// More than one flat component for charging.
    pub several_flats: bool,
}

impl Needs {
    /// Reads a tariff's restrictions.
    pub fn of(tariff: &Tariff) -> Self {
        let flat = |element: &TariffElement| {
            element.restrictions.reservation.is_none()
                && component_of(element, TariffDimension::Flat).is_some()
        };
        let mut needs = Needs {
            several_flats: tariff
                .elements
                .iter()
                .filter(|element| flat(element))
                .count()
                > 1,
            ..Needs::default()
        };
        for r in tariff.elements.iter().map(|element| &element.restrictions) {
            let clock = r.start_time.is_some()
                || r.end_time.is_some()
                || r.start_date.is_some()
                || r.end_date.is_some()
                || !r.days.is_empty();
            let course = r.min_kwh.is_some()
                || r.max_kwh.is_some()
                || r.min_duration_s.is_some()
                || r.max_duration_s.is_some();
            needs.clock |= clock;
            needs.boundaries |= clock || course;
            needs.equal_window |= r.start_time.is_some()
                && r.start_time == r.end_time
                && r.end_time != Some(chrono::NaiveTime::MIN);
            needs.expiry |= r.reservation == Some(ReservationRule::ReservationExpires);
        }
        needs
    }
}
