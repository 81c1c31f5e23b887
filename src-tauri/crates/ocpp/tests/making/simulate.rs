//! Random sessions whose record is known: what is written as a log must come back to the cent.

use std::fmt::Write;

use chrono::{TimeDelta, Timelike};
use domain::{Decimal, DimensionKind, Instant, Tariff};
use tallywatt_ocpp::{Transaction, Trouble};

use super::{ZONE, component, log, made, setting, tariff};

/// A generator of random numbers that is the same everywhere (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }

    fn whole(&mut self, from: i64, below: i64) -> i64 {
        from + i64::try_from(self.roll((below - from).unsigned_abs())).expect("a small number")
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.roll(n) == 0
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Doing {
    Charging,
    ByVehicle,
    ByStation,
}

/// What goes wrong in a log, and must not change its record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mishap {
    None,
    /// The station's clock was never set.
    UnsetClock,
    /// The counter begins anew after some reading.
    Reset,
    /// One reading goes back.
    Dip,
    /// The counter is told per phase.
    Phases,
    /// The last reading comes after the end.
    Late,
    /// The start is sent again under another message id.
    Resent,
    /// The start is never answered.
    Unanswered,
}

impl Mishap {
    const ALL: [Mishap; 8] = [
        Mishap::None,
        Mishap::UnsetClock,
        Mishap::Reset,
        Mishap::Dip,
        Mishap::Phases,
        Mishap::Late,
        Mishap::Resent,
        Mishap::Unanswered,
    ];

    /// The trouble that tells of it.
    fn code(self) -> &'static str {
        match self {
            Mishap::None => "none",
            Mishap::UnsetClock => "clock_shifted",
            Mishap::Reset => "meter_reset",
            Mishap::Dip => "reading_back",
            Mishap::Phases => "phases_summed",
            Mishap::Late => "late_message",
            Mishap::Resent => "repeated_start",
            Mishap::Unanswered => "answer_missing",
        }
    }
}

/// A session, as it was. While it charges, so many Wh flow every second.
struct Truth {
    station: String,
    id: String,
    start_at: Instant,
    stretches: Vec<(i64, Doing)>,
    wh_per_second: i64,
    meter: i64,
    /// Seconds between readings.
    every: i64,
    mishap: Mishap,
}

impl Truth {
    fn seconds(&self) -> i64 {
        self.stretches.iter().map(|(length, _)| length).sum()
    }

    fn doing(&self, second: i64) -> Doing {
        let mut until = 0;
        for (length, doing) in &self.stretches {
            until += length;
            if second < until {
                return *doing;
            }
        }
        panic!("the session is over")
    }

    /// Wh from its start to the start of a second.
    fn wh(&self, second: i64) -> i64 {
        let (mut from, mut charged) = (0, 0);
        for (length, doing) in &self.stretches {
            if *doing == Doing::Charging {
                charged += (second - from).clamp(0, *length);
            }
            from += length;
        }
        charged * self.wh_per_second
    }

    fn at(&self, second: i64) -> Instant {
        self.start_at + TimeDelta::seconds(second)
    }

    /// What the station's clock says.
    fn told(&self, second: i64) -> String {
        let unset = self.mishap == Mishap::UnsetClock;
        let of_start = if unset {
            super::at("1970-01-01T00:02:03Z")
        } else {
            self.start_at
        };
        rfc(of_start + TimeDelta::seconds(second))
    }

    /// What the counter says.
    fn counter(&self, second: i64) -> i64 {
        let middle = self.seconds() / self.every / 2 * self.every;
        if self.mishap == Mishap::Reset && second > middle {
            self.wh(second) - self.wh(middle)
        } else {
            self.meter + self.wh(second)
        }
    }

    /// The seconds at which the counter is read, and what is told of it.
    fn readings(&self) -> Vec<(i64, i64)> {
        let seconds = (1..).map(|place| place * self.every);
        let seconds = seconds.take_while(|second| *second < self.seconds());
        let mut readings: Vec<(i64, i64)> = seconds.map(|s| (s, self.counter(s))).collect();
        if self.mishap == Mishap::Dip
            && let Some((second, wh)) = readings.first().copied()
            && second + 1 < self.seconds()
        {
            readings.insert(1, (second + 1, wh - 500));
        }
        readings
    }

