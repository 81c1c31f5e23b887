//! Made-up pairs of a 2.2.1 CDR and a tariff, valid unless they are asked to be odd.

use std::fmt::Write as _;

use chrono::{DateTime, TimeDelta, Utc};

use crate::choose::Choose;

/// A CDR without tariffs and the tariff to price it by, as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The CDR.
    pub cdr: String,
    /// The tariff.
    pub tariff: String,
}

/// The zone of every made-up location.
pub const ZONE: chrono_tz::Tz = chrono_tz::Tz::Europe__Amsterdam;

/// How far a record may leave what a sound sender writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manners {
    /// Valid throughout.
    Sound,
    /// Negative and huge figures, periods out of order, dimensions that do not belong.
    Odd,
}

const COMPONENTS: [&str; 4] = ["ENERGY", "TIME", "PARKING_TIME", "FLAT"];
const PRICES: [&str; 10] = [
    "0.25", "0.30", "0.45", "0.00", "1.00", "2.50", "3.00", "6.00", "0.1234", "12.75",
];
const STEPS: [&str; 9] = ["1", "60", "300", "900", "1800", "500", "1000", "0", "3600"];
const RATES: [&str; 5] = ["21.0", "19.0", "9.0", "0.0", "10.0"];
const ODD_FIGURES: [&str; 9] = [
    "-1",
    "79228162514264337593543950335",
    "-79228162514264337593543950335",
    "0.0000000000000000000000000001",
    "4294967296",
    "1e20",
    "-0.5",
    "999999.999999",
    "\"1,5\"",
];
const CLOCKS: [&str; 8] = [
    "00:00", "06:00", "08:00", "09:30", "17:00", "18:00", "20:00", "23:00",
];
const DAYS: [&str; 7] = [
    "MONDAY",
    "TUESDAY",
    "WEDNESDAY",
    "THURSDAY",
    "FRIDAY",
    "SATURDAY",
    "SUNDAY",
];
/// Starts of sessions: an ordinary week, both nights on which clocks change, the turn of a year.
const DATES: [&str; 6] = [
    "2026-06-08T00:00:00Z",
    "2026-06-12T00:00:00Z",
    "2026-03-28T18:00:00Z",
    "2026-10-24T18:00:00Z",
    "2025-12-31T12:00:00Z",
    "2026-02-27T12:00:00Z",
];

