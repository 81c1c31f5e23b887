//! One walk over all rows that gathers what their cells prove.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveDateTime};
use domain::{Currency, Decimal};

use crate::book::{Row, Sheet};
use crate::cell::{self, Cell};
use crate::date::{self, Date, DateOrder, Stamp};
use crate::field::Field;
use crate::number::{self, DecimalSign, SignHint, Unit};
use crate::template::{Column, Header};
use crate::zone::Zone;

/// How many figures of a column are kept to see their usual size.
const KEPT: usize = 2000;

/// A count, with the first row and text that showed it.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub(super) count: usize,
    pub(super) first: Option<(u32, String)>,
}

impl Seen {
    fn see(&mut self, row: u32, text: &str) {
        self.count += 1;
        self.first.get_or_insert_with(|| (row, text.to_owned()));
    }
}

/// What the figures of one column prove.
#[derive(Clone, Debug, Default)]
pub(super) struct Figures {
    pub(super) dot: Seen,
    pub(super) comma: Seen,
    pub(super) either: Seen,
    pub(super) units: BTreeMap<&'static str, (Unit, usize)>,
    /// Their sizes read with a dot and with a comma; those with a unit of their own left out.
    with_dot: Vec<Decimal>,
    with_comma: Vec<Decimal>,
}

impl Figures {
    /// How large the figures are, read under a sign.
    pub(super) fn sizes(&self, sign: DecimalSign) -> &[Decimal] {
        match sign {
            DecimalSign::Dot => &self.with_dot,
            DecimalSign::Comma => &self.with_comma,
        }
    }

    /// Whether the usual size is known.
    fn is_enough(&self) -> bool {
        self.with_dot.len().max(self.with_comma.len()) >= KEPT
    }

    fn keep(&mut self, dot: Option<Decimal>, comma: Option<Decimal>) {
        for (kept, size) in [(&mut self.with_dot, dot), (&mut self.with_comma, comma)] {
            if kept.len() < KEPT {
                kept.extend(size.map(|size| size.abs()));
            }
        }
    }
}

/// What the dates prove.
#[derive(Clone, Debug, Default)]
pub(super) struct Dates {
    pub(super) day_first: Seen,
    pub(super) month_first: Seen,
    pub(super) either: Seen,
    pub(super) dotted: usize,
    /// Sessions that would end before they start or last over a week, under each order.
    pub(super) odd_day_first: usize,
    pub(super) odd_month_first: usize,
    pub(super) zoned: Seen,
    pub(super) zero_zoned: usize,
    pub(super) bare: usize,
}

/// Everything the walk gathers.
#[derive(Debug, Default)]
pub(super) struct Survey {
    pub(super) rows: usize,
    pub(super) figures: BTreeMap<usize, Figures>,
    pub(super) dates: Dates,
    pub(super) zones: BTreeMap<String, Zone>,
    pub(super) currencies: BTreeMap<Currency, Seen>,
    pub(super) cell_currencies: BTreeMap<Currency, Seen>,
    /// Rows in which the unnamed amount is larger, equal or smaller than the net one.
    pub(super) amount_over_net: usize,
    /// By how much the meter moved, row by row, as far as the readings are figures.
    pub(super) moved: Vec<Decimal>,
    /// The id column counts 1, 2, 3, … over all rows.
    pub(super) id_counts: bool,
    next_id: Option<Decimal>,
}

impl Survey {
    /// Walks over the sheet. Rows whose start is no date (totals, footers) prove nothing.
    pub(super) fn of(
        sheet: &Sheet<'_>,
        columns: &[Column],
        header: Option<Header>,
        is_1904: bool,
    ) -> Survey {
        let mut survey = Survey {
            id_counts: true,
            ..Survey::default()
        };
        let column = |field| columns.iter().find(|column| column.field == field);
        // In a statement without times, a row with an id is one that counts.
        let ids = column(Field::Id).or_else(|| column(Field::SessionId));
        let Some(start) = column(Field::StartAt).or(ids) else {
            return survey;
        };
        let has_starts = start.field == Field::StartAt;
        let mut rows = sheet.rows();
        while let Some(row) = rows.next() {
            let is_data = header.is_none_or(|header| row.number > header.last);
            let start_cell = row.cell(start.index);
            let counts = !has_starts || could_be_date(&start_cell, is_1904);
            if !is_data || start_cell.is_absent() || !counts {
                continue;
            }
            survey.rows += 1;
            let end = column(Field::EndAt).map(|column| row.cell(column.index));
            if has_starts {
                survey.see_dates(row.number, &start_cell, end.as_ref());
            }
            for column in columns {
                survey.see(row, column, &row.cell(column.index));
            }
            survey.see_readings(row, column(Field::MeterStart), column(Field::MeterEnd));
            survey.compare_amounts(row, column(Field::Amount), column(Field::Net));
        }
        survey.id_counts &= survey.next_id.is_some() && survey.rows > 1;
        survey
    }

