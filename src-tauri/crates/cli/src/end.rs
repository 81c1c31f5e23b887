//! How a run ends: exit status, and the problem when it could not be done.

use std::process::ExitCode;

use office::Error;
use office::api::Problem;
use serde_json::json;

/// A run that was carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Done.
    Done,
    /// Done, and something needs a person.
    NeedsAPerson,
}

impl End {
    /// [`End::NeedsAPerson`] when `needed`.
    pub fn needing(needed: bool) -> End {
        if needed { End::NeedsAPerson } else { End::Done }
    }
}

impl From<End> for ExitCode {
    fn from(end: End) -> ExitCode {
        match end {
            End::Done => ExitCode::SUCCESS,
            End::NeedsAPerson => ExitCode::from(1),
        }
    }
}

/// A run that was not, or only partly, carried out.
#[derive(Debug)]
pub struct Failure {
    problem: Box<Problem>,
    status: u8,
    /// A JSON document that says what was done before it stopped.
    done: Option<serde_json::Value>,
    /// Whether the JSON document is printed already.
    is_told: bool,
}

impl Failure {
    /// Wrong usage: nothing was done.
    pub fn usage(text: impl Into<String>) -> Failure {
        let problem = Problem {
            code: "usage".to_owned(),
            retry: "after_change".to_owned(),
            text: text.into(),
            params: std::collections::BTreeMap::default(),
        };
        Failure {
            problem: Box::new(problem),
            status: 2,
            done: None,
            is_told: false,
        }
    }

    /// There is nothing to do it with: nothing was done.
    pub fn nothing(code: &str, text: String) -> Failure {
        let mut failure = Failure::usage(text);
        code.clone_into(&mut failure.problem.code);
        failure
    }

    /// Nothing was done, for this problem.
    pub fn of(problem: Problem) -> Failure {
        Failure {
            problem: Box::new(problem),
            status: 2,
            done: None,
            is_told: false,
        }
    }

    /// It stopped part-way, and what was done is told already.
    pub fn told(code: &str, text: String) -> Failure {
        let mut failure = Failure::nothing(code, text);
        failure.status = 3;
        failure.is_told = true;
        failure
    }

    /// It stopped part-way: what was done is kept.
    pub fn part_way(error: Error, done: serde_json::Value) -> Failure {
        Failure {
            problem: Box::new(error.into()),
            status: 3,
            done: Some(done),
            is_told: false,
        }
    }

    /// Prints it and gives the exit status: JSON on standard output, else a line on standard error.
    pub fn tell(self, as_json: bool) -> ExitCode {
        let Problem {
            code, retry, text, ..
        } = *self.problem;
        if as_json && !self.is_told {
            let problem = json!({ "code": code, "text": text, "retry": retry });
            let document = match self.done {
                Some(serde_json::Value::Object(mut done)) => {
                    done.insert("problem".to_owned(), problem);
                    serde_json::Value::Object(done)
                }
                Some(_) | None => json!({ "problem": problem }),
            };
            println!("{document}");
        } else if !as_json {
            eprintln!("tallywatt: {text}");
        }
        ExitCode::from(self.status)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        let status = match &error {
            Error::Cancelled | Error::Unfinished(_) => 3,
            Error::Partner(_)
            | Error::Secrets(_)
            | Error::Book(_)
            | Error::File { .. }
            | Error::NotWritten { .. }
            | Error::Unreadable { .. }
            | Error::PartnerNeeded(_)
            | Error::Unclear { .. }
            | Error::UnknownPartner(_)
            | Error::UnknownRow { .. }
            | Error::UnknownView(_)
            | Error::Refused { .. }
            | Error::BadRequest { .. } => 2,
        };
        let is_unclear = matches!(error, Error::Unclear { .. });
        let mut problem: Problem = error.into();
        if is_unclear {
            problem
                .text
                .push_str("; say which with --set WHAT[@COLUMN]=VALUE, or with --template NAME");
        }
        Failure {
            problem: Box::new(problem),
            status,
            done: None,
            is_told: false,
        }
    }
}
