//! What goes over the wire in one exchange: how a request speaks, and what came back.

use std::collections::BTreeMap;

use domain::OcpiVersion;
use serde::{Deserialize, Serialize};

use crate::problem::Problem;

/// How a request speaks: in which version, and whether it names who speaks with whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speaking {
    pub(crate) version: Option<OcpiVersion>,
    pub(crate) routed: bool,
}

impl Speaking {
    /// To versions, details, credentials, hubclientinfo: these are between two servers, so that
    /// they never carry routing headers. The first request of all knows no version yet.
    pub fn configuration(version: Option<OcpiVersion>) -> Self {
        Speaking {
            version,
            routed: false,
        }
    }

    /// To a functional module: with routing headers from 2.2 on.
    pub fn module(version: OcpiVersion) -> Self {
        Speaking {
            version: Some(version),
            routed: version > OcpiVersion::V211,
        }
    }
}

/// What was said in one exchange; kept as evidence with what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// The address asked for.
    pub url: String,
    /// Ours, new for each request.
    pub request_id: String,
    /// Ours, one for all requests of a run.
    pub correlation_id: String,
    /// HTTP status.
    pub status: u16,
    /// Headers of the answer.
    pub headers: BTreeMap<String, String>,
}

impl Exchange {
    /// A header of the answer; names have no case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let name = name.to_ascii_lowercase();
        self.headers.get(&name).map(String::as_str)
    }

    /// The request id that the server answered with.
    pub fn answered_request_id(&self) -> Option<&str> {
        self.header("x-request-id")
    }

    /// The correlation id that the server answered with.
    pub fn answered_correlation_id(&self) -> Option<&str> {
        self.header("x-correlation-id")
    }
}

/// An answer: what was said, and its body unpacked.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The exchange.
    pub exchange: Exchange,
    /// The body.
    pub body: Vec<u8>,
}

/// A request that should change something, and came to nothing that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What stands in the way.
    pub problem: Problem,
    /// Whether the server may have done it all the same.
    pub unknown: bool,
    /// The OCPI status inside an HTTP error, where there was one.
    pub ocpi: Option<u32>,
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Failure {
            problem,
            unknown: false,
            ocpi: None,
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        failure.problem
    }
}
