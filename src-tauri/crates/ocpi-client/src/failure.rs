//! A try that failed: why, whether it may be tried again, and whether the server may have done
//! what was asked all the same.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::RETRY_AFTER;
use reqwest::{StatusCode, Url};

use crate::address::shown;
use crate::envelope;
use crate::exchange::Failure;
use crate::guard::Private;
use crate::problem::{Code, Problem};

/// Whether a failed try may be tried again.
#[derive(Clone, Copy)]
pub(crate) enum Again {
    No,
    /// After a pause of our own.
    Later,
    /// After as long as the server says.
    After(Duration),
}

/// A failed try.
pub(crate) struct Failed {
    pub problem: Problem,
    /// Whether to try again.
    pub again: Again,
    /// Whether the token may have been refused.
    pub refused: bool,
    /// Whether the server may have done what was asked.
    pub unknown: bool,
    /// The OCPI status inside an HTTP error.
    pub ocpi: Option<u32>,
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        Failed {
            problem,
            again: Again::No,
            refused: false,
            unknown: false,
            ocpi: None,
        }
    }
}

impl From<Failed> for Failure {
    fn from(failed: Failed) -> Self {
        Failure {
            problem: failed.problem,
            unknown: failed.unknown,
            ocpi: failed.ocpi,
        }
    }
}

impl Failed {
    /// May pass, and nothing was done.
    fn again(problem: Problem) -> Self {
        Failed {
            again: Again::Later,
            ..problem.into()
        }
    }

    /// After the request went out: what the server made of it is not known.
    pub fn after_sending(self) -> Self {
        Failed {
            unknown: true,
            ..self
        }
    }
}

pub(crate) fn cancelled() -> Problem {
    Problem::new(Code::Cancelled, "Stopped. What was received is kept.")
}

pub(crate) fn cut_off(url: &Url) -> Failed {
    let text = format!("{} broke off inside its answer.", shown(url));
    Failed::again(Problem::new(Code::CutOff, text)).after_sending()
}

pub(crate) fn too_slow(url: &Url, within: Duration) -> Failed {
    let seconds = within.as_secs();
    let text = format!("{} gave no whole answer within {seconds} s.", shown(url));
    Failed::again(Problem::new(Code::Timeout, text)).after_sending()
}

pub(crate) fn too_large(text: String) -> Failed {
    Failed::from(Problem::new(Code::TooLarge, text)).after_sending()
}

/// Why no answer began. Where not even a connection stood, nothing was done.
pub(crate) fn no_answer(url: &Url, error: &reqwest::Error) -> Failed {
    let mut causes = Vec::new();
    let mut source: Option<&dyn std::error::Error> = Some(error);
    while let Some(cause) = source {
        if let Some(private) = cause.downcast_ref::<Private>() {
            return private.problem().into();
        }
        causes.push(cause.to_string());
        source = cause.source();
    }
    let reason = causes.last().cloned().unwrap_or_default();
    let all = causes.join(": ").to_lowercase();
    let host = shown(url);
    let failed: Failed = if all.contains("certificate") || all.contains("invalid peer") {
        let text = format!(
            "The certificate of {host} cannot be trusted: {reason}. Ask the partner, or give the \
             authority that issued it."
        );
        Problem::new(Code::Tls, text).into()
    } else if error.is_timeout() {
        let text = format!("{host} cannot be reached in time.");
        Failed::again(Problem::new(Code::Timeout, text))
    } else if error.is_connect() {
        let text = format!("{host} cannot be reached: {reason}.");
        Failed::again(Problem::new(Code::Unreachable, text))
    } else {
        cut_off(url)
    };
    Failed {
        unknown: !error.is_connect(),
        ..failed
    }
}

/// A redirect that a request with a body does not follow.
pub(crate) fn elsewhere(url: &Url, status: u16) -> Failed {
    let text = format!(
        "{} points elsewhere (HTTP {status}), where nothing can be sent to. Ask the partner for \
         the address itself.",
        shown(url)
    );
    let problem = Problem::new(Code::HttpStatus, text).with_status(u32::from(status));
    Failed {
        // 303 is how servers answer what they have taken in.
        unknown: status == 303,
        ..problem.into()
    }
}

/// The token is refused one way; sent the other way, the answer is a failure inside a success.
pub(crate) fn neither_way(refused: Failed, body: &[u8]) -> Failed {
    let said = envelope::said(body).unwrap_or_default();
    let also = format!("Sent the other way, the answer is that it failed{said}.");
    Failed {
        problem: refused.problem.and(&also),
        ..refused
    }
}

/// What an HTTP status that is no success means.
pub(crate) fn refusal(
    url: &Url,
    status: StatusCode,
    headers: &BTreeMap<String, String>,
    body: &[u8],
) -> Failed {
    let host = shown(url);
    let said = envelope::said(body).unwrap_or_default();
    let number = status.as_u16();
    let (code, text, passes) = match number {
        401 | 403 => {
            let text = format!("{host} refuses the token (HTTP {number}{said}).");
            (Code::Unauthorized, text, false)
        }
        429 => {
            let text = format!("{host} is asked too often (HTTP 429{said}).");
            (Code::RateLimited, text, true)
        }
        502..=504 => {
            let text = format!("{host} cannot answer now (HTTP {number}{said}).");
            (Code::HttpStatus, text, true)
        }
        _ => {
            let text = format!("{host} answers with HTTP {number}{said}.");
            (Code::HttpStatus, text, false)
        }
    };
    let asked = headers.get(RETRY_AFTER.as_str());
    let asked = asked.and_then(|value| value.trim().parse().ok());
    Failed {
        problem: Problem::new(code, text).with_status(u32::from(number)),
        again: match asked.map(Duration::from_secs) {
            _ if !passes => Again::No,
            Some(asked) => Again::After(asked),
            None => Again::Later,
        },
        refused: matches!(number, 401 | 403 | 500),
        // 503 turns a request away; any other failure may come after the work.
        unknown: status.is_server_error() && number != 503,
        ocpi: envelope::status(body),
    }
}
