//! How a spreadsheet is to be read: by a template of its partner where one fits, else as it looks;
//! in both cases as a person changed it. What the file leaves open is asked, not guessed over.

#[cfg(test)]
mod tests;

use sheet::{Change, Evidence, Fit, Hint, Template, Topic, Workbook};
use store::Book;
use store::row::ImportRow;

use super::prepare::Context;
use super::source::Source;
use super::table::{self, unreadable};
use super::tally::Kept;
use crate::api::{ChangeDto, ImportRequest, QuestionDto, TemplateUse};
use crate::error::{Error, Result};
use crate::{templates, words};

/// A spreadsheet with the way it is to be read.
pub(crate) struct Opened<'a> {
    /// Its sheets.
    pub(crate) workbook: Workbook<'a>,
    /// Whose it is.
    pub(crate) hint: Hint,
    /// How it is read.
    pub(crate) template: Template,
    /// Why.
    pub(crate) evidence: Vec<Evidence>,
    /// What a person has to say first.
    pub(crate) questions: Vec<QuestionDto>,
    /// The template it is read by.
    pub(crate) used: Option<TemplateUse>,
    /// The import whose rejected rows it brings repaired, and its file.
    pub(crate) continues: Option<(ImportRow, String)>,
}

/// The rows of an earlier import, come back.
struct Continued {
    import: ImportRow,
    file: String,
    template: Option<Template>,
}

/// Opens a spreadsheet and finds out how it is to be read. Rows that come back repaired belong to
/// the partner of the import that rejected them.
pub(crate) fn open<'a>(
    book: &Book,
    (source, bytes): (&Source<'_>, &'a [u8]),
    request: &ImportRequest,
    context: &mut Context,
) -> Result<Opened<'a>> {
    let opened = match &context.old_sheets {
        Some(reader) => sheet::open_with(bytes, reader),
        None => sheet::open(bytes),
    };
    let workbook = opened.map_err(|error| unreadable(source, &error))?;
    let continued = continued(book, &workbook, context)?;
    let hint = table::hint(book, request, context)?;
    let file = File {
        book,
        source,
        request,
        hint: &hint,
    };
    let read = file.read(&workbook, continued.as_ref())?;
    let (mut template, evidence, questions, used) = read;
    template.currency.get_or_insert(hint.currency);
    Ok(Opened {
        workbook,
        hint,
        template,
        evidence,
        questions,
        used,
        continues: continued.map(|found| (found.import, found.file)),
    })
}

/// The import whose rejected rows a workbook brings back.
fn continued(
    book: &Book,
    workbook: &Workbook<'_>,
    context: &mut Context,
) -> Result<Option<Continued>> {
    let Some(marked) = sheet::rejects_of(workbook) else {
        return Ok(None);
    };
    let Some(sha256) = words::unhex(&marked.source) else {
        return Ok(None);
    };
    let Some(first) = store::import::of_file(book, &sha256)? else {
        return Ok(None);
    };
    let party = first.party.map(|row| store::party::key(book, row));
    let party = party.transpose()?;
    if context.partner.is_none() {
        context.partner = party;
    } else if context.partner != party {
        return Ok(None);
    }
    let kept: Kept = serde_json::from_str(&first.result).map_err(store::Error::from)?;
    Ok(Some(Continued {
        import: first.row,
        file: first.file,
        template: kept.reading,
    }))
}

/// A file that is asked about.
struct File<'a> {
    book: &'a Book,
    source: &'a Source<'a>,
    request: &'a ImportRequest,
    hint: &'a Hint,
}

type Read = (
    Template,
    Vec<Evidence>,
    Vec<QuestionDto>,
    Option<TemplateUse>,
);

/// A template to begin with, moved onto the file.
struct Base {
    template: Template,
    /// As it was kept, with the columns that are gone.
    kept: Template,
    used: Option<TemplateUse>,
    /// Whether what has drifted is asked about.
    asks: bool,
}

