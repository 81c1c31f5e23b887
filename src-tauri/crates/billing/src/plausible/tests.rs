//! Each rule at its threshold from both sides, and what holds for all input.

use proptest::prelude::*;

use super::*;
use crate::reconcile::overlap::{Stay, clashes};

const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 24 * HOUR_S;

/// An hour at 20 kW for 9.80, which shares nothing with the CDR of any other row.
fn fact(row: i64) -> Fact {
    let n = u32::try_from(row).unwrap();
    Fact {
        row,
        start_s: row * 10 * DAY_S,
        end_s: row * 10 * DAY_S + HOUR_S,
        energy_e6: 20_000_000,
        stated_e6: Some(9_800_000),
        charging_s: None,
        token: Some(Sym(1_000 + n)),
        place: Some(Sym(2_000 + n)),
        power_w: Some(22_000),
        currency: Currency::EUR,
        credit: false,
    }
}

/// All that is odd, prices among it.
fn all_odd(facts: &[Fact], limits: &Limits) -> Vec<Odd> {
    let mut odd = oddities(facts, limits);
    let priced = facts.iter().filter_map(|fact| {
        let place = i64::from(fact.place?.0) * 2 + i64::from(fact.currency == Currency::EUR);
        Priced::of(fact, place)
    });
    odd.extend(prices(&priced.collect::<Vec<_>>(), limits));
    odd.sort_unstable();
    odd
}

fn run(facts: &[Fact]) -> Vec<Odd> {
    all_odd(facts, &Limits::default())
}

/// What is odd about a CDR that stands alone.
fn alone(fact: Fact) -> Vec<Oddity> {
    run(&[fact]).into_iter().map(|odd| odd.oddity).collect()
}

/// The texts of what is odd, by row.
fn texts(odd: &[Odd]) -> Vec<(i64, &'static str)> {
    odd.iter()
        .map(|odd| (odd.row, odd.oddity.as_str()))
        .collect()
}

#[test]
fn a_plain_cdr_is_plausible() {
    assert_eq!(alone(fact(1)), []);
    assert_eq!(run(&[]), []);
}

#[test]
fn energy_above_what_the_power_allows() {
    // 22 kW in an hour and a minute, and a tenth more: 24.603333.. kWh.
    let at = |energy_e6| Fact {
        energy_e6,
        ..fact(1)
    };
    assert_eq!(alone(at(24_603_333)), []);
    assert_eq!(
        alone(at(24_603_334)),
        [Oddity::EnergyAbovePower {
            energy_e6: 24_603_334,
            most_e6: 24_603_333,
            power_w: 22_000,
            charging_s: HOUR_S,
        }]
    );
    let no_margin = Limits {
        power_margin_permille: 0,
        slack_s: 0,
        ..Limits::default()
    };
    assert_eq!(all_odd(&[at(22_000_000)], &no_margin), []);
    assert_eq!(
        texts(&all_odd(&[at(22_000_001)], &no_margin)),
        [(1, "energy_above_power")],
        "margin and slack are the partner's limits"
    );
}

#[test]
fn energy_flows_only_while_it_charges() {
    let of = |charging_s, end_s| {
        let odd = alone(Fact {
            end_s,
            charging_s,
            ..fact(1)
        });
        odd.first().map(|oddity| match *oddity {
            Oddity::EnergyAbovePower { charging_s, .. } => charging_s,
            other => panic!("only the energy is odd, not {other:?}"),
        })
    };
    let hour = fact(1).end_s;
    // 20 kWh need 2,975.2 s at 22 kW and a tenth; a minute of them is slack.
    assert_eq!(of(Some(2_916), hour), None);
    assert_eq!(of(Some(2_915), hour), Some(2_915));
    assert_eq!(
        of(Some(HOUR_S), fact(1).start_s + 2_915),
        Some(2_915),
        "no energy flows outside the session"
    );
    assert_eq!(of(Some(-1), hour), None, "a time below zero is no time");
    assert_eq!(
        of(Some(60), 0),
        Some(60),
        "an unknown end leaves the charging time"
    );
}

