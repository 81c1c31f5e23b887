//! A team's kept sample sessions: each priced under its own zone, tariffs and policy, and compared
//! with what the team expects. A broken sample is told and stops none of the others.

use std::path::Path;

use domain::{Severity, Verdict};
use ocpi::stream::Piece;
use serde::Serialize;

pub use super::expected::Unmet;
use super::{PriceRequest, PricedCdr, dto, price, sample, unpriced};
use crate::error::Result;
use crate::outside::{self, bytes, unreadable};
use crate::{detail, words};

/// A sample that was priced, or why it could not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PricedSample {
    /// Its id; `None` where it could not be read.
    pub sample: Option<String>,
    /// Whether every expected figure is met; `None` where none is expected.
    pub as_expected: Option<bool>,
    /// The expected figures that are not.
    pub unmet: Vec<Unmet>,
    /// The price, as of any CDR.
    #[serde(flatten)]
    pub priced: PricedCdr,
}

impl PricedSample {
    /// Whether somebody should look at it: it differs from what is stated or expected, or some of
    /// what is expected could not be understood.
    pub fn needs_a_person(&self) -> bool {
        self.as_expected == Some(false)
            || self.priced.verdict != detail::verdict(Verdict::Matches)
            || self.priced.findings.iter().any(|finding| {
                finding.at.starts_with("expected")
                    && finding.severity == words::severity(Severity::Error)
            })
    }
}

/// Prices every sample of a file: a list, or one after the other. `request` holds for what a
/// sample leaves out; its paths start at the file's folder.
pub fn price_samples(file: &Path, request: &PriceRequest) -> Result<Vec<PricedSample>> {
    let text = bytes(file)?;
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut priced = Vec::new();
    outside::each_piece(&text, |piece| match piece {
        Piece::Record(raw) => {
            let text = String::from_utf8_lossy(raw.bytes);
            priced.push(one(sample::read(&text, folder, request)));
        }
        Piece::Broken(_, finding) => priced.push(PricedSample {
            sample: None,
            as_expected: None,
            unmet: Vec::new(),
            priced: unpriced(vec![words::finding(&finding)]),
        }),
        // Something between the samples; none is lost by it.
        Piece::Note(_) => {}
    });
    // Nothing but noise is no file of samples.
    if priced.iter().all(|one| one.sample.is_none()) && !text.contains(&b'{') {
        return Err(unreadable(file, "it holds no sample"));
    }
    Ok(priced)
}

fn one(sample: sample::Sample) -> PricedSample {
    let (priced, unmet) = match &sample.job {
        Some(job) => {
            let tariffs: Vec<_> = job.tariffs.iter().collect();
            let price = price(&job.cdr, &tariffs, &job.request);
            let unmet = sample.expected.unmet(Some(&price.replay));
            let mut priced = dto(&job.cdr, price, &job.read);
            priced.findings.extend(sample.findings);
            (priced, unmet)
        }
        None => (unpriced(sample.findings), sample.expected.unmet(None)),
    };
    PricedSample {
        sample: sample.id,
        as_expected: (!sample.expected.is_empty()).then_some(unmet.is_empty()),
        unmet,
        priced,
    }
}
