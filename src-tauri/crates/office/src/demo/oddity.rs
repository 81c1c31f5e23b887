//! Everything that goes wrong in real deliveries, one kind at a time.

use super::exact::{Exact, How};
use super::plan::Stay;
use super::record::{Record, Report};
use super::world::{Feed, Form, US};

/// What is odd about an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Oddity {
    /// The session is completed and no CDR comes.
    MissingCdr,
    /// The CDR comes a month later.
    LateCdr,
    /// The CDR comes, its session does not.
    MissingSession,
    /// The same CDR twice.
    DuplicateExact,
    /// The same CDR again, its id in other letter case.
    DuplicateIdCase,
    /// The same session billed again under another id.
    DuplicateNewId,
    /// The same id again with a higher total.
    ChangedAfterIssue,
    /// The total raised, its parts left.
    AlteredTotal,
    /// Total and parts raised; only a replay shows it.
    AlteredAll,
    /// Cut where rounding half up is agreed.
    WrongRounding,
    /// Gross computed with another rate.
    VatError,
    /// Another price than the published one.
    OldPrice,
    /// Start and end differ from the session by some minutes.
    ClockDrift,
    /// Local time written as if it were UTC.
    TimezoneShift,
    /// The CDR's energy is not the session's.
    MeterMismatch,
    /// The periods do not add up to the stated energy.
    PeriodSum,
    /// A tariff nobody knows.
    UnknownTariff,
    /// Another currency than the tariff's.
    WrongCurrency,
    /// Another CDR for the same connector at the same time.
    Overlap,
    /// Nothing was charged, yet a fee is due.
    ZeroEnergy,
    /// It lies after the day it was delivered.
    FutureDated,
    /// The end is before the start.
    EndBeforeStart,
    /// The meter rolled over.
    NegativeEnergy,
    /// The driver is another provider's.
    ForeignToken,
    /// Figures written as texts.
    NumberAsText,
    /// A credit cancels the CDR.
    Credit,
    /// A credit, then a new CDR with the right figures.
    Correction,
    /// A credit whose original never came.
    CreditOrphan,
    /// The price changes inside a period.
    UnsplitPeriod,
    /// The night in which the clocks change.
    DstNight,
    /// So short that the least price applies.
    MinPrice,
    /// Longer than a day.
    LongStay,
}

impl Oddity {
    /// Every kind.
    pub const ALL: [Oddity; 32] = [
        Oddity::MissingCdr,
        Oddity::LateCdr,
        Oddity::MissingSession,
        Oddity::DuplicateExact,
        Oddity::DuplicateIdCase,
        Oddity::DuplicateNewId,
        Oddity::ChangedAfterIssue,
        Oddity::AlteredTotal,
        Oddity::AlteredAll,
        Oddity::WrongRounding,
        Oddity::VatError,
        Oddity::OldPrice,
        Oddity::ClockDrift,
        Oddity::TimezoneShift,
        Oddity::MeterMismatch,
        Oddity::PeriodSum,
        Oddity::UnknownTariff,
        Oddity::WrongCurrency,
        Oddity::Overlap,
        Oddity::ZeroEnergy,
        Oddity::FutureDated,
        Oddity::EndBeforeStart,
        Oddity::NegativeEnergy,
        Oddity::ForeignToken,
        Oddity::NumberAsText,
        Oddity::Credit,
        Oddity::Correction,
        Oddity::CreditOrphan,
        Oddity::UnsplitPeriod,
        Oddity::DstNight,
        Oddity::MinPrice,
        Oddity::LongStay,
    ];

    /// Whether the book keeps nothing of it: the same record again, letter case apart.
    pub(super) fn repeats(self) -> bool {
        matches!(self, Oddity::DuplicateExact | Oddity::DuplicateIdCase)
    }

