//! Replaying a month, a partner, or everything, and reconciling what that changed.

use domain::{BillingMonth, PartyKey};

use super::{again, replay_month};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::job::{Job, Progress};
use crate::reconcile;

/// Replays with today's facts and agreements: one partner-month, a partner's months, everybody's
/// month, or all there is. Returns in how many partner-months
/// a result changed.
pub fn run(
    desk: &Desk,
    job: &mut Job<'_>,
    partner: Option<&str>,
    month: Option<&str>,
) -> Result<usize> {
    let read_key = |text: &str| {
        text.parse::<PartyKey>()
            .map_err(|_| Error::UnknownPartner(text.to_owned()))
    };
    let bad_month = |text: &str| Error::BadRequest {
        field: "month",
        value: text.to_owned(),
    };
    let partner = partner.map(read_key).transpose()?;
    let month = month.map(|text| text.parse::<BillingMonth>().map_err(|_| bad_month(text)));
    let month = month.transpose()?;
    let mut months = Vec::new();
    for state in store::month::states(&desk.book)? {
        let key = store::party::key(&desk.book, state.partner)?;
        if partner.as_ref().is_none_or(|only| *only == key)
            && month.is_none_or(|only| only == state.month)
        {
            months.push((key, state.month, u64::from(state.cdrs)));
        }
    }
    let total = months.iter().map(|(_, _, cdrs)| cdrs).sum();
    let (flag, mut before, mut changed) = (job.flag(), 0, 0);
    for (key, month, cdrs) in months {
        let tell = |progress: Progress| {
            job.tell(Progress {
                done: before + progress.done,
                total,
                ..progress
            });
        };
        let touched = replay_month(desk, &mut Job::under(&flag, tell), &key, month)?;
        changed += touched.len();
        again::mark_stale(desk, touched)?;
        before += cdrs;
    }
    reconcile::reconcile_stale(desk, job)?;
    Ok(changed)
}
