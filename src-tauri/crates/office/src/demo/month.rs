//! One month of one feed: which sessions there were, and the files that report them.

use chrono::{Datelike, NaiveDate, NaiveTime, TimeZone};

use super::dice::Dice;
use super::oddity::{Event, Oddity, odd, ordinary};
use super::plan::{Dim, Plan, Stay};
use super::record::{Record, Report};
use super::world::{CLOSED, Feed, Form, MONTHS, month};
use super::{sheet, wire};

/// A record that is odd on purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seeded {
    /// What is odd.
    pub oddity: Oddity,
    /// Partner key.
    pub partner: String,
    /// Month from 0.
    pub month: usize,
    /// Id of the honest CDR; copies, credits and corrections have longer ones.
    pub cdr: String,
}

/// A file as it arrives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    pub(super) name: String,
    /// When it is imported, seconds since 1970.
    pub(super) at_s: i64,
    pub(super) text: String,
}

/// What one feed delivers for one month.
#[derive(Clone, Debug, Default)]
pub(super) struct Delivery {
    pub(super) files: Vec<File>,
    /// CDRs that come with the next month's delivery.
    pub(super) late: Vec<Record>,
    pub(super) seeded: Vec<Seeded>,
}

/// An event and the day of the month it began on.
struct Dated {
    day: i64,
    event: Event,
    oddity: Option<Oddity>,
}

/// What `feed` delivers for month `number`: `count` CDRs that are new to the book, `carried` ones
/// from the month before among them.
pub(super) fn deliver(feed: &Feed, number: usize, count: usize, carried: Vec<Record>) -> Delivery {
    let form = feed.form(number);
    let seed = [feed.share_permille as u64, number as u64];
    let mut draw = Draw {
        feed,
        number,
        first: month(number).first_day(),
        dice: Dice::new(&seed),
    };
    let mut delivery = Delivery::default();
    let mut dated = Vec::new();
    let mut stored = carried.len();
    for oddity in oddities(feed, form, number) {
        let one = draw.odd(oddity, &dated);
        let copies = usize::from(oddity.repeats());
        stored += one.event.cdrs.len() + one.event.following.len() - copies;
        delivery.seeded.push(Seeded {
            oddity,
            partner: feed.partner_key(),
            month: number,
            cdr: draw.name(dated.len()),
        });
        dated.push(one);
    }
    let honest = count
        .checked_sub(stored)
        .expect("a month holds far more than its oddities");
    for index in 0..honest {
        dated.push(draw.ordinary(dated.len(), index));
    }
    delivery.late = dated
        .iter_mut()
        .flat_map(|d| std::mem::take(&mut d.event.late))
        .collect();
    delivery.files = files(feed, form, number, dated, carried);
    delivery
}

/// What goes wrong this month: everything in the months left to the reader, a changing few before.
fn oddities(feed: &Feed, form: Form, number: usize) -> Vec<Oddity> {
    let turn = |index: usize| number >= CLOSED || index % 4 == number % 4;
    let due = |(index, oddity): &(usize, Oddity)| match oddity {
        Oddity::DstNight => [1, 6, 13].contains(&number),
        // What a closed month could not be closed with.
        Oddity::FutureDated
        | Oddity::MissingCdr
        | Oddity::ForeignToken
        | Oddity::EndBeforeStart
        | Oddity::NegativeEnergy
        | Oddity::CreditOrphan
        | Oddity::WrongCurrency => number >= CLOSED,
        Oddity::LateCdr => number + 1 < MONTHS && turn(*index),
        _ => turn(*index),
    };
    let kinds = Oddity::ALL
        .into_iter()
        .filter(|oddity| oddity.fits(feed, form));
    kinds
        .enumerate()
        .filter(due)
        .map(|(_, oddity)| oddity)
        .collect()
}

/// Draws the sessions of one month of one feed.
struct Draw<'a> {
    feed: &'a Feed,
    number: usize,
    first: NaiveDate,
    dice: Dice,
}

