//! Which column holds what: by its name and by what its cells look like.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use domain::Decimal;

use crate::book::Sheet;
use crate::cell::Cell;
use crate::date;
use crate::field::Field;
use crate::guess::header::Found;
use crate::heading::Heading;
use crate::money_sign::currency_of;
use crate::number::{self, DecimalSign, Unit};
use crate::span;
use crate::template::{Column, Header};
use crate::zone::Zone;

/// How many rows are looked at.
const SAMPLE: usize = 400;
/// A name and content that fit worse than this decide nothing.
const ENOUGH: u32 = 55;

/// What the cells of a column look like, in numbers of cells.
#[derive(Clone, Debug, Default)]
pub(super) struct Profile {
    pub(super) filled: usize,
    rows: usize,
    dates: usize,
    times: usize,
    numbers: usize,
    serials: usize,
    spans: usize,
    currencies: usize,
    zones: usize,
    evses: usize,
    contracts: usize,
    /// Hashes of their texts: only how many there are matters.
    different: HashSet<u64>,
}

impl Profile {
    fn look(&mut self, cell: &Cell<'_>) {
        if cell.is_absent() {
            return;
        }
        self.filled += 1;
        let mut hasher = DefaultHasher::new();
        cell.shown().hash(&mut hasher);
        self.different.insert(hasher.finish());
        match cell {
            Cell::Moment(_) => self.dates += 1,
            Cell::Span(seconds) => {
                self.spans += 1;
                self.times += usize::from(*seconds < Decimal::from(86_400));
            }
            Cell::Number(number) => {
                self.numbers += 1;
                let days = Decimal::from(20_000)..Decimal::from(80_000);
                self.serials += usize::from(days.contains(number));
            }
            Cell::Text(text) => self.look_at_text(text),
            Cell::Empty | Cell::Bool(_) | Cell::Fault(_) => {}
        }
    }

    fn look_at_text(&mut self, text: &str) {
        match date::parse(text) {
            Some(stamp) if stamp.date.is_some() => self.dates += 1,
            Some(_) => self.times += 1,
            None => {}
        }
        let figure = |sign| number::parse(text, sign).ok();
        if let Some(number) = figure(DecimalSign::Dot).or_else(|| figure(DecimalSign::Comma)) {
            self.numbers += 1;
            let days = Decimal::from(20_000)..Decimal::from(80_000);
            self.serials += usize::from(days.contains(&number.value));
        } else {
            let cell = Cell::Text(text);
            let span = span::seconds(&cell, DecimalSign::Dot, Unit::Hour);
            self.spans += usize::from(span.is_some());
            self.currencies += usize::from(currency_of(text).is_some());
            self.zones += usize::from(Zone::of(text).is_some());
            self.evses += usize::from(is_evse_id(text));
            self.contracts += usize::from(is_contract_id(text));
        }
    }

    /// Whether at least six of ten filled cells are such.
    fn mostly(&self, count: usize) -> bool {
        count * 10 >= self.filled * 6 && count > 0
    }

    /// Whether the cells allow a field. An empty column allows all.
    fn allows(&self, field: Field) -> bool {
        if self.filled == 0 {
            return !matches!(
                field,
                Field::Id | Field::StartAt | Field::EndAt | Field::Energy
            );
        }
        let dated = self.mostly(self.dates + self.serials);
        match field {
            Field::StartAt | Field::EndAt => dated,
            Field::StartTime | Field::EndTime => self.mostly(self.times),
            Field::StartZone | Field::EndZone => self.mostly(self.zones),
            Field::Currency => self.mostly(self.currencies),
            Field::Duration | Field::ChargingTime | Field::ParkingTime => {
                self.mostly(self.numbers + self.spans) && !self.mostly(self.dates)
            }
            Field::Energy
            | Field::MeterStart
            | Field::MeterEnd
            | Field::Net
            | Field::Vat
            | Field::VatRate
            | Field::Gross
            | Field::Amount
            | Field::EnergyCost
            | Field::TimeCost
            | Field::ParkingCost
            | Field::FixedCost => self.mostly(self.numbers) && !self.mostly(self.dates),
            Field::Id => {
                // One row may be the totals.
                let filled = self.filled * 10 >= self.rows * 9 || self.filled + 1 == self.rows;
                filled && self.different.len() * 10 >= self.filled * 9 && self.is_name()
            }
            Field::SessionId
            | Field::LocationId
            | Field::LocationName
            | Field::Evse
            | Field::Contract
            | Field::Token => self.is_name(),
            Field::LineNumber
            | Field::Connector
            | Field::Address
            | Field::City
            | Field::PostalCode
            | Field::Country
            | Field::Provider
            | Field::Meter
            | Field::PowerType
            | Field::Status
            | Field::StopReason
            | Field::Reference
            | Field::Remark
            | Field::Other => true,
        }
    }

    /// Neither dates nor currencies: could name a thing.
    fn is_name(&self) -> bool {
        let odd = self.mostly(self.times) || self.mostly(self.currencies);
        !odd && (!self.mostly(self.dates) || self.mostly(self.numbers))
    }

