//! What the elements of a tariff offer and ask for, told at a glance: read once where a session
//! comes to the tariff, so that its many lookups need not read every element again.

use domain::{
    PriceComponent, ReservationRule, Restrictions, Tariff, TariffDimension, TariffElement,
};

use crate::lookup::Wanted;

/// Elements that are kept in brief; those behind them are read each time.
const KEPT: usize = 16;

/// One element in brief.
#[derive(Clone, Copy)]
#[allow(clippy::struct_excessive_bools)] // independent facts, not states
pub(crate) struct Brief {
    /// The dimensions it prices.
    pub offers: Wanted,
    /// Whether it prices the use and not a reservation.
    pub of_use: bool,
    /// Whether it asks for the wall clock.
    pub clock: bool,
    /// Whether it asks for energy or duration.
    pub course: bool,
    /// Whether it asks for current or power.
    pub flow: bool,
}

impl Brief {
    const NOTHING: Brief = Brief {
        offers: Wanted::NONE,
        of_use: false,
        clock: false,
        course: false,
        flow: false,
    };

    fn of(element: &TariffElement) -> Self {
        let r = &element.restrictions;
        let offered = |offers: Wanted, of: &PriceComponent| offers.with(of.dimension, true);
        Brief {
            offers: element.components.iter().fold(Wanted::NONE, offered),
            of_use: r.reservation.is_none(),
            clock: r.read_clock(),
            course: r.read_course(),
            flow: r.read_flow(),
        }
    }

    /// Whether it applies at any moment of its phase.
    pub fn is_free(self) -> bool {
        !self.clock && !self.course && !self.flow
    }
}

/// The elements of a tariff in brief.
pub(crate) struct Outline {
    kept: [Brief; KEPT],
}

impl Outline {
    /// That of no tariff.
    pub const NONE: Outline = Outline {
        kept: [Brief::NOTHING; KEPT],
    };

    /// Reads a tariff, and tells what its restrictions depend on.
    pub fn read(&mut self, tariff: &Tariff) -> Needs {
        let (mut needs, mut flats) = (Needs::default(), 0);
        for (place, element) in tariff.elements.iter().enumerate() {
            let brief = Brief::of(element);
            if let Some(kept) = self.kept.get_mut(place) {
                *kept = brief;
            }
            let r = &element.restrictions;
            flats += usize::from(brief.of_use && brief.offers.has(TariffDimension::Flat));
            needs.repeated |= element.components.len() > brief.offers.count();
            needs.clock |= brief.clock;
            needs.boundaries |= brief.clock || brief.course;
            needs.flow |= brief.flow;
            needs.equal_window |= has_equal_window(r);
            needs.expiry |= r.reservation == Some(ReservationRule::ReservationExpires);
        }
        needs.several_flats = flats > 1;
        needs
    }

    /// An element of the tariff that was read.
    #[inline]
    pub fn brief(&self, place: usize, element: &TariffElement) -> Brief {
        match self.kept.get(place) {
            Some(kept) => *kept,
            None => Brief::of(element),
        }
    }
}

/// A window whose ends are equal, 00:00 apart.
fn has_equal_window(r: &Restrictions) -> bool {
    r.start_time.is_some()
        && r.start_time == r.end_time
        && r.end_time != Some(chrono::NaiveTime::MIN)
}

/// What a tariff's restrictions depend on.
#[derive(Clone, Copy, Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // independent facts, not states
pub(crate) struct Needs {
    /// Time of day, date or weekday: the wall clock must be known.
    pub clock: bool,
    /// Something that may change within a period.
    pub boundaries: bool,
    /// Current or power, which each period has its own of.
    pub flow: bool,
    /// A window whose ends are equal.
    pub equal_window: bool,
    /// An element for expired reservations.
    pub expiry: bool,
    /// More than one flat component for charging.
    pub several_flats: bool,
    /// An element with several components of one dimension.
    pub repeated: bool,
}
