//! From what the cells prove to the decisions of the template, each with its evidence.

use domain::{Decimal, Tz};

use crate::date::DateOrder;
use crate::evidence::{Ambiguity, Because, Evidence, Topic};
use crate::field::Field;
use crate::guess::kind;
use crate::guess::survey::{Dates, Figures, Seen, Survey, names_other_zone};
use crate::guess::{Draft, Guess, field_name, sign_name};
use crate::heading::{Clock, Heading};
use crate::number::{DecimalSign, Unit};
use crate::template::{Hint, IdRule, ZoneRule};
use crate::zone::Zone;

/// Makes all decisions.
pub(super) fn decide(draft: Draft<'_>, survey: &Survey, hint: &Hint) -> Guess {
    let separator = draft.sheet.text_style().map(|(_, _, separator)| separator);
    let mut guess = draft.into_guess();
    kind::decide(&mut guess);
    decimal_signs(&mut guess, survey, separator);
    date_order(&mut guess, survey, hint);
    zone(&mut guess, survey, hint);
    units(&mut guess, survey);
    money(&mut guess, survey, hint);
    record_id(&mut guess, survey);
    guess
}

fn shown(evidence: Evidence, seen: &Seen) -> Evidence {
    match &seen.first {
        Some((row, text)) => evidence.at(*row).showing(text.clone()),
        None => evidence,
    }
}

/// The decimal sign of each column: by its own figures, else as the other columns have it.
fn decimal_signs(guess: &mut Guess, survey: &Survey, separator: Option<char>) {
    let usual = usual_sign(survey);
    for index in 0..guess.template.columns.len() {
        let column = &guess.template.columns[index];
        let Some(figures) = survey.figures.get(&column.index) else {
            continue;
        };
        let heading = column.heading.clone();
        let is_energy = column.field == Field::Energy;
        let (dot, comma) = (figures.dot.count, figures.comma.count);
        let sure = |sign: DecimalSign, because, seen: &Seen| {
            let evidence = Evidence::new(Topic::DecimalSign, sign_name(sign), because);
            (sign, shown(evidence.in_column(&heading), seen), false)
        };
        let (sign, evidence, is_open) = match (dot, comma) {
            (0, 0) if figures.either.count == 0 => continue,
            (1.., 0) => sure(DecimalSign::Dot, Because::OnlyReading, &figures.dot),
            (0, 1..) => sure(DecimalSign::Comma, Because::OnlyReading, &figures.comma),
            (0, 0) if is_energy => {
                let in_cells = figures.units.values().max_by_key(|unit| unit.1);
                let unit = column.unit.or(in_cells.map(|(unit, _)| *unit));
                let usual = usual.filter(|_| unit.is_none() && counts_watt_hours(figures));
                let (sign, because) = match usual {
                    Some(sign) => (sign, Because::OtherColumns),
                    None => (energy_sign(figures, unit), Because::Magnitude),
                };
                sure(sign, because, &figures.either)
            }
            (0, 0) => match usual {
                Some(sign) => sure(sign, Because::OtherColumns, &figures.either),
                None => unclear_sign(figures, &heading, separator),
            },
            (1.., 1..) => match usual {
                Some(sign) => sure(sign, Because::OtherColumns, &figures.either),
                None if dot >= comma => sure(DecimalSign::Dot, Because::Majority, &figures.dot),
                None => sure(DecimalSign::Comma, Because::Majority, &figures.comma),
            },
        };
        guess.template.columns[index].sign = sign;
        settle(
            guess,
            evidence,
            is_open.then(|| sign_name(sign.other()).to_owned()),
        );
    }
}

/// Keeps the evidence; where another reading fits, as an ambiguity, too.
pub(super) fn settle(guess: &mut Guess, evidence: Evidence, other: Option<String>) {
    if let Some(other) = other {
        guess.ambiguities.push(Ambiguity {
            chosen: evidence.clone(),
            other,
        });
    }
    guess.evidence.push(evidence);
}

/// The sign that most columns without contradictions prove.
fn usual_sign(survey: &Survey) -> Option<DecimalSign> {
    let proved = |figures: &&Figures, dot: bool| {
        let (own, other) = if dot {
            (figures.dot.count, figures.comma.count)
        } else {
            (figures.comma.count, figures.dot.count)
        };
        own > 0 && other == 0
    };
    let dots = survey
        .figures
        .values()
        .filter(|figures| proved(figures, true))
        .count();
    let commas = survey
        .figures
        .values()
        .filter(|figures| proved(figures, false))
        .count();
    match dots.cmp(&commas) {
        std::cmp::Ordering::Greater => Some(DecimalSign::Dot),
        std::cmp::Ordering::Less => Some(DecimalSign::Comma),
        std::cmp::Ordering::Equal => None,
    }
}

