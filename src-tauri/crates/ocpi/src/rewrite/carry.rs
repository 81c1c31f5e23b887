//! What the standard has and the domain does not keep, by object, and in which versions.

use domain::OcpiVersion;

use super::{lists, member};
use crate::json::{Kind, Value};
use crate::reader::Object;
use crate::{cdr, location, price, session, tariff, token};

use OcpiVersion::{V211, V221, V230};

/// How a member goes from version to version.
#[derive(Clone, Copy)]
pub(super) enum How {
    /// As it is.
    Plain,
    /// A word, or a list of words, of those that the version has.
    Words(Words),
    /// A list of objects, each with one word in it.
    Each(Word),
    /// Opening times.
    Hours,
    /// An energy mix.
    EnergyMix,
    /// `type` in 2.1.1, `parking_type` later.
    PlaceKind,
}

/// The words of a version; `None` where its list is open.
pub(super) type Words = fn(OcpiVersion) -> Option<&'static [&'static str]>;

/// A word inside an object.
#[derive(Clone, Copy)]
pub(super) struct Word {
    /// The member's name.
    pub name: &'static str,
    /// The words it can be.
    pub of: Words,
    /// What is written for a word that the version has not; without it the object is left out.
    pub other: Option<&'static str>,
}

/// A member that is carried over.
pub(super) struct Carried {
    /// Its name.
    pub name: &'static str,
    /// The first version that has it.
    since: OcpiVersion,
    /// How.
    pub how: How,
}

impl Carried {
    /// Its name in a version, if the version has it.
    pub(super) fn name_in(&self, version: OcpiVersion) -> Option<&'static str> {
        match self.how {
            How::PlaceKind => match version {
                V211 => None, // written in place of ours
                V221 | V230 => Some("parking_type"),
            },
            How::Plain | How::Words(_) | How::Each(_) | How::Hours | How::EnergyMix => {
                (version >= self.since).then_some(self.name)
            }
        }
    }
}

/// A part that has members of its own to carry.
#[derive(Clone, Copy)]
pub(super) enum Child {
    /// An object.
    One(&'static Spec),
    /// A list of objects, told apart by a member.
    Many(&'static Spec, &'static str),
}

/// What is known of an object.
pub(super) struct Spec {
    /// Whether the reader takes a member into the domain.
    pub reads: fn(&str) -> bool,
    carried: &'static [Carried],
    children: &'static [(&'static str, Child)],
}

impl Spec {
    /// A member that is carried over.
    pub(super) fn carried(&self, name: &str) -> Option<&'static Carried> {
        self.carried.iter().find(|carried| carried.name == name)
    }

    /// A part with its name.
    pub(super) fn child(&self, name: &str) -> Option<(&'static str, Child)> {
        self.children
            .iter()
            .find(|(other, _)| *other == name)
            .copied()
    }
}

const fn plain(name: &'static str, since: OcpiVersion) -> Carried {
    let how = How::Plain;
    Carried { name, since, how }
}

const fn so(name: &'static str, how: How) -> Carried {
    let since = V211;
    Carried { name, since, how }
}

/// Whether nobody misses a member of a part that a version does not have: since when the part is as
/// it is, whether an EVSE was free when the CDR was written, and that a kind of place is not known.
pub(super) fn goes_unsaid(name: &str, value: Value<'_>) -> bool {
    let is_unknown = name == "type" && value.text() == "UNKNOWN";
    value.kind() == Kind::Null || is_unknown || matches!(name, "last_updated" | "status")
}

/// The record's value that ours only stands in for.
pub(super) fn stand_in<'d>(raw: Value<'d>, carried: &Carried) -> Option<(Value<'d>, How)> {
    let theirs = member(raw, carried.name);
    let theirs = match carried.how {
        How::PlaceKind => theirs.or_else(|| member(raw, "parking_type")),
        How::Plain | How::Words(_) | How::Each(_) | How::Hours | How::EnergyMix => theirs,
    };
    theirs.map(|theirs| (theirs, carried.how))
}

/// What an image shows.
const IMAGE: Word = Word {
    name: "category",
    of: lists::image_categories,
    other: Some("OTHER"),
};

/// Whom a location that is not published is shown to.
const MAY_SEE: Word = Word {
    name: "type",
    of: token::kinds,
    other: Some("OTHER"),
};

/// How electricity is made.
pub(super) const ENERGY_SOURCE: Word = Word {
    name: "source",
    of: lists::energy_sources,
    other: None,
};

/// What a connector has, and more.
macro_rules! of_connector {
    ($($more:expr)?) => {
        &[
            plain("last_updated", V211),
            plain("terms_and_conditions", V211),
            plain("max_electric_power", V221),
            plain("capabilities", V230),
            $($more)?
        ]
    };
}

static CONNECTOR: Spec = Spec {
    reads: |name| location::CONNECTOR.knows(name),
    carried: of_connector!(),
    children: &[],
};

