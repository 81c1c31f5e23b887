//! Guesses how a sheet is to be read, and keeps what each guess rests on.

mod columns;
mod decide;
mod header;
mod kind;
mod revise;
mod survey;

pub(crate) use columns::is_evse_id;
pub(crate) use header::heading_rows;
use revise::Headings;
pub use revise::{Change, revised, told};
pub(crate) use survey::{compact, could_be_date, likely_serial, serial_in};

use crate::book::{Sheet, Workbook};
use crate::error::Error;
use crate::evidence::{Ambiguity, Because, Evidence, Topic};
use crate::field::Field;
use crate::record::Kind;
use crate::template::{self, Column, Header, Hint, IdRule, Template, ZoneRule};
use crate::text::Encoding;
use crate::{DateOrder, DecimalSign};

/// A guess: the decisions, what they rest on, and where another reading fits, too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    /// How the file would be read.
    pub template: Template,
    /// What each decision rests on.
    pub evidence: Vec<Evidence>,
    /// Decisions that the file does not settle. They are taken, but should be shown.
    pub ambiguities: Vec<Ambiguity>,
}

/// Guesses sheet, headings, columns and styles of a workbook.
///
/// # Errors
/// [`Error::NoRecords`] where no sheet has a column of dates that sessions could begin at, nor
/// ids beside amounts.
pub fn guess(book: &Workbook<'_>, hint: &Hint) -> Result<Guess, Error> {
    guess_with(book, hint, &[])
}

/// Guesses what a person has not decided: their changes hold, whatever the file looks like, and
/// settle the questions that they answer.
///
/// # Errors
/// [`Error::NoRecords`] where no sheet has records under these changes; [`Error::BadChange`].
pub fn guess_with(book: &Workbook<'_>, hint: &Hint, changes: &[Change]) -> Result<Guess, Error> {
    let draft = best(book, changes)?.filter(Draft::has_records);
    draft.ok_or(Error::NoRecords)?.finish(book, hint, changes)
}

/// The same where no sheet has records yet, so that a person can say which columns make some.
///
/// # Errors
/// [`Error::NoRecords`] where there is no table at all; [`Error::BadChange`].
pub fn lay_out(book: &Workbook<'_>, hint: &Hint, changes: &[Change]) -> Result<Guess, Error> {
    let draft = best(book, changes)?.filter(|draft| draft.headings.len() > 1 && draft.rows > 0);
    draft.ok_or(Error::NoRecords)?.finish(book, hint, changes)
}

/// The sheet that looks most like charging records, under a person's changes.
fn best<'a>(book: &'a Workbook<'_>, changes: &[Change]) -> Result<Option<Draft<'a>>, Error> {
    let wanted = revise::wanted(changes)?;
    let mut best: Option<Draft<'a>> = None;
    for sheet in book.sheets() {
        if wanted.sheet.is_some_and(|name| name != sheet.name()) {
            continue;
        }
        let mut draft = Draft::of(sheet, wanted.header);
        revise::columns(&mut draft.columns, &draft.headings, changes)?;
        let worth = |draft: &Draft<'_>| (draft.has_records(), draft.worth());
        if best
            .as_ref()
            .is_none_or(|best| worth(&draft) >= worth(best))
        {
            best = Some(draft);
        }
    }
    if let (None, Some(name)) = (&best, wanted.sheet) {
        return Err(Error::NoSuchSheet(name.to_owned()));
    }
    Ok(best)
}

/// One sheet with its headings and columns, before the styles are known.
struct Draft<'a> {
    sheet: &'a Sheet<'a>,
    header: Option<Header>,
    headings: Vec<String>,
    columns: Vec<Column>,
    rows: usize,
    evidence: Vec<Evidence>,
    ambiguities: Vec<Ambiguity>,
}