/// The sign that figures like `1.234` are written with, if it marks decimals.
fn written_sign(figures: &Figures) -> DecimalSign {
    match &figures.either.first {
        Some((_, text)) if text.contains(',') => DecimalSign::Comma,
        Some(_) | None => DecimalSign::Dot,
    }
}

/// Energies like `1.234` only: no session draws a thousand kWh, and none draws less than two Wh.
fn energy_sign(figures: &Figures, unit: Option<Unit>) -> DecimalSign {
    match unit {
        Some(Unit::WattHour) => written_sign(figures).other(),
        Some(
            Unit::KilowattHour
            | Unit::MegawattHour
            | Unit::Second
            | Unit::Minute
            | Unit::Hour
            | Unit::Percent,
        )
        | None => written_sign(figures),
    }
}

/// Energies without a unit, some like `1.234` and others like `500`, which then had no thousands
/// to mark: sessions of hundreds of kWh are rare, of hundreds of Wh they are not.
fn counts_watt_hours(figures: &Figures) -> bool {
    let (dot, comma) = (
        figures.sizes(DecimalSign::Dot),
        figures.sizes(DecimalSign::Comma),
    );
    let whole = dot.iter().zip(comma).filter(|(dot, comma)| dot == comma);
    let whole: Vec<Decimal> = whole.map(|(size, _)| *size).collect();
    median(&whole).is_some_and(|size| size >= Decimal::ONE_HUNDRED)
}

/// Only figures like `1.234` in the whole file: what is usual beside this separator.
fn unclear_sign(
    figures: &Figures,
    heading: &str,
    separator: Option<char>,
) -> (DecimalSign, Evidence, bool) {
    let sign = match (written_sign(figures), separator) {
        (DecimalSign::Comma, Some(';' | '\t')) => DecimalSign::Comma,
        (DecimalSign::Comma | DecimalSign::Dot, Some(_) | None) => DecimalSign::Dot,
    };
    let evidence = Evidence::new(Topic::DecimalSign, sign_name(sign), Because::UsualThere);
    let evidence = shown(evidence.in_column(heading), &figures.either);
    (sign, evidence, true)
}

/// Day or month first, for all dates of the file.
fn date_order(guess: &mut Guess, survey: &Survey, hint: &Hint) {
    let dates = &survey.dates;
    let heading = guess
        .template
        .column(Field::StartAt)
        .map(|column| column.heading.clone());
    if dates.day_first.count + dates.month_first.count + dates.either.count == 0 {
        if dates.zoned.count + dates.bare > 0 {
            let because = Because::NoSecondReading;
            guess
                .evidence
                .push(Evidence::new(Topic::DateOrder, "year_first", because));
        }
        return;
    }
    let (order, because, seen) = proven_order(dates, usual_order(hint));
    let is_open = matches!(because, Because::Majority | Because::UsualThere);
    guess.template.dates = order;
    let evidence = Evidence::new(Topic::DateOrder, order_name(order), because);
    let evidence = shown(evidence, seen).in_column(heading.as_deref().unwrap_or_default());
    let other = match order {
        DateOrder::DayFirst => DateOrder::MonthFirst,
        DateOrder::MonthFirst => DateOrder::DayFirst,
    };
    settle(
        guess,
        evidence,
        is_open.then(|| order_name(other).to_owned()),
    );
}

/// The order, what speaks for it, and the date that shows it.
fn proven_order(dates: &Dates, usual: DateOrder) -> (DateOrder, Because, &Seen) {
    use DateOrder::{DayFirst, MonthFirst};
    let (day, month, either) = (&dates.day_first, &dates.month_first, &dates.either);
    match (day.count, month.count) {
        (1.., 0) => (DayFirst, Because::OnlyReading, day),
        (0, 1..) => (MonthFirst, Because::OnlyReading, month),
        (days, months @ 1..) if days >= months => (DayFirst, Because::Majority, day),
        (1.., 1..) => (MonthFirst, Because::Majority, month),
        (0, 0) if dates.dotted == either.count => (DayFirst, Because::DotsBetween, either),
        (0, 0) => match (dates.odd_day_first, dates.odd_month_first) {
            (0, 1..) => (DayFirst, Because::SessionsFit, either),
            (1.., 0) => (MonthFirst, Because::SessionsFit, either),
            (_, _) => (usual, Because::UsualThere, either),
        },
    }
}

