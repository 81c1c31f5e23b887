//! Tariffs of the demo world and what a session costs under them, by the sender's own arithmetic.
//!
//! This is deliberately not the engine: it knows only the rules its own tariffs use, cuts a session
//! wherever one of them can change, and adds whole numbers. Where both come to the same figure,
//! they did so independently.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Timelike};
use chrono_tz::Tz;

use super::exact::Exact;

/// What a component prices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dim {
    Flat,
    Energy,
    Time,
    Parking,
}

impl Dim {
    /// The name OCPI uses.
    pub(super) fn name(self) -> &'static str {
        match self {
            Dim::Flat => "FLAT",
            Dim::Energy => "ENERGY",
            Dim::Time => "TIME",
            Dim::Parking => "PARKING_TIME",
        }
    }
}

/// A price: dimension, ten-thousandths per unit, step size.
#[derive(Clone, Copy, Debug)]
pub(super) struct Component {
    pub(super) dim: Dim,
    pub(super) price_e4: i64,
    pub(super) step: i64,
}

/// When an element applies. Everything given must hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct When {
    /// Local hours from, until; may wrap past midnight.
    pub(super) hours: Option<(u32, u32)>,
    /// Saturday and Sunday only.
    pub(super) weekend: bool,
    /// Up to this much energy of the session, Wh.
    pub(super) max_wh: Option<i64>,
    /// From this many seconds after the start.
    pub(super) min_duration_s: Option<i64>,
}

/// Always.
pub(super) const ALWAYS: When = When {
    hours: None,
    weekend: false,
    max_wh: None,
    min_duration_s: None,
};

/// Components under a condition.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element {
    pub(super) components: &'static [Component],
    pub(super) when: When,
}

/// A tariff.
#[derive(Clone, Copy, Debug)]
pub(super) struct Plan {
    pub(super) id: &'static str,
    pub(super) elements: &'static [Element],
    /// Least net price of a session, ten-thousandths.
    pub(super) min_net_e4: Option<i64>,
}

const fn per(dim: Dim, price_e4: i64, step: i64) -> Component {
    Component {
        dim,
        price_e4,
        step,
    }
}

const fn element(components: &'static [Component], when: When) -> Element {
    Element { components, when }
}

/// Tariffs of the German operator: idle fee, hours of the day, tiers, time with steps, minimum.
pub(super) const RHEIN: &[Plan] = &[
    Plan {
        id: "RHL-AC-STADT",
        elements: &[
            element(
                &[per(Dim::Parking, 60_000, 1)],
                When {
                    min_duration_s: Some(14_400),
                    ..ALWAYS
                },
            ),
            element(&[per(Dim::Energy, 4_200, 1)], ALWAYS),
        ],
        min_net_e4: None,
    },
    Plan {
        id: "RHL-DC-TAG-NACHT",
        elements: &[
            element(&[per(Dim::Flat, 5_000, 1)], ALWAYS),
            element(
                &[per(Dim::Energy, 5_900, 1)],
                When {
                    hours: Some((9, 21)),
                    ..ALWAYS
                },
            ),
            element(&[per(Dim::Energy, 4_500, 1)], ALWAYS),
        ],
        min_net_e4: None,
    },
    Plan {
        id: "RHL-HPC-STAFFEL",
        elements: &[
            element(
                &[per(Dim::Energy, 6_900, 1)],
                When {
                    max_wh: Some(30_000),
                    ..ALWAYS
                },
            ),
            element(&[per(Dim::Energy, 5_900, 1)], ALWAYS),
        ],
        min_net_e4: None,
    },
    Plan {
        id: "RHL-ZEIT",
        elements: &[
            element(&[per(Dim::Time, 24_000, 300)], ALWAYS),
            element(
                &[per(Dim::Energy, 2_500, 1)],
                When {
                    weekend: true,
                    ..ALWAYS
                },
            ),
            element(&[per(Dim::Energy, 2_900, 1)], ALWAYS),
        ],
        min_net_e4: None,
    },
    Plan {
        id: "RHL-MINDEST",
        elements: &[element(&[per(Dim::Energy, 4_900, 500)], ALWAYS)],
        min_net_e4: Some(35_000),
    },
];