    fn see(&mut self, row: Row<'_>, column: &Column, cell: &Cell<'_>) {
        if cell.is_absent() {
            return;
        }
        let is_money = column.field.is_money();
        if let Some(currency) = row.money(column.index).currency().filter(|_| is_money) {
            let seen = self.cell_currencies.entry(currency).or_default();
            seen.see(row.number, &cell.shown());
        }
        let row = row.number;
        if column.field.is_figure() {
            self.see_figure(row, column.index, is_money, cell);
        }
        match (column.field, cell) {
            (Field::StartZone, Cell::Text(text)) => {
                if let Some(zone) = Zone::of(text).filter(|_| self.zones.len() < 50) {
                    self.zones.entry((*text).to_owned()).or_insert(zone);
                }
            }
            (Field::Currency, Cell::Text(text)) => {
                if let Some(currency) = crate::money_sign::currency_of(text) {
                    self.currencies.entry(currency).or_default().see(row, text);
                }
            }
            (Field::Id, cell) => self.see_id(cell),
            _ => {}
        }
    }

    fn see_figure(&mut self, row: u32, column: usize, is_money: bool, cell: &Cell<'_>) {
        let figures = self.figures.entry(column).or_default();
        let text = match cell {
            Cell::Number(number) => return figures.keep(Some(*number), Some(*number)),
            Cell::Text(text) => text,
            Cell::Empty | Cell::Moment(_) | Cell::Span(_) | Cell::Bool(_) | Cell::Fault(_) => {
                return;
            }
        };
        match number::evidence(text) {
            Some(SignHint::Only(DecimalSign::Dot)) => figures.dot.see(row, text),
            Some(SignHint::Only(DecimalSign::Comma)) => figures.comma.see(row, text),
            Some(SignHint::Either) => figures.either.see(row, text),
            None => {}
        }
        if figures.is_enough() && number::is_plain(text) {
            return;
        }
        let read = |sign| number::parse(text, sign).ok();
        let (dot, comma) = (read(DecimalSign::Dot), read(DecimalSign::Comma));
        let Some(either) = dot.or(comma) else { return };
        match either.unit {
            Some(unit) => figures.units.entry(unit.name()).or_insert((unit, 0)).1 += 1,
            None => figures.keep(dot.map(|n| n.value), comma.map(|n| n.value)),
        }
        if let Some(currency) = either.currency.filter(|_| is_money) {
            self.cell_currencies
                .entry(currency)
                .or_default()
                .see(row, text);
        }
    }

    fn see_dates(&mut self, row: u32, start: &Cell<'_>, end: Option<&Cell<'_>>) {
        let Some(start) = self.see_date(row, start) else {
            return;
        };
        let Some(end) = end.and_then(|end| self.see_date(row, end)) else {
            return;
        };
        let odd = |order: DateOrder| match (start.moment(order), end.moment(order)) {
            (Some(start), Some(end)) => {
                !(Duration::zero()..Duration::days(7)).contains(&(end - start))
            }
            (None, _) | (_, None) => false,
        };
        self.dates.odd_day_first += usize::from(odd(DateOrder::DayFirst));
        self.dates.odd_month_first += usize::from(odd(DateOrder::MonthFirst));
    }

    fn see_date(&mut self, row: u32, cell: &Cell<'_>) -> Option<Stamp> {
        let text = cell.text()?;
        let stamp = date::parse(text)?;
        let dates = &mut self.dates;
        match stamp.zone {
            Some(zone) => {
                dates.zoned.see(row, text);
                dates.zero_zoned += usize::from(zone.is_zero());
            }
            None => dates.bare += 1,
        }
        let date = stamp.date?;
        match (date, date.proves()) {
            (_, Some(DateOrder::DayFirst)) => dates.day_first.see(row, text),
            (_, Some(DateOrder::MonthFirst)) => dates.month_first.see(row, text),
            (Date::Numeric { first, second, .. }, None) if first != second => {
                dates.either.see(row, text);
                dates.dotted += usize::from(text.bytes().take(6).any(|b| b == b'.'));
            }
            (Date::Numeric { .. } | Date::Known(_), None) => {}
        }
        Some(stamp)
    }

