//! What stands in the way of an exchange: a stable code, a sentence for people, and whether trying
//! again later can help. No text ever holds a token.

use std::fmt;

/// Why an exchange came to nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Problem {
    /// What it is, stable for scripts.
    pub code: Code,
    /// What happened, where, and what to do.
    pub text: String,
    /// The HTTP or OCPI status that was answered, where that is the problem.
    pub status: Option<u32>,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $text:literal, $retry:literal;)*) => {
        /// The kinds of problem.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $($(#[$doc])* $variant,)*
        }

        impl Code {
            /// Its stable name.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Code::$variant => $text,)*
                }
            }

            /// Whether the same may work later without anybody changing anything.
            pub fn may_pass(self) -> bool {
                match self {
                    $(Code::$variant => $retry,)*
                }
            }
        }
    };
}

codes! {
    /// The address cannot be used.
    BadAddress = "bad_address", false;
    /// Plain http where https is due.
    Insecure = "insecure", false;
    /// The token would go to another host, scheme or port.
    OtherHost = "other_host", false;
    /// A name that leads into a private network.
    PrivateAddress = "private_address", false;
    /// No connection.
    Unreachable = "unreachable", true;
    /// The certificate cannot be trusted.
    Tls = "tls", false;
    /// No complete answer in time.
    Timeout = "timeout", true;
    /// The connection ended inside an answer.
    CutOff = "cut_off", true;
    /// An answer beyond the limit.
    TooLarge = "too_large", false;
    /// The token is refused.
    Unauthorized = "unauthorized", false;
    /// Asked too often.
    RateLimited = "rate_limited", true;
    /// An HTTP status that is no success.
    HttpStatus = "http_status", true;
    /// An OCPI status that is no success.
    OcpiStatus = "ocpi_status", true;
    /// The answer is no OCPI envelope.
    NotOcpi = "not_ocpi", true;
    /// The server leads in circles.
    Loop = "loop", true;
    /// More redirects or pages than are followed.
    TooMany = "too_many", false;
    /// No version in common.
    NoVersion = "no_version", false;
    /// The partner does not offer what is asked for.
    NoEndpoint = "no_endpoint", false;
    /// The partner could not call us back.
    NoCallback = "no_callback", false;
    /// The partner has a registration of ours already.
    AlreadyRegistered = "already_registered", false;
    /// The partner has no registration of ours.
    NotRegistered = "not_registered", false;
    /// Whether the partner did what was asked is not known.
    OutcomeUnknown = "outcome_unknown", false;
    /// The partner changed the token, and the new one did not arrive.
    TokenLost = "token_lost", false;
    /// Our own role is not given.
    NoRole = "no_role", false;
    /// No port to listen at.
    CannotListen = "cannot_listen", false;
    /// Stopped by the user.
    Cancelled = "cancelled", true;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Problem {
    pub(crate) fn new(code: Code, text: impl Into<String>) -> Self {
        Problem {
            code,
            text: text.into(),
            status: None,
        }
    }

    pub(crate) fn with_status(self, status: u32) -> Self {
        Problem {
            status: Some(status),
            ..self
        }
    }

    /// The same with one more sentence.
    pub(crate) fn and(mut self, sentence: &str) -> Self {
        self.text.push(' ');
        self.text.push_str(sentence);
        self
    }

    /// The same as another kind of problem.
    pub(crate) fn with_code(self, code: Code) -> Self {
        Problem { code, ..self }
    }
}

/// The outcome of an exchange.
pub type Result<T> = std::result::Result<T, Problem>;
