//! From one row to the CDR it is.

use std::fmt::{self, Write as _};

use domain::cdr::Form;
use domain::{
    Cdr, CdrLocation, CdrTotals, ChargingPeriod, Checked, Decimal, Dimension, DimensionKind,
    Finding, FindingCode, FindingLocation, Kwh, OcpiId, Price, Severity, TokenRef,
};

use crate::book::Row;
use crate::cell::Cell;
use crate::field::Field;
use crate::guess::is_evse_id;
use crate::number::{self, NotANumber, Number, Unit};
use crate::read::doubt;
use crate::read::period::Period;
use crate::read::times::Times;
use crate::span;
use crate::template::{Column, Hint, IdRule, Template};

/// What every row of a sheet is read by.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) template: &'a Template,
    pub(super) hint: &'a Hint,
    pub(super) is_1904: bool,
    /// Per field, its place in the template's columns.
    places: [Option<u8>; Field::ALL.len()],
    has_prices: bool,
    /// Whether cells are read otherwise than they are written.
    is_edited: bool,
    /// The days that the file is about, as far as its dates prove.
    pub(super) period: Period,
}

impl<'a> Plan<'a> {
    pub(super) fn new(template: &'a Template, hint: &'a Hint, is_1904: bool) -> Plan<'a> {
        let mut places = [None; Field::ALL.len()];
        for (place, column) in template.columns.iter().enumerate() {
            places[column.field as usize] = u8::try_from(place).ok();
        }
        let prices = [Field::Net, Field::Gross, Field::Amount];
        let has_prices = prices.iter().any(|&field| places[field as usize].is_some());
        Plan {
            template,
            hint,
            is_1904,
            places,
            has_prices,
            is_edited: !template.replace.is_empty() || !template.instead.is_empty(),
            period: Period::default(),
        }
    }

    /// Whether the sheet has a column of amounts.
    pub(super) fn has_prices(&self) -> bool {
        self.has_prices
    }

    pub(super) fn column(&self, field: Field) -> Option<&'a Column> {
        let place = self.places[field as usize]?;
        self.template.columns.get(usize::from(place))
    }

    /// The cell of a field; empty where no column holds it.
    pub(super) fn cell<'r>(&self, row: &Row<'r>, field: Field) -> Cell<'r>
    where
        'a: 'r,
    {
        let own = self.column(field).map_or(Cell::Empty, |column| {
            self.written(row, column.index, &column.heading)
        });
        if self.is_edited && own.is_absent() {
            let mut instead = self.template.instead.iter();
            if let Some(other) = instead.find(|other| other.field == field) {
                return self.written(row, other.index, &other.heading);
            }
        }
        own
    }

    /// The cell in a column, or what a person says that its text stands for.
    fn written<'r>(&self, row: &Row<'r>, index: usize, heading: &str) -> Cell<'r>
    where
        'a: 'r,
    {
        let cell = row.cell(index);
        if !self.is_edited {
            return cell;
        }
        let template: &'a Template = self.template;
        let mut replace = template.replace.iter().filter(|one| one.heading == heading);
        let shown = cell.shown();
        let found = replace.find(|one| one.from.eq_ignore_ascii_case(shown.trim()));
        match found {
            Some(one) if one.to.is_empty() => Cell::Empty,
            Some(one) => Cell::Text(&one.to),
            None => cell,
        }
    }

    /// Begins to read a row.
    pub(super) fn reading<'p, 'r>(&'p self, row: &'p Row<'r>) -> Reading<'p, 'r> {
        Reading {
            plan: self,
            row,
            findings: Vec::new(),
            clocks_s: None,
        }
    }
}

/// One row being read.
pub(super) struct Reading<'a, 'r> {
    pub(super) plan: &'a Plan<'a>,
    pub(super) row: &'a Row<'r>,
    pub(super) findings: Vec<Finding>,
    /// From start to end by the clocks, in seconds, as soon as both are known.
    pub(super) clocks_s: Option<i64>,
}

