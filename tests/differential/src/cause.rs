//! Why two engines part: each cause is a reading of ours, with what the peer reads instead.
//!
//! A cause is a change of what our engine is given, or of what is done with its figure, that makes
//! it price as the peer does. The smallest set of causes that gives the peer's figure explains a
//! disagreement. Numbers are those of `docs/interpretation.md`.

use domain::{Cdr, Decimal, Dimension, DimensionKind, Policy, PriceLimit, Restrictions};
use tariff::{ReplayInput, price};

use crate::make::ZONE;

/// Net and gross of a whole CDR, as far as either is known.
pub type Total = (Decimal, Option<Decimal>);

impl Case {
    /// A CDR as we read it.
    pub fn new(cdr: Cdr) -> Case {
        Case {
            cdr,
            policy: Policy::STANDARD,
            joint_limits: false,
            unpriced_is_free: false,
            exact_hours: false,
        }
    }
}

/// What our engine prices.
#[derive(Clone, Debug)]
pub struct Case {
    /// The CDR with its tariffs inside.
    pub cdr: Cdr,
    /// The policy.
    pub policy: Policy,
    /// Limits replace net and gross together, decided by the net.
    pub joint_limits: bool,
    /// Limits do not hold where nothing has a price.
    pub unpriced_is_free: bool,
    /// The peer is asked about the same CDR with hours of twelve decimals.
    pub exact_hours: bool,
}

/// A reading in which the peer differs.
pub struct Cause {
    /// Our reading's number.
    pub number: &'static str,
    /// What the peer does.
    pub peer: &'static str,
    /// Makes our side do the same.
    pub apply: fn(&mut Case),
}

/// Every cause, the commonest first.
pub const CAUSES: [Cause; 9] = [
    Cause {
        number: "I-08",
        peer: "unknown power or current meets every restriction; averages are not looked at",
        apply: unknown_matches,
    },
    Cause {
        number: "I-08",
        peer: "a minimum is compared with the largest figure, a maximum with the smallest",
        apply: other_extreme,
    },
    Cause {
        number: "I-03",
        peer: "hours of four decimals are taken literally",
        apply: |case| case.exact_hours = true,
    },
    Cause {
        number: "I-16",
        peer: "a limit replaces net and gross together, decided by the net alone",
        apply: |case| case.joint_limits = true,
    },
    Cause {
        number: "I-15",
        peer: "where nothing has a price there is no total, and no minimum for it",
        apply: |case| case.unpriced_is_free = true,
    },
    Cause {
        number: "I-05",
        peer: "a window that ends when it starts is never",
        apply: |case| {
            forget(case, |r| {
                r.start_time.is_some() && r.start_time == r.end_time
            })
        },
    },
    Cause {
        number: "I-06",
        peer: "a lone end at 00:00 is never",
        apply: |case| {
            forget(case, |r| {
                r.start_time.is_none() && r.end_time == Some(chrono::NaiveTime::MIN)
            });
        },
    },
    Cause {
        number: "I-40",
        peer: "a price restricted to reservations applies to charging",
        apply: |case| each(case, |restrictions| restrictions.reservation = None),
    },
    Cause {
        number: "I-35",
        peer: "the total that is rounded up counts volumes without a price",
        apply: |case| {
            let all = case.policy.with("step_basis", "all");
            case.policy = all.expect("a reading of the switch");
        },
    },
];

/// Our price of a case.
pub fn priced(case: &Case) -> Option<Total> {
    let (limited, has_price) = total(&case.cdr, &case.policy)?;
    if case.unpriced_is_free && !has_price {
        return Some((Decimal::ZERO, Some(Decimal::ZERO)));
    }
    if !case.joint_limits {
        return Some(limited);
    }
    let mut cdr = case.cdr.clone();
    let limits = cdr.tariffs.first_mut();
    let (least, most) = limits.map_or((None, None), |tariff| {
        (tariff.min_price.take(), tariff.max_price.take())
    });
    let (mut total, _) = total(&cdr, &case.policy)?;
    let whole = |limit: PriceLimit| (limit.excl_vat, limit.incl_vat);
    if let Some(least) = least.map(whole).filter(|least| total < *least) {
        total = least;
    }
    if let Some(most) = most.map(whole).filter(|most| total > *most) {
        total = most;
    }
    Some(total)
}