impl Draw<'_> {
    /// A record's name within its feed: month and place in it.
    fn name(&self, index: usize) -> String {
        let name = format!("{}-{index:05}", month(self.number).number());
        format!("{}-{name}", self.feed.operator.1)
    }

    fn record(&self, index: usize, evse: usize, token: usize, stay: Stay) -> Record {
        let name = self.name(index);
        let short = name
            .split_once('-')
            .map_or(name.as_str(), |(_, short)| short);
        Record::of(self.feed, short, evse, token, stay)
    }

    /// A local time of a day of the month, day 0 being the first. A time the clock skips is read
    /// an hour later.
    fn at(&self, day: i64, minutes: i64) -> i64 {
        let clock = u32::try_from(minutes.rem_euclid(1440) * 60).expect("below a day");
        let time = NaiveTime::from_num_seconds_from_midnight_opt(clock, 0).expect("below a day");
        let date = self.first + chrono::Duration::days(day + minutes.div_euclid(1440));
        let wall = date.and_time(time);
        let local = self
            .feed
            .zone
            .from_local_datetime(&wall)
            .earliest()
            .or_else(|| {
                self.feed
                    .zone
                    .from_local_datetime(&(wall + chrono::Duration::hours(1)))
                    .earliest()
            });
        local
            .expect("no clock is moved by more than an hour")
            .timestamp()
    }

    /// A session between six in the morning and five the next morning.
    fn stay(&mut self, plan: &Plan, day: i64) -> Stay {
        let fast = plan
            .elements
            .iter()
            .flat_map(|e| e.components)
            .any(|component| {
                matches!(component.dim, Dim::Flat | Dim::Time) || component.price_e4 >= 5_500
            });
        let (minutes, watts) = if fast {
            (self.dice.between(9, 55), self.dice.between(28_000, 140_000))
        } else {
            (self.dice.between(35, 330), self.dice.between(3_400, 11_000))
        };
        let charge_s = minutes * 60 + self.dice.between(0, 59);
        let park_s = if self.dice.chance(450) {
            self.dice.between(60, 12_600)
        } else {
            0
        };
        let evening = self.dice.chance(300);
        let hour = if evening {
            self.dice.between(15, 19)
        } else {
            self.dice.between(6, 15)
        };
        let minute = hour * 60 + self.dice.between(0, 59);
        let start_s = self.at(day, minute) + self.dice.between(0, 59);
        Stay {
            start_s,
            charge_s,
            park_s,
            wh: charge_s * watts / 3600,
        }
    }

    /// An ordinary session: every charger has at most one a day, every token likewise.
    fn ordinary(&mut self, index: usize, nth: usize) -> Dated {
        let evses = self.feed.evses();
        let days = self.days();
        assert!(nth < evses * days, "more sessions than chargers have days");
        let slot = (nth * 7_919 + self.number * 31) % (evses * days);
        let (evse, day) = (slot % evses, slot / evses);
        let token = (evse + day * 37) % self.feed.tokens();
        let day = i64::try_from(day).expect("a day of a month");
        let stay = self.stay(self.feed.plan(evse), day);
        let record = self.record(index, evse, token, stay);
        Dated {
            day,
            event: ordinary(record),
            oddity: None,
        }
    }

    fn days(&self) -> usize {
        usize::try_from(month(self.number).last_day().day()).expect("a day of a month")
    }

    /// An odd session, on a charger and with a token that only odd ones use.
    fn odd(&mut self, oddity: Oddity, before: &[Dated]) -> Dated {
        let plan = self.plan_for(oddity, before.len());
        let same_plan = |one: &&Dated| {
            let records = one.event.cdrs.iter().chain(&one.event.late);
            records
                .take(1)
                .any(|record| record.plan.id == self.feed.plans[plan].id)
        };
        let nth = before.iter().filter(same_plan).count();
        let own_place = matches!(oddity, Oddity::DstNight | Oddity::FutureDated);
        let extra = if own_place {
            self.feed.plans.len() + plan
        } else {
            plan
        };
        let evse = self.feed.evses() + extra;
        let day = match oddity {
            Oddity::DstNight => self.last_saturday(),
            Oddity::FutureDated => 25,
            _ => i64::try_from(1 + 2 * nth).expect("a day of a month"),
        };
        let token = self.feed.tokens() + 2 * before.len();
        let record = self.odd_record(oddity, before.len(), evse, token, day);
        Dated {
            day,
            event: odd(oddity, self.feed, record),
            oddity: Some(oddity),
        }
    }

    fn odd_record(
        &mut self,
        oddity: Oddity,
        index: usize,
        evse: usize,
        token: usize,
        day: i64,
    ) -> Record {
        let plan = self.feed.plan(evse);
        let edge = plan.elements.iter().find_map(|e| e.when.hours);
        loop {
            let mut stay = oddity.stay(self.stay(plan, day));
            match (oddity, edge) {
                (Oddity::UnsplitPeriod, Some((from, _))) => {
                    stay.start_s = self.at(day, i64::from(from) * 60 - 25);
                    stay.charge_s = 3_000;
                    stay.park_s = 0;
                    stay.wh = 24_310;
                }
                (Oddity::DstNight, _) => {
                    stay.start_s = self.at(day, 22 * 60 + 40);
                    stay.charge_s = 9 * 3600;
                    stay.park_s = 0;
                    stay.wh = 32_418;
                }
                _ => {}
            }
            let record = self.record(index, evse, token, stay);
            let shows = |record: &Record| match &*odd(oddity, self.feed, record.clone()).cdrs {
                [bent] => {
                    bent.cost.total.net(bent.digits, bent.how)
                        != record.cost.total.net(record.digits, record.how)
                }
                _ => true,
            };
            if oddity != Oddity::WrongRounding || shows(&record) {
                return record;
            }
        }
    }

    /// The tariff under which an oddity shows; any in turn where all do.
    fn plan_for(&self, oddity: Oddity, turn: usize) -> usize {
        let plans = self.feed.plans;
        let with = |found: &dyn Fn(&Plan) -> bool| plans.iter().position(found);
        let has = |plan: &Plan, dim: Dim| {
            plan.elements
                .iter()
                .flat_map(|e| e.components)
                .any(|c| c.dim == dim)
        };
        let wanted = match oddity {
            Oddity::UnsplitPeriod | Oddity::DstNight => {
                with(&|plan| plan.elements.iter().any(|e| e.when.hours.is_some()))
            }
            Oddity::MinPrice => with(&|plan| plan.min_net_e4.is_some()),
            Oddity::LongStay => with(&|plan| has(plan, Dim::Parking)),
            Oddity::ZeroEnergy => with(&|plan| has(plan, Dim::Flat) || has(plan, Dim::Time)),
            _ => None,
        };
        wanted.unwrap_or_else(|| {
            let plain: Vec<usize> = (0..plans.len())
                .filter(|plan| plans[*plan].min_net_e4.is_none())
                .collect();
            plain[turn % plain.len()]
        })
    }

    /// The day of the last Saturday, from 0: the clocks change in the night after it.
    fn last_saturday(&self) -> i64 {
        let last = month(self.number).last_day();
        let back = i64::from((last.weekday().num_days_from_monday() + 1) % 7 + 1);
        i64::from(last.day()) - 1 - back
    }
}