impl Reading<'_, '_> {
    /// What was read. Whatever cannot be used made a fatal finding; the caller drops the record.
    pub(super) fn done<T>(self, value: Option<T>) -> Checked<Option<T>> {
        Checked {
            value,
            findings: self.findings,
        }
    }

    pub(super) fn cell(&self, field: Field) -> Cell<'_> {
        self.plan.cell(self.row, field)
    }

    /// A finding at the cell of a field, with the cell's text.
    pub(super) fn found(&self, code: FindingCode, field: Field) -> Finding {
        let column = self.plan.column(field);
        let at = FindingLocation::Cell {
            sheet: self.plan.template.sheet.clone(),
            row: self.row.number,
            column: column.map_or(String::new(), |column| column.heading.clone()),
        };
        let finding = Finding::new(code, at);
        let cell = self.cell(field);
        if cell == Cell::Empty {
            finding
        } else {
            finding.with("value", cell.shown())
        }
    }

    pub(super) fn say(&mut self, code: FindingCode, field: Field) {
        let finding = self.found(code, field);
        self.findings.push(finding);
    }

    /// The text of a field; `None` where the cell says that there is none.
    pub(super) fn text(&self, field: Field) -> Option<String> {
        let cell = self.cell(field);
        (!cell.is_absent()).then(|| cell.shown())
    }

    pub(super) fn id(&self, field: Field) -> Option<OcpiId> {
        self.text(field).map(OcpiId)
    }

    pub(super) fn cdr(&mut self) -> Option<Cdr> {
        let energy = self.energy();
        let times = self.times(energy.is_some());
        let energy = energy.unwrap_or_default();
        let (cost, currency) = self.cost();
        let Times {
            start_at,
            end_at,
            zone,
        } = times?;
        self.clocks_s = Some((end_at - start_at).num_seconds());
        let mut cdr = Cdr {
            form: Form::Sheet,
            party: self.plan.hint.party.clone(),
            id: OcpiId::default(),
            start_at,
            end_at,
            session_id: self.id(Field::SessionId),
            token: self.token(),
            auth_method: None,
            authorization_reference: None,
            location: CdrLocation {
                time_zone: zone,
                ..self.location()
            },
            meter_id: self.text(Field::Meter),
            currency,
            tariffs: Vec::new(),
            periods: Vec::new(),
            totals: CdrTotals {
                cost,
                energy: Kwh(energy),
                ..self.parts()
            },
            remark: self.text(Field::Remark),
            invoice_reference_id: None,
            credit: false,
            credit_reference_id: None,
            home_charging_compensation: false,
            signed_data: None,
            last_updated: None,
        };
        cdr.totals.time_h = self.hours(Field::Duration);
        cdr.totals.parking_h = self.hours(Field::ParkingTime);
        let charging_h = self.hours(Field::ChargingTime);
        cdr.periods = vec![one_period(&cdr, charging_h)];
        self.compare_durations();
        cdr.id = self.record_id(&cdr);
        Some(cdr)
    }

    /// The figure of a cell; `Err` where it is none, `Ok(None)` where the cell is empty.
    pub(super) fn number(&self, field: Field) -> Result<Option<Number>, NotANumber> {
        let Some(column) = self.plan.column(field) else {
            return Ok(None);
        };
        match self.cell(field) {
            Cell::Empty => Ok(None),
            Cell::Number(value) => Ok(Some(Number {
                value,
                currency: self.row.money(column.index).currency(),
                unit: None,
            })),
            Cell::Text(text) => number::parse(text, column.sign).map(Some),
            Cell::Moment(_) | Cell::Span(_) | Cell::Bool(_) | Cell::Fault(_) => {
                Err(NotANumber::Form)
            }
        }
    }

    pub(super) fn unreadable(&mut self, field: Field, why: NotANumber, severity: Severity) {
        let code = match why {
            NotANumber::Form => FindingCode::NotANumber,
            NotANumber::TooLong => FindingCode::OutOfRange,
        };
        let finding = self.found(code, field).with_severity(severity);
        self.findings.push(finding);
    }

    /// Energy in kWh: from its column, else from the meter's readings.
    pub(super) fn energy(&mut self) -> Option<Decimal> {
        if self.plan.column(Field::Energy).is_none() {
            let (start, end) = (self.kwh(Field::MeterStart), self.kwh(Field::MeterEnd));
            let energy = end.and_then(|end| end.checked_sub(start?));
            if energy.is_none() {
                self.say(FindingCode::EnergyMissing, Field::MeterEnd);
            }
            return energy;
        }
        if self.cell(Field::Energy).is_absent() {
            self.say(FindingCode::EnergyMissing, Field::Energy);
            return None;
        }
        let energy = self.kwh(Field::Energy)?;
        if energy.is_sign_negative() && !energy.is_zero() {
            self.say(FindingCode::NegativeEnergy, Field::Energy);
        }
        Some(energy)
    }

    pub(super) fn kwh(&mut self, field: Field) -> Option<Decimal> {
        let number = match self.number(field) {
            Ok(number) => number?,
            Err(why) => {
                self.unreadable(field, why, Severity::Fatal);
                return None;
            }
        };
        let usual = self.plan.column(field).and_then(|column| column.unit);
        let unit = number.unit.or(usual).unwrap_or(Unit::KilowattHour);
        let kwh = in_kwh(number.value, unit);
        if let (Some(kwh), Some(usual), Some(_)) = (kwh, usual, number.unit)
            && unit != usual
        {
            // The cell names its own unit, which holds.
            let finding = self.found(FindingCode::EnergyUnitSuspect, field);
            let mut finding = finding.with_severity(Severity::Warning);
            finding = finding.with("read_as", kwh.normalize());
            if let Some(other) = in_kwh(number.value, usual) {
                finding = finding.with("other", other.normalize());
            }
            self.findings.push(finding);
        }
        match kwh {
            Some(kwh) => {
                self.kept(field, kwh);
                self.doubt_energy(field, kwh);
            }
            None => self.unreadable(field, NotANumber::Form, Severity::Fatal),
        }
        kwh
    }

    /// An energy that no session draws is kept as it is written, and said with the other reading.
    fn doubt_energy(&mut self, field: Field, kwh: Decimal) {
        if field != Field::Energy || kwh.abs() <= doubt::MOST_KWH {
            return;
        }
        let meant = doubt::lost_decimals(&self.cell(field)).and_then(doubt::with_nine_decimals);
        let other = meant.or_else(|| in_kwh(kwh, Unit::WattHour));
        let mut finding = self.found(FindingCode::EnergyUnitSuspect, field);
        finding = finding.with("read_as", kwh.normalize());
        if let Some(other) = other {
            finding = finding.with("other", other.normalize());
        }
        self.findings.push(finding);
    }

    /// Says where a figure is finer or larger than the book keeps (millionths, 63 bits).
    pub(super) fn kept(&mut self, field: Field, value: Decimal) {
        if value.normalize().scale() > 6 {
            self.say(FindingCode::TooManyDecimals, field);
        }
        if value.abs() > Decimal::from(9_000_000_000_000_i64) {
            self.say(FindingCode::OutOfRange, field);
        }
    }

    /// A duration in hours. One that cannot be read is said; the record stands without it.
    pub(super) fn hours(&mut self, field: Field) -> Option<Decimal> {
        let seconds = self.seconds(field);
        if seconds.is_none() && !self.cell(field).is_absent() {
            self.unreadable_span(field);
        }
        seconds.map(span::hours)
    }

    /// A duration in seconds. One that no session can have is not read.
    pub(super) fn seconds(&self, field: Field) -> Option<Decimal> {
        let seconds = self.written_seconds(field)?;
        (span::hours(seconds).abs() <= doubt::LONGEST_HOURS).then_some(seconds)
    }

    fn written_seconds(&self, field: Field) -> Option<Decimal> {
        let column = self.plan.column(field)?;
        let cell = self.cell(field);
        span::seconds(&cell, column.sign, column.unit.unwrap_or(Unit::Hour))
    }

    /// A duration that is none, or too long for a session: with the figure as it is written, and
    /// the one that was perhaps meant.
    fn unreadable_span(&mut self, field: Field) {
        let code = match self.written_seconds(field) {
            Some(_) => FindingCode::OutOfRange,
            None => FindingCode::NotANumber,
        };
        let mut finding = self.found(code, field).with_severity(Severity::Warning);
        if let Some(digits) = doubt::lost_decimals(&self.cell(field)) {
            let unit = self.plan.column(field).and_then(|column| column.unit);
            let unit_s = span::of_unit(Decimal::ONE, unit.unwrap_or(Unit::Hour));
            let clocks_s = self.clocks_s.filter(|_| field == Field::Duration);
            let meant = clocks_s.and_then(|s| doubt::by_clocks(digits, unit_s?, s));
            finding = finding.with("as_written", digits);
            if let Some(meant) = meant.or_else(|| doubt::with_nine_decimals(digits)) {
                finding = finding.with("perhaps", meant);
            }
        }
        self.findings.push(finding);
    }

    pub(super) fn token(&self) -> TokenRef {
        TokenRef {
            party: self
                .text(Field::Provider)
                .and_then(|text| text.parse().ok()),
            uid: self.id(Field::Token),
            kind: None,
            contract_id: self.id(Field::Contract),
        }
    }

    pub(super) fn location(&self) -> CdrLocation {
        let evse = self.text(Field::Evse);
        let (evse_id, evse_uid) = match evse {
            Some(text) if is_evse_id(&text) => (Some(OcpiId(text)), None),
            Some(text) => (None, Some(OcpiId(text))),
            None => (None, None),
        };
        CdrLocation {
            id: self.id(Field::LocationId),
            name: self.text(Field::LocationName),
            address: self.text(Field::Address),
            city: self.text(Field::City),
            postal_code: self.text(Field::PostalCode),
            country: self.text(Field::Country),
            evse_uid,
            evse_id,
            connector_id: self.id(Field::Connector),
            power_type: self.text(Field::PowerType),
            ..CdrLocation::default()
        }
    }

    fn record_id(&mut self, cdr: &Cdr) -> OcpiId {
        let named = || self.id(Field::Id).or_else(|| self.id(Field::SessionId));
        match self.plan.template.id {
            IdRule::Content => content_id(cdr),
            IdRule::Column => {
                let named = named();
                named.unwrap_or_else(|| {
                    let finding = self.found(FindingCode::MissingValue, Field::Id);
                    self.findings.push(finding.with_severity(Severity::Warning));
                    content_id(cdr)
                })
            }
        }
    }
}