pub(super) fn order_name(order: DateOrder) -> &'static str {
    match order {
        DateOrder::DayFirst => "day_first",
        DateOrder::MonthFirst => "month_first",
    }
}

/// Month first is usual in the United States only.
fn usual_order(hint: &Hint) -> DateOrder {
    let american = [
        Tz::America__New_York,
        Tz::America__Chicago,
        Tz::America__Denver,
        Tz::America__Phoenix,
        Tz::America__Los_Angeles,
        Tz::America__Anchorage,
        Tz::Pacific__Honolulu,
    ];
    if hint.currency.code() == "USD" || american.contains(&hint.zone) {
        DateOrder::MonthFirst
    } else {
        DateOrder::DayFirst
    }
}

/// Whose clock the times show.
fn zone(guess: &mut Guess, survey: &Survey, hint: &Hint) {
    let dates = &survey.dates;
    let by_column = guess
        .template
        .column(Field::StartZone)
        .filter(|_| !survey.zones.is_empty());
    let zone_heading = by_column.map(|column| column.heading.clone());
    let in_text = dates.zoned.count > dates.bare;
    let says_utc = in_text && dates.zero_zoned == dates.zoned.count;
    let contradicted = says_utc && names_other_zone(&survey.zones);
    let clock = guess
        .template
        .column(Field::StartAt)
        .map(|column| &column.heading);
    let clock = clock.and_then(|heading| Heading::of(heading).clock);
    let (rule, evidence, other) = match (&zone_heading, clock) {
        (Some(heading), _) if contradicted => {
            let because = Because::OffsetContradictsColumn;
            let evidence = Evidence::new(Topic::Zone, "by_column", because).in_column(heading);
            (
                ZoneRule::ByColumn,
                shown(evidence, &dates.zoned),
                Some("in_text".to_owned()),
            )
        }
        (_, Some(clock)) if is_other_clock(clock, hint) && says_utc => {
            let (rule, name) = match clock {
                Clock::Of(zone) => (ZoneRule::Fixed(zone), named(zone)),
                Clock::Local => (ZoneRule::Partner, hint.zone.name().to_owned()),
            };
            let evidence = Evidence::new(Topic::Zone, name, Because::OffsetContradictsHeading);
            (
                rule,
                shown(evidence, &dates.zoned),
                Some("in_text".to_owned()),
            )
        }
        (_, _) if in_text => {
            let evidence = Evidence::new(Topic::Zone, "in_text", Because::ZoneInText);
            (ZoneRule::InText, shown(evidence, &dates.zoned), None)
        }
        (Some(heading), _) => {
            let evidence = Evidence::new(Topic::Zone, "by_column", Because::ZoneColumn);
            (ZoneRule::ByColumn, evidence.in_column(heading), None)
        }
        (None, Some(Clock::Of(zone))) => {
            let evidence = Evidence::new(Topic::Zone, named(zone), Because::Heading);
            (ZoneRule::Fixed(zone), evidence, None)
        }
        (None, Some(Clock::Local)) => {
            let evidence = Evidence::new(Topic::Zone, hint.zone.name(), Because::Heading);
            (ZoneRule::Partner, evidence, None)
        }
        (None, None) => {
            let evidence = Evidence::new(Topic::Zone, hint.zone.name(), Because::Partner);
            (ZoneRule::Partner, evidence, None)
        }
    };
    guess.template.zone = rule;
    settle(guess, evidence, other);
}

/// Whether the clock of a heading is another one than UTC.
fn is_other_clock(clock: Clock, hint: &Hint) -> bool {
    match clock {
        Clock::Of(zone) => !zone.is_zero(),
        Clock::Local => hint.zone != Tz::UTC,
    }
}

pub(super) fn named(zone: Zone) -> String {
    if zone == Zone::UTC {
        "UTC".to_owned()
    } else {
        zone.to_string()
    }
}