/// Our own tariffs, which we bill: a night window over midnight, an idle fee by day.
pub(super) const OWN: &[Plan] = &[
    Plan {
        id: "VKM-STRAAT",
        elements: &[element(&[per(Dim::Energy, 3_900, 1)], ALWAYS)],
        min_net_e4: None,
    },
    Plan {
        id: "VKM-NACHT",
        elements: &[
            element(
                &[per(Dim::Energy, 3_100, 1)],
                When {
                    hours: Some((23, 7)),
                    ..ALWAYS
                },
            ),
            element(&[per(Dim::Energy, 4_100, 1)], ALWAYS),
        ],
        min_net_e4: None,
    },
    Plan {
        id: "VKM-SNEL",
        elements: &[
            element(&[per(Dim::Energy, 5_500, 1)], ALWAYS),
            element(
                &[per(Dim::Parking, 120_000, 60)],
                When {
                    hours: Some((7, 22)),
                    ..ALWAYS
                },
            ),
        ],
        min_net_e4: None,
    },
];

/// Tariffs of the Swedish operator in kronor, version 2.1.1: net and plain.
pub(super) const NORRSKEN: &[Plan] = &[
    Plan {
        id: "NOR-STAD",
        elements: &[element(&[per(Dim::Energy, 49_000, 1)], ALWAYS)],
        min_net_e4: None,
    },
    Plan {
        id: "NOR-SNABB",
        elements: &[element(
            &[
                per(Dim::Flat, 50_000, 1),
                per(Dim::Energy, 39_000, 1),
                per(Dim::Parking, 300_000, 1),
            ],
            ALWAYS,
        )],
        min_net_e4: None,
    },
    Plan {
        id: "NOR-TID",
        elements: &[element(
            &[per(Dim::Time, 600_000, 60), per(Dim::Energy, 25_000, 1)],
            ALWAYS,
        )],
        min_net_e4: None,
    },
];

/// A charging session as the meter saw it: first charging at an even rate, then plugged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stay {
    /// Seconds since 1970.
    pub(super) start_s: i64,
    /// Seconds of charging.
    pub(super) charge_s: i64,
    /// Seconds plugged in after it.
    pub(super) park_s: i64,
    /// Watt-hours.
    pub(super) wh: i64,
}

impl Stay {
    /// Its end.
    pub(super) fn end_s(self) -> i64 {
        self.start_s + self.charge_s + self.park_s
    }

    /// Watt-hours drawn before an instant.
    fn wh_before(self, at_s: i64) -> i64 {
        let charged = (at_s - self.start_s).clamp(0, self.charge_s);
        if self.charge_s == 0 {
            self.wh
        } else {
            self.wh * charged / self.charge_s
        }
    }
}

/// A stretch of a session in which no condition of the tariff changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slice {
    pub(super) start_s: i64,
    pub(super) seconds: i64,
    pub(super) wh: i64,
    pub(super) charging: bool,
    wh_before: i64,
    seconds_before: i64,
}

impl When {
    fn holds(&self, slice: &Slice, zone: Tz) -> bool {
        let local = local(slice.start_s, zone);
        let in_hours = self.hours.is_none_or(|(from, until)| {
            let hour = local.hour();
            if from < until {
                from <= hour && hour < until
            } else {
                hour >= from || hour < until
            }
        });
        let in_days = !self.weekend || local.weekday().num_days_from_monday() >= 5;
        in_hours
            && in_days
            && self.max_wh.is_none_or(|most| slice.wh_before < most)
            && self
                .min_duration_s
                .is_none_or(|least| slice.seconds_before >= least)
    }
}

fn local(at_s: i64, zone: Tz) -> DateTime<Tz> {
    DateTime::from_timestamp(at_s, 0)
        .expect("the demo data lies in this century")
        .with_timezone(&zone)
}

impl Plan {
    /// The session cut wherever a price of this tariff can change.
    pub(super) fn slices(&self, stay: Stay, zone: Tz) -> Vec<Slice> {
        let mut cuts = BTreeMap::from([(stay.start_s, 0)]);
        cuts.insert(stay.start_s + stay.charge_s, stay.wh);
        for at in self.clock_cuts(stay, zone) {
            cuts.insert(at, stay.wh_before(at));
        }
        for element in self.elements {
            if let Some(most) = element.when.max_wh.filter(|most| *most < stay.wh) {
                let seconds = (most * stay.charge_s + stay.wh - 1) / stay.wh;
                cuts.insert(stay.start_s + seconds, most);
            }
        }
        let ends = cuts.iter().skip(1).map(|(at, wh)| (*at, *wh));
        let ends = ends.chain([(stay.end_s(), stay.wh)]).collect::<Vec<_>>();
        let starts = cuts.iter().map(|(at, wh)| (*at, *wh));
        let slices = starts
            .zip(ends)
            .map(|((start, before), (end, after))| Slice {
                start_s: start,
                seconds: end - start,
                wh: after - before,
                charging: start < stay.start_s + stay.charge_s,
                wh_before: before,
                seconds_before: start - stay.start_s,
            });
        slices.filter(|slice| slice.seconds > 0).collect()
    }