#[test]
fn what_is_unknown_is_not_computed_with() {
    let much = Fact {
        energy_e6: 240_000_000,
        ..fact(1)
    };
    assert_eq!(texts(&run(&[much])), [(1, "energy_above_power")]);
    for unknown in [
        Fact {
            power_w: None,
            ..much
        },
        Fact {
            power_w: Some(0),
            ..much
        },
        Fact { end_s: 0, ..much },
        Fact { start_s: 0, ..much },
        Fact {
            end_s: much.start_s - 1,
            ..much
        },
        Fact {
            start_s: i64::MIN,
            end_s: i64::MAX,
            ..much
        },
    ] {
        assert_eq!(alone(unknown), [], "{unknown:?}");
    }
}

#[test]
fn more_energy_than_a_battery() {
    let at = |energy_e6| Fact {
        energy_e6,
        power_w: Some(350_000),
        ..fact(1)
    };
    assert_eq!(alone(at(250_000_000)), []);
    assert_eq!(
        alone(at(250_000_001)),
        [Oddity::EnergyAboveBattery {
            energy_e6: 250_000_001,
            most_e6: 250_000_000,
        }]
    );
}

/// Three CDRs of one token, the last one so much later than the first.
fn day(last_s: i64, last_e6: i64) -> [Fact; 3] {
    let at = |row, start_s, energy_e6| Fact {
        start_s,
        end_s: start_s + HOUR_S,
        energy_e6,
        token: Some(Sym(7)),
        power_w: None,
        ..fact(row)
    };
    [
        at(1, DAY_S, 200_000_000),
        at(2, DAY_S + 5 * HOUR_S, 200_000_000),
        at(3, DAY_S + last_s, last_e6),
    ]
}

#[test]
fn more_energy_in_a_day_than_agreed() {
    assert_eq!(run(&day(DAY_S - 1, 100_000_000)), []);
    assert_eq!(
        run(&day(DAY_S - 1, 100_000_001)),
        [Odd {
            row: 3,
            oddity: Oddity::EnergyAboveDay {
                energy_e6: 500_000_001,
                most_e6: 500_000_000,
                cdrs: 3,
                first: 1,
            },
        }]
    );
    assert_eq!(
        run(&day(DAY_S, 100_000_001)),
        [],
        "24 hours after the first it is another day"
    );
    let mut others = day(DAY_S - 1, 100_000_001);
    others[0].token = None;
    assert_eq!(run(&others), [], "who has no token shares no day");
    let small = Limits {
        day_e6: 199_999_999,
        ..Limits::default()
    };
    let one = &day(DAY_S, 0)[..1];
    assert_eq!(
        all_odd(one, &small)[0].oddity,
        Oddity::EnergyAboveDay {
            energy_e6: 200_000_000,
            most_e6: 199_999_999,
            cdrs: 1,
            first: 1,
        },
        "one session can be too much for a day"
    );
}

#[test]
fn one_token_at_two_places() {
    let after = |start_s| Fact {
        start_s,
        end_s: start_s + HOUR_S,
        token: fact(1).token,
        ..fact(2)
    };
    assert_eq!(run(&[fact(1), after(fact(1).end_s - 60)]), []);
    let other = after(fact(1).end_s - 61);
    let odd = Odd {
        row: 2,
        oddity: Oddity::TwoPlaces {
            shared_s: 61,
            most_s: 60,
            place: Sym(2_002),
            other: 1,
            other_place: Sym(2_001),
        },
    };
    assert_eq!(run(&[fact(1), other]), [odd]);
    let earlier = Fact {
        start_s: fact(1).start_s - HOUR_S + 61,
        end_s: fact(1).start_s + 61,
        ..other
    };
    assert_eq!(
        run(&[fact(1), earlier]),
        [odd],
        "the later arrival is the odd one, whenever it started"
    );
    for elsewhere in [
        Fact {
            place: fact(1).place,
            ..other
        },
        Fact {
            place: None,
            ..other
        },
        Fact {
            token: Some(Sym(1)),
            ..other
        },
    ] {
        assert_eq!(run(&[fact(1), elsewhere]), [], "{elsewhere:?}");
    }
}

