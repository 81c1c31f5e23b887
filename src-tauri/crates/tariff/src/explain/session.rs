//! A replay in sentences: for a driver, a partner, an auditor.

use chrono::{DateTime, NaiveTime, Timelike};
use chrono_tz::Tz;
use domain::replay::{
    Amount, Choice, Line, Passed, Phase, Reason, RestrictionField, RoundedFigure, RoundingLine,
};
use domain::{Decimal, Instant, Replay, TariffDimension};

use super::words::{Words, fill};
use super::{Language, Reader, conditions};
use crate::number::add;

/// Digits of an amount shown to a partner, as OCPI writes them.
const WIRE_DIGITS: u32 = 4;

/// Tells how the price of a session came about.
///
/// Amounts of lines are net, or gross where the net is unknown; the last sentence for a driver and
/// for a partner is the total. Where no price could be computed there is one sentence saying so.
pub fn explain(replay: &Replay, language: Language, reader: Reader) -> Vec<String> {
    let teller = Teller {
        replay,
        words: language.words(),
        reader,
    };
    if replay.totals.total.is_none() {
        return vec![teller.words.not_priced.to_owned()];
    }
    let mut sentences = Vec::new();
    match reader {
        Reader::Driver => sentences.extend(teller.grouped().iter().map(|l| teller.line(l))),
        Reader::Partner => sentences.extend(replay.lines.iter().map(|l| teller.line(l))),
        Reader::Auditor => teller.audit(&mut sentences),
    }
    sentences.extend(teller.steps());
    if reader == Reader::Auditor {
        sentences.extend(teller.rates());
    }
    sentences.extend(teller.limits());
    if reader == Reader::Auditor {
        sentences.push(teller.exact_total());
    }
    if reader != Reader::Driver {
        sentences.extend(teller.roundings());
    }
    sentences.push(teller.total());
    sentences
}

struct Teller<'r> {
    replay: &'r Replay,
    words: &'static Words,
    reader: Reader,
}

