//! Every field of two records side by side.

use std::collections::BTreeSet;

use chrono::SecondsFormat;
use domain::cdr::Form;
use domain::replay::Amount;
use domain::{Cdr, ChargingPeriod, Decimal, DimensionKind, Instant, OcpiId};

use super::pairing::plain;
use super::{Amounts, Compared, Field, Part, Standing};

/// Decimals of a quantity that count at least, even where they are zeros that were not written.
const QUANTITY_DIGITS: u32 = 2;

/// Compares every field that at least one of two records has.
pub fn compare(reported: &Cdr, held: &Cdr, amounts: &Amounts) -> Vec<Compared> {
    let mut sides = Sides {
        reported,
        held,
        found: Vec::new(),
    };
    sides.identity();
    sides.times();
    sides.quantities();
    sides.amounts(amounts);
    sides.tariffs();
    sides.periods();
    sides.found
}

struct Sides<'a> {
    reported: &'a Cdr,
    held: &'a Cdr,
    found: Vec<Compared>,
}

impl Sides<'_> {
    fn add(
        &mut self,
        (field, period): (Field, Option<usize>),
        values: (Option<String>, Option<String>),
        judge: impl FnOnce() -> (Standing, Option<Decimal>),
    ) {
        let (standing, difference) = match &values {
            (None, None) => return,
            (Some(_), None) => (Standing::OnlyReported, None),
            (None, Some(_)) => (Standing::OnlyHeld, None),
            (Some(_), Some(_)) => judge(),
        };
        self.found.push(Compared {
            field,
            period,
            standing,
            reported: values.0,
            held: values.1,
            difference,
        });
    }

    /// Texts that are the same once `fold` made them comparable.
    fn text(
        &mut self,
        field: Field,
        (reported, held): (Option<&OcpiId>, Option<&OcpiId>),
        fold: impl Fn(&str) -> String,
    ) {
        let text = |id: Option<&OcpiId>| {
            let id = id.map(|id| id.as_str().trim().to_owned());
            id.filter(|id| !id.is_empty())
        };
        let values = (text(reported), text(held));
        let same = values.0.as_deref().map(&fold) == values.1.as_deref().map(&fold);
        self.add((field, None), values, || (equal_if(same), None));
    }

    fn identity(&mut self) {
        let (one, other) = (self.reported, self.held);
        let folded = |text: &str| text.to_ascii_lowercase();
        self.text(Field::Id, (Some(&one.id), Some(&other.id)), folded);
        let sessions = (one.session_id.as_ref(), other.session_id.as_ref());
        self.text(Field::SessionId, sessions, folded);
        let references = (
            one.authorization_reference.as_ref(),
            other.authorization_reference.as_ref(),
        );
        self.text(Field::AuthorizationReference, references, folded);
        let currency = |cdr: &Cdr| Some(cdr.currency.to_string());
        let same = one.currency == other.currency;
        self.add(
            (Field::Currency, None),
            (currency(one), currency(other)),
            || (equal_if(same), None),
        );
        let (here, there) = (&one.location, &other.location);
        self.text(
            Field::LocationId,
            (here.id.as_ref(), there.id.as_ref()),
            folded,
        );
        let uids = (here.evse_uid.as_ref(), there.evse_uid.as_ref());
        self.text(Field::EvseUid, uids, folded);
        let evses = (here.evse_id.as_ref(), there.evse_id.as_ref());
        self.text(Field::EvseId, evses, plain);
        let connectors = (here.connector_id.as_ref(), there.connector_id.as_ref());
        self.text(Field::ConnectorId, connectors, folded);
        let (card, other_card) = (&one.token, &other.token);
        let contracts = (card.contract_id.as_ref(), other_card.contract_id.as_ref());
        self.text(Field::ContractId, contracts, plain);
        let uids = (card.uid.as_ref(), other_card.uid.as_ref());
        self.text(Field::TokenUid, uids, folded);
    }

    fn times(&mut self) {
        let (one, other) = (self.reported, self.held);
        self.instant((Field::StartAt, None), (one.start_at, other.start_at));
        self.instant((Field::EndAt, None), (one.end_at, other.end_at));
    }

    fn instant(&mut self, at: (Field, Option<usize>), (reported, held): (Instant, Instant)) {
        let text = |at: Instant| Some(at.to_rfc3339_opts(SecondsFormat::AutoSi, true));
        let apart_ms = (reported - held).num_milliseconds();
        let sheet = [self.reported, self.held].map(|cdr| cdr.form == Form::Sheet);
        let unit = unit_ms(reported, sheet[0]).max(unit_ms(held, sheet[1]));
        let standing = match apart_ms.abs() {
            0 => Standing::Equal,
            apart if apart < unit => Standing::Within,
            _ => Standing::Differs,
        };
        let seconds = Decimal::new(apart_ms, 3).normalize();
        self.add(at, (text(reported), text(held)), || {
            (standing, Some(seconds))
        });
    }

    fn quantities(&mut self) {
        let (one, other) = (&self.reported.totals, &self.held.totals);
        let kwh = (Some(one.energy.0), Some(other.energy.0));
        let (time, parking) = ((one.time_h, other.time_h), (one.parking_h, other.parking_h));
        self.quantity((Field::EnergyKwh, None), kwh);
        self.quantity((Field::TimeH, None), time);
        self.quantity((Field::ParkingH, None), parking);
    }

    fn quantity(
        &mut self,
        at: (Field, Option<usize>),
        (reported, held): (Option<Decimal>, Option<Decimal>),
    ) {
        self.add(at, (reported.map(shown), held.map(shown)), || {
            let difference = reported
                .zip(held)
                .and_then(|(one, other)| one.checked_sub(other));
            let near = reported
                .zip(held)
                .is_some_and(|(one, other)| is_rounded(one, other));
            (standing(difference, near), difference)
        });
    }

    fn amounts(&mut self, amounts: &Amounts) {
        let one_currency = self.reported.currency == self.held.currency;
        for part in Part::ALL {
            let figures = (part.of(&amounts.reported), part.of(&amounts.held));
            let net = |amount: &Option<Amount>| amount.and_then(|amount| amount.excl_vat);
            let gross = |amount: &Option<Amount>| amount.and_then(|amount| amount.incl_vat);
            for (field, reported, held) in [
                (Field::Net(part), net(figures.0), net(figures.1)),
                (Field::Gross(part), gross(figures.0), gross(figures.1)),
            ] {
                self.add(
                    (field, None),
                    (reported.map(shown), held.map(shown)),
                    || {
                        if !one_currency {
                            return (Standing::Differs, None);
                        }
                        let both = reported.zip(held);
                        let difference = both.and_then(|(one, other)| one.checked_sub(other));
                        let near = difference.is_some_and(|apart| apart.abs() <= amounts.slack);
                        (standing(difference, near), difference)
                    },
                );
            }
        }
    }

    fn tariffs(&mut self) {
        let (one, other) = (tariff_ids(self.reported), tariff_ids(self.held));
        let folded = |ids: &[String]| -> BTreeSet<String> {
            ids.iter().map(|id| id.to_ascii_lowercase()).collect()
        };
        let same = folded(&one) == folded(&other);
        let text = |ids: Vec<String>| Some(ids.join(", ")).filter(|text| !text.is_empty());
        self.add((Field::TariffIds, None), (text(one), text(other)), || {
            (equal_if(same), None)
        });
    }

    /// Periods side by side: in their order where there are as many, else by their start.
    fn periods(&mut self) {
        let (one, other) = (in_order(self.reported), in_order(self.held));
        let count = |periods: &[&ChargingPeriod]| Some(periods.len()).filter(|count| *count > 0);
        let (some, others) = (count(&one), count(&other));
        let same = one.len() == other.len();
        let text = |count: Option<usize>| count.map(|count| count.to_string());
        self.add((Field::Periods, None), (text(some), text(others)), || {
            let count = |all: &[&ChargingPeriod]| Decimal::from(all.len());
            (equal_if(same), Some(count(&one) - count(&other)))
        });
        if some.is_none() || others.is_none() {
            return;
        }
        for (index, held) in other.iter().enumerate() {
            let found = if same {
                Some(one[index])
            } else {
                let at = held.start_at;
                one.iter().copied().find(|period| period.start_at == at)
            };
            let Some(reported) = found else { continue };
            let starts = (reported.start_at, held.start_at);
            self.instant((Field::PeriodStart, Some(index)), starts);
            let kinds: BTreeSet<DimensionKind> = [reported, held]
                .into_iter()
                .flat_map(|period| period.dimensions.iter().map(|one| one.kind))
                .collect();
            for kind in kinds {
                let volumes = (reported.volume(kind), held.volume(kind));
                self.quantity((Field::Volume(kind), Some(index)), volumes);
            }
        }
    }
}