/// An energy in kWh; `None` for what is no unit of energy.
fn in_kwh(value: Decimal, unit: Unit) -> Option<Decimal> {
    match unit {
        Unit::KilowattHour => Some(value),
        Unit::WattHour => value.checked_div(Decimal::from(1000)),
        Unit::MegawattHour => value.checked_mul(Decimal::from(1000)),
        Unit::Second | Unit::Minute | Unit::Hour | Unit::Percent => None,
    }
}

/// The whole session as one period: a row says nothing of what lies within.
fn one_period(cdr: &Cdr, charging_h: Option<Decimal>) -> ChargingPeriod {
    let mut dimensions = vec![Dimension {
        kind: DimensionKind::Energy,
        volume: cdr.totals.energy.0,
    }];
    let mut add = |kind, volume: Option<Decimal>| {
        dimensions.extend(volume.map(|volume| Dimension { kind, volume }));
    };
    add(DimensionKind::Time, charging_h);
    add(DimensionKind::ParkingTime, cdr.totals.parking_h);
    ChargingPeriod {
        start_at: cdr.start_at,
        dimensions,
        tariff_id: None,
    }
}

/// A stable id for a row without one: `row-` and 96 bits of BLAKE3 over its [`facts`].
///
/// The same facts give the same id in every file and at every import; two rows that say the same
/// have the same id, so the second adds nothing. A corrected figure makes another record.
pub fn content_id(cdr: &Cdr) -> OcpiId {
    hashed(&facts(cdr))
}