    /// Instants inside the session at which the clock changes what applies.
    fn clock_cuts(&self, stay: Stay, zone: Tz) -> Vec<i64> {
        let mut cuts = Vec::new();
        for element in self.elements {
            if let Some(least) = element.when.min_duration_s {
                cuts.push(stay.start_s + least);
            }
        }
        if self
            .elements
            .iter()
            .any(|e| e.when.hours.is_some() || e.when.weekend)
        {
            let first = stay.start_s.div_euclid(3600) + 1;
            for at in (first..)
                .map(|hour| hour * 3600)
                .take_while(|at| *at < stay.end_s())
            {
                let (now, earlier) = (local(at, zone), local(at - 1, zone));
                let changes = |when: &When| {
                    let edge = |hours: (u32, u32)| now.hour() == hours.0 || now.hour() == hours.1;
                    when.hours.is_some_and(edge)
                        || when.weekend && now.weekday() != earlier.weekday()
                };
                if self.elements.iter().any(|element| changes(&element.when)) {
                    cuts.push(at);
                }
            }
        }
        cuts.retain(|at| stay.start_s < *at && *at < stay.end_s());
        cuts
    }

    /// The component that prices a dimension of a slice: the first element that holds and has one.
    fn component(&self, dim: Dim, slice: &Slice, zone: Tz) -> Option<Component> {
        self.elements
            .iter()
            .filter(|element| element.when.holds(slice, zone))
            .flat_map(|element| element.components)
            .find(|component| component.dim == dim)
            .copied()
    }
}

/// What a session costs, exactly, per part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) fixed: Option<Exact>,
    pub(super) energy: Option<Exact>,
    pub(super) time: Option<Exact>,
    pub(super) parking: Option<Exact>,
    /// Sum of the parts, or the least price.
    pub(super) total: Exact,
}

impl Cost {
    fn part(&mut self, dim: Dim) -> &mut Option<Exact> {
        match dim {
            Dim::Flat => &mut self.fixed,
            Dim::Energy => &mut self.energy,
            Dim::Time => &mut self.time,
            Dim::Parking => &mut self.parking,
        }
    }

    fn add(&mut self, dim: Dim, amount: Exact) {
        let part = self.part(dim);
        *part = Some(part.unwrap_or(Exact::ZERO) + amount);
    }

    /// Every part and the total, each changed alike.
    pub(super) fn map(self, change: impl Fn(Exact) -> Exact) -> Cost {
        Cost {
            fixed: self.fixed.map(&change),
            energy: self.energy.map(&change),
            time: self.time.map(&change),
            parking: self.parking.map(&change),
            total: change(self.total),
        }
    }
}

impl Plan {
    /// Prices slices: parts, steps of the last component of a group, least price.
    pub(super) fn cost(&self, slices: &[Slice], zone: Tz) -> Cost {
        let mut cost = Cost::default();
        let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
        let (mut last_energy, mut last_time) = (None, None);
        for (number, slice) in slices.iter().enumerate() {
            if number == 0
                && let Some(flat) = self.component(Dim::Flat, slice, zone)
            {
                cost.add(Dim::Flat, Exact::once(flat.price_e4));
            }
            if let Some(energy) = self
                .component(Dim::Energy, slice, zone)
                .filter(|_| slice.charging)
            {
                cost.add(Dim::Energy, Exact::energy(energy.price_e4, slice.wh));
                *sums.entry(Dim::Energy.name()).or_default() += slice.wh;
                last_energy = Some(energy);
            }
            let dim = if slice.charging {
                Dim::Time
            } else {
                Dim::Parking
            };
            if let Some(time) = self.component(dim, slice, zone) {
                cost.add(dim, Exact::time(time.price_e4, slice.seconds));
                *sums.entry(dim.name()).or_default() += slice.seconds;
                last_time = Some(time);
            }
        }
        for last in [last_energy, last_time].into_iter().flatten() {
            let sum = sums[last.dim.name()];
            let added = if sum > 0 {
                (-sum).rem_euclid(last.step)
            } else {
                0
            };
            cost.add(
                last.dim,
                match last.dim {
                    Dim::Energy => Exact::energy(last.price_e4, added),
                    Dim::Flat | Dim::Time | Dim::Parking => Exact::time(last.price_e4, added),
                },
            );
        }
        let parts = [cost.fixed, cost.energy, cost.time, cost.parking];
        let sum: Exact = parts.into_iter().flatten().sum();
        cost.total = sum.max(self.min_net_e4.map_or(sum, Exact::once));
        cost
    }
}