/// Units of energy and durations that their headings do not name.
fn units(guess: &mut Guess, survey: &Survey) {
    for column in &mut guess.template.columns {
        let is_energy = matches!(
            column.field,
            Field::Energy | Field::MeterStart | Field::MeterEnd
        );
        if !is_energy && !column.field.is_duration() {
            continue;
        }
        let topic = if is_energy {
            Topic::EnergyUnit
        } else {
            Topic::DurationUnit
        };
        let figures = survey.figures.get(&column.index);
        let in_cells = figures.and_then(|f| f.units.values().max_by_key(|unit| unit.1));
        let sizes = figures.map(|figures| figures.sizes(column.sign));
        let mut sizes = sizes.unwrap_or_default();
        if matches!(column.field, Field::MeterStart | Field::MeterEnd) {
            // A meter counts on for years: only by how much it moves tells the unit.
            sizes = &survey.moved;
        }
        let (unit, because) = match (column.unit.filter(|unit| suits(*unit, is_energy)), in_cells) {
            (Some(unit), _) => (unit, Because::Heading),
            (None, Some((unit, _))) if suits(*unit, is_energy) => (*unit, Because::Cells),
            (None, _) if is_energy => (energy_unit(sizes), Because::Magnitude),
            (None, _) => (duration_unit(sizes), Because::Magnitude),
        };
        column.unit = Some(unit);
        if !sizes.is_empty() {
            let evidence = Evidence::new(topic, unit.name(), because);
            guess.evidence.push(evidence.in_column(&column.heading));
        }
    }
    doubt_energy_unit(guess, survey);
    doubt_meter_unit(guess, survey);
}

fn suits(unit: Unit, is_energy: bool) -> bool {
    match unit {
        Unit::WattHour | Unit::KilowattHour | Unit::MegawattHour => is_energy,
        Unit::Second | Unit::Minute | Unit::Hour => !is_energy,
        Unit::Percent => false,
    }
}

/// The middle one of the figures' sizes, zeros left out.
fn median(sizes: &[Decimal]) -> Option<Decimal> {
    let mut sizes: Vec<Decimal> = sizes
        .iter()
        .copied()
        .filter(|size| !size.is_zero())
        .collect();
    sizes.sort_unstable();
    sizes.get(sizes.len() / 2).copied()
}

/// Half of the sessions above 500: no fleet draws that in kWh, all do in Wh.
fn energy_unit(sizes: &[Decimal]) -> Unit {
    match median(sizes) {
        Some(size) if size >= Decimal::from(500) => Unit::WattHour,
        Some(_) | None => Unit::KilowattHour,
    }
}

/// Sessions last hours: figures of some tens or hundreds are minutes, of thousands seconds.
fn duration_unit(sizes: &[Decimal]) -> Unit {
    match median(sizes) {
        Some(size) if size >= Decimal::from(900) => Unit::Second,
        Some(size) if size >= Decimal::from(15) => Unit::Minute,
        Some(_) | None => Unit::Hour,
    }
}

/// The heading says kWh, but the figures look like Wh: said, not corrected.
fn doubt_energy_unit(guess: &mut Guess, survey: &Survey) {
    let Some(column) = guess.template.column(Field::Energy) else {
        return;
    };
    let figures = survey.figures.get(&column.index);
    let looks = energy_unit(figures.map(|f| f.sizes(column.sign)).unwrap_or_default());
    if column.unit == Some(Unit::KilowattHour) && looks == Unit::WattHour {
        let evidence = Evidence::new(Topic::EnergyUnit, "kwh", Because::Heading);
        let chosen = evidence.in_column(&column.heading);
        guess.ambiguities.push(Ambiguity {
            chosen,
            other: "wh".to_owned(),
        });
    }
}

/// Readings that move by some hundreds, in whole numbers: a long charge in kWh or a short one in
/// Wh. Said, with both readings.
fn doubt_meter_unit(guess: &mut Guess, survey: &Survey) {
    let Some(column) = guess.template.column(Field::MeterEnd) else {
        return;
    };
    let is_whole = survey
        .moved
        .iter()
        .all(|moved| moved.normalize().scale() == 0);
    let by_size = guess.evidence.iter().any(|evidence| {
        evidence.because == Because::Magnitude && evidence.column.as_ref() == Some(&column.heading)
    });
    let (few, many) = (Decimal::from(80), Decimal::from(2000));
    let is_between = median(&survey.moved).is_some_and(|moved| moved >= few && moved < many);
    if is_whole && by_size && is_between {
        let unit = column.unit.unwrap_or(Unit::KilowattHour);
        let evidence = Evidence::new(Topic::EnergyUnit, unit.name(), Because::Magnitude);
        let other = match unit {
            Unit::WattHour => Unit::KilowattHour,
            _ => Unit::WattHour,
        };
        guess.ambiguities.push(Ambiguity {
            chosen: evidence.in_column(&column.heading),
            other: other.name().to_owned(),
        });
    }
}