#[test]
fn a_long_session_at_the_same_place_hides_no_other_place() {
    let at = |row, place, start_s, end_s| Fact {
        start_s,
        end_s,
        token: Some(Sym(7)),
        place: Some(Sym(place)),
        ..fact(row)
    };
    let facts = [
        at(1, 1, 10_000, 20_000),
        at(2, 2, 10_000, 30_000),
        at(3, 2, 15_000, 25_000),
    ];
    let others: Vec<_> = run(&facts)
        .iter()
        .map(|odd| match odd.oddity {
            Oddity::TwoPlaces {
                other, shared_s, ..
            } => (odd.row, other, shared_s),
            oddity => panic!("only the places are odd, not {oddity:?}"),
        })
        .collect();
    assert_eq!(others, [(2, 1, 10_000), (3, 1, 5_000)]);
}

#[test]
fn cost_without_energy() {
    let at = |energy_e6, stated_e6| Fact {
        energy_e6,
        stated_e6,
        ..fact(1)
    };
    assert_eq!(
        alone(at(0, Some(1))),
        [Oddity::CostWithoutEnergy {
            stated_e6: 1,
            session_s: Some(HOUR_S),
        }]
    );
    assert_eq!(alone(at(1, Some(1))), []);
    assert_eq!(alone(at(0, Some(0))), []);
    assert_eq!(alone(at(0, None)), []);
    assert_eq!(alone(at(0, Some(-1))), [], "a discount is no cost");
}

#[test]
fn cost_without_time() {
    let at = |seconds, stated_e6| Fact {
        end_s: fact(1).start_s + seconds,
        stated_e6,
        power_w: None,
        ..fact(1)
    };
    assert_eq!(
        alone(at(0, Some(1))),
        [Oddity::CostWithoutTime {
            stated_e6: 1,
            at_s: fact(1).start_s,
        }]
    );
    assert_eq!(alone(at(1, Some(1))), []);
    assert_eq!(alone(at(0, Some(0))), []);
    let epoch = Fact {
        start_s: 0,
        end_s: 0,
        ..at(0, Some(1))
    };
    assert_eq!(alone(epoch), [], "the epoch is no time at all");
}

#[test]
fn longer_than_a_night() {
    let at = |seconds| Fact {
        end_s: fact(1).start_s + seconds,
        ..fact(1)
    };
    assert_eq!(alone(at(14 * HOUR_S)), [], "a night at low power is fine");
    assert_eq!(alone(at(DAY_S)), []);
    assert_eq!(
        alone(at(DAY_S + 1)),
        [Oddity::TooLong {
            session_s: DAY_S + 1,
            most_s: DAY_S,
        }]
    );
}

/// 10 kWh each at one place for the prices given, in millionths per kWh, from row 1 on.
fn priced(prices_e6: &[i64]) -> Vec<Fact> {
    (1..)
        .zip(prices_e6)
        .map(|(row, price_e6)| Fact {
            energy_e6: 10_000_000,
            stated_e6: Some(price_e6 * 10),
            place: Some(Sym(5)),
            ..fact(row)
        })
        .collect()
}

#[test]
fn a_price_out_of_line_where_all_others_are_equal() {
    let mut prices_e6 = vec![400_000; 20];
    prices_e6[19] = 600_000;
    assert_eq!(run(&priced(&prices_e6)), [], "half of the median more");
    prices_e6[19] = 600_001;
    assert_eq!(
        run(&priced(&prices_e6)),
        [Odd {
            row: 20,
            oddity: Oddity::PriceOutOfLine {
                price_e6: 600_001,
                median_e6: 400_000,
                most_off_e6: 200_000,
                cdrs: 20,
            },
        }]
    );
    prices_e6[19] = 200_000;
    assert_eq!(run(&priced(&prices_e6)), []);
    prices_e6[19] = 199_999;
    let cheap = priced(&prices_e6);
    assert_eq!(texts(&run(&cheap)), [(20, "price_out_of_line")]);
    assert_eq!(run(&cheap[1..]), [], "19 are too few to know");
    let mut dollars = cheap.clone();
    dollars[0].currency = "USD".parse().unwrap();
    assert_eq!(run(&dollars), [], "19 in this currency are too few, too");
    let nowhere: Vec<Fact> = cheap
        .into_iter()
        .map(|fact| Fact {
            place: None,
            ..fact
        })
        .collect();
    assert_eq!(run(&nowhere), [], "no place has no usual price");
}

