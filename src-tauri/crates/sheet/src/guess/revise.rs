//! What people decide about how a sheet is read: answers to questions, and corrections of guesses.

use domain::Decimal;

use crate::DateOrder;
use crate::book::Workbook;
use crate::error::Error;
use crate::evidence::{Because, Evidence, Topic};
use crate::field::Field;
use crate::guess::decide::{named as zone_name, order_name};
use crate::guess::{Guess, field_name, guess_with, sign_name};
use crate::heading::Heading;
use crate::number::{DecimalSign, Unit};
use crate::record::Kind;
use crate::template::{
    Column, Header, Hint, IdRule, Instead, Replacement, Template, ZoneRule, letter,
};
use crate::zone::Zone;

/// One decision of a person.
///
/// | `what` | `column` | `value` |
/// |---|---|---|
/// | `sheet` | | its name |
/// | `header` | | `3`, `3-4` for two levels, `none` |
/// | `kind` | | `cdrs`, `sessions`, `statement`, `transactions` |
/// | `column` | the column | the field it holds; empty where it is not read |
/// | `decimal_sign` | the column, or all | `dot`, `comma` |
/// | `energy_unit` | the column, or all | `wh`, `kwh`, `mwh` |
/// | `duration_unit` | the column, or all | `second`, `minute`, `hour` |
/// | `date_order` | | `day_first`, `month_first` |
/// | `zone` | | `in_text`, `by_column`, `partner`, or a zone |
/// | `currency` | | its code; empty for the partner's |
/// | `vat_rate` | | percent; empty for none |
/// | `amount` | | `net`, `gross` |
/// | `record_id` | | `column`, `content` |
/// | `replace` | the column | what the text in `from` is read as |
/// | `instead` | the other column | the field whose own column has nothing |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it is about.
    pub what: Topic,
    /// The column's heading, or its letter.
    pub column: Option<String>,
    /// What it is set to.
    pub value: String,
    /// The text that [`Topic::Replace`] is about.
    pub from: Option<String>,
}

impl Change {
    fn bad(&self, why: &'static str) -> Error {
        Error::BadChange {
            what: self.what.as_str(),
            value: self.value.clone(),
            why,
        }
    }

    /// The value that is named so.
    fn named<T: Copy>(&self, values: &[(&str, T)]) -> Result<T, Error> {
        let found = values.iter().find(|(name, _)| *name == self.value);
        found
            .map(|(_, value)| *value)
            .ok_or_else(|| self.bad("it is none of the values that this can have"))
    }

    /// The place of its column, by heading or by letter.
    fn index(&self, headings: &[String]) -> Result<usize, Error> {
        let name = self.column.as_deref().unwrap_or_default().trim();
        let same = |heading: &String| heading.trim().eq_ignore_ascii_case(name);
        let by_name = headings.iter().position(same);
        let by_letter = || (0..headings.len()).find(|&index| letter(index) == name);
        by_name
            .or_else(by_letter)
            .ok_or_else(|| self.bad("there is no such column"))
    }

    fn field(&self) -> Result<Field, Error> {
        let mut fields = Field::ALL.iter().copied();
        fields
            .find(|&field| field != Field::Other && field_name(field) == self.value)
            .ok_or_else(|| self.bad("there is no such field"))
    }
}

/// Where headings are looked for.
#[derive(Clone, Copy)]
pub(super) enum Headings {
    /// Where they seem to be.
    Anywhere,
    /// In the rows that a person named, or nowhere.
    Said(Option<Header>),
}

/// Which sheet and which headings a person wants.
pub(super) struct Wanted<'a> {
    pub(super) sheet: Option<&'a str>,
    pub(super) header: Headings,
}

pub(super) fn wanted(changes: &[Change]) -> Result<Wanted<'_>, Error> {
    let last = |what| changes.iter().rev().find(|change| change.what == what);
    let header = match last(Topic::Header) {
        Some(change) => Headings::Said(header_rows(change)?),
        None => Headings::Anywhere,
    };
    let sheet = last(Topic::Sheet).map(|change| change.value.as_str());
    Ok(Wanted { sheet, header })
}