/// The total, and whether any part of it has a price.
fn total(cdr: &Cdr, policy: &Policy) -> Option<(Total, bool)> {
    let totals = price(&ReplayInput::of_cdr(cdr, &[], Some(ZONE), policy)).totals;
    let total = totals.total?;
    let parts = [totals.fixed, totals.energy, totals.time, totals.parking];
    let has_price = parts.iter().any(Option::is_some);
    Some(((total.excl_vat?, total.incl_vat), has_price))
}

/// Whether two totals say the same: both are rounded to four decimals, and may part by one unit of
/// the last, since the peer rounds an exact half to even (I-20 leaves that to the partner).
pub fn same(ours: Option<Total>, peer: Option<Total>) -> bool {
    let near = |a: Decimal, b: Decimal| (a - b).abs() <= Decimal::new(1, 4);
    match (ours, peer) {
        (Some((net, gross)), Some((peer_net, peer_gross))) => {
            let gross_agrees = match (gross, peer_gross) {
                (Some(gross), Some(peer_gross)) => near(gross, peer_gross),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            };
            near(net, peer_net) && gross_agrees
        }
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    }
}

/// The smallest set of causes under which we give the peer's total: places in [`CAUSES`].
/// `peer` holds its total for hours as stated and for exact ones.
pub fn explain(case: &Case, peer: &[Option<Total>; 2]) -> Option<Vec<usize>> {
    let mut sets: Vec<u32> = (0..1 << CAUSES.len()).collect();
    sets.sort_by_key(|set| set.count_ones());
    sets.into_iter().find_map(|set| {
        let places: Vec<usize> = (0..CAUSES.len())
            .filter(|place| set >> place & 1 == 1)
            .collect();
        let mut case = case.clone();
        places
            .iter()
            .for_each(|place| (CAUSES[*place].apply)(&mut case));
        same(priced(&case), peer[usize::from(case.exact_hours)]).then_some(places)
    })
}

fn each(case: &mut Case, change: impl Fn(&mut Restrictions)) {
    let elements = case
        .cdr
        .tariffs
        .iter_mut()
        .flat_map(|tariff| &mut tariff.elements);
    elements.for_each(|element| change(&mut element.restrictions));
}

/// Takes the prices from elements whose restrictions can never hold.
fn forget(case: &mut Case, never: impl Fn(&Restrictions) -> bool) {
    for tariff in &mut case.cdr.tariffs {
        for element in &mut tariff.elements {
            if never(&element.restrictions) {
                element.components.clear();
            }
        }
    }
}

/// Where an extreme is not stated, states one that meets every restriction.
fn unknown_matches(case: &mut Case) {
    use DimensionKind::{Current, MaxCurrent, MaxPower, MinCurrent, MinPower, Power};
    let meets = [
        (MinPower, Decimal::ONE_THOUSAND),
        (MaxPower, Decimal::ZERO),
        (MinCurrent, Decimal::ONE_THOUSAND),
        (MaxCurrent, Decimal::ZERO),
    ];
    for period in &mut case.cdr.periods {
        let dimensions = &mut period.dimensions;
        dimensions.retain(|dimension| !matches!(dimension.kind, Power | Current));
        for (kind, volume) in meets {
            if !dimensions.iter().any(|dimension| dimension.kind == kind) {
                dimensions.push(Dimension { kind, volume });
            }
        }
    }
}

/// Exchanges the stated extremes. With [`unknown_matches`] before it, the stand-ins change sides,
/// too; so they are put right.
fn other_extreme(case: &mut Case) {
    use DimensionKind::{MaxCurrent, MaxPower, MinCurrent, MinPower};
    for period in &mut case.cdr.periods {
        for dimension in &mut period.dimensions {
            let stand_in = [Decimal::ONE_THOUSAND, Decimal::ZERO].contains(&dimension.volume);
            let (other, stands_for) = match dimension.kind {
                MinPower => (MaxPower, Decimal::ZERO),
                MaxPower => (MinPower, Decimal::ONE_THOUSAND),
                MinCurrent => (MaxCurrent, Decimal::ZERO),
                MaxCurrent => (MinCurrent, Decimal::ONE_THOUSAND),
                _ => continue,
            };
            dimension.kind = other;
            if stand_in {
                dimension.volume = stands_for;
            }
        }
    }
}