#[test]
fn each_currency_of_a_place_has_its_own_prices() {
    let mut euros = priced(&[400_000; 20]);
    euros[19].stated_e6 = Some(7_000_000);
    let dollars: Vec<Fact> = priced(&[400_000; 19])
        .into_iter()
        .map(|fact| Fact {
            row: fact.row + 100,
            token: None,
            currency: "USD".parse().unwrap(),
            ..fact
        })
        .collect();
    let told = run(&[euros.clone(), dollars].concat());
    assert_eq!(texts(&told), [(20, "price_out_of_line")]);
    assert_eq!(told, run(&euros), "the others change nothing");
}

#[test]
fn a_price_out_of_line_where_prices_vary() {
    // The median is 400,000, half-way between 390,000 and 410,000. Four prices lie 10,000 from it,
    // fifteen 50,000 and the last one more: the median of that is 50,000.
    let mut prices_e6 = vec![390_000, 410_000, 390_000, 410_000];
    prices_e6.extend([350_000; 8]);
    prices_e6.extend([450_000; 7]);
    prices_e6.push(700_000);
    assert_eq!(run(&priced(&prices_e6)), [], "six deviations");
    prices_e6[19] = 700_001;
    assert_eq!(
        run(&priced(&prices_e6)),
        [Odd {
            row: 20,
            oddity: Oddity::PriceOutOfLine {
                price_e6: 700_001,
                median_e6: 400_000,
                most_off_e6: 300_000,
                cdrs: 20,
            },
        }]
    );
}

#[test]
fn a_price_needs_energy() {
    let facts = priced(&[400_000; 21]);
    let odd = |fact: &Fact| texts(&run(&[&facts[1..], &[*fact]].concat()));
    let at = |energy_e6| Fact {
        energy_e6,
        stated_e6: Some(5_000_000),
        ..facts[0]
    };
    assert_eq!(odd(&at(1_000_000)), [(1, "price_out_of_line")]);
    assert_eq!(odd(&at(999_999)), [], "a fee is most of it");
    let any = Limits {
        price_least_energy_e6: 0,
        ..Limits::default()
    };
    let free = Fact {
        stated_e6: Some(0),
        ..at(0)
    };
    let all = [&facts[1..], &[free]].concat();
    assert_eq!(all_odd(&all, &any), [], "nothing is divided by zero");
}

#[test]
fn credits_are_passed_over() {
    let odd = Fact {
        energy_e6: 300_000_000,
        end_s: fact(1).start_s,
        ..fact(1)
    };
    let credit = Fact {
        row: 2,
        credit: true,
        ..odd
    };
    let told = run(&[odd, credit]);
    assert!(!told.is_empty(), "the original is odd");
    assert!(told.iter().all(|odd| odd.row == 1), "{told:?}");
}

#[test]
#[should_panic(expected = "a row is an identity")]
fn no_two_cdrs_share_a_row() {
    run(&[fact(1), fact(1)]);
}

/// The largest figures there are, to show that nothing overflows.
#[test]
fn the_largest_figures_are_computed() {
    let largest = |row| Fact {
        row,
        start_s: 1,
        end_s: i64::MAX,
        energy_e6: i64::MAX,
        stated_e6: Some(if row % 2 == 0 { i64::MAX } else { i64::MIN }),
        charging_s: Some(i64::MAX),
        token: Some(Sym(1)),
        place: Some(Sym(u32::from(row % 3 == 0))),
        power_w: Some(u32::MAX),
        currency: Currency::EUR,
        credit: false,
    };
    let mut facts: Vec<Fact> = (1..=90).map(largest).collect();
    facts
        .iter_mut()
        .step_by(7)
        .for_each(|fact| fact.energy_e6 = 1);
    let limits = Limits {
        power_margin_permille: u16::MAX,
        slack_s: u32::MAX,
        price_least_energy_e6: 0,
        price_deviations: u32::MAX,
        price_margin_permille: u16::MAX,
        ..Limits::default()
    };
    let last = Oddity::EnergyAboveDay {
        energy_e6: 77 * i128::from(i64::MAX) + 13,
        most_e6: limits.day_e6,
        cdrs: 90,
        first: 1,
    };
    let told = all_odd(&facts, &limits);
    assert!(
        told.contains(&Odd {
            row: 90,
            oddity: last
        }),
        "{told:?}"
    );
}