fn header_rows(change: &Change) -> Result<Option<Header>, Error> {
    if change.value == "none" {
        return Ok(None);
    }
    let (first, last) = change
        .value
        .split_once('-')
        .unwrap_or((&change.value, &change.value));
    match (first.trim().parse::<u32>(), last.trim().parse::<u32>()) {
        (Ok(first), Ok(last)) if first > 0 && (first..=first + 1).contains(&last) => {
            Ok(Some(Header { first, last }))
        }
        _ => Err(change.bad("it is neither a row, nor two that follow each other, nor none")),
    }
}

/// Gives columns the fields that a person says, before the rest is guessed.
pub(super) fn columns(
    columns: &mut Vec<Column>,
    headings: &[String],
    changes: &[Change],
) -> Result<(), Error> {
    for change in changes.iter().filter(|change| change.what == Topic::Column) {
        assign(columns, headings, change)?;
    }
    Ok(())
}

fn assign(columns: &mut Vec<Column>, headings: &[String], change: &Change) -> Result<(), Error> {
    let index = change.index(headings)?;
    let old = columns.iter().position(|column| column.index == index);
    let old = old.map(|at| columns.remove(at));
    if change.value.is_empty() {
        return Ok(());
    }
    let field = change.field()?;
    columns.retain(|column| column.field != field);
    let heading = headings[index].clone();
    columns.push(Column {
        index,
        field,
        sign: old.as_ref().map_or(DecimalSign::Dot, |old| old.sign),
        unit: Heading::of(&heading).unit.or(old.and_then(|old| old.unit)),
        heading,
    });
    columns.sort_by_key(|column| column.index);
    Ok(())
}

/// Makes a person's decisions in a guess, and settles the questions that they answer.
pub(super) fn settle(guess: &mut Guess, changes: &[Change]) -> Result<(), Error> {
    for change in changes {
        let is_made = matches!(change.what, Topic::Sheet | Topic::Header | Topic::Column);
        if !is_made {
            apply(&mut guess.template, change)?;
        }
        let headings = &guess.template.headings;
        let index = change.column.as_ref().map(|_| change.index(headings));
        let index = index.transpose()?;
        let is_about = |evidence: &Evidence| {
            let at = evidence.column.as_ref();
            let at = at.and_then(|name| headings.iter().position(|heading| heading == name));
            evidence.what == change.what && (index.is_none() || at.is_none() || at == index)
        };
        guess.ambiguities.retain(|open| !is_about(&open.chosen));
        for evidence in guess.evidence.iter_mut().filter(|found| is_about(found)) {
            evidence.value.clone_from(&change.value);
            evidence.because = Because::Person;
            if index.is_none() {
                evidence.column = None;
            }
            evidence.row = None;
            evidence.sample = None;
        }
    }
    Ok(())
}