    /// Counts along with an id column that may only number the rows of this file.
    fn see_id(&mut self, cell: &Cell<'_>) {
        let number = match cell {
            Cell::Number(number) => Some(*number),
            Cell::Text(text) => text.parse::<u32>().ok().map(Decimal::from),
            Cell::Empty | Cell::Moment(_) | Cell::Span(_) | Cell::Bool(_) | Cell::Fault(_) => None,
        };
        let begins = |number: Decimal| number == Decimal::ZERO || number == Decimal::ONE;
        self.id_counts &= match (number, self.next_id) {
            (Some(number), Some(expected)) => number == expected,
            (Some(number), None) => begins(number),
            (None, _) => false,
        };
        self.next_id = number.map(|number| number + Decimal::ONE);
    }

    fn see_readings(&mut self, row: Row<'_>, start: Option<&Column>, end: Option<&Column>) {
        let read = |column: &Column| figure(row, column);
        if let (Some(start), Some(end)) = (start.and_then(read), end.and_then(read))
            && self.moved.len() < KEPT
        {
            self.moved.extend(end.checked_sub(start));
        }
    }

    fn compare_amounts(&mut self, row: Row<'_>, amount: Option<&Column>, net: Option<&Column>) {
        let read = |column: &Column| figure(row, column);
        if let (Some(amount), Some(net)) = (amount.and_then(read), net.and_then(read)) {
            self.amount_over_net += usize::from(amount.abs() > net.abs());
        }
    }
}

/// The figure of a cell under whichever decimal sign it can be read.
fn figure(row: Row<'_>, column: &Column) -> Option<Decimal> {
    match row.cell(column.index) {
        Cell::Number(number) => Some(number),
        Cell::Text(text) => {
            let read = |sign| number::parse(text, sign).ok();
            let number = read(DecimalSign::Dot).or_else(|| read(DecimalSign::Comma));
            number.map(|number| number.value)
        }
        Cell::Empty | Cell::Moment(_) | Cell::Span(_) | Cell::Bool(_) | Cell::Fault(_) => None,
    }
}

/// Whether the cell could be a date under some reading.
pub(crate) fn could_be_date(cell: &Cell<'_>, is_1904: bool) -> bool {
    match cell {
        Cell::Moment(_) => true,
        Cell::Text(text) => {
            date::parse(text).is_some_and(|stamp| stamp.date.is_some())
                || serial_in(text).is_some_and(|days| likely_serial(days, is_1904).is_some())
        }
        Cell::Number(days) => likely_serial(*days, is_1904).is_some() || compact(*days).is_some(),
        Cell::Empty | Cell::Span(_) | Cell::Bool(_) | Cell::Fault(_) => false,
    }
}

/// A serial day number written as text, whatever its decimal sign.
pub(crate) fn serial_in(text: &str) -> Option<Decimal> {
    let text = text.replace(',', ".");
    number::parse(&text, DecimalSign::Dot)
        .ok()
        .map(|number| number.value)
}

/// The moment of a number that has the size of a serial day number of our times.
pub(crate) fn likely_serial(days: Decimal, is_1904: bool) -> Option<NaiveDateTime> {
    let ours = Decimal::from(20_000)..Decimal::from(80_000);
    ours.contains(&days)
        .then(|| cell::serial_moment(days, is_1904))
        .flatten()
}

/// `20170831` as a number.
pub(crate) fn compact(number: Decimal) -> Option<Stamp> {
    let is_day = number.scale() == 0 && number >= Decimal::from(19_500_101);
    is_day.then(|| date::parse(&number.to_string())).flatten()
}

/// The zones seen are more than one name for UTC.
pub(super) fn names_other_zone(zones: &BTreeMap<String, Zone>) -> bool {
    let different: BTreeSet<bool> = zones.values().map(|zone| zone.is_zero()).collect();
    different.contains(&false)
}