/// Numbers that look random and are the same for the same seed.
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn below(&mut self, sides: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        u32::try_from((self.0 >> 33) % u64::from(sides)).unwrap()
    }

    fn shuffle<T>(&mut self, things: &mut [T]) {
        for i in (1..things.len()).rev() {
            let below = u32::try_from(i + 1).unwrap();
            things.swap(i, usize::try_from(self.below(below)).unwrap());
        }
    }
}

/// CDRs of few tokens and places in little time, so that every rule finds some.
fn crowd(dice: &mut Dice, rows: i64) -> Vec<Fact> {
    let one = |row| {
        let start_s = DAY_S + i64::from(dice.below(40)) * HOUR_S;
        Fact {
            start_s,
            end_s: start_s + i64::from(dice.below(30)) * HOUR_S,
            energy_e6: i64::from(dice.below(30)) * 10_000_000,
            stated_e6: Some(i64::from(dice.below(4)) * 4_000_000),
            token: Some(Sym(dice.below(8))),
            place: Some(Sym(dice.below(2))),
            credit: dice.below(10) == 0,
            ..fact(row)
        }
    };
    (1..=rows).map(one).collect()
}

#[test]
fn a_crowd_shows_every_oddity_once_per_row() {
    let told = run(&crowd(&mut Dice(1), 200));
    let mut kinds: Vec<&str> = told.iter().map(|odd| odd.oddity.as_str()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(
        kinds,
        [
            "cost_without_energy",
            "cost_without_time",
            "energy_above_battery",
            "energy_above_day",
            "energy_above_power",
            "price_out_of_line",
            "too_long",
            "two_places",
        ]
    );
    let mut once = texts(&told);
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), told.len(), "each at most once for a row");
}

proptest! {
    #[test]
    fn the_order_of_input_does_not_matter(seed in any::<u64>(), rows in 0_i64..120) {
        let mut dice = Dice(seed);
        let mut facts = crowd(&mut dice, rows);
        let told = run(&facts);
        prop_assert!(told.windows(2).all(|pair| pair[0] < pair[1]), "sorted");
        dice.shuffle(&mut facts);
        prop_assert_eq!(told, run(&facts));
    }

    /// Against every pair: what is told overlaps, and who overlaps an earlier start is told.
    #[test]
    fn whoever_overlaps_another_spot_is_met(seed in any::<u64>(), count in 0_usize..40) {
        let mut dice = Dice(seed);
        let stays: Vec<Stay<u32>> = (0..count)
            .map(|position| {
                let start_s = i64::from(dice.below(30));
                let end_s = start_s + i64::from(dice.below(12));
                let (lane, spot) = (Sym(dice.below(3)), dice.below(3));
                Stay { lane, spot, start_s, end_s, position }
            })
            .collect();
        let shared_s = |a: &Stay<u32>, b: &Stay<u32>| {
            let one_lane = a.lane == b.lane && a.spot != b.spot;
            one_lane.then(|| a.end_s.min(b.end_s) - a.start_s.max(b.start_s))
        };
        let mut met = vec![false; count];
        let mut wrong = Vec::new();
        clashes(stays.clone(), 2, |first, later, told_s| {
            met[first] = true;
            met[later] = true;
            let truth = shared_s(&stays[first], &stays[later]);
            if first >= later || truth != Some(told_s) || told_s <= 2 {
                wrong.push((first, later, told_s));
            }
        });
        prop_assert_eq!(wrong, []);
        for stay in &stays {
            let began = (stay.start_s, stay.position);
            let must = stays.iter().any(|other| {
                (other.start_s, other.position) < began
                    && shared_s(other, stay).is_some_and(|shared_s| shared_s > 2)
            });
            prop_assert!(!must || met[stay.position], "{:?}", stay);
        }
    }
}