#[cfg(test)]
mod tests {
    use super::super::exact::How;
    use super::*;
    use chrono::NaiveDateTime;

    const BERLIN: Tz = Tz::Europe__Berlin;

    fn at(utc: &str) -> i64 {
        NaiveDateTime::parse_from_str(utc, "%Y-%m-%d %H:%M")
            .unwrap()
            .and_utc()
            .timestamp()
    }

    fn net(plans: &[Plan], id: &str, stay: Stay, zone: Tz) -> String {
        let plan = plans.iter().find(|plan| plan.id == id).unwrap();
        plan.cost(&plan.slices(stay, zone), zone)
            .total
            .net(4, How::HalfUp)
    }

    #[test]
    fn a_session_is_cut_at_nine_and_pays_both_prices() {
        // 08:30 to 09:30 local summer time, 20 kWh evenly.
        let stay = Stay {
            start_s: at("2026-06-01 06:30"),
            charge_s: 3600,
            park_s: 0,
            wh: 20_000,
        };
        assert_eq!(
            net(RHEIN, "RHL-DC-TAG-NACHT", stay, BERLIN),
            "10.9",
            "0.5 + 4.5 + 5.9"
        );
    }

    #[test]
    fn only_the_energy_beyond_the_threshold_is_cheaper() {
        let stay = Stay {
            start_s: at("2026-06-01 06:30"),
            charge_s: 3000,
            park_s: 0,
            wh: 50_000,
        };
        assert_eq!(
            net(RHEIN, "RHL-HPC-STAFFEL", stay, BERLIN),
            "32.5",
            "20.7 + 11.8"
        );
    }

    #[test]
    fn the_idle_fee_begins_four_hours_after_the_start() {
        let stay = Stay {
            start_s: at("2026-06-01 06:00"),
            charge_s: 7200,
            park_s: 10_800,
            wh: 10_000,
        };
        assert_eq!(
            net(RHEIN, "RHL-AC-STADT", stay, BERLIN),
            "10.2",
            "4.2 + 1 h at 6"
        );
    }

    #[test]
    fn a_short_session_pays_the_least_price_and_steps_round_up() {
        let short = Stay {
            start_s: at("2026-06-01 06:00"),
            charge_s: 600,
            park_s: 0,
            wh: 1_001,
        };
        assert_eq!(net(RHEIN, "RHL-MINDEST", short, BERLIN), "3.5");
        let long = Stay {
            wh: 10_001,
            ..short
        };
        assert_eq!(
            net(RHEIN, "RHL-MINDEST", long, BERLIN),
            "5.145",
            "10.5 kWh are billed"
        );
        assert_eq!(
            net(
                RHEIN,
                "RHL-ZEIT",
                Stay {
                    charge_s: 601,
                    wh: 0,
                    ..short
                },
                BERLIN
            ),
            "0.6",
            "601 s are billed as 900 s"
        );
    }

    #[test]
    fn the_night_when_clocks_go_back_is_an_hour_longer() {
        let zone = Tz::Europe__Amsterdam;
        // 00:00 to 08:00 local on 26 October 2025 are nine hours; the night ends at 07:00 local.
        let stay = Stay {
            start_s: at("2025-10-25 22:00"),
            charge_s: 32_400,
            park_s: 0,
            wh: 9_000,
        };
        assert_eq!(
            net(OWN, "VKM-NACHT", stay, zone),
            "2.89",
            "8 kWh at 0.31, 1 kWh at 0.41"
        );
    }
}
