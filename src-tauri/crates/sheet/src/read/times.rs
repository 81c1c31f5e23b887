//! Start and end of a row: from one or two cells each, through the zone, to instants.

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime};
use domain::{Decimal, FindingCode, Instant, Severity, Tz};

use crate::cell::Cell;
use crate::date::{self, Stamp, at};
use crate::field::Field;
use crate::guess::{compact, likely_serial, serial_in};
use crate::read::doubt;
use crate::read::record::{Plan, Reading};
use crate::template::ZoneRule;
use crate::zone::{Placed, Zone};

/// When a session was, and the zone in which its place lies, where the row tells it.
pub(super) struct Times {
    pub(super) start_at: Instant,
    pub(super) end_at: Instant,
    pub(super) zone: Option<Tz>,
}

/// The same of a record that may not have ended.
pub(super) struct OpenTimes {
    pub(super) start_at: Instant,
    pub(super) end_at: Option<Instant>,
    pub(super) zone: Option<Tz>,
}

/// What the cells of start and end say.
struct Stated {
    start_day: NaiveDate,
    start_at: Instant,
    /// `None` where the cell says that there is none.
    end_at: Option<Instant>,
    zone: Option<Tz>,
}

/// A wall-clock moment and the zone beside it, as far as the cells go.
#[derive(Clone, Copy)]
enum Wall {
    /// No column, or a cell that says there is none.
    Absent,
    /// A cell that is no date; the finding is made.
    Bad,
    At(NaiveDateTime, Option<Zone>),
}

/// Clocks are mostly cut to minutes, durations are not: they may differ by so much.
const DURATION_TOLERANCE_SECONDS: i64 = 120;

impl Plan<'_> {
    /// The moment of a date cell.
    pub(super) fn moment(&self, cell: &Cell<'_>) -> Option<(NaiveDateTime, Option<Zone>)> {
        let of_stamp = |stamp: Stamp| Some((stamp.moment(self.template.dates)?, stamp.zone));
        let of_serial = |days: Decimal| Some((likely_serial(days, self.is_1904)?, None));
        match cell {
            Cell::Moment(at) => (1950..2151).contains(&at.year()).then_some((*at, None)),
            Cell::Text(text) => match date::parse(text) {
                Some(stamp) => of_stamp(stamp),
                None => serial_in(text).and_then(of_serial),
            },
            Cell::Number(number) => match compact(*number) {
                Some(stamp) => of_stamp(stamp),
                None => of_serial(*number),
            },
            Cell::Empty | Cell::Span(_) | Cell::Bool(_) | Cell::Fault(_) => None,
        }
    }
}

impl Reading<'_, '_> {
    /// Start and end. `None` where a finding says why not.
    pub(super) fn times(&mut self, has_energy: bool) -> Option<Times> {
        let stated = self.stated_times()?;
        let start_at = stated.start_at;
        let end_at = match stated.end_at {
            Some(end_at) => end_at,
            None => self.missing_end(start_at, has_energy)?,
        };
        self.check(start_at, end_at);
        self.doubt_order(stated.start_day);
        Some(Times {
            start_at,
            end_at,
            zone: stated.zone,
        })
    }

    /// Start, and the end if there is one yet: stated, or after the stated duration.
    pub(super) fn open_times(&mut self) -> Option<OpenTimes> {
        let stated = self.stated_times()?;
        let start_at = stated.start_at;
        let end_at = stated.end_at.or_else(|| self.end_by_duration(start_at));
        self.check(start_at, end_at.unwrap_or(start_at));
        self.doubt_order(stated.start_day);
        self.clocks_s = stated
            .end_at
            .map(|end_at| (end_at - start_at).num_seconds());
        // Kept nowhere in such a record, but said where it is damaged or contradicts the clocks.
        self.hours(Field::Duration);
        self.compare_durations();
        Some(OpenTimes {
            start_at,
            end_at,
            zone: stated.zone,
        })
    }

