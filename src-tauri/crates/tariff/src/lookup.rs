//! Which component prices a dimension at a moment: per dimension, the first element that has it
//! and whose restrictions hold (SEMANTICS 3.1; I-01); or, as a partner may read it, of the first
//! element whose restrictions hold.

use domain::policy::ElementLookup;
use domain::replay::RestrictionField;
use domain::{
    PriceComponent, ReservationRule, Restrictions, Tariff, TariffDimension, TariffElement,
};

use crate::outline::{Brief, Outline};
use crate::restriction::{Check, Moment, check};

/// The dimensions a component can price, in the order they are looked up.
pub(crate) const DIMENSIONS: [TariffDimension; 4] = [
    TariffDimension::Flat,
    TariffDimension::Energy,
    TariffDimension::Time,
    TariffDimension::ParkingTime,
];

/// A set of dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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

    pub fn meets(self, others: Wanted) -> bool {
        self.0 & others.0 != 0
    }

    pub fn count(self) -> usize {
        self.0.count_ones() as usize
    }

    pub fn and(self, others: Wanted) -> Self {
        Wanted(self.0 | others.0)
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
    /// The tariff in question, in brief.
    pub outline: Outline,
    /// The last restriction whose figure was unknown and that mattered.
    pub unknown: Option<RestrictionField>,
}

impl Lookup {
    /// Walks the elements once and fills every wanted dimension.
    #[inline]
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
                let brief = self.outline.brief(index, element);
                let in_phase = match pass {
                    None => brief.of_use,
                    Some(_) => element.restrictions.reservation == *pass,
                };
                if !in_phase || !self.looks_at(brief, open) {
                    continue;
                }
                if brief.is_free() || self.applies(&element.restrictions, moment) {
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

    /// Whether an element has a say in what is looked for.
    #[inline]
    pub fn looks_at(&self, element: Brief, open: Wanted) -> bool {
        match self.elements {
            ElementLookup::SingleElement => true,
            ElementLookup::PerDimension => element.offers.meets(open),
        }
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