fn equal_if(same: bool) -> Standing {
    if same {
        Standing::Equal
    } else {
        Standing::Differs
    }
}

fn standing(difference: Option<Decimal>, near: bool) -> Standing {
    match difference {
        Some(none) if none.is_zero() => Standing::Equal,
        Some(_) if near => Standing::Within,
        Some(_) | None => Standing::Differs,
    }
}

/// The finest time a record tells: spreadsheets often stop at minutes, others at seconds.
fn unit_ms(at: Instant, sheet: bool) -> i64 {
    let ms = at.timestamp_millis();
    match (ms % 60_000, ms % 1_000) {
        (0, _) if sheet => 60_000,
        (_, 0) => 1_000,
        _ => 1,
    }
}

/// Whether one figure is the other, rounded: half a unit of the coarser one's last decimal apart.
fn is_rounded(one: Decimal, other: Decimal) -> bool {
    let digits = |figure: Decimal| figure.normalize().scale().max(QUANTITY_DIGITS);
    let coarser = digits(one).min(digits(other));
    // Half a unit, so one decimal more; beyond what decimals can say nothing is rounded.
    let half = Decimal::try_new(5, coarser + 1).unwrap_or_default();
    let apart = one.checked_sub(other);
    apart.is_some_and(|apart| apart.abs() <= half)
}

fn shown(figure: Decimal) -> String {
    figure.normalize().to_string()
}

/// The tariffs that a record carries or its periods name, each once.
fn tariff_ids(cdr: &Cdr) -> Vec<String> {
    let carried = cdr.tariffs.iter().map(|tariff| &tariff.id);
    let periods = cdr.periods.iter();
    let named = periods.filter_map(|period| period.tariff_id.as_ref());
    let mut ids: Vec<&OcpiId> = Vec::new();
    for id in carried.chain(named) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let mut ids: Vec<String> = ids.into_iter().map(|id| id.0.clone()).collect();
    ids.sort();
    ids
}

fn in_order(cdr: &Cdr) -> Vec<&ChargingPeriod> {
    let mut periods: Vec<&ChargingPeriod> = cdr.periods.iter().collect();
    periods.sort_by_key(|period| period.start_at);
    periods
}