impl File<'_> {
    fn read(&self, workbook: &Workbook<'_>, continued: Option<&Continued>) -> Result<Read> {
        let changes = changes(self.request)?;
        let by_file = |change: &Change| matches!(change.what, Topic::Sheet | Topic::Header);
        let base = match continued.and_then(|found| found.template.as_ref()) {
            Some(kept) => sheet::moved(kept, workbook).map(|template| Base {
                template,
                kept: kept.clone(),
                used: None,
                asks: false,
            }),
            None if changes.iter().any(by_file) => None,
            None => self.base(workbook)?,
        };
        match base {
            Some(base) => self.by_template(workbook, base, &changes),
            None => self.by_looks(workbook, &changes),
        }
    }

    /// The partner's template that a person chose, else the one that fits best.
    fn base(&self, workbook: &Workbook<'_>) -> Result<Option<Base>> {
        match self.request.template.as_deref() {
            Some("") => return Ok(None),
            Some(name) => return self.chosen(workbook, name).map(Some),
            None => {}
        }
        let mut best: Option<(usize, Base)> = None;
        for (stored, kept) in templates::of_partner(self.book, &self.hint.party)? {
            let fit = sheet::fit(&kept, workbook);
            let drift = match &fit {
                Fit::Same => 0,
                Fit::Drifted { new, gone } => new.len() + gone.len(),
                Fit::Other => continue,
            };
            if best.as_ref().is_some_and(|(least, _)| *least <= drift) {
                continue;
            }
            if let Some(template) = sheet::moved(&kept, workbook) {
                let used = Some(use_of(&stored, &kept, fit));
                let base = Base {
                    template,
                    kept,
                    used,
                    asks: true,
                };
                best = Some((drift, base));
            }
        }
        Ok(best.map(|(_, base)| base))
    }

    fn chosen(&self, workbook: &Workbook<'_>, name: &str) -> Result<Base> {
        let (stored, kept) = templates::find(self.book, &self.hint.party, name)?;
        let Some(template) = sheet::moved(&kept, workbook) else {
            let text = format!(
                "{}: template {:?} is for another kind of file: too few of its columns are there",
                self.source.name, stored.name
            );
            return Err(Error::refused("template_unfit", text)
                .with("file", &self.source.name)
                .with("template", stored.name));
        };
        Ok(Base {
            used: Some(use_of(&stored, &kept, sheet::fit(&kept, workbook))),
            template,
            kept,
            asks: false,
        })
    }

    fn by_template(&self, workbook: &Workbook<'_>, base: Base, changes: &[Change]) -> Result<Read> {
        let gone = base
            .used
            .as_ref()
            .map_or(&[][..], |used| &used.gone_columns);
        // That a column is gone can only be agreed to.
        let is_agreement = |change: &&Change| {
            change.what == Topic::Column
                && change.value.is_empty()
                && change.column.as_ref().is_some_and(|c| gone.contains(c))
        };
        let (agreed, own): (Vec<&Change>, Vec<&Change>) = changes.iter().partition(is_agreement);
        let own: Vec<Change> = own.into_iter().cloned().collect();
        let template = sheet::revised(&base.template, workbook, self.hint, &own);
        let template = template.map_err(|error| self.problem(&error))?;
        let mut questions = Vec::new();
        if let Some(used) = base.used.as_ref().filter(|_| base.asks) {
            let said = |heading: &&String| {
                let mut changes = changes.iter().filter(|c| c.what == Topic::Column);
                changes.any(|change| change.column.as_ref() == Some(*heading))
            };
            let new = used.new_columns.iter().filter(|heading| !said(heading));
            questions.extend(new.map(|heading| about_column("new_column", heading)));
            let unread = |heading: &&String| {
                let mut kept = base.kept.columns.iter();
                let kept = kept.find(|column| column.heading == **heading);
                kept.is_some_and(|column| template.column(column.field).is_none())
            };
            let gone = used.gone_columns.iter();
            let is_agreed = |heading: &&String| {
                let mut agreed = agreed.iter();
                agreed.any(|change| change.column.as_ref() == Some(*heading))
            };
            let gone = gone.filter(|heading| !is_agreed(heading)).filter(unread);
            questions.extend(gone.map(|heading| about_column("gone_column", heading)));
        }
        let evidence = sheet::told(&template);
        Ok((template, evidence, questions, base.used))
    }

    fn by_looks(&self, workbook: &Workbook<'_>, changes: &[Change]) -> Result<Read> {
        let guess = match sheet::guess_with(workbook, self.hint, changes) {
            // What makes no records yet may still be said by a person.
            Err(sheet::Error::NoRecords) => sheet::lay_out(workbook, self.hint, changes),
            guess => guess,
        };
        let guess = guess.map_err(|error| self.problem(&error))?;
        let questions = guess.ambiguities.iter().map(question).collect();
        let doubtful = guess.ambiguities.iter().map(|open| &open.chosen);
        let doubtful = doubtful.filter(|chosen| !guess.evidence.contains(chosen));
        let evidence = guess.evidence.iter().chain(doubtful).cloned().collect();
        Ok((guess.template, evidence, questions, None))
    }

    fn problem(&self, error: &sheet::Error) -> Error {
        match error {
            sheet::Error::BadChange { .. } => Error::BadRequest {
                field: "changes",
                value: error.to_string(),
            },
            _ => unreadable(self.source, error),
        }
    }
}

