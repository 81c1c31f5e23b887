//! The readings of the open points: what there are, and which a partner seems to use.

#[cfg(test)]
mod tests;

use domain::{Cdr, Policy};
use ocpi::Reader;
use store::cdr::CdrSource;
use store::raw::Blocks;
use store::row::CdrRow;
use tariff::MonthCdr;

use crate::api::{InferRequest, InferredDto, SwitchDto};
use crate::desk::Desk;
use crate::error::Result;
use crate::job::{Job, Progress};
use crate::replay::{Chosen, Ground, Lookups, read_source};
use crate::{causes, partners, reconcile};

/// Most CDRs of a month that are looked at, evenly spread over it.
const LOOKED_AT: usize = 1_000;

/// Every switch with its readings, the standard one first.
pub fn switches() -> Vec<SwitchDto> {
    let dto = |switch: &domain::Switch| SwitchDto {
        name: switch.name.to_owned(),
        readings: switch
            .readings
            .iter()
            .map(|text| (*text).to_owned())
            .collect(),
    };
    Policy::SWITCHES.iter().map(dto).collect()
}

/// Finds the policy that explains most CDRs of a partner-month. Nothing is stored.
pub fn infer(desk: &Desk, job: &mut Job<'_>, request: &InferRequest) -> Result<InferredDto> {
    let (partner, month) = reconcile::parse(desk, &request.partner, &request.month)?;
    let row = partners::row(&desk.book, &partner)?;
    let all = store::cdr::of_month(&desk.book, row, month, CdrRow(0), u32::MAX)?;
    let read = read_spread(desk, job, &all)?;
    let agreement = partners::partner(desk, &partner)?.agreement;
    let grounds = read
        .iter()
        .map(|(_, chosen)| Ground::agreed(chosen, agreement.policy));
    let grounds: Vec<Ground> = grounds.collect();
    let stands = read.iter().zip(&grounds);
    let stands: Vec<_> = stands
        .map(|((cdr, chosen), ground)| ground.stand(cdr, chosen))
        .collect();
    let month: Vec<MonthCdr<'_>> = read
        .iter()
        .zip(&grounds)
        .zip(&stands)
        .map(|(((cdr, _), ground), stand)| MonthCdr {
            cdr,
            input: stand.input(cdr, ground),
            tolerance: agreement.tolerance,
        })
        .collect();
    let found = tariff::infer_policy(&month);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    Ok(InferredDto {
        changes: causes::readings(&found.changes),
        policy: partners::readings(&found.policy),
        explained: count(found.explained),
        with_parts: count(found.with_parts),
        before: count(found.before),
        of: count(found.of),
        held: count(all.len()),
        text: found.text(),
    })
}

/// CDRs spread evenly over a list, read again, with what they are replayed with.
fn read_spread(desk: &Desk, job: &mut Job<'_>, all: &[CdrSource]) -> Result<Vec<(Cdr, Chosen)>> {
    let (mut lookups, mut blocks, mut reader) =
        (Lookups::default(), Blocks::default(), Reader::new());
    let step = all.len().div_ceil(LOOKED_AT).max(1);
    let mut read = Vec::new();
    for source in all.iter().step_by(step) {
        job.check()?;
        let (cdr, partner) = read_source(&desk.book, &mut reader, &mut blocks, source)?;
        let chosen = lookups.choose(&desk.book, &cdr, &partner)?;
        read.push((cdr, chosen));
        job.tell(Progress {
            done: read.len() as u64,
            total: (all.len() / step) as u64,
            ..Progress::default()
        });
    }
    Ok(read)
}