/// Currency, VAT rate, and whether an unnamed amount has VAT in it.
fn money(guess: &mut Guess, survey: &Survey, hint: &Hint) {
    let columns = guess
        .template
        .columns
        .iter()
        .filter(|column| column.field.is_money());
    let headings: Vec<(String, Heading)> = columns
        .map(|column| (column.heading.clone(), Heading::of(&column.heading)))
        .collect();
    if headings.is_empty() {
        return;
    }
    currency(guess, survey, hint, &headings);
    let rate = headings
        .iter()
        .find_map(|(text, heading)| Some((text, heading.rate?)));
    if let Some((text, rate)) = rate {
        guess.template.vat_rate = Some(rate);
        let evidence = Evidence::new(Topic::VatRate, rate.to_string(), Because::Heading);
        guess.evidence.push(evidence.in_column(text));
    }
    amount(guess, survey);
}

fn currency(guess: &mut Guess, survey: &Survey, hint: &Hint, headings: &[(String, Heading)]) {
    let column = guess
        .template
        .column(Field::Currency)
        .map(|column| column.heading.clone());
    let in_heading = headings
        .iter()
        .find_map(|(text, heading)| Some((text, heading.currency?)));
    let in_cells = survey
        .cell_currencies
        .iter()
        .max_by_key(|(_, seen)| seen.count);
    let evidence = if let (Some(heading), Some((currency, seen))) = (
        column,
        survey.currencies.iter().max_by_key(|(_, seen)| seen.count),
    ) {
        let evidence = Evidence::new(Topic::Currency, currency.code(), Because::Cells);
        shown(evidence.in_column(&heading), seen)
    } else if let Some((text, currency)) = in_heading {
        guess.template.currency = Some(currency);
        Evidence::new(Topic::Currency, currency.code(), Because::Heading).in_column(text)
    } else if let Some((currency, seen)) = in_cells {
        guess.template.currency = Some(*currency);
        shown(
            Evidence::new(Topic::Currency, currency.code(), Because::Cells),
            seen,
        )
    } else {
        Evidence::new(Topic::Currency, hint.currency.code(), Because::Partner)
    };
    guess.evidence.push(evidence);
}

/// An amount of which the heading does not say whether VAT is in it.
fn amount(guess: &mut Guess, survey: &Survey) {
    let Some(heading) = guess
        .template
        .column(Field::Amount)
        .map(|c| c.heading.clone())
    else {
        return;
    };
    let has = |field| guess.template.column(field).is_some();
    let (is_gross, because, is_open) = match (has(Field::Net), has(Field::Gross)) {
        (_, true) => (false, Because::OtherColumns, false),
        (true, false) => (survey.amount_over_net > 0, Because::OtherColumns, false),
        (false, false) => (false, Because::UsualThere, true),
    };
    guess.template.amount_is_gross = is_gross;
    let name = |gross| field_name(if gross { Field::Gross } else { Field::Net });
    let evidence = Evidence::new(Topic::Amount, name(is_gross), because).in_column(&heading);
    settle(guess, evidence, is_open.then(|| name(!is_gross)));
}

/// What identifies a row when it comes again.
///
/// A column that only counts the rows of this file identifies nothing: the next file counts
/// again from 1. Headings that name the record itself (`cdr id`, `session id`) are believed.
fn record_id(guess: &mut Guess, survey: &Survey) {
    let id = guess
        .template
        .column(Field::Id)
        .map(|column| column.heading.clone());
    let session = guess
        .template
        .column(Field::SessionId)
        .map(|column| column.heading.clone());
    let generic = id.as_ref().is_some_and(|heading| {
        let words = Heading::of(heading).words.join(" ");
        matches!(
            words.as_str(),
            "id" | "object id" | "nr" | "no" | "nummer" | "numero"
        )
    });
    let counts_rows = generic && survey.id_counts;
    let (rule, evidence) = match (id, session) {
        (Some(heading), None) if counts_rows => {
            let because = Because::CountsRows;
            (
                IdRule::Content,
                Evidence::new(Topic::RecordId, "content", because).in_column(&heading),
            )
        }
        (Some(heading), _) if !counts_rows => {
            let evidence = Evidence::new(Topic::RecordId, "column", Because::Heading);
            (IdRule::Column, evidence.in_column(&heading))
        }
        (_, Some(heading)) => {
            let evidence = Evidence::new(Topic::RecordId, "column", Because::Heading);
            (IdRule::Column, evidence.in_column(&heading))
        }
        (_, None) => (
            IdRule::Content,
            Evidence::new(Topic::RecordId, "content", Because::NoColumn),
        ),
    };
    if counts_rows {
        for column in guess
            .template
            .columns
            .iter_mut()
            .filter(|c| c.field == Field::Id)
        {
            column.field = Field::LineNumber;
        }
    }
    guess.template.id = rule;
    guess.evidence.push(evidence);
}