/// Makes a person's decision in a template. Sheet and headings are not a template's to change:
/// under others it would be another one.
fn apply(template: &mut Template, change: &Change) -> Result<(), Error> {
    let own = || change.bad("it is a matter of the file, not of its template");
    match change.what {
        Topic::Encoding | Topic::Separator | Topic::DateSystem | Topic::Sheet | Topic::Header => {
            return Err(own());
        }
        Topic::Column => assign(&mut template.columns, &template.headings, change)?,
        Topic::Kind => {
            let kinds = Kind::ALL.map(|kind| (kind.as_str(), kind));
            template.kind = change.named(&kinds)?;
        }
        Topic::DecimalSign => {
            let sign = change.named(&[("dot", DecimalSign::Dot), ("comma", DecimalSign::Comma)])?;
            each(template, change, |column| column.sign = sign)?;
        }
        Topic::EnergyUnit | Topic::DurationUnit => unit(template, change)?,
        Topic::DateOrder => {
            template.dates = change.named(&[
                ("day_first", DateOrder::DayFirst),
                ("month_first", DateOrder::MonthFirst),
            ])?;
        }
        Topic::Zone => template.zone = zone(change)?,
        Topic::Currency => {
            let code = Some(change.value.as_str()).filter(|code| !code.is_empty());
            let code = code.map(|code| code.parse().map_err(|_| change.bad("it is no currency")));
            template.currency = code.transpose()?;
        }
        Topic::VatRate => {
            let rate = Some(change.value.as_str()).filter(|rate| !rate.is_empty());
            let rate = rate.map(str::parse::<Decimal>);
            template.vat_rate = rate.transpose().map_err(|_| change.bad("it is no rate"))?;
        }
        Topic::Amount => {
            template.amount_is_gross = change.named(&[("net", false), ("gross", true)])?;
        }
        Topic::RecordId => {
            let rules = [("column", IdRule::Column), ("content", IdRule::Content)];
            template.id = change.named(&rules)?;
        }
        Topic::Replace => replace(template, change)?,
        Topic::Instead => instead(template, change)?,
    }
    Ok(())
}

/// A kept template, [moved](crate::moved) onto a file, with a person's changes. Of columns that it
/// did not read before, sign and unit are guessed.
///
/// # Errors
/// [`Error::BadChange`], also for another sheet or other headings: under those it would be another
/// template; [`Error::NoRecords`] where the changes leave nothing that makes records.
pub fn revised(
    template: &Template,
    book: &Workbook<'_>,
    hint: &Hint,
    changes: &[Change],
) -> Result<Template, Error> {
    let mut revised = template.clone();
    let (columns, others): (Vec<&Change>, Vec<&Change>) = changes
        .iter()
        .partition(|change| change.what == Topic::Column);
    for change in columns {
        apply(&mut revised, change)?;
    }
    if !revised.has_records() {
        return Err(Error::NoRecords);
    }
    let known = |index: usize| template.columns.iter().any(|column| column.index == index);
    if revised.columns.iter().any(|column| !known(column.index)) {
        let guess = guess_with(book, hint, &as_changes(&revised))?;
        for column in revised.columns.iter_mut().filter(|c| !known(c.index)) {
            let guessed = guess.template.columns.iter();
            if let Some(guessed) = guessed.into_iter().find(|g| g.index == column.index) {
                (column.sign, column.unit) = (guessed.sign, guessed.unit);
            }
        }
    }
    for change in others {
        apply(&mut revised, change)?;
    }
    Ok(revised)
}

/// What a kept template decides, as evidence.
pub fn told(template: &Template) -> Vec<Evidence> {
    let kept = |what, value: String| Evidence::new(what, value, Because::Kept);
    let mut told = vec![kept(Topic::Kind, template.kind.as_str().to_owned())];
    if !template.sheet.is_empty() {
        told.push(kept(Topic::Sheet, template.sheet.clone()));
    }
    if let Some(rows) = template.header {
        let rows = rows.to_string();
        told.push(Evidence::new(Topic::Header, rows, Because::MostNames));
    }
    let has_dates = template.column(Field::StartAt).is_some();
    if has_dates {
        told.push(kept(
            Topic::DateOrder,
            order_name(template.dates).to_owned(),
        ));
        let zone = match template.zone {
            ZoneRule::InText => "in_text".to_owned(),
            ZoneRule::ByColumn => "by_column".to_owned(),
            ZoneRule::Partner => "partner".to_owned(),
            ZoneRule::Fixed(zone) => zone_name(zone),
        };
        told.push(kept(Topic::Zone, zone));
    }
    for column in &template.columns {
        let field = kept(Topic::Column, field_name(column.field));
        told.push(field.in_column(&column.heading));
        if column.field.is_figure() {
            let sign = kept(Topic::DecimalSign, sign_name(column.sign).to_owned());
            told.push(sign.in_column(&column.heading));
        }
    }
    if let Some(currency) = template.currency {
        told.push(kept(Topic::Currency, currency.code().to_owned()));
    }
    if let Some(rate) = template.vat_rate {
        told.push(kept(Topic::VatRate, rate.to_string()));
    }
    told
}

