//! One charging event as its sender writes it down: all facts, oddities already in them.

use super::exact::How;
use super::plan::{Cost, Plan, Slice, Stay};
use super::world::{Feed, Party};

/// A CDR before it becomes text.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) id: String,
    pub(super) session: Option<String>,
    pub(super) evse: usize,
    pub(super) token: usize,
    /// Who issued the token.
    pub(super) issuer: Party,
    pub(super) start_s: i64,
    pub(super) end_s: i64,
    pub(super) slices: Vec<Slice>,
    /// Stated energy.
    pub(super) wh: i64,
    /// What the periods' energy falls short of it.
    pub(super) wh_lost: i64,
    pub(super) cost: Cost,
    pub(super) plan: &'static Plan,
    /// Prices of the tariff inside, in percent of the published ones.
    pub(super) price_percent: i64,
    pub(super) tariff_id: String,
    pub(super) embeds: bool,
    pub(super) vat_permille: i64,
    pub(super) digits: u32,
    pub(super) how: How,
    pub(super) currency: String,
    /// Figures written as JSON strings.
    pub(super) as_text: bool,
    /// The CDR it credits.
    pub(super) credits: Option<String>,
    pub(super) updated_s: i64,
}

impl Record {
    /// The honest record of a stay.
    pub(super) fn of(feed: &Feed, name: &str, evse: usize, token: usize, stay: Stay) -> Record {
        let plan = feed.plan(evse);
        let slices = plan.slices(stay, feed.zone);
        Record {
            id: format!("{}-{name}", feed.operator.1),
            session: Some(format!("S-{name}")),
            evse,
            token,
            issuer: feed.provider,
            start_s: stay.start_s,
            end_s: stay.end_s(),
            cost: plan.cost(&slices, feed.zone),
            slices,
            wh: stay.wh,
            wh_lost: 0,
            plan,
            price_percent: 100,
            tariff_id: plan.id.to_owned(),
            embeds: feed.embeds,
            vat_permille: feed.vat_permille,
            digits: feed.digits,
            how: How::HalfUp,
            currency: feed.currency.to_owned(),
            as_text: false,
            credits: None,
            updated_s: stay.end_s() + 900,
        }
    }

    /// The same billed again under another id, some time later.
    pub(super) fn again(&self, id: String, later_s: i64) -> Record {
        Record {
            id,
            updated_s: self.updated_s + later_s,
            ..self.clone()
        }
    }

    /// The same with its times moved; the meter's slices move along.
    pub(super) fn moved(mut self, seconds: i64) -> Record {
        self.start_s += seconds;
        self.end_s += seconds;
        self.updated_s += seconds.max(0);
        for slice in &mut self.slices {
            slice.start_s += seconds;
        }
        self
    }
}

/// A session before it becomes text: what the charger reported while it ran.
#[derive(Clone, Debug)]
pub(super) struct Report {
    pub(super) id: String,
    pub(super) evse: usize,
    pub(super) token: usize,
    pub(super) start_s: i64,
    pub(super) end_s: i64,
    pub(super) wh: i64,
    pub(super) slices: Vec<Slice>,
    pub(super) tariff_id: String,
}

impl Report {
    /// What the charger reported of the stay an honest record bills.
    pub(super) fn of(record: &Record) -> Option<Report> {
        Some(Report {
            id: record.session.clone()?,
            evse: record.evse,
            token: record.token,
            start_s: record.start_s,
            end_s: record.end_s,
            wh: record.wh,
            slices: record.slices.clone(),
            tariff_id: record.tariff_id.clone(),
        })
    }
}