/// An id made from what a row says.
pub(super) fn hashed(facts: &str) -> OcpiId {
    let hash = blake3::hash(facts.as_bytes()).to_hex();
    OcpiId(format!("row-{}", &hash[..24]))
}

/// Everything a row says, in one line: two rows with the same id and the same content are the
/// same record again, whatever file, column order or running number they come with.
pub fn content(cdr: &Cdr) -> String {
    let totals = &cdr.totals;
    let net = |price: &Option<Price>| price.as_ref().map(|price| price.excl_vat);
    let tax = totals.cost.as_ref().and_then(|cost| cost.taxes.first());
    let volume = |kind| cdr.periods.iter().find_map(|period| period.volume(kind));
    let mut line = facts(cdr);
    line.push(BETWEEN);
    for number in [
        tax.map(|tax| tax.amount),
        tax.and_then(|tax| tax.percentage),
        net(&totals.energy_cost),
        net(&totals.time_cost),
        net(&totals.parking_cost),
        net(&totals.fixed_cost),
        totals.time_h,
        totals.parking_h,
        volume(DimensionKind::Time),
    ] {
        add_number(&mut line, number);
    }
    for text in [
        &cdr.location.city,
        &cdr.location.postal_code,
        &cdr.location.country,
        &cdr.meter_id,
        &cdr.remark,
    ] {
        add(&mut line, text.as_deref().unwrap_or_default());
    }
    line.pop();
    line
}