    /// The seconds at which it begins to do something else.
    fn changes(&self) -> Vec<(i64, Doing)> {
        let mut at = 0;
        let mut changes: Vec<(i64, Doing)> = Vec::new();
        for (length, doing) in &self.stretches {
            if changes.last().is_none_or(|(_, before)| before != doing) {
                changes.push((at, *doing));
            }
            at += length;
        }
        changes
    }
}

fn truth(dice: &mut Dice, number: usize) -> Truth {
    let mut stretches = vec![(dice.whole(60, 5_000), Doing::Charging)];
    for _ in 0..dice.roll(6) {
        let doing = [Doing::Charging, Doing::ByVehicle, Doing::ByStation]
            [usize::try_from(dice.roll(3)).expect("a small number")];
        stretches.push((dice.whole(1, 4_000), doing));
    }
    let start_at = super::at("2026-03-27T00:00:00Z") + TimeDelta::seconds(dice.whole(0, 400_000));
    Truth {
        station: format!("CP{number}"),
        id: dice.whole(1, 100_000).to_string(),
        start_at,
        stretches,
        wh_per_second: dice.whole(1, 7),
        meter: dice.whole(1_100_000, 5_000_000),
        every: dice.whole(20, 900),
        mishap: Mishap::ALL[usize::try_from(dice.roll(8)).expect("a small number")],
    }
}

/// Prices in ten-thousandths.
struct Prices {
    flat: i64,
    day: i64,
    night: i64,
    over: Option<(i64, i64)>,
    time: i64,
    parking: i64,
    parking_free_for: i64,
}

/// Energy costs `day` from 08:00 to 20:00 and `night` else; beyond a threshold in Wh, one price.
/// Parking costs from a while after the start on.
fn prices(dice: &mut Dice) -> Prices {
    let threshold = (dice.whole(1, 20_000), dice.whole(0, 9_000));
    Prices {
        flat: dice.whole(0, 20_000),
        day: dice.whole(1, 9_000),
        night: dice.whole(1, 9_000),
        over: dice.one_in(2).then_some(threshold),
        time: dice.whole(0, 40_000),
        parking: dice.whole(0, 90_000),
        parking_free_for: dice.whole(0, 3) * 1_800,
    }
}

fn decimal(ten_thousandths: i64) -> String {
    Decimal::new(ten_thousandths, 4).to_string()
}

