//! A partner-month as a whole: its buckets, and what it waits for by cause.

use std::collections::BTreeMap;

use billing::causes::DifferingCdr;
use domain::{Bucket, Currency, FindingCode, Instant, Totals};
use store::micro::Micro;
use store::month::Key;
use store::standing::Part;
use store::station::Station;

use super::search::Explained;
use super::tolerance;
use crate::api::{
    BucketDto, CauseGroup, FindingCount, MoneyDto, MonthRequest, NamedCount, ReconcileMonth,
    StationDto,
};
use crate::decide::money;
use crate::desk::Desk;
use crate::error::Result;
use crate::terms::terms;
use crate::{board, partners, reconcile, words};

/// Places and tariffs that a group names.
const NAMED: usize = 5;

/// A partner-month as it stands. Nothing is computed anew.
pub fn month(desk: &Desk, request: &MonthRequest) -> Result<ReconcileMonth> {
    let (partner, month) = reconcile::parse(desk, &request.partner, &request.month)?;
    let key = (partners::row(&desk.book, &partner)?, month);
    let terms = terms(&desk.book, &partner)?;
    let agreement = &terms.partner.agreement;
    let stale = store::month::states(&desk.book)?
        .iter()
        .any(|state| (state.partner, state.month) == key && state.stale);
    Ok(ReconcileMonth {
        partner: partner.to_string(),
        name: partners::named(&terms.partner).name,
        month: month.to_string(),
        direction: partners::direction(agreement.direction).to_owned(),
        stale,
        buckets: buckets(desk, key)?,
        causes: causes(desk, key)?,
        findings: findings(desk, key)?,
        stations: store::station::of_month(&desk.book, key)?
            .iter()
            .map(station)
            .collect::<Result<_>>()?,
        tolerance: tolerance::dto(agreement),
    })
}

fn buckets(desk: &Desk, key: Key) -> Result<Vec<BucketDto>> {
    let totals = store::month::totals(&desk.book, Some(key))?;
    let all: u32 = totals.iter().map(|total| total.count).sum();
    let bucket = |bucket: &Bucket| {
        let held = totals.iter().filter(|total| total.bucket == *bucket);
        let (mut stated, mut difference) = (Sums::default(), Sums::default());
        let mut count = 0;
        for total in held {
            count += total.count;
            if let Some(currency) = total.currency {
                stated.add(currency, total.stated);
                difference.add(currency, total.difference);
            }
        }
        BucketDto {
            bucket: bucket.as_str().to_owned(),
            count,
            share: share(count, all),
            stated: stated.dto(),
            difference: difference.dto(),
        }
    };
    Ok(Bucket::ALL.iter().map(bucket).collect())
}

/// Percent with one decimal, rounded down: what is not all is never shown as 100.
fn share(count: u32, all: u32) -> String {
    let permille = u64::from(count) * 1_000 / u64::from(all.max(1));
    format!("{}.{}", permille / 10, permille % 10)
}

/// Money per currency.
#[derive(Debug, Default)]
pub(super) struct Sums(Totals);

impl Sums {
    pub(super) fn add(&mut self, currency: Currency, amount: Micro) {
        board::add(&mut self.0, amount.to_decimal(), currency);
    }

    /// Adds an amount whose currency is a code of the book; sessions have none.
    pub(super) fn add_code(&mut self, code: &str, amount: Micro) {
        if let Ok(currency) = code.parse() {
            self.add(currency, amount);
        }
    }

    pub(super) fn dto(&self) -> Vec<MoneyDto> {
        money(&self.0)
    }
}

/// One group on its way.
#[derive(Default)]
struct Growing {
    count: u32,
    stated: Sums,
    difference: Sums,
    between_ms: Option<(i64, i64)>,
    places: BTreeMap<String, u32>,
    tariffs: BTreeMap<String, u32>,
}

impl Growing {
    fn add(&mut self, part: &Part) {
        self.count += part.count;
        self.stated.add_code(&part.currency, part.stated);
        self.difference.add_code(&part.currency, part.difference);
        let (from, to) = part.between_ms;
        self.between_ms = Some(match self.between_ms {
            Some((first, last)) => (first.min(from), last.max(to)),
            None => (from, to),
        });
        if !part.location.is_empty() {
            *self.places.entry(part.location.clone()).or_default() += part.count;
        }
        if let Some(tariff) = &part.tariff {
            *self.tariffs.entry(tariff.clone()).or_default() += part.count;
        }
    }
}