impl<'a> Draft<'a> {
    fn of(sheet: &'a Sheet<'a>, headings: Headings) -> Draft<'a> {
        let found = match headings {
            Headings::Said(rows) => header::at(sheet, rows),
            Headings::Anywhere => header::find(sheet),
        };
        let profiles = columns::profile(sheet, found.header);
        let headings = found.full(profiles.len());
        let columns = columns::assign(&found, &headings, &profiles);
        Draft {
            sheet,
            header: found.header,
            rows: profiles
                .iter()
                .map(|profile| profile.filled)
                .max()
                .unwrap_or(0),
            headings,
            columns,
            evidence: Vec::new(),
            ambiguities: Vec::new(),
        }
    }

    fn has(&self, field: Field) -> bool {
        self.columns.iter().any(|column| column.field == field)
    }

    /// Whether rows can be told apart and say something.
    fn has_records(&self) -> bool {
        template::has_records(&self.columns)
    }

    /// All decisions: the person's, and guesses for the rest.
    fn finish(
        mut self,
        book: &Workbook<'_>,
        hint: &Hint,
        changes: &[Change],
    ) -> Result<Guess, Error> {
        self.about_file(book);
        self.about_columns();
        let survey = survey::Survey::of(self.sheet, &self.columns, self.header, book.is_1904());
        let mut guess = decide::decide(self, &survey, hint);
        revise::settle(&mut guess, changes)?;
        Ok(guess)
    }

    /// How much the sheet looks like charging records.
    fn worth(&self) -> (usize, usize) {
        let known = self
            .columns
            .iter()
            .filter(|column| column.field != Field::Other)
            .count();
        let vital = [Field::StartAt, Field::EndAt, Field::Energy].map(|field| self.has(field));
        (
            known + 3 * vital.iter().filter(|&&has| has).count(),
            self.rows,
        )
    }

    /// Encoding, separator, date system and sheet.
    fn about_file(&mut self, book: &Workbook<'_>) {
        if let Some((encoding, has_mark, separator)) = self.sheet.text_style() {
            let because = if has_mark {
                Because::ByteOrderMark
            } else {
                Because::ValidBytes
            };
            let name = match encoding {
                Encoding::Utf8 => "utf-8",
                Encoding::Utf16Le => "utf-16le",
                Encoding::Utf16Be => "utf-16be",
                Encoding::Windows1252 => "windows-1252",
            };
            self.evidence
                .push(Evidence::new(Topic::Encoding, name, because));
            let name = match separator {
                '\t' => "tab".to_owned(),
                ';' => "semicolon".to_owned(),
                ',' => "comma".to_owned(),
                '|' => "bar".to_owned(),
                other => other.to_string(),
            };
            self.evidence
                .push(Evidence::new(Topic::Separator, name, Because::EvenColumns));
        } else {
            let name = self.sheet.name();
            self.evidence
                .push(Evidence::new(Topic::Sheet, name, Because::MostFields));
        }
        if book.is_1904() {
            self.evidence
                .push(Evidence::new(Topic::DateSystem, "1904", Because::Workbook));
        }
    }

    /// Header rows and the field of each column.
    fn about_columns(&mut self) {
        if let Some(header) = self.header {
            let rows = header.to_string();
            let evidence = Evidence::new(Topic::Header, rows, Because::MostNames);
            self.evidence.push(evidence.at(header.first));
        }
        for column in &self.columns {
            let because = if self.header.is_some() {
                Because::Heading
            } else {
                Because::Cells
            };
            let field = field_name(column.field);
            let evidence = Evidence::new(Topic::Column, field, because);
            self.evidence.push(evidence.in_column(&column.heading));
        }
    }

    /// The template, with decisions that [`decide`] fills in.
    fn into_guess(self) -> Guess {
        let template = Template {
            kind: Kind::Cdrs,
            sheet: self.sheet.name().to_owned(),
            header: self.header,
            headings: self.headings,
            columns: self.columns,
            dates: DateOrder::DayFirst,
            zone: ZoneRule::Partner,
            currency: None,
            vat_rate: None,
            amount_is_gross: false,
            id: IdRule::Content,
            replace: Vec::new(),
            instead: Vec::new(),
        };
        Guess {
            template,
            evidence: self.evidence,
            ambiguities: self.ambiguities,
        }
    }
}

/// A field's stable name, as in a stored template.
fn field_name(field: Field) -> String {
    let debug = format!("{field:?}");
    crate::heading::words(&debug).join("_")
}

/// The stable name of a decimal sign.
fn sign_name(sign: DecimalSign) -> &'static str {
    match sign {
        DecimalSign::Dot => "dot",
        DecimalSign::Comma => "comma",
    }
}