impl Prices {
    fn tariff(&self) -> Tariff {
        let element = |kind: &str, price: i64, restrictions: &str| {
            let component = component(kind, &decimal(price));
            format!(r#"{{"price_components": [{component}]{restrictions}}}"#)
        };
        let mut elements = Vec::new();
        if let Some((wh, price)) = self.over {
            let kwh = Decimal::new(wh, 3);
            let from = format!(r#", "restrictions": {{"min_kwh": {kwh}}}"#);
            elements.push(element("ENERGY", price, &from));
        }
        let day = r#", "restrictions": {"start_time": "08:00", "end_time": "20:00"}"#;
        elements.push(element("ENERGY", self.day, day));
        elements.push(element("ENERGY", self.night, ""));
        elements.push(element("FLAT", self.flat, ""));
        elements.push(element("TIME", self.time, ""));
        let late = format!(
            r#", "restrictions": {{"min_duration": {}}}"#,
            self.parking_free_for
        );
        let late = if self.parking_free_for > 0 {
            late
        } else {
            String::new()
        };
        elements.push(element("PARKING_TIME", self.parking, &late));
        tariff(&elements.join(","))
    }

    /// What a session costs, second by second in whole numbers, rounded once to four decimals.
    fn of(&self, truth: &Truth) -> Decimal {
        let (mut energy, mut timed) = (0_i128, 0_i128); // Wh and seconds, times ten-thousandths
        let (mut wh, mut hour) = (0_i64, None);
        for second in 0..truth.seconds() {
            if truth.at(second).timestamp() % 900 == 0 {
                hour = None; // wall clocks change their hour at quarters only
            }
            match truth.doing(second) {
                Doing::Charging => {
                    let hour =
                        *hour.get_or_insert_with(|| truth.at(second).with_timezone(&ZONE).hour());
                    let price = if (8..20).contains(&hour) {
                        self.day
                    } else {
                        self.night
                    };
                    for _ in 0..truth.wh_per_second {
                        let over = self.over.filter(|(from, _)| wh >= *from);
                        energy += i128::from(over.map_or(price, |(_, price)| price));
                        wh += 1;
                    }
                    timed += i128::from(self.time);
                }
                Doing::ByStation => timed += i128::from(self.time),
                Doing::ByVehicle if second >= self.parking_free_for => {
                    timed += i128::from(self.parking);
                }
                Doing::ByVehicle => {}
            }
        }
        let whole = energy * 18 + timed * 5 + i128::from(self.flat) * 18_000; // over 18 000
        let rounded = (whole * 2 + 18_000) / 36_000;
        Decimal::new(i64::try_from(rounded).expect("a small number"), 4)
    }
}

/// A frame with its time.
type Timed = (Instant, String);

fn rfc(at: Instant) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The log of a session in OCPP 1.6.
fn log_16(truth: &Truth, dice: &mut Dice) -> Vec<Timed> {
    let mut frames = Vec::new();
    let mut next = 0;
    let mut say = |at: Instant, action: &str, payload: String| {
        next += 1;
        let frame = format!(r#"[2,"{}-{next}","{action}",{payload}]"#, truth.station);
        frames.push((at, frame));
        next
    };
    let start = format!(
        r#"{{"connectorId":1,"idTag":"TAG","meterStart":{},"timestamp":"{}"}}"#,
        truth.counter(0),
        truth.told(0)
    );
    let mut asked = say(truth.start_at, "StartTransaction", start.clone());
    if truth.mishap == Mishap::Resent {
        asked = say(truth.start_at, "StartTransaction", start);
    }
    for (second, doing) in truth.changes() {
        let status = match doing {
            Doing::Charging => "Charging",
            Doing::ByVehicle => "SuspendedEV",
            Doing::ByStation => "SuspendedEVSE",
        };
        let at = truth.at(second);
        let payload = format!(
            r#"{{"connectorId":1,"errorCode":"NoError","status":"{status}","timestamp":"{}"}}"#,
            truth.told(second)
        );
        say(at, "StatusNotification", payload);
    }
    let in_kwh = dice.one_in(2);
    let stop_at = truth.at(truth.seconds());
    let readings = truth.readings();
    for (place, (second, wh)) in readings.iter().enumerate() {
        let payload = format!(
            r#"{{"connectorId":1,"transactionId":{},"meterValue":[{{"timestamp":"{}",
            "sampledValue":[{},{{"value":"230.1","measurand":"Voltage","phase":"L1-N",
            "unit":"V"}}]}}]}}"#,
            truth.id,
            truth.told(*second),
            value_16(truth, *wh, in_kwh)
        );
        let is_late = truth.mishap == Mishap::Late && place + 1 == readings.len();
        let late = stop_at + TimeDelta::seconds(1);
        let at = if is_late { late } else { truth.at(*second) };
        say(at, "MeterValues", payload.replace('\n', " "));
    }
    let stop = format!(
        r#"{{"transactionId":{},"meterStop":{},"timestamp":"{}","reason":"EVDisconnected"}}"#,
        truth.id,
        truth.counter(truth.seconds()),
        truth.told(truth.seconds())
    );
    say(stop_at, "StopTransaction", stop);
    let answer = format!(
        r#"[3,"{}-{asked}",{{"transactionId":{},"idTagInfo":{{"status":"Accepted"}}}}]"#,
        truth.station, truth.id
    );
    if truth.mishap != Mishap::Unanswered {
        let place = if truth.mishap == Mishap::Resent { 2 } else { 1 };
        frames.insert(place, (truth.start_at, answer));
    }
    frames.sort_by_key(|(at, _)| *at);
    frames
}