/// Sheet, headings and columns of a template as a person's decisions.
fn as_changes(template: &Template) -> Vec<Change> {
    let change = |what, column: Option<String>, value: String| Change {
        what,
        column,
        value,
        from: None,
    };
    let mut changes = vec![
        change(Topic::Sheet, None, template.sheet.clone()),
        change(Topic::Header, None, template.header_rows()),
    ];
    let columns = template.columns.iter().map(|column| {
        let field = field_name(column.field);
        change(Topic::Column, Some(column.heading.clone()), field)
    });
    changes.extend(columns);
    changes
}

fn unit(template: &mut Template, change: &Change) -> Result<(), Error> {
    let is_energy = change.what == Topic::EnergyUnit;
    let unit = if is_energy {
        change.named(&[
            ("wh", Unit::WattHour),
            ("kwh", Unit::KilowattHour),
            ("mwh", Unit::MegawattHour),
        ])?
    } else {
        change.named(&[
            ("second", Unit::Second),
            ("minute", Unit::Minute),
            ("hour", Unit::Hour),
        ])?
    };
    let is_reading = |field| matches!(field, Field::MeterStart | Field::MeterEnd);
    let mut any_reading = false;
    each(template, change, |column| {
        let suits = if is_energy {
            column.field == Field::Energy || is_reading(column.field)
        } else {
            column.field.is_duration()
        };
        if suits {
            column.unit = Some(unit);
            any_reading |= is_reading(column.field);
        }
    })?;
    // A meter's two readings have one unit.
    for column in &mut template.columns {
        if any_reading && is_reading(column.field) {
            column.unit = Some(unit);
        }
    }
    Ok(())
}

/// The columns that a change is about: the one it names, else all.
fn each(
    template: &mut Template,
    change: &Change,
    mut set: impl FnMut(&mut Column),
) -> Result<(), Error> {
    let index = change
        .column
        .as_ref()
        .map(|_| change.index(&template.headings));
    let index = index.transpose()?;
    for column in &mut template.columns {
        if index.is_none_or(|index| index == column.index) {
            set(column);
        }
    }
    Ok(())
}

fn zone(change: &Change) -> Result<ZoneRule, Error> {
    Ok(match change.value.as_str() {
        "in_text" => ZoneRule::InText,
        "by_column" => ZoneRule::ByColumn,
        "partner" => ZoneRule::Partner,
        name => ZoneRule::Fixed(Zone::of(name).ok_or_else(|| change.bad("it is no zone"))?),
    })
}

fn replace(template: &mut Template, change: &Change) -> Result<(), Error> {
    let index = change.index(&template.headings)?;
    let from = change.from.as_deref().unwrap_or_default().trim();
    if from.is_empty() {
        return Err(change.bad("the text that it stands for is missing"));
    }
    let heading = template.headings[index].clone();
    let is_same = |old: &Replacement| {
        old.heading == heading && old.from.to_lowercase() == from.to_lowercase()
    };
    template.replace.retain(|old| !is_same(old));
    template.replace.push(Replacement {
        heading,
        from: from.to_owned(),
        to: change.value.trim().to_owned(),
    });
    Ok(())
}

fn instead(template: &mut Template, change: &Change) -> Result<(), Error> {
    let (index, field) = (change.index(&template.headings)?, change.field()?);
    if template.column(field).is_none_or(|own| own.index == index) {
        return Err(change.bad("the field has no column of its own beside this one"));
    }
    template.instead.retain(|old| old.field != field);
    template.instead.push(Instead {
        field,
        index,
        heading: template.headings[index].clone(),
    });
    Ok(())
}
