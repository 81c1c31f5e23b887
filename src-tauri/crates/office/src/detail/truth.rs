//! Whose figures count for one CDR, with what every source tells.

use billing::truth::{Counts, Figure, Seconds, Sources, Told, judge};
use domain::{Finding, Instant, Kwh, SourceOrder, TruthSource, Tz};
use ocpi::Reader;

use super::decimal;
use crate::api::{TruthDto, TruthSourceDto};
use crate::desk::Desk;
use crate::error::Result;
use crate::replay::Explained;
use crate::{truth, words};

/// Every figure with its sources, and the findings. Nothing of a CDR that is not judged.
pub(super) fn told(desk: &Desk, explained: &Explained) -> Result<(Vec<TruthDto>, Vec<Finding>)> {
    let (book, stored) = (&desk.book, &explained.stored);
    if !truth::is_judged(&explained.cdr) {
        return Ok((Vec::new(), Vec::new()));
    }
    let partner = store::party::key(book, stored.partner)?;
    let (rule, _) = truth::rule(book, &partner, stored.own)?;
    let outcome = store::outcome::get(book, stored.row)?;
    let owner = if stored.own { book.party() } else { &partner };
    let session = match outcome.and_then(|outcome| outcome.session) {
        Some(row) => truth::session(book, &mut Reader::new(), row, owner)?,
        None => None,
    };
    let sources = truth::sources(&explained.cdr, &explained.raw, session.as_ref());
    let judged = judge(&rule, &sources);
    let zone = explained.chosen.zone.unwrap_or(Tz::UTC);
    let kwh = |kwh: Kwh| (decimal(kwh.0), None);
    let at = |at: Instant| (words::instant(at), Some(words::local(at, zone)));
    let by = |energy: &Counts<Kwh>| energy.stated.0.checked_sub(energy.figure.0).map(decimal);
    let late = |c: &Counts<Instant>| Some(Seconds::between(c.figure, c.stated).to_string());
    let (energy, start, end) = (&judged.energy, &judged.start, &judged.end);
    let rows = vec![
        row(
            "energy",
            &rule.energy,
            (energy, by(energy)),
            &sources,
            |t| &t.energy,
            kwh,
        ),
        row(
            "start",
            &rule.start,
            (start, late(start)),
            &sources,
            |t| &t.start,
            at,
        ),
        row("end", &rule.end, (end, late(end)), &sources, |t| &t.end, at),
    ];
    Ok((rows, judged.findings()))
}

/// One figure of every source.
fn row<T: Copy>(
    figure: &str,
    order: &SourceOrder,
    (counts, difference): (&Counts<T>, Option<String>),
    sources: &Sources,
    of: fn(&Told) -> &Figure<T>,
    text: impl Fn(T) -> (String, Option<String>),
) -> TruthDto {
    let mut told: Vec<TruthSourceDto> = sources
        .figures(of)
        .into_iter()
        .map(|(source, figure)| dto(source, figure, &text))
        .collect();
    told.push(dto(TruthSource::Cdr, &Figure::fit(counts.stated), &text));
    TruthDto {
        figure: figure.to_owned(),
        order: order.to_string(),
        sources: told,
        counts: counts.source.as_str().to_owned(),
        difference,
        differs: counts.differs,
    }
}

fn dto<T: Copy>(
    source: TruthSource,
    figure: &Figure<T>,
    text: impl Fn(T) -> (String, Option<String>),
) -> TruthSourceDto {
    let (told, local) = figure.told.map(text).unzip();
    let unfit = figure.unfit.as_ref();
    TruthSourceDto {
        source: source.as_str().to_owned(),
        told,
        local: local.flatten(),
        unfit: unfit.map(|why| why.as_str().to_owned()),
        detail: unfit.map(|why| why.detail().to_owned()).unwrap_or_default(),
    }
}