/// What needs a person, by cause: most CDRs first, the unexplained last.
fn causes(desk: &Desk, key: Key) -> Result<Vec<CauseGroup>> {
    let mut groups: BTreeMap<(Bucket, String), Growing> = BTreeMap::new();
    for part in store::standing::parts(&desk.book, key)? {
        if let Some(group) = part.waiting.group.clone() {
            let of = (part.waiting.bucket, group);
            groups.entry(of).or_default().add(&part);
        }
    }
    let explained = Explained::of_month(&desk.book, key)?;
    let ambiguous = ambiguous(desk, key, &explained)?;
    let mut causes = Vec::new();
    for ((bucket, key), group) in groups {
        let name = explained.names.get(&key);
        let unsure = ambiguous.get(&(bucket, key.clone())).copied();
        causes.push(dto(bucket, &key, name, &group, unsure.unwrap_or(0))?);
    }
    causes.sort_by_key(|cause| (cause.kind == "unexplained", std::cmp::Reverse(cause.count)));
    Ok(causes)
}

fn dto(
    bucket: Bucket,
    key: &str,
    name: Option<&store::cause::CauseName>,
    group: &Growing,
    ambiguous: u32,
) -> Result<CauseGroup> {
    let kind = key.split(':').next().unwrap_or_default();
    let (first, last) = group.between_ms.unwrap_or_default();
    Ok(CauseGroup {
        key: key.to_owned(),
        kind: kind.to_owned(),
        text: name.map(|name| name.text.clone()).unwrap_or_default(),
        bucket: bucket.as_str().to_owned(),
        policy: name.map(|name| name.policy.clone()).unwrap_or_default(),
        count: group.count,
        difference: group.difference.dto(),
        stated: group.stated.dto(),
        first_at: words::instant(at(first)?),
        last_at: words::instant(at(last)?),
        places: most(&group.places),
        places_count: u32::try_from(group.places.len()).unwrap_or(u32::MAX),
        tariffs: most(&group.tariffs),
        tariffs_count: u32::try_from(group.tariffs.len()).unwrap_or(u32::MAX),
        ambiguous,
    })
}

/// The few names that occur most.
pub(super) fn most(names: &BTreeMap<String, u32>) -> Vec<NamedCount> {
    let mut most: Vec<NamedCount> = names
        .iter()
        .map(|(name, count)| NamedCount {
            name: name.clone(),
            count: *count,
        })
        .collect();
    most.sort_by_key(|named| std::cmp::Reverse(named.count));
    most.truncate(NAMED);
    most
}

/// The moment of milliseconds in the book.
pub(super) fn at(ms: i64) -> Result<Instant> {
    Ok(Instant::from_timestamp_millis(ms)
        .ok_or_else(|| store::Error::Damaged(format!("the time {ms}")))?)
}

/// How many CDRs of each group another cause explains as simply.
fn ambiguous(
    desk: &Desk,
    key: Key,
    explained: &Explained,
) -> Result<BTreeMap<(Bucket, String), u32>> {
    let chosen = store::outcome::causes(&desk.book, key)?;
    let mut counts = BTreeMap::new();
    for cdr in &explained.cdrs {
        let Some((bucket, cause)) = chosen.get(&cdr.row) else {
            continue;
        };
        if is_ambiguous(cdr, cause) {
            *counts.entry((*bucket, cause.clone())).or_default() += 1;
        }
    }
    Ok(counts)
}

fn is_ambiguous(cdr: &DifferingCdr, chosen: &str) -> bool {
    let of = |wanted: bool| {
        let costs = cdr.explanations.iter();
        let costs = costs.filter(move |one| (*one.cause.name == *chosen) == wanted);
        costs.map(|one| one.cost).min()
    };
    match (of(true), of(false)) {
        (Some(chosen), Some(other)) => other <= chosen,
        (None, _) | (_, None) => false,
    }
}

fn findings(desk: &Desk, key: Key) -> Result<Vec<FindingCount>> {
    let counts = store::oddity::counts(&desk.book, key)?;
    let mut findings: Vec<FindingCount> = counts
        .into_iter()
        .map(|(code, count)| FindingCount {
            severity: FindingCode::from_text(&code)
                .map(|code| words::severity(code.severity()).to_owned())
                .unwrap_or_default(),
            code,
            count,
        })
        .collect();
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.count));
    Ok(findings)
}

/// A station that is off, as the screens show it.
pub(super) fn station(station: &Station) -> Result<StationDto> {
    let ratio = |e6: i64| Micro(e6).to_string();
    let (off, per_day) = match station.fault.as_str() {
        "meter" => (ratio(station.off), ratio(station.per_day_e6)),
        _ => (station.off.to_string(), ratio(station.per_day_e6)),
    };
    let at_stake: Totals = serde_json::from_str(&station.at_stake).map_err(store::Error::from)?;
    Ok(StationDto {
        evse: station.evse.clone(),
        location: station.location.clone(),
        fault: station.fault.clone(),
        off,
        per_day,
        since: words::instant(at(station.since_ms)?),
        until: station
            .until_ms
            .map(|ms| at(ms).map(words::instant))
            .transpose()?,
        cdrs: u32::try_from(station.cdrs).unwrap_or(u32::MAX),
        at_stake: money(&at_stake),
    })
}