impl Teller<'_> {
    /// Lines of one price told as one: the same element goes on in the next period.
    fn grouped(&self) -> Vec<Line> {
        let mut groups: Vec<Line> = Vec::new();
        for line in &self.replay.lines {
            let last = groups
                .iter_mut()
                .rev()
                .find(|group| group.dimension == line.dimension && group.phase == line.phase);
            let goes_on = last.filter(|group| {
                (group.tariff, group.element, group.unit_price)
                    == (line.tariff, line.element, line.unit_price)
                    && group.end_at == line.start_at
            });
            let sums = goes_on.as_deref().and_then(|group| {
                Some((
                    add(group.measured, line.measured).ok()?,
                    add(group.billed, line.billed).ok()?,
                    sum(group.amount, line.amount)?,
                ))
            });
            match (goes_on, sums) {
                (Some(group), Some((measured, billed, amount))) => {
                    group.end_at = line.end_at;
                    group.measured = measured;
                    group.billed = billed;
                    group.amount = amount;
                }
                _ => groups.push(line.clone()),
            }
        }
        groups
    }

    /// `18:00–19:00 evening price 0.45 EUR/kWh (element 2; …), 15.000 kWh → 6.75 EUR`.
    fn line(&self, line: &Line) -> String {
        let words = self.words;
        let quantity = |volume| words.quantity(line.dimension, volume);
        let (measured, billed) = (quantity(line.measured), quantity(line.billed));
        let quantity = if measured == billed {
            measured
        } else {
            let figures = [("measured", measured.as_str()), ("billed", &billed)];
            fill(words.billed_instead, &figures)
        };
        let template = match line.dimension {
            TariffDimension::Flat => words.fee,
            TariffDimension::Energy | TariffDimension::Time | TariffDimension::ParkingTime => {
                words.priced
            }
        };
        let when = self.when(line);
        let price = words.price(line.dimension, line.unit_price, self.replay.currency);
        let why = match self.reader {
            Reader::Driver => String::new(),
            Reader::Partner | Reader::Auditor => self.why(line),
        };
        let amount = self.money(line.amount.excl_vat.or(line.amount.incl_vat));
        let figures = [
            ("when", when.as_str()),
            ("what", &self.what(line)),
            ("price", &price),
            ("why", &why),
            ("quantity", &quantity),
            ("amount", &amount),
        ];
        fill(template, &figures)
    }

    /// From when to when on the wall clock; with the date where a session touches several.
    fn when(&self, line: &Line) -> String {
        let Some(zone) = self.replay.zone else {
            return format!("{} UTC", self.range(line, Tz::UTC));
        };
        self.range(line, zone)
    }

    fn range(&self, line: &Line, zone: Tz) -> String {
        let local = |at: Instant| at.with_timezone(&zone);
        let dates = |lines: &[Line]| {
            let first = lines.first().map(|line| local(line.start_at).date_naive());
            let last = lines.last().map(|line| local(line.end_at).date_naive());
            first != last
        };
        let (from, until) = (local(line.start_at), local(line.end_at));
        let date = if dates(&self.replay.lines) {
            format!("{} ", from.date_naive())
        } else {
            String::new()
        };
        if line.dimension == TariffDimension::Flat {
            return format!("{date}{}", clock(from));
        }
        format!("{date}{}–{}", clock(from), clock(until))
    }

    /// What is priced. A price that depends on the time of day has its name.
    fn what(&self, line: &Line) -> String {
        let words = self.words;
        let name = words.dimension(line.dimension, line.phase == Phase::Reservation);
        let daily = self.choice(line).is_some_and(|choice| {
            choice.passed.iter().any(|passed| match &passed.reason {
                Reason::Restricted { field, .. } => {
                    matches!(
                        field,
                        RestrictionField::StartTime | RestrictionField::EndTime
                    )
                }
                Reason::NoComponent | Reason::EarlierElement { .. } => false,
            })
        });
        let local = self
            .replay
            .zone
            .map(|zone| line.start_at.with_timezone(&zone));
        let hour = local.and_then(|local| usize::try_from(local.hour()).ok());
        match hour.filter(|_| daily) {
            Some(hour) if line.dimension == TariffDimension::Energy => {
                words.day_prices[hour / 6].to_owned()
            }
            Some(hour) if line.dimension != TariffDimension::Flat => {
                format!("{name}, {}", words.day_prices[hour / 6])
            }
            Some(_) | None => name.to_owned(),
        }
    }

    fn choice(&self, line: &Line) -> Option<&Choice> {
        let choices = &self.replay.periods.get(line.period)?.choices;
        choices
            .iter()
            .find(|choice| choice.dimension == line.dimension && choice.phase == line.phase)
    }

    /// Which element gives the price, and why no other does.
    fn why(&self, line: &Line) -> String {
        let number = (line.element + 1).to_string();
        let mut reasons = vec![fill(self.words.element, &[("n", &number)])];
        let passed = self.choice(line).map(|choice| choice.passed.as_slice());
        for passed in passed.unwrap_or_default() {
            let silent = matches!(passed.reason, Reason::NoComponent);
            if !silent || self.reader == Reader::Auditor {
                reasons.push(self.reason(passed));
            }
        }
        format!(" ({})", reasons.join("; "))
    }

    fn reason(&self, passed: &Passed) -> String {
        let words = self.words;
        let number = (passed.element + 1).to_string();
        match &passed.reason {
            Reason::NoComponent => fill(words.no_component, &[("n", &number)]),
            Reason::EarlierElement { element } => {
                let first = (element + 1).to_string();
                fill(words.earlier, &[("n", &number), ("first", &first)])
            }
            Reason::Restricted {
                field,
                demanded,
                found,
            } => {
                let (template, limit, found) = self.restricted(*field, demanded, found);
                let figures = [("n", number.as_str()), ("limit", &limit), ("found", &found)];
                fill(template, &figures)
            }
        }
    }

    /// The sentence of a restriction that does not hold, with what it demands and what was found.
    fn restricted(
        &self,
        field: RestrictionField,
        demanded: &str,
        found: &str,
    ) -> (&'static str, String, String) {
        use RestrictionField as Field;
        let words = self.words;
        let side = |from: bool| {
            let mut sides = demanded.split('–');
            let text = if from {
                sides.next()
            } else {
                sides.next_back()
            };
            text.unwrap_or(demanded).to_owned()
        };
        let figure = |text: &str, unit: &str| match text.parse::<Decimal>() {
            Ok(value) => format!("{} {unit}", words.number(value, 0)),
            Err(_) => words.unknown.to_owned(),
        };
        let length = |text: &str| match text.parse::<Decimal>() {
            Ok(seconds) => words.seconds(seconds),
            Err(_) => words.unknown.to_owned(),
        };
        let both = |unit: &str| (figure(demanded, unit), figure(found, unit));
        let (template, (limit, found)) = match field {
            Field::StartTime => (words.starts_at, (side(true), String::new())),
            Field::EndTime => (words.ends_at, (side(false), String::new())),
            Field::StartDate => (words.starts_on, (demanded.to_owned(), String::new())),
            Field::EndDate => (words.ended_on, (demanded.to_owned(), String::new())),
            Field::MinKwh => (words.starts_at, both("kWh")),
            Field::MaxKwh => (words.ends_at, both("kWh")),
            Field::MinDuration => (words.starts_at, (length(demanded), length(found))),
            Field::MaxDuration => (words.ends_at, (length(demanded), length(found))),
            Field::MinCurrent => (words.needs_min, both("A")),
            Field::MaxCurrent => (words.needs_max, both("A")),
            Field::MinPower => (words.needs_min, both("kW")),
            Field::MaxPower => (words.needs_max, both("kW")),
            Field::DayOfWeek => {
                let days = conditions::days_from_trace(demanded, words);
                (words.needs_days, (days, String::new()))
            }
            Field::Reservation => (words.other_phase, Default::default()),
        };
        (template, limit, found)
    }

    /// Zone, periods and lines with every figure.
    fn audit(&self, sentences: &mut Vec<String>) {
        let words = self.words;
        let zone = self.replay.zone.map_or("UTC", |zone| zone.name());
        sentences.push(fill(words.audit_head, &[("zone", zone)]));
        for (place, period) in self.replay.periods.iter().enumerate() {
            let figures = [
                ("n", (place + 1).to_string()),
                ("from", utc(period.start_at)),
                ("until", utc(period.end_at)),
                ("kwh", words.number(period.energy_before_kwh, 0)),
                ("seconds", period.seconds_before.to_string()),
            ];
            let figures = figures
                .each_ref()
                .map(|(name, text)| (*name, text.as_str()));
            sentences.push(fill(words.audit_period, &figures));
        }
        for (place, line) in self.replay.lines.iter().enumerate() {
            sentences.push(self.audit_line(place, line));
        }
    }

    fn audit_line(&self, place: usize, line: &Line) -> String {
        let words = self.words;
        let tariff = self.replay.tariff_ids.get(line.tariff);
        let vat = match line.vat {
            Some(rate) => format!("{} %", words.number(rate, 0)),
            None => words.none.to_owned(),
        };
        let figures = [
            ("n", (place + 1).to_string()),
            (
                "what",
                words
                    .dimension(line.dimension, line.phase == Phase::Reservation)
                    .to_owned(),
            ),
            ("period", (line.period + 1).to_string()),
            (
                "element",
                fill(words.element, &[("n", &(line.element + 1).to_string())]),
            ),
            (
                "tariff",
                tariff.map(ToString::to_string).unwrap_or_default(),
            ),
            (
                "measured",
                words.exact_quantity(line.dimension, line.measured),
            ),
            ("billed", words.exact_quantity(line.dimension, line.billed)),
            (
                "price",
                words.price(line.dimension, line.unit_price, self.replay.currency),
            ),
            ("net", self.money(line.amount.excl_vat)),
            ("gross", self.money(line.amount.incl_vat)),
            ("vat", vat),
            ("why", self.why(line)),
        ];
        let figures = figures
            .each_ref()
            .map(|(name, text)| (*name, text.as_str()));
        fill(words.audit_line, &figures)
    }

    fn steps(&self) -> Vec<String> {
        let words = self.words;
        let quantity = |dimension, volume| match self.reader {
            Reader::Driver | Reader::Partner => words.quantity(dimension, volume),
            Reader::Auditor => words.exact_quantity(dimension, volume),
        };
        let sentence = |step: &domain::replay::StepLine| {
            let name = words.dimension(step.dimension, step.phase == Phase::Reservation);
            let figures = [
                ("what", name.to_owned()),
                ("before", quantity(step.dimension, step.before)),
                ("after", quantity(step.dimension, step.after)),
                ("step", words.step(step.dimension, step.step)),
            ];
            let figures = figures
                .each_ref()
                .map(|(name, text)| (*name, text.as_str()));
            fill(words.stepped, &figures)
        };
        let raised = self
            .replay
            .steps
            .iter()
            .filter(|step| step.before != step.after);
        raised.map(sentence).collect()
    }

    fn rates(&self) -> Vec<String> {
        let sentence = |line: &domain::replay::RateLine| {
            let (net, gross) = (self.money(line.excl_vat), self.money(line.incl_vat));
            match line.vat {
                None => fill(self.words.no_rate, &[("net", &net)]),
                Some(rate) => {
                    let rate = self.words.number(rate, 0);
                    let figures = [("rate", rate.as_str()), ("net", &net), ("gross", &gross)];
                    fill(self.words.rate, &figures)
                }
            }
        };
        self.replay.rates.iter().map(sentence).collect()
    }

    fn limits(&self) -> Vec<String> {
        let words = self.words;
        let sentence = |limit: &domain::replay::LimitLine| {
            let template = if limit.minimum {
                words.minimum
            } else {
                words.maximum
            };
            let (after, before) = (
                self.money(Some(limit.after)),
                self.money(Some(limit.before)),
            );
            let basis = if limit.gross { words.gross } else { words.net };
            fill(
                template,
                &[("after", &after), ("before", &before), ("basis", basis)],
            )
        };
        self.replay.limits.iter().map(sentence).collect()
    }

    fn exact_total(&self) -> String {
        let exact = self.replay.exact.total.unwrap_or_default();
        let (net, gross) = (self.money(exact.excl_vat), self.money(exact.incl_vat));
        fill(self.words.audit_exact, &[("net", &net), ("gross", &gross)])
    }

    /// Roundings of amounts: those that changed one, for an auditor all.
    fn roundings(&self) -> Vec<String> {
        let words = self.words;
        let sentence = |line: &RoundingLine| {
            let currency = self.replay.currency;
            let what = self.rounded_figure(line);
            let basis = if line.gross { words.gross } else { words.net };
            let before = words.exact_money(line.before, currency);
            let after = words.exact_money(line.after, currency);
            let figures = [
                ("what", what.as_str()),
                ("basis", basis),
                ("before", &before),
                ("after", &after),
            ];
            fill(words.rounded, &figures)
        };
        let told =
            |line: &&RoundingLine| self.reader == Reader::Auditor || line.before != line.after;
        self.replay
            .roundings
            .iter()
            .filter(told)
            .map(sentence)
            .collect()
    }

    fn rounded_figure(&self, line: &RoundingLine) -> String {
        let words = self.words;
        let number = line
            .index
            .map_or(String::new(), |index| (index + 1).to_string());
        let numbered = |template: &str| fill(template, &[("n", &number)]);
        match line.figure {
            RoundedFigure::Period => numbered(words.period),
            RoundedFigure::Line => numbered(words.line),
            RoundedFigure::Total => words.total.to_owned(),
            RoundedFigure::Fixed => words.flat.to_owned(),
            RoundedFigure::Energy => words.energy.to_owned(),
            RoundedFigure::Time => words.time.to_owned(),
            RoundedFigure::Parking => words.parking.to_owned(),
            RoundedFigure::Reservation => words.reservation_time.to_owned(),
        }
    }

    fn total(&self) -> String {
        let words = self.words;
        let total = self.replay.totals.total.unwrap_or_default();
        let taxed = self.replay.rates.iter().any(|line| line.vat.is_some());
        let template = match (total.excl_vat, total.incl_vat) {
            (Some(net), Some(gross)) if net == gross && !taxed => words.total_no_vat,
            (Some(_), Some(_)) => words.total_both,
            (Some(_), None) => words.total_net,
            (None, Some(_)) => words.total_gross,
            (None, None) => words.not_priced,
        };
        let (net, gross) = (self.money(total.excl_vat), self.money(total.incl_vat));
        fill(template, &[("net", &net), ("gross", &gross)])
    }

    /// An amount in the precision this reader wants.
    fn money(&self, amount: Option<Decimal>) -> String {
        let Some(amount) = amount else {
            return self.words.unknown.to_owned();
        };
        let currency = self.replay.currency;
        match self.reader {
            Reader::Driver => self.words.money(amount, currency, currency.minor_digits()),
            Reader::Partner => self.words.money(amount, currency, WIRE_DIGITS),
            Reader::Auditor => self.words.exact_money(amount, currency),
        }
    }
}

/// The sum of two amounts; `None` where it does not fit.
fn sum(a: Amount, b: Amount) -> Option<Amount> {
    Some(Amount {
        excl_vat: crate::number::add_known(a.excl_vat, b.excl_vat).ok()?,
        incl_vat: crate::number::add_known(a.incl_vat, b.incl_vat).ok()?,
    })
}

/// Hours and minutes, seconds where there are any.
fn clock(local: DateTime<Tz>) -> String {
    let time: NaiveTime = local.time();
    let format = if time.second() == 0 {
        "%H:%M"
    } else {
        "%H:%M:%S"
    };
    time.format(format).to_string()
}

fn utc(at: Instant) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}