/// What a row says, in one line: times, energy, amounts, place and token. Not its id.
pub(super) fn facts(cdr: &Cdr) -> String {
    let id = |id: &Option<OcpiId>| id.as_ref().map(OcpiId::folded).unwrap_or_default();
    let cost = cdr.totals.cost.as_ref();
    let place = &cdr.location;
    let mut line = String::with_capacity(256);
    add(&mut line, &cdr.party);
    add(&mut line, cdr.start_at.timestamp_millis());
    add(&mut line, cdr.end_at.timestamp_millis());
    add_number(&mut line, Some(cdr.totals.energy.0));
    add(&mut line, cdr.currency);
    add_number(&mut line, cost.map(|cost| cost.excl_vat));
    add_number(&mut line, cost.and_then(|cost| cost.incl_vat));
    add(&mut line, id(&place.evse_id));
    add(&mut line, id(&place.evse_uid));
    add(&mut line, id(&place.connector_id));
    add(&mut line, id(&place.id));
    add(&mut line, place.name.as_deref().unwrap_or_default());
    add(&mut line, place.address.as_deref().unwrap_or_default());
    add(&mut line, id(&cdr.token.contract_id));
    add(&mut line, id(&cdr.token.uid));
    add(&mut line, id(&cdr.session_id));
    line.pop();
    line
}

/// What stands between the parts of a line, and in no cell.
const BETWEEN: char = '\u{1f}';

fn add(line: &mut String, part: impl fmt::Display) {
    // Writing to a text cannot fail.
    let _ = write!(line, "{part}{BETWEEN}");
}

fn add_number(line: &mut String, number: Option<Decimal>) {
    match number {
        Some(number) => add(line, number.normalize()),
        None => line.push(BETWEEN),
    }
}