    fn stated_times(&mut self) -> Option<Stated> {
        let start = self.wall(Field::StartAt, Field::StartTime, None);
        let start_day = match start {
            Wall::At(wall, _) => Some(wall.date()),
            Wall::Absent | Wall::Bad => None,
        };
        let mut end = self.wall(Field::EndAt, Field::EndTime, start_day);
        if let (Wall::At(from, _), Wall::At(to, zone)) = (start, end) {
            // Only a time of day is written: the session may have passed midnight.
            if self.plan.column(Field::EndAt).is_none() && to < from {
                end = Wall::At(to + Duration::days(1), zone);
            }
        }
        let (wall, zone) = match start {
            Wall::At(wall, zone) => (wall, zone),
            Wall::Absent => {
                self.say(FindingCode::MissingValue, Field::StartAt);
                return None;
            }
            Wall::Bad => return None,
        };
        let start_zone = self.zone(zone, Field::StartZone);
        let start_at = self.instant(wall, start_zone, Field::StartAt, None);
        let end_at = match end {
            Wall::At(wall, zone) => {
                let zone = self.zone(zone, Field::EndZone);
                Some(self.instant(wall, zone, Field::EndAt, Some(start_at)))
            }
            Wall::Absent => None,
            Wall::Bad => return None,
        };
        if let Wall::At(ends, _) = end {
            self.doubt_end_order(wall.date(), ends.date());
        }
        Some(Stated {
            start_day: wall.date(),
            start_at,
            end_at,
            zone: start_zone.region().filter(|&zone| zone != Tz::UTC),
        })
    }

    /// Says where the day fits the file only with day and month swapped, and where the file has
    /// dates of both orders, so that this one could be of either.
    fn doubt_order(&mut self, day: NaiveDate) {
        let period = self.plan.period;
        let either = || {
            let cell = self.cell(Field::StartAt);
            doubt::other_order(&cell, self.plan.template.dates).filter(|_| period.is_mixed)
        };
        if let Some(other) = period.other_reading(day).or_else(either) {
            let finding = self.found(FindingCode::DateOrderSuspect, Field::StartAt);
            let finding = finding.with("read_as", day).with("other", other);
            self.findings.push(finding);
        }
    }

    /// Says where a session ends far from its start, but would not with day and month of its end
    /// swapped.
    fn doubt_end_order(&mut self, start: NaiveDate, end: NaiveDate) {
        let near = |day: NaiveDate| (0..=7).contains(&(day - start).num_days());
        let other = NaiveDate::from_ymd_opt(end.year(), end.day(), end.month());
        if let Some(other) = other.filter(|&other| near(other) && !near(end)) {
            let finding = self.found(FindingCode::DateOrderSuspect, Field::EndAt);
            let finding = finding.with("read_as", end).with("other", other);
            self.findings.push(finding);
        }
    }

    /// The moment of one or two cells. `day` stands in where only a time has a column.
    fn wall(&mut self, field: Field, time_field: Field, day: Option<NaiveDate>) -> Wall {
        let has_time_column = self.plan.column(time_field).is_some();
        let date_cell = self.cell(field);
        let (mut wall, mut zone) = match (self.plan.column(field), day) {
            (None, Some(day)) if has_time_column => match at(day, 0) {
                Some(midnight) => (midnight, None),
                None => return Wall::Bad,
            },
            (None, _) => return Wall::Absent,
            (Some(_), _) if date_cell == Cell::Empty => return Wall::Absent,
            (Some(_), _) if date_cell.is_absent() && field == Field::EndAt => return Wall::Absent,
            (Some(_), _) => match self.plan.moment(&date_cell) {
                Some(found) => found,
                None => return self.bad(FindingCode::NotADate, field),
            },
        };
        if has_time_column {
            let time_cell = self.cell(time_field);
            if time_cell.is_absent() {
                return self.bad(FindingCode::MissingValue, time_field);
            }
            let Some((millis, beside)) = time_of_day(&time_cell) else {
                return self.bad(FindingCode::NotADate, time_field);
            };
            wall = at(wall.date(), millis).unwrap_or(wall);
            zone = beside.or(zone);
        }
        Wall::At(wall, zone)
    }

    fn bad(&mut self, code: FindingCode, field: Field) -> Wall {
        let mut finding = self.found(code, field);
        let cell = self.cell(field);
        let order = self.plan.template.dates;
        if let Some(meant) = cell.text().and_then(|text| doubt::meant_date(text, order)) {
            finding = finding.with("perhaps", meant);
        }
        self.findings.push(finding);
        Wall::Bad
    }

    /// The zone under the template's rule.
    fn zone(&mut self, beside: Option<Zone>, field: Field) -> Zone {
        let partner = Zone::Region(self.plan.hint.zone);
        let column = |field| match self.cell(field) {
            Cell::Text(text) => Zone::of(text),
            Cell::Empty
            | Cell::Number(_)
            | Cell::Moment(_)
            | Cell::Span(_)
            | Cell::Bool(_)
            | Cell::Fault(_) => None,
        };
        let told = match self.plan.template.zone {
            ZoneRule::InText => beside,
            ZoneRule::ByColumn => column(field).or_else(|| column(Field::StartZone)),
            ZoneRule::Fixed(zone) => Some(zone),
            ZoneRule::Partner => None,
        };
        let is_start = field == Field::StartZone;
        let assumed = told.is_none() && is_start && self.plan.hint.zone != Tz::UTC;
        let contradicts = told.is_some() && beside.is_some() && beside != told;
        if is_start && (assumed || contradicts) {
            let finding = self.found(FindingCode::LocalTimeAssumed, Field::StartAt);
            let mut finding = finding.with("zone", told.unwrap_or(partner));
            if let Some(written) = beside.filter(|&beside| beside != told.unwrap_or(partner)) {
                finding = finding.with("written", written);
            }
            self.findings.push(finding);
        }
        told.unwrap_or(partner)
    }