/// The connector in a 2.1.1 CDR or session, of whose tariff the domain does not ask.
static REDUCED_CONNECTOR: Spec = Spec {
    reads: |name| location::CONNECTOR.knows(name),
    carried: of_connector!(plain("tariff_id", V211)),
    children: &[],
};

const OF_EVSE: &[Carried] = &[
    so("status", How::Words(lists::statuses)),
    plain("last_updated", V211),
    plain("status_schedule", V211),
    so("capabilities", How::Words(lists::capabilities)),
    plain("floor_level", V211),
    plain("coordinates", V211),
    plain("physical_reference", V211),
    plain("directions", V211),
    so("parking_restrictions", How::Words(lists::restrictions)),
    so("images", How::Each(IMAGE)),
    plain("parking", V230),
    plain("accepted_service_providers", V230),
];

static EVSE: Spec = Spec {
    reads: |name| location::EVSE.knows(name),
    carried: OF_EVSE,
    children: &[("connectors", Child::Many(&CONNECTOR, "id"))],
};

static REDUCED_EVSE: Spec = Spec {
    reads: |name| location::EVSE.knows(name),
    carried: OF_EVSE,
    children: &[("connectors", Child::Many(&REDUCED_CONNECTOR, "id"))],
};

/// What a place has, and more.
macro_rules! of_place {
    ($($more:expr)?) => {
        &[
            so("type", How::PlaceKind),
            so("parking_type", How::PlaceKind),
            plain("related_locations", V211),
            plain("directions", V211),
            plain("operator", V211),
            plain("suboperator", V211),
            plain("owner", V211),
            so("facilities", How::Words(lists::facilities)),
            so("opening_times", How::Hours),
            plain("charging_when_closed", V211),
            so("images", How::Each(IMAGE)),
            so("energy_mix", How::EnergyMix),
            plain("state", V221),
            Carried {
                name: "publish_allowed_to",
                since: V221,
                how: How::Each(MAY_SEE),
            },
            plain("parking_places", V230),
            plain("help_phone", V230),
            $($more)?
        ]
    };
}

static LOCATION: Spec = Spec {
    reads: |name| location::LOCATION.knows(name),
    carried: of_place!(),
    children: &[("evses", Child::Many(&EVSE, "uid"))],
};

/// The place in a 2.1.1 CDR or session, which is dated on its own.
static REDUCED: Spec = Spec {
    reads: |name| location::LOCATION.knows(name),
    carried: of_place!(plain("last_updated", V211)),
    children: &[("evses", Child::Many(&REDUCED_EVSE, "uid"))],
};

static CDR_LOCATION: Spec = Spec {
    reads: |name| location::LOCATION.knows(name),
    carried: &[plain("state", V221)],
    children: &[],
};

static TARIFF: Spec = Spec {
    reads: |name| tariff::TARIFF.knows(name),
    carried: &[
        plain("tariff_alt_text", V211),
        plain("tariff_alt_url", V211),
        so("energy_mix", How::EnergyMix),
    ],
    children: &[],
};

static TAX: Spec = Spec {
    reads: |name| matches!(name, "name" | "percentage" | "amount"),
    carried: &[plain("account_number", V230)],
    children: &[],
};

static PRICE: Spec = Spec {
    reads: |name| price::PRICE.knows(name),
    carried: &[],
    children: &[("taxes", Child::Many(&TAX, "name"))],
};

static CDR: Spec = Spec {
    reads: |name| cdr::CDR.knows(name),
    carried: &[plain("signed_data", V221)],
    children: &[
        ("cdr_location", Child::One(&CDR_LOCATION)),
        ("location", Child::One(&REDUCED)),
        ("tariffs", Child::Many(&TARIFF, "id")),
        ("total_cost", Child::One(&PRICE)),
        ("total_fixed_cost", Child::One(&PRICE)),
        ("total_energy_cost", Child::One(&PRICE)),
        ("total_time_cost", Child::One(&PRICE)),
        ("total_parking_cost", Child::One(&PRICE)),
        ("total_reservation_cost", Child::One(&PRICE)),
    ],
};

static SESSION: Spec = Spec {
    reads: |name| session::SESSION.knows(name),
    carried: &[plain("meter_id", V211)],
    children: &[
        ("location", Child::One(&REDUCED)),
        ("total_cost", Child::One(&PRICE)),
    ],
};

static TOKEN: Spec = Spec {
    reads: |name| token::TOKEN.knows(name),
    carried: &[
        plain("visual_number", V211),
        plain("language", V211),
        plain("group_id", V221),
        plain("default_profile_type", V221),
        plain("energy_contract", V221),
    ],
    children: &[],
};

/// What is known of an object's kind.
pub(super) fn of(object: &Object) -> &'static Spec {
    match object {
        Object::Cdr(_) => &CDR,
        Object::Session(_) => &SESSION,
        Object::Tariff(_) => &TARIFF,
        Object::Location(_) => &LOCATION,
        Object::Token(_) => &TOKEN,
    }
}