/// A month of a large partner: what was planted is found, and nothing else.
#[test]
fn a_hundred_thousand_rows() {
    let one = |row: i64| {
        let start_s = DAY_S + row * 120;
        Fact {
            start_s,
            end_s: start_s + HOUR_S,
            stated_e6: Some(if row % 1_000 == 7 {
                40_000_000
            } else {
                9_800_000
            }),
            token: Some(Sym(u32::try_from(row % 10_000).unwrap())),
            place: Some(Sym(u32::try_from(row % 499).unwrap())),
            ..fact(row)
        }
    };
    let mut facts: Vec<Fact> = (1..=100_000).map(one).collect();
    let told = run(&facts);
    let planted: Vec<_> = (0..100)
        .map(|thousand| (thousand * 1_000 + 7, "price_out_of_line"))
        .collect();
    assert_eq!(texts(&told), planted);
    Dice(6).shuffle(&mut facts);
    assert_eq!(run(&facts), told);
}

/// The hard case of a sweep: one lane, everything in it at once.
#[test]
fn a_hundred_thousand_rows_of_one_token_at_one_time() {
    let one = |row: i64| Fact {
        start_s: DAY_S + row % 600,
        end_s: DAY_S + HOUR_S,
        token: Some(Sym(1)),
        place: Some(Sym(u32::try_from(row % 2).unwrap())),
        ..fact(row)
    };
    let facts: Vec<Fact> = (1..=100_000).map(one).collect();
    let told = run(&facts);
    let rows = |text| {
        told.iter()
            .filter(move |odd| odd.oddity.as_str() == text)
            .map(|odd| odd.row)
    };
    let first_25: Vec<i64> = (1..=25).map(|n| n * 600).collect();
    let above = (1..=100_000).filter(|row| !first_25.contains(row));
    assert!(
        rows("energy_above_day").eq(above),
        "25 of 20 kWh are 500 kWh: of those that start first, the first to arrive"
    );
    assert!(rows("two_places").count() > 0, "two places in turn");
}

#[test]
fn what_is_odd_is_told_with_the_figures_that_were_compared() {
    let told = |oddity: Oddity| {
        let finding = oddity.finding();
        let params = finding
            .params
            .iter()
            .map(|(name, text)| format!("{name} {text}"));
        format!(
            "{}: {}",
            finding.code,
            params.collect::<Vec<_>>().join(", ")
        )
    };
    let lines = [
        told(Oddity::EnergyAbovePower {
            energy_e6: 30_500_000,
            most_e6: 24_200_000,
            power_w: 22_000,
            charging_s: 3_600,
        }),
        told(Oddity::EnergyAboveBattery {
            energy_e6: 251_000_000,
            most_e6: 250_000_000,
        }),
        told(Oddity::EnergyAboveDay {
            energy_e6: 501_000_000,
            most_e6: 500_000_000,
            cdrs: 3,
            first: 7,
        }),
        told(Oddity::TwoPlaces {
            shared_s: 600,
            most_s: 60,
            place: Sym(1),
            other: 9,
            other_place: Sym(2),
        }),
        told(Oddity::CostWithoutEnergy {
            stated_e6: 1_000_000,
            session_s: None,
        }),
        told(Oddity::CostWithoutTime {
            stated_e6: 1_000_000,
            at_s: 5,
        }),
        told(Oddity::TooLong {
            session_s: 90_000,
            most_s: 86_400,
        }),
        told(Oddity::PriceOutOfLine {
            price_e6: 990_000,
            median_e6: 450_000,
            most_off_e6: 225_000,
            cdrs: 40,
        }),
    ];
    assert_eq!(
        lines,
        [
            "energy_above_power: charging_s 3600, energy 30.5, most 24.2, power_w 22000",
            "energy_above_battery: energy 251, most 250",
            "energy_above_day: cdrs 3, energy 501, most 500, other 7",
            "session_overlap: other 9, shared_s 600",
            "zero_energy_with_cost: stated 1",
            "cost_without_time: stated 1",
            "session_too_long: most_s 86400, session_s 90000",
            "price_out_of_line: cdrs 40, price 0.99, usual 0.45",
        ]
    );
}