    /// The instant of a wall-clock moment. Where the clock showed it twice, an end takes the
    /// first instant that is not before `start`.
    fn instant(
        &mut self,
        wall: NaiveDateTime,
        zone: Zone,
        field: Field,
        start: Option<Instant>,
    ) -> Instant {
        let (at, other) = match zone.instant(wall) {
            Placed::Once(at) => return at,
            Placed::Twice(first, second) => match start {
                Some(start) if first < start => (second, first),
                Some(_) | None => (first, second),
            },
            Placed::Never(at) => (at, at),
        };
        let finding = self.found(FindingCode::LocalTimeAmbiguous, field);
        let shown = |at: Instant| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        self.findings.push(
            finding
                .with("read_as", shown(at))
                .with("other", shown(other)),
        );
        at
    }

    /// A row without an end: from the duration; else, if there is energy to bill, the start.
    fn missing_end(&mut self, start_at: Instant, has_energy: bool) -> Option<Instant> {
        let end = self.end_by_duration(start_at);
        match end {
            Some(_) if self.plan.column(Field::EndAt).is_none() => end,
            Some(_) => {
                let finding = self.found(FindingCode::EndMissing, Field::EndAt);
                self.findings.push(finding.with_severity(Severity::Warning));
                end
            }
            None if has_energy => {
                self.say(FindingCode::EndMissing, Field::EndAt);
                Some(start_at)
            }
            None => {
                self.say(FindingCode::MissingValue, Field::EndAt);
                None
            }
        }
    }

    fn end_by_duration(&mut self, start_at: Instant) -> Option<Instant> {
        let millis = self
            .seconds(Field::Duration)?
            .checked_mul(Decimal::ONE_THOUSAND)?;
        let span = Duration::try_milliseconds(millis.round().try_into().ok()?)?;
        start_at.checked_add_signed(span)
    }

    fn check(&mut self, start_at: Instant, end_at: Instant) {
        if end_at < start_at {
            self.say(FindingCode::EndBeforeStart, Field::EndAt);
        }
        for (at, field) in [(start_at, Field::StartAt), (end_at, Field::EndAt)] {
            if at.date_naive() == chrono::DateTime::UNIX_EPOCH.date_naive() {
                self.say(FindingCode::EpochDate, field);
            }
        }
    }

    /// The stated duration beside the clocks.
    pub(super) fn compare_durations(&mut self) {
        let stated = self.seconds(Field::Duration).map(|seconds| seconds.round());
        let stated = stated.and_then(|seconds| i64::try_from(seconds).ok());
        let (Some(stated), Some(clocks)) = (stated, self.clocks_s) else {
            return;
        };
        if (stated - clocks).abs() > DURATION_TOLERANCE_SECONDS {
            let finding = self.found(FindingCode::TimeMismatch, Field::Duration);
            let finding = finding.with("stated_s", stated).with("clocks_s", clocks);
            self.findings.push(finding);
        }
    }
}

/// Milliseconds since midnight of a cell that holds only a time of day, or a date with one.
fn time_of_day(cell: &Cell<'_>) -> Option<(u32, Option<Zone>)> {
    let of_seconds = |seconds: Decimal| {
        let millis = u32::try_from((seconds * Decimal::ONE_THOUSAND).round()).ok()?;
        (millis <= 86_400_000).then_some((millis, None))
    };
    match cell {
        Cell::Text(text) => {
            let stamp = date::parse(text)?;
            Some((stamp.time?, stamp.zone))
        }
        Cell::Span(seconds) => of_seconds(*seconds),
        Cell::Moment(at) => {
            let since = at.time().signed_duration_since(chrono::NaiveTime::MIN);
            Some((u32::try_from(since.num_milliseconds()).ok()?, None))
        }
        Cell::Number(days) => {
            let is_fraction = *days >= Decimal::ZERO && *days < Decimal::ONE;
            is_fraction
                .then(|| of_seconds(*days * Decimal::from(86_400)))
                .flatten()
        }
        Cell::Empty | Cell::Bool(_) | Cell::Fault(_) => None,
    }
}