    /// What the look of the cells adds to the name.
    fn adds(&self, field: Field) -> u32 {
        let nearly_all = |count: usize| count * 10 >= self.filled * 8 && count > 0;
        match field {
            Field::Evse if nearly_all(self.evses) => 60,
            Field::Contract if nearly_all(self.contracts) => 60,
            Field::Currency if nearly_all(self.currencies) => 60,
            _ => 0,
        }
    }
}

/// `NL*ABC*E1234*1`, with or without stars: an eMI3 EVSE id.
pub(crate) fn is_evse_id(text: &str) -> bool {
    let (country, rest) = text.split_at_checked(2).unwrap_or(("", text));
    let rest = rest.strip_prefix('*').unwrap_or(rest);
    let (party, rest) = rest.split_at_checked(3).unwrap_or(("", rest));
    let rest = rest.strip_prefix('*').unwrap_or(rest);
    let letters = |part: &str| part.bytes().all(|b| b.is_ascii_alphabetic());
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric());
    let outlet = rest.strip_prefix(['E', 'e']).unwrap_or("");
    let fits = outlet
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'*');
    country.len() == 2
        && letters(country)
        && party.len() == 3
        && plain(party)
        && !outlet.is_empty()
        && fits
        && outlet.len() <= 31
}

/// `DE-8AA-C00791901-1`, with or without dashes: an eMI3 contract id.
fn is_contract_id(text: &str) -> bool {
    let plain: String = text.chars().filter(|&c| c != '-' && c != '*').collect();
    let bytes = plain.as_bytes();
    let dashed = text.contains('-');
    (12..=16).contains(&bytes.len())
        && bytes.iter().all(u8::is_ascii_alphanumeric)
        && bytes[..2].iter().all(u8::is_ascii_alphabetic)
        && (dashed || matches!(bytes[5], b'C' | b'c'))
        && text.find(['-', '*']).is_none_or(|at| at == 2)
}

/// Looks at the first rows after the headings.
pub(super) fn profile(sheet: &Sheet<'_>, header: Option<Header>) -> Vec<Profile> {
    let mut rows = sheet.rows();
    let mut profiles = Vec::<Profile>::new();
    let mut seen = 0;
    while seen < SAMPLE {
        let Some(row) = rows.next() else { break };
        let is_data = header.is_none_or(|header| row.number > header.last);
        if !is_data || row.filled().take(2).count() < 2 {
            continue;
        }
        seen += 1;
        if row.width() > profiles.len() {
            profiles.resize_with(row.width(), Profile::default);
        }
        for (column, cell) in row.filled() {
            profiles[column].look(&cell);
        }
    }
    for profile in &mut profiles {
        profile.rows = seen;
    }
    profiles
}

/// Gives each field its best column, and each column its best field.
pub(super) fn assign(found: &Found, headings: &[String], profiles: &[Profile]) -> Vec<Column> {
    let mut offers = Vec::new();
    for (column, profile) in profiles.iter().enumerate() {
        let fits = found.fits(column);
        for (rank, &field) in Field::ALL.iter().enumerate() {
            let fit = fits[field as usize] + profile.adds(field);
            if fit >= ENOUGH && profile.allows(field) {
                offers.push((std::cmp::Reverse(fit), column, rank, field));
            }
        }
        if found.header.is_none() {
            let dated = profile.mostly(profile.dates);
            for (rank, field) in [Field::StartAt, Field::EndAt].into_iter().enumerate() {
                offers.extend(dated.then_some((std::cmp::Reverse(ENOUGH), column, rank, field)));
            }
        }
    }
    offers.sort_unstable();
    let mut columns = Vec::<Column>::new();
    let mut taken = HashSet::new();
    for (_, index, _, field) in offers {
        let is_free = field == Field::Other || columns.iter().all(|c| c.field != field);
        if !is_free || !taken.insert(index) {
            continue;
        }
        let heading = headings[index].clone();
        let unit = Heading::of(&heading).unit;
        columns.push(Column {
            index,
            heading,
            field,
            sign: DecimalSign::Dot,
            unit,
        });
    }
    columns.retain(|column| column.field != Field::Other);
    drop_lone_times(&mut columns);
    columns.sort_by_key(|column| column.index);
    columns
}

/// A time of day without its date column says nothing.
fn drop_lone_times(columns: &mut Vec<Column>) {
    let has = |columns: &[Column], field| columns.iter().any(|c| c.field == field);
    if !has(columns, Field::StartAt) {
        columns.retain(|column| column.field != Field::StartTime);
    }
    if !has(columns, Field::EndAt) && !has(columns, Field::StartTime) {
        columns.retain(|column| column.field != Field::EndTime);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_the_trade_are_recognised() {
        for (text, evse, contract) in [
            ("GB*PKC*E50286*2", true, false),
            ("NLABCE1234", true, false),
            ("DE-8AA-C007919-1", false, true),
            ("DE-8AA-C00791901-1", false, true),
            ("NLABCC12345678", false, true),
            ("PKC-000001", false, false),
            ("Broxden Park", false, false),
            ("51519", false, false),
        ] {
            assert_eq!(is_evse_id(text), evse, "{text} as EVSE id");
            assert_eq!(is_contract_id(text), contract, "{text} as contract id");
        }
    }
}