/// The files of a month: CDRs, sessions, and where something lies in the future a first CDR file
/// in the middle of the month.
fn files(
    feed: &Feed,
    form: Form,
    number: usize,
    dated: Vec<Dated>,
    carried: Vec<Record>,
) -> Vec<File> {
    let has_future = dated
        .iter()
        .any(|one| one.oddity == Some(Oddity::FutureDated));
    let in_time = |one: &Dated| one.oddity.is_none() && one.day < 10;
    let (early, rest): (Vec<Dated>, Vec<Dated>) = dated
        .into_iter()
        .partition(|one| has_future && (one.oddity == Some(Oddity::FutureDated) || in_time(one)));
    let first = month(number).first_day();
    let at = |date: NaiveDate, hour: u32| {
        date.and_hms_opt(hour, 0, 0)
            .expect("a time of day")
            .and_utc()
            .timestamp()
    };
    let (middle, after) = (
        at(first + chrono::Duration::days(12), 9),
        at(month(number + 1).first_day() + chrono::Duration::days(1), 8),
    );
    let label = |what: &str| format!("{}-{}-{what}", feed.partner_key(), month(number));
    let mut files = Vec::new();
    let mut sessions: Vec<Report> = Vec::new();
    let parts = [
        (early, middle, "first-cdrs", Vec::new()),
        (rest, after, "cdrs", carried),
    ];
    for (part, at_s, what, carried) in parts {
        let mut records = Vec::new();
        let mut following = carried;
        for one in part {
            records.extend(one.event.cdrs);
            following.extend(one.event.following);
            sessions.extend(one.event.sessions);
        }
        records.sort_by(|a, b| (a.start_s, &a.id).cmp(&(b.start_s, &b.id)));
        records.extend(following);
        if !records.is_empty() {
            let (ending, text) = written(feed, form, &records);
            files.push(File {
                name: format!("{}.{ending}", label(what)),
                at_s,
                text,
            });
        }
    }
    if feed.sends_sessions {
        sessions.sort_by(|a, b| (a.start_s, &a.id).cmp(&(b.start_s, &b.id)));
        let lines = sessions
            .iter()
            .map(|report| wire::session(feed, report, form) + "\n");
        let name = format!("{}.ndjson", label("sessions"));
        files.push(File {
            name,
            at_s: after,
            text: lines.collect(),
        });
    }
    files
}

/// CDRs as the feed writes them down: each has its own habit.
fn written(feed: &Feed, form: Form, records: &[Record]) -> (&'static str, String) {
    let objects = records.iter().map(|record| wire::cdr(feed, record, form));
    match form {
        Form::Sheet => ("csv", sheet::text(feed, records)),
        Form::V211 => {
            let list = super::json::list(objects);
            let head = r#"{"status_code":1000,"timestamp":"2025-12-01T06:00:00Z","data":"#;
            ("json", format!("{head}{list}}}"))
        }
        Form::V221 if feed.embeds => ("ndjson", objects.map(|line| line + "\n").collect()),
        Form::V221 | Form::V230 => ("json", super::json::list(objects)),
    }
}