impl Opened<'_> {
    /// Refuses to go on as long as something is open.
    pub(crate) fn settled(&self, source: &Source<'_>) -> Result<()> {
        if !self.template.has_records() {
            return Err(unreadable(source, &sheet::Error::NoRecords));
        }
        if self.questions.is_empty() {
            return Ok(());
        }
        Err(Error::Unclear {
            name: source.name.clone(),
            questions: self.questions.clone(),
        })
    }
}

/// What drifted between a template and a file; of what is gone only what was read counts.
fn use_of(kept: &store::template::Template, template: &Template, fit: Fit) -> TemplateUse {
    let (new_columns, gone) = match fit {
        Fit::Drifted { new, gone } => (new, gone),
        Fit::Same | Fit::Other => (Vec::new(), Vec::new()),
    };
    let read = |heading: &String| template.columns.iter().any(|c| c.heading == *heading);
    TemplateUse {
        name: kept.name.clone(),
        version: kept.version,
        new_columns,
        gone_columns: gone.into_iter().filter(read).collect(),
    }
}

fn about_column(what: &str, heading: &str) -> QuestionDto {
    QuestionDto {
        what: what.to_owned(),
        column: Some(heading.to_owned()),
        choices: Vec::new(),
        because: "template".to_owned(),
        row: None,
        sample: None,
    }
}

fn question(open: &sheet::Ambiguity) -> QuestionDto {
    let chosen = &open.chosen;
    QuestionDto {
        what: chosen.what.as_str().to_owned(),
        column: chosen.column.clone().filter(|name| !name.is_empty()),
        choices: vec![chosen.value.clone(), open.other.clone()],
        because: words::stable(&chosen.because),
        row: chosen.row,
        sample: chosen.sample.clone(),
    }
}

/// A person's changes; what the rows are comes first.
fn changes(request: &ImportRequest) -> Result<Vec<Change>> {
    let kind = request.kind.as_ref().map(|kind| ChangeDto {
        what: Topic::Kind.as_str().to_owned(),
        value: kind.clone(),
        ..ChangeDto::default()
    });
    kind.iter().chain(&request.changes).map(change).collect()
}

fn change(dto: &ChangeDto) -> Result<Change> {
    let what = Topic::ALL
        .into_iter()
        .find(|what| what.as_str() == dto.what);
    let what = what.ok_or_else(|| Error::BadRequest {
        field: "changes",
        value: dto.what.clone(),
    })?;
    Ok(Change {
        what,
        column: dto.column.clone().filter(|name| !name.is_empty()),
        value: dto.value.clone(),
        from: dto.from.clone(),
    })
}