    /// Whether a feed of this form can show it. 2.1.1 has no tax, no credits and no tariff ids,
    /// a spreadsheet has neither periods nor tariffs.
    pub(super) fn fits(self, feed: &Feed, form: Form) -> bool {
        let sheet = form == Form::Sheet;
        let net_only = form == Form::V211;
        match self {
            Oddity::MissingCdr
            | Oddity::LateCdr
            | Oddity::MissingSession
            | Oddity::ClockDrift
            | Oddity::TimezoneShift
            | Oddity::MeterMismatch => feed.sends_sessions,
            Oddity::UnknownTariff
            | Oddity::VatError
            | Oddity::Credit
            | Oddity::Correction
            | Oddity::CreditOrphan => !sheet && !net_only,
            Oddity::ForeignToken => feed.provider == US && !sheet && !net_only,
            Oddity::PeriodSum
            | Oddity::WrongCurrency
            | Oddity::EndBeforeStart
            | Oddity::NumberAsText
            | Oddity::OldPrice
            | Oddity::FutureDated => !sheet,
            Oddity::UnsplitPeriod | Oddity::DstNight => feed
                .plans
                .iter()
                .any(|plan| plan.elements.iter().any(|e| e.when.hours.is_some())),
            Oddity::MinPrice => feed.plans.iter().any(|plan| plan.min_net_e4.is_some()),
            Oddity::DuplicateExact
            | Oddity::DuplicateIdCase
            | Oddity::DuplicateNewId
            | Oddity::ChangedAfterIssue
            | Oddity::AlteredTotal
            | Oddity::AlteredAll
            | Oddity::WrongRounding
            | Oddity::Overlap
            | Oddity::ZeroEnergy
            | Oddity::NegativeEnergy
            | Oddity::LongStay => true,
        }
    }

    /// The stay it happens to, made from an ordinary one.
    pub(super) fn stay(self, stay: Stay) -> Stay {
        match self {
            Oddity::ZeroEnergy => Stay {
                charge_s: 72,
                park_s: 0,
                wh: 0,
                ..stay
            },
            Oddity::MinPrice => Stay {
                charge_s: 240,
                park_s: 0,
                wh: 1_200,
                ..stay
            },
            Oddity::LongStay => Stay {
                charge_s: 18_000,
                park_s: 77_400,
                wh: 38_500,
                ..stay
            },
            Oddity::NegativeEnergy => Stay {
                wh: -stay.wh,
                ..stay
            },
            _ => stay,
        }
    }
}

/// What an event puts into the deliveries.
#[derive(Clone, Debug, Default)]
pub(super) struct Event {
    /// CDRs of this delivery.
    pub(super) cdrs: Vec<Record>,
    /// CDRs that follow at its end: copies, credits, corrections.
    pub(super) following: Vec<Record>,
    /// CDRs of the next month's delivery.
    pub(super) late: Vec<Record>,
    /// What the charger reported.
    pub(super) sessions: Vec<Report>,
}

/// An event in which nothing went wrong.
pub(super) fn ordinary(record: Record) -> Event {
    let sessions = Report::of(&record).into_iter().collect();
    Event {
        cdrs: vec![record],
        sessions,
        ..Event::default()
    }
}

/// An event in which this went wrong. `record` is what an honest sender would have written.
pub(super) fn odd(oddity: Oddity, feed: &Feed, record: Record) -> Event {
    let id = record.id.clone();
    let mut event = ordinary(record.clone());
    let day = 86_400;
    match oddity {
        Oddity::MissingCdr => event.cdrs.clear(),
        Oddity::LateCdr => event.late = std::mem::take(&mut event.cdrs),
        Oddity::MissingSession => event.sessions.clear(),
        Oddity::DuplicateExact => event.following.push(record),
        Oddity::DuplicateIdCase => {
            event
                .following
                .push(record.again(id.to_ascii_lowercase(), 0));
        }
        Oddity::DuplicateNewId => event.following.push(record.again(format!("{id}-R1"), day)),
        Oddity::ChangedAfterIssue => {
            let mut changed = record.again(id, 2 * day);
            changed.cost.total = changed.cost.total + changed.cost.total.percent(10);
            event.following.push(changed);
        }
        Oddity::Overlap => {
            let mut other = record.again(format!("{id}-OV"), 60).moved(30);
            other.session = None;
            other.token += 1;
            event.following.push(other);
        }
        Oddity::Credit => event.following.push(credit(&record, 3 * day)),
        Oddity::Correction => {
            // The first figure was too high by a tenth; a credit takes it back, a new CDR follows.
            let mut wrong = record.clone();
            wrong.cost = wrong.cost.map(|part| part + part.percent(10));
            event.following = vec![
                credit(&wrong, 3 * day),
                record.again(format!("{id}-N"), 3 * day),
            ];
            event.cdrs = vec![wrong];
        }
        Oddity::CreditOrphan => {
            let mut orphan = credit(&record, 3 * day);
            orphan.credits = Some(format!("{id}-NONE"));
            event.following.push(orphan);
        }
        Oddity::AlteredTotal
        | Oddity::AlteredAll
        | Oddity::WrongRounding
        | Oddity::VatError
        | Oddity::OldPrice
        | Oddity::ClockDrift
        | Oddity::TimezoneShift
        | Oddity::MeterMismatch
        | Oddity::PeriodSum
        | Oddity::UnknownTariff
        | Oddity::WrongCurrency
        | Oddity::ZeroEnergy
        | Oddity::FutureDated
        | Oddity::EndBeforeStart
        | Oddity::NegativeEnergy
        | Oddity::ForeignToken
        | Oddity::NumberAsText
        | Oddity::UnsplitPeriod
        | Oddity::DstNight
        | Oddity::MinPrice
        | Oddity::LongStay => event.cdrs = vec![bent(oddity, feed, record)],
    }
    event
}