/// The CDR with the tariff inside.
pub fn with_tariff(cdr: &str, tariff: &str) -> String {
    let place = r#""charging_periods""#;
    cdr.replacen(place, &format!(r#""tariffs":[{tariff}],{place}"#), 1)
}

/// The same CDR with its periods' hours in twelve decimals, rounded up from the whole seconds that
/// they were.
pub fn exact_hours(cdr: &str) -> String {
    let mut exact = String::with_capacity(cdr.len() + 100);
    let mut rest = cdr;
    for kind in [r#"TIME","volume":"#; 40] {
        let Some(at) = rest.find(kind) else { break };
        let (before, figure) = rest.split_at(at + kind.len());
        let end = figure.find('}').unwrap_or(figure.len());
        exact.push_str(before);
        exact.push_str(&twelve_decimals(&figure[..end]));
        rest = &figure[end..];
    }
    exact + rest
}

/// Hours of four decimals as the seconds they were, in hours of twelve.
fn twelve_decimals(hours: &str) -> String {
    const UNIT: u64 = 1_000_000_000_000;
    let parts: Option<u64> = hours.replace('.', "").parse().ok();
    parts.filter(|_| hours.contains('.')).map_or_else(
        || hours.to_owned(),
        |parts| {
            let seconds = (parts * 3_600 + 5_000) / 10_000;
            let exact = (seconds * UNIT).div_ceil(3_600);
            format!("{}.{:012}", exact / UNIT, exact % UNIT)
        },
    )
}

/// Makes the next pair.
pub fn pair(from: &mut impl Choose, manners: Manners) -> Pair {
    Make { from, manners }.pair()
}

struct Make<'a, C> {
    from: &'a mut C,
    manners: Manners,
}

impl<C: Choose> Make<'_, C> {
    fn pair(&mut self) -> Pair {
        let tariff = self.tariff();
        let cdr = self.cdr();
        Pair { cdr, tariff }
    }

    fn is_odd(&mut self) -> bool {
        self.manners == Manners::Odd && self.from.percent(6)
    }

    /// A figure of the list; of odd manners now and then one that nobody would write.
    fn figure(&mut self, sound: &[&'static str]) -> &'static str {
        if self.is_odd() {
            self.from.one(&ODD_FIGURES)
        } else {
            self.from.one(sound)
        }
    }

    fn tariff(&mut self) -> String {
        let mut json = String::from(
            r#"{"country_code":"NL","party_id":"TAL","id":"T1","currency":"EUR","type":"REGULAR""#,
        );
        for limit in ["min_price", "max_price"] {
            if self.from.percent(15) {
                self.limit(&mut json, limit);
            }
        }
        json.push_str(r#","elements":["#);
        let elements = 1 + self.from.below(6);
        for element in 0..elements {
            if element > 0 {
                json.push(',');
            }
            self.element(&mut json);
        }
        json.push_str(r#"],"last_updated":"2025-01-01T00:00:00Z"}"#);
        json
    }

    fn limit(&mut self, json: &mut String, name: &str) {
        let (net, gross) = self.from.one(&[
            ("5.00", "6.05"),
            ("1.00", "1.21"),
            ("0.50", "0.60"),
            ("12.00", "14.00"),
            ("30.00", "36.30"),
        ]);
        let net = if self.is_odd() {
            self.from.one(&ODD_FIGURES)
        } else {
            net
        };
        let gross = if self.from.percent(30) {
            String::new()
        } else {
            format!(r#","incl_vat":{gross}"#)
        };
        let _ = write!(json, r#","{name}":{{"excl_vat":{net}{gross}}}"#);
    }

    fn element(&mut self, json: &mut String) {
        json.push_str(r#"{"price_components":["#);
        let count = 1 + self.from.below(3);
        let first = self.from.below(4);
        for nth in 0..count {
            let place = usize::try_from((first + nth) % 4).expect("it is below 4");
            let (price, step) = (self.figure(&PRICES), self.figure(&STEPS));
            let vat = if self.from.percent(20) {
                String::new()
            } else {
                format!(r#","vat":{}"#, self.figure(&RATES))
            };
            let comma = if nth > 0 { "," } else { "" };
            let kind = COMPONENTS[place];
            let _ = write!(
                json,
                r#"{comma}{{"type":"{kind}","price":{price},"step_size":{step}{vat}}}"#
            );
        }
        json.push(']');
        if self.from.percent(60) {
            self.restrictions(json);
        }
        json.push('}');
    }

    fn restrictions(&mut self, json: &mut String) {
        let mut fields: Vec<String> = Vec::new();
        for _ in 0..=self.from.below(2) {
            let field = self.restriction();
            // A name stands once in an object.
            let stands = |name: &str| fields.iter().any(|other| other.contains(name));
            let is_new = !field
                .split('"')
                .skip(1)
                .step_by(2)
                .any(|name| name.contains('_') && stands(name));
            if is_new {
                fields.push(field);
            }
        }
        let _ = write!(json, r#","restrictions":{{{}}}"#, fields.join(","));
    }

    fn restriction(&mut self) -> String {
        match self.from.below(16) {
            0..=2 => {
                let (start, end) = (self.from.one(&CLOCKS), self.from.one(&CLOCKS));
                match self.from.below(6) {
                    0 => format!(r#""start_time":"{start}""#),
                    1 => format!(r#""end_time":"{end}""#),
                    _ => format!(r#""start_time":"{start}","end_time":"{end}""#),
                }
            }
            3 | 4 => {
                let (first, count) = (self.from.below(7), 1 + self.from.below(5));
                let day = |nth| usize::try_from((first + nth) % 7).expect("it is below 7");
                let days: Vec<String> = (0..count)
                    .map(|nth| format!("\"{}\"", DAYS[day(nth)]))
                    .collect();
                format!(r#""day_of_week":[{}]"#, days.join(","))
            }
            5 => format!(
                r#""start_date":"{}""#,
                self.from.one(&["2026-01-01", "2026-06-09"])
            ),
            6 => format!(
                r#""end_date":"{}""#,
                self.from.one(&["2026-01-01", "2026-06-09"])
            ),
            7 => self.bound("min_kwh", &["5", "10", "20"]),
            8 => self.bound("max_kwh", &["5", "10", "20"]),
            9 => self.bound("min_duration", &["600", "1800", "3600", "7200"]),
            10 => self.bound("max_duration", &["600", "1800", "3600", "7200"]),
            11 => self.bound("min_power", &["7", "11", "22"]),
            12 => self.bound("max_power", &["7", "11", "22"]),
            13 => self.bound("min_current", &["10", "16", "32"]),
            14 => self.bound("max_current", &["10", "16", "32"]),
            _ => r#""reservation":"RESERVATION""#.to_owned(),
        }
    }

    fn bound(&mut self, name: &str, figures: &[&'static str]) -> String {
        format!(r#""{name}":{}"#, self.figure(figures))
    }

    fn cdr(&mut self) -> String {
        let date = self.from.one(&DATES).parse::<DateTime<Utc>>();
        let date = date.expect("the dates above are instants");
        let start = date + TimeDelta::minutes(signed(self.from.below(3 * 24 * 60)));
        let mut at = start;
        let mut periods: Vec<String> = Vec::new();
        let mut sums = [0_i64; 3]; // Wh, seconds, seconds of parking
        let count = 1 + self.from.below(8);
        let charging = 1 + self.from.below(count);
        for nth in 0..count {
            let minutes = self
                .from
                .one(&[15, 5, 7, 10, 20, 30, 40, 60, 75, 120, 1, 333]);
            let seconds = minutes * 60 + if self.from.percent(20) { 17 } else { 0 };
            let dimensions = self.dimensions(nth < charging, seconds, &mut sums);
            let stated = if self.is_odd() {
                at - TimeDelta::hours(3)
            } else {
                at
            };
            periods.push(period(stated, &dimensions));
            at += TimeDelta::seconds(seconds);
        }
        if self.is_odd() {
            periods.reverse();
        }
        let end = if self.is_odd() {
            start - TimeDelta::days(1)
        } else {
            at
        };
        envelope(start, end, &periods.join(","), sums)
    }

    /// What one period measures: charging with energy and time, or parking.
    fn dimensions(&mut self, charging: bool, seconds: i64, sums: &mut [i64; 3]) -> String {
        sums[1] += seconds;
        if !charging {
            sums[2] += seconds;
            return parking(seconds);
        }
        let watt = 1000 * (2 + signed(self.from.below(30)));
        let energy = seconds * watt / 3600;
        sums[0] += energy;
        let stated = self.figure(&["", "", "", ""]);
        let energy = if stated.is_empty() {
            thousandths(energy)
        } else {
            stated.to_owned()
        };
        let mut all = vec![volume("ENERGY", &energy), volume("TIME", &hours(seconds))];
        let kw = watt / 1000;
        match self.from.below(10) {
            0 | 1 => {
                all.push(volume("MIN_POWER", &kw.to_string()));
                all.push(volume("MAX_POWER", &kw.to_string()));
            }
            2 => all.push(volume("MAX_POWER", &kw.to_string())),
            3 => all.push(volume("POWER", &kw.to_string())),
            4 | 5 => {
                all.push(volume("MIN_CURRENT", &kw.to_string()));
                all.push(volume("MAX_CURRENT", &(kw + 6).to_string()));
            }
            6 => all.push(volume("MIN_CURRENT", &kw.to_string())),
            _ => {}
        }
        if self.is_odd() {
            let kind = self
                .from
                .one(&["RESERVATION_TIME", "PARKING_TIME", "TIME", "FLAT"]);
            all.push(volume(kind, self.from.one(&ODD_FIGURES)));
        }
        all.join(",")
    }
}

/// A CDR from its periods and its sums: Wh, seconds, seconds of parking.
pub fn envelope(start: DateTime<Utc>, end: DateTime<Utc>, periods: &str, sums: [i64; 3]) -> String {
    let [energy, seconds, parked] = sums;
    let token =
        r#"{"country_code":"NL","party_id":"TAL","uid":"U","type":"RFID","contract_id":"C"}"#;
    let place = concat!(
        r#"{"id":"L","address":"A","city":"C","country":"NLD","coordinates":"#,
        r#"{"latitude":"52.090700","longitude":"5.121400"},"evse_uid":"E","evse_id":"NL*TAL*E1","#,
        r#""connector_id":"1","connector_standard":"IEC_62196_T2","connector_format":"SOCKET","#,
        r#""connector_power_type":"AC_3_PHASE"}"#
    );
    format!(
        concat!(
            r#"{{"country_code":"NL","party_id":"TAL","id":"C1","start_date_time":"{}","#,
            r#""end_date_time":"{}","session_id":"S1","cdr_token":{},"auth_method":"WHITELIST","#,
            r#""cdr_location":{},"currency":"EUR","charging_periods":[{}],"#,
            r#""total_cost":{{"excl_vat":0.01,"incl_vat":0.01}},"total_energy":{},"#,
            r#""total_time":{},"total_parking_time":{},"last_updated":"{}"}}"#
        ),
        utc(start),
        utc(end),
        token,
        place,
        periods,
        thousandths(energy),
        hours(seconds),
        hours(parked),
        utc(end),
    )
}

/// A period with its dimensions.
pub fn period(start: DateTime<Utc>, dimensions: &str) -> String {
    format!(
        r#"{{"start_date_time":"{}","dimensions":[{dimensions}]}}"#,
        utc(start)
    )
}

/// The dimensions of charging: Wh and seconds.
pub fn charging(energy: i64, seconds: i64) -> String {
    volume("ENERGY", &thousandths(energy)) + "," + &volume("TIME", &hours(seconds))
}

/// The dimension of parking, in seconds.
pub fn parking(seconds: i64) -> String {
    volume("PARKING_TIME", &hours(seconds))
}

fn volume(kind: &str, volume: &str) -> String {
    format!(r#"{{"type":"{kind}","volume":{volume}}}"#)
}

fn utc(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Seconds in hours with four decimals, half up.
fn hours(seconds: i64) -> String {
    let parts = (seconds * 10_000 + 1_800) / 3_600;
    format!("{}.{:04}", parts / 10_000, parts % 10_000)
}

/// Wh in kWh.
fn thousandths(figure: i64) -> String {
    format!("{}.{:03}", figure / 1000, figure % 1000)
}

fn signed(small: u64) -> i64 {
    i64::try_from(small).expect("choices are small")
}

#[cfg(test)]
mod tests {
    use super::{Manners, exact_hours, pair};
    use crate::choose::{Bytes, Seeded};

    #[test]
    fn sound_pairs_are_read_without_an_error() {
        let mut from = Seeded(1);
        let hint = ocpi::Hint::default();
        for _ in 0..300 {
            let pair = pair(&mut from, Manners::Sound);
            let cdr = ocpi::read_cdr(pair.cdr.as_bytes(), &hint);
            let tariff = ocpi::read_tariff(pair.tariff.as_bytes(), &hint);
            assert!(cdr.value.is_some(), "{:?}: {}", cdr.findings, pair.cdr);
            assert!(
                tariff.value.is_some(),
                "{:?}: {}",
                tariff.findings,
                pair.tariff
            );
        }
    }

    #[test]
    fn hours_are_written_as_the_seconds_they_were() {
        let cdr = r#"{"type":"TIME","volume":0.6667},{"type":"PARKING_TIME","volume":0.2500}"#;
        let exact = cdr
            .replace("0.6667", "0.666666666667")
            .replace("0.2500", "0.250000000000");
        assert_eq!(exact_hours(cdr), exact);
    }

    #[test]
    fn any_bytes_make_a_pair() {
        for bytes in [&[][..], &[255; 200], &[99; 40]] {
            assert!(pair(&mut Bytes(bytes), Manners::Odd).cdr.ends_with('}'));
        }
    }
}
