//! Why an operation could not be done, and how that crosses to the screens.

use std::collections::BTreeMap;

use crate::api::{Problem, QuestionDto};

/// Why a use case could not be done. Oddities of data are findings, not errors.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The book said no.
    #[error(transparent)]
    Book(#[from] store::Error),
    /// A file could not be read.
    #[error("{name}: {source}")]
    File {
        /// File name without folders.
        name: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file could not be written; nothing of it is left.
    #[error("{name}: {source}")]
    NotWritten {
        /// File name without folders.
        name: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file holds nothing we can read.
    #[error("{name}: {why}")]
    Unreadable {
        /// File name without folders.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// A partner's server did not do what was asked.
    #[error(transparent)]
    Partner(#[from] ocpi_client::Problem),
    /// A pull or push came only so far; what was done is kept.
    #[error("{}", .0.text)]
    Unfinished(crate::connections::Trouble),
    /// Tokens cannot be kept or found.
    #[error(transparent)]
    Secrets(#[from] secrets::SecretsError),
    /// Somebody asked to stop.
    #[error("stopped by request")]
    Cancelled,
    /// The file does not say whose records it holds.
    #[error("{0} does not say which partner it belongs to")]
    PartnerNeeded(String),
    /// A spreadsheet can be read in more than one way: a person has to say in which.
    #[error("{}", unclear(name, questions))]
    Unclear {
        /// File name without folders.
        name: String,
        /// What has to be said.
        questions: Vec<QuestionDto>,
    },
    /// There is no such partner.
    #[error("no partner {0}")]
    UnknownPartner(String),
    /// There is no such row.
    #[error("no {what} {row}")]
    UnknownRow {
        /// `cdr`, `session`, `import`, `invoice`, `decision`.
        what: &'static str,
        /// Its number.
        row: u32,
    },
    /// The view was closed meanwhile; open it again.
    #[error("the view {0} is closed")]
    UnknownView(u32),
    /// A field of the request cannot be understood.
    #[error("{field}: {value:?} is not understood")]
    BadRequest {
        /// Name of the field.
        field: &'static str,
        /// What stood there.
        value: String,
    },
    /// As things stand it is not allowed; a change elsewhere can make it so.
    #[error("{text}")]
    Refused {
        /// Why, as a stable word.
        code: &'static str,
        /// Why, in English.
        text: String,
        /// Named figures.
        params: Vec<(&'static str, String)>,
    },
}

/// What a file leaves open, in words.
fn unclear(name: &str, questions: &[QuestionDto]) -> String {
    let said = questions.iter().map(|question| {
        let column = question.column.as_deref().unwrap_or_default();
        match question.what.as_str() {
            "new_column" => format!("column {column:?} is new"),
            "gone_column" => format!("column {column:?} is missing"),
            what => {
                let at = match (&question.column, question.row, &question.sample) {
                    (Some(column), _, Some(sample)) => format!(" ({column}: {sample:?})"),
                    (None, Some(row), Some(sample)) => format!(" (row {row}: {sample:?})"),
                    (Some(column), _, None) => format!(" ({column})"),
                    (None, _, _) => String::new(),
                };
                format!("{what} is {}{at}", question.choices.join(" or "))
            }
        }
    });
    let said: Vec<String> = said.collect();
    format!(
        "{name} can be read in more than one way: {}",
        said.join("; ")
    )
}

/// The result of a use case.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A refusal with its reason.
    pub(crate) fn refused(code: &'static str, text: impl Into<String>) -> Error {
        Error::Refused {
            code,
            text: text.into(),
            params: Vec::new(),
        }
    }

    /// The same with one more figure.
    pub(crate) fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Error {
        if let Error::Refused { params, .. } = &mut self {
            params.push((name, value.to_string()));
        }
        self
    }
}

impl From<document::Error> for Error {
    fn from(error: document::Error) -> Error {
        let code = match &error {
            document::Error::MissingGlyph { .. } => "missing_glyph",
            document::Error::Pdf(_) => "pdf_failed",
        };
        Error::refused(code, error.to_string())
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        let text = error.to_string();
        let problem = |code: &str, retry: &str, params: &[(&str, String)]| Problem {
            code: code.to_owned(),
            retry: retry.to_owned(),
            text: text.clone(),
            params: params
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect::<BTreeMap<_, _>>(),
        };
        match error {
            Error::Book(error) => {
                let (code, retry) = book_code(&error);
                problem(code, retry, &[])
            }
            Error::File { name, .. } => problem("file_not_read", "after_change", &[("file", name)]),
            Error::NotWritten { name, .. } => {
                problem("file_not_written", "after_change", &[("file", name)])
            }
            Error::Unreadable { name, .. } => {
                problem("file_not_understood", "no", &[("file", name)])
            }
            Error::Partner(why) => {
                let retry = if why.code.may_pass() {
                    "later"
                } else {
                    "after_change"
                };
                problem(why.code.as_str(), retry, &[])
            }
            Error::Unfinished(why) => why.into(),
            Error::Secrets(_) => problem("secrets", "after_change", &[]),
            Error::Cancelled => problem("cancelled", "later", &[]),
            Error::PartnerNeeded(name) => {
                problem("partner_needed", "after_change", &[("file", name)])
            }
            Error::Unclear { name, questions } => problem(
                "file_unclear",
                "after_change",
                &[("file", name), ("count", questions.len().to_string())],
            ),
            Error::UnknownPartner(key) => {
                problem("unknown_partner", "after_change", &[("partner", key)])
            }
            Error::UnknownRow { what, row } => problem(
                "unknown_row",
                "no",
                &[("what", what.to_owned()), ("row", row.to_string())],
            ),
            Error::UnknownView(view) => {
                problem("unknown_view", "later", &[("view", view.to_string())])
            }
            Error::Refused { code, params, .. } => problem(code, "after_change", &params),
            Error::BadRequest { field, value } => problem(
                "bad_request",
                "after_change",
                &[("field", field.to_owned()), ("value", value)],
            ),
        }
    }
}

/// Code and retry of what the book says.
fn book_code(error: &store::Error) -> (&'static str, &'static str) {
    match error {
        store::Error::Sqlite(_) if error.is_busy() => ("book_locked", "later"),
        store::Error::Sqlite(_) => ("book_failed", "no"),
        store::Error::File { .. } => ("book_not_written", "after_change"),
        store::Error::Exists(_) => ("book_exists", "after_change"),
        store::Error::Missing(_) => ("book_missing", "after_change"),
        store::Error::NotABook(_) => ("not_a_book", "no"),
        store::Error::Newer { .. } => ("book_newer", "after_change"),
        store::Error::Damaged(_) | store::Error::Json(_) => ("book_damaged", "no"),
        store::Error::OutOfRange(_) => ("out_of_range", "no"),
    }
}