/// A credit: everything repeated, the total negated (SEMANTICS 4.1).
fn credit(record: &Record, later_s: i64) -> Record {
    let mut credit = record.again(format!("{}-C", record.id), later_s);
    credit.cost.total = credit.cost.total.negated();
    credit.credits = Some(record.id.clone());
    credit
}

/// One record with one thing wrong in it.
fn bent(oddity: Oddity, feed: &Feed, mut record: Record) -> Record {
    let total = record.cost.total;
    match oddity {
        Oddity::AlteredTotal => record.cost.total = total + total.percent(15) + Exact::once(5_000),
        Oddity::AlteredAll => record.cost = record.cost.map(|part| part + part.percent(12)),
        Oddity::WrongRounding => record.how = How::Cut,
        Oddity::VatError => record.vat_permille = 90,
        Oddity::OldPrice => {
            record.price_percent = 110;
            record.cost = record.cost.map(|part| part + part.percent(10));
        }
        Oddity::ClockDrift => record = record.moved(1_380),
        Oddity::TimezoneShift => record = record.moved(7_200),
        Oddity::MeterMismatch => {
            let more = record.wh / 10 + 100;
            let stay = Stay {
                start_s: record.start_s,
                charge_s: record
                    .slices
                    .iter()
                    .filter(|s| s.charging)
                    .map(|s| s.seconds)
                    .sum(),
                park_s: record
                    .slices
                    .iter()
                    .filter(|s| !s.charging)
                    .map(|s| s.seconds)
                    .sum(),
                wh: record.wh + more,
            };
            record.slices = record.plan.slices(stay, feed.zone);
            record.cost = record.plan.cost(&record.slices, feed.zone);
            record.wh += more;
        }
        Oddity::PeriodSum => record.wh_lost = record.wh / 10 + 1,
        Oddity::UnknownTariff => {
            record.tariff_id = format!("{}-GONE", feed.operator.1);
            record.embeds = false;
        }
        Oddity::WrongCurrency => {
            let other = if feed.currency == "EUR" { "GBP" } else { "NOK" };
            other.clone_into(&mut record.currency);
        }
        Oddity::EndBeforeStart => record.end_s = 2 * record.start_s - record.end_s,
        Oddity::ForeignToken => record.issuer = ("FR", "XVE"),
        Oddity::NumberAsText => record.as_text = true,
        Oddity::UnsplitPeriod => record.slices = joined(&record),
        // The stay itself is what is odd.
        _ => {}
    }
    record
}

/// All charging as one period, as a sender writes it that does not split at price changes.
fn joined(record: &Record) -> Vec<super::plan::Slice> {
    let mut slices: Vec<super::plan::Slice> = Vec::new();
    for slice in &record.slices {
        match slices
            .last_mut()
            .filter(|last| last.charging == slice.charging)
        {
            Some(last) => {
                last.seconds += slice.seconds;
                last.wh += slice.wh;
            }
            None => slices.push(*slice),
        }
    }
    slices
}