/// A reading as sampled values.
fn value_16(truth: &Truth, wh: i64, in_kwh: bool) -> String {
    let kwh = Decimal::new(wh, 3);
    if truth.mishap == Mishap::Phases {
        let (part, rest) = (wh / 3, wh - wh / 3 * 2);
        let phases = [("L1", part), ("L2", part), ("L3", rest)];
        let phases = phases.map(|(l, wh)| format!(r#"{{"value":"{wh}","phase":"{l}"}}"#));
        phases.join(",")
    } else if in_kwh {
        format!(r#"{{"value":"{kwh}","unit":"kWh","measurand":"Energy.Active.Import.Register"}}"#)
    } else {
        format!(r#"{{"value":"{wh}"}}"#)
    }
}

/// The log of a session in OCPP 2.0.1.
fn log_201(truth: &Truth, dice: &mut Dice) -> Vec<Timed> {
    let mut events: Vec<(i64, &str, Option<Doing>)> = vec![(0, "Started", None)];
    events.extend(
        truth
            .changes()
            .into_iter()
            .map(|(at, doing)| (at, "Updated", Some(doing))),
    );
    let readings = truth.readings();
    events.extend(
        readings
            .iter()
            .map(|(second, _)| (*second, "Updated", None)),
    );
    events.push((truth.seconds(), "Ended", None));
    events.sort_by_key(|(at, kind, _)| (*at, *kind == "Ended", *kind == "Updated"));
    let multiplier = dice.whole(0, 4);
    let frame = |(seq, (second, kind, doing)): (usize, &(i64, &str, Option<Doing>))| {
        let at = truth.at(*second);
        let state = match doing {
            None => String::new(),
            Some(Doing::Charging) => r#","chargingState":"Charging""#.to_owned(),
            Some(Doing::ByVehicle) => r#","chargingState":"SuspendedEV""#.to_owned(),
            Some(Doing::ByStation) => r#","chargingState":"SuspendedEVSE""#.to_owned(),
        };
        let context = match *kind {
            "Started" => "Transaction.Begin",
            "Ended" => "Transaction.End",
            _ => "Sample.Periodic",
        };
        let scale = u32::try_from(multiplier).expect("a small number");
        let value = Decimal::new(truth.counter(*second), scale);
        let text = format!(
            r#"[2,"{}-{seq}","TransactionEvent",{{"eventType":"{kind}","timestamp":"{}",
            "triggerReason":"MeterValuePeriodic","seqNo":{seq},"evse":{{"id":1,"connectorId":1}},
            "transactionInfo":{{"transactionId":"{}"{state}}},"meterValue":[{{"timestamp":"{}",
            "sampledValue":[{{"value":{value},"context":"{context}",
            "unitOfMeasure":{{"unit":"Wh","multiplier":{multiplier}}}}}]}}]}}]"#,
            truth.station,
            truth.told(*second),
            truth.id,
            truth.told(*second)
        );
        (at, text.replace('\n', " "))
    };
    events.iter().enumerate().map(frame).collect()
}

/// Wraps the frames of a log in one of the ways seen.
fn wrapped(frames: &[(Instant, String, String)], way: u64) -> String {
    let mut text = String::new();
    for (at, station, frame) in frames {
        let quoted = frame.replace('"', "\\\"");
        let time = rfc(*at);
        let written = match way {
            0 => writeln!(text, "{time} {station} -> {frame}"),
            1 => writeln!(
                text,
                "{} INFO [{station}] {frame}",
                time.replace('T', " ").replace('Z', "")
            ),
            2 => writeln!(
                text,
                r#"{{"stationId":"{station}","timestamp":"{time}","message":{frame}}}"#
            ),
            3 => writeln!(
                text,
                r#"{{"chargeBoxId":"{station}","time":"{time}","payload":"{quoted}"}}"#
            ),
            _ => {
                let before = if text.is_empty() { "[" } else { "," };
                writeln!(
                    text,
                    "{before}\n{{\"cp\":\"{station}\",\"ts\":\"{time}\",\"msg\":{frame}}}"
                )
            }
        };
        written.expect("a String takes everything");
    }
    if way > 3 {
        text.push(']');
    }
    text
}

/// Whether every period tells what happened in it, and one begins wherever something else does.
fn check_periods(truth: &Truth, cdr: &domain::Cdr) {
    let second = |at: Instant| (at - truth.start_at).num_seconds();
    let starts: Vec<i64> = cdr
        .periods
        .iter()
        .map(|period| second(period.start_at))
        .collect();
    for (change, _) in truth.changes() {
        assert!(
            starts.contains(&change),
            "a period begins at second {change}"
        );
    }
    for (place, period) in cdr.periods.iter().enumerate() {
        let from = starts[place];
        let until = starts.get(place + 1).copied().unwrap_or(truth.seconds());
        let wh = period.volume(DimensionKind::Energy).unwrap_or_default() * Decimal::ONE_THOUSAND;
        let off = (wh - Decimal::from(truth.wh(until) - truth.wh(from))).abs();
        // A threshold passed within a second splits the energy there, and the time at its start.
        assert!(
            off <= Decimal::from(truth.wh_per_second),
            "{wh} Wh from {from} to {until}"
        );
        let kind = match truth.doing(from) {
            Doing::Charging | Doing::ByStation => DimensionKind::Time,
            Doing::ByVehicle => DimensionKind::ParkingTime,
        };
        let hours = period.volume(kind).expect("its time is told");
        let exact = Decimal::from(until - from) / Decimal::from(3_600);
        assert!(
            (hours - exact).abs() <= Decimal::new(5, 5),
            "{hours} of {exact} hours"
        );
    }
}

/// Checks the record of a session; says whether its mishap was found in the making.
fn check(truth: &Truth, t: &Transaction, prices: &Prices) -> bool {
    let made = made(t, &setting(prices.tariff()));
    let mut told = super::codes(&made.findings);
    told.retain(|code| !["reading_gap", "duplicate_readings"].contains(code));
    let noticed = told.contains(&truth.mishap.code());
    told.retain(|code| *code != truth.mishap.code());
    assert!(told.is_empty(), "{told:?} with {:?}", truth.mishap);
    let totals = &made.cdr.totals;
    let kwh = Decimal::new(truth.wh(truth.seconds()), 3);
    assert_eq!(totals.energy.0, kwh);
    assert_eq!(made.session.energy.0, kwh);
    assert_eq!(
        (made.cdr.start_at, made.cdr.end_at),
        (truth.start_at, truth.at(truth.seconds()))
    );
    let parked: i64 = truth
        .stretches
        .iter()
        .filter(|(_, doing)| *doing == Doing::ByVehicle)
        .map(|(length, _)| length)
        .sum();
    let hours = |seconds: i64| {
        (Decimal::from(seconds) / Decimal::from(3_600))
            .round_dp_with_strategy(4, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
    };
    assert_eq!(totals.time_h, Some(hours(truth.seconds())));
    assert_eq!(totals.parking_h, Some(hours(parked)));
    assert_eq!(
        super::cost(&made),
        prices.of(truth),
        "{:?}",
        super::periods(&made.cdr)
    );
    check_periods(truth, &made.cdr);
    noticed
}

/// The logs of one to three stations, across each other.
fn logs(dice: &mut Dice) -> (Vec<Truth>, String) {
    let stations = usize::try_from(dice.roll(3)).expect("a small number");
    let mut truths: Vec<Truth> = (0..=stations).map(|number| truth(dice, number)).collect();
    let mut frames = Vec::new();
    for truth in &mut truths {
        let own = if dice.one_in(2) {
            log_16(truth, dice)
        } else {
            if !matches!(truth.mishap, Mishap::UnsetClock | Mishap::Reset) {
                truth.mishap = Mishap::None; // the others happen in 1.6
            }
            log_201(truth, dice)
        };
        let named = |(at, text)| (at, truth.station.clone(), text);
        frames.extend(own.into_iter().map(named));
    }
    frames.sort_by_key(|(at, ..)| *at); // stable: each station keeps its order
    if dice.one_in(3) {
        let place = usize::try_from(dice.roll(frames.len() as u64)).expect("a small number");
        let again = frames[place].clone();
        frames.insert(place + 1, again);
    }
    let text = wrapped(&frames, dice.roll(5));
    (truths, text)
}

#[test]
fn a_thousand_random_logs_give_the_records_they_must() {
    let mut dice = Dice(0x7a11_7a77);
    let mut records = [0; Mishap::ALL.len()];
    for _ in 0..1_000 {
        let (truths, text) = logs(&mut dice);
        let log = log(&text);
        assert_eq!(log.review, [], "{text}");
        for found in &log.troubles {
            let station = found.about.as_ref().map(|about| about.station.as_str());
            let expected = truths
                .iter()
                .filter(|truth| Some(truth.station.as_str()) == station)
                .any(|truth| truth.mishap.code() == found.trouble.code());
            let double = matches!(found.trouble, Trouble::DuplicateMessage { .. });
            assert!(expected || double, "{found} in {text}");
        }
        for truth in &truths {
            let mut of_station = log
                .transactions
                .iter()
                .filter(|t| t.station == truth.station);
            let t = of_station.next().expect("the transaction was found");
            assert_eq!((&t.id, of_station.count()), (&truth.id, 0));
            let noticed = check(truth, t, &prices(&mut dice));
            let code = truth.mishap.code();
            let noticed = noticed || super::codes(&log.troubles).contains(&code);
            let kind = Mishap::ALL.iter().position(|kind| *kind == truth.mishap);
            records[kind.expect("it is one of all")] +=
                i32::from(noticed || truth.mishap == Mishap::None);
        }
    }
    assert!(records.iter().sum::<i32>() > 1_500, "{records:?} records");
    assert!(
        records.iter().all(|count| *count > 50),
        "of each: {records:?}"
    );
}
