//! A filter as a mask over all CDRs: one pass over one column per condition.

use domain::{Bucket, Decimal, Verdict};
use memchr::memmem;
use store::micro::Micro;

use super::columns::{Columns, NONE, bit};
use crate::api::CdrFilter;
use crate::error::{Error, Result};

/// One byte per CDR: 1 where it matches.
pub(super) struct Mask(pub(super) Vec<u8>);

/// Conditions that facets leave out, each when it counts its own values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Facet {
    /// By partner.
    Partner,
    /// By month.
    Month,
    /// By bucket.
    Bucket,
}

impl Mask {
    /// Every CDR.
    fn all(columns: &Columns) -> Mask {
        Mask(vec![1; columns.len()])
    }

    /// Keeps those for which a column's value will do.
    fn keep<T: Copy>(&mut self, column: &[T], will_do: impl Fn(T) -> bool) {
        for (mask, value) in self.0.iter_mut().zip(column) {
            *mask &= u8::from(will_do(*value));
        }
    }

    /// Keeps those that are in both.
    pub(super) fn and(&mut self, other: &Mask) {
        for (mask, other) in self.0.iter_mut().zip(&other.0) {
            *mask &= *other;
        }
    }

    /// The positions that match, in order.
    pub(super) fn positions(&self) -> Vec<u32> {
        let mut found = Vec::with_capacity(self.0.len() / 4);
        for (block, part) in self.0.chunks(8).enumerate() {
            if part == [0; 8] {
                continue;
            }
            for (at, mask) in part.iter().enumerate() {
                if *mask == 1 {
                    let position = u32::try_from(block * 8 + at).expect("positions fit 32 bits");
                    found.push(position);
                }
            }
        }
        found
    }
}

/// The CDRs that a filter lets through, without the conditions of facets.
pub(super) fn base(columns: &Columns, filter: &CdrFilter) -> Result<Mask> {
    let mut mask = Mask::all(columns);
    if !filter.verdicts.is_empty() {
        let wanted = numbers(&filter.verdicts, "verdicts", verdict_number)?;
        mask.keep(&columns.verdict, |verdict| wanted.contains(&verdict));
    }
    ranges(columns, filter, &mut mask)?;
    if let Some(code) = &filter.finding {
        let bit = bit(code);
        mask.keep(&columns.codes, |codes| codes & bit != 0);
    }
    if let Some(pattern) = &filter.evse {
        let places = matching_places(columns, evse_matcher(pattern));
        mask.keep(&columns.place, |place| places[place as usize]);
    }
    if let Some(currency) = &filter.currency {
        let wanted = columns.currencies.iter().position(|code| code == currency);
        let wanted = wanted.and_then(|number| u8::try_from(number).ok());
        mask.keep(&columns.currency, |currency| Some(currency) == wanted);
    }
    if let Some(credit) = filter.credit {
        mask.keep(&columns.credit, |value| value == credit);
    }
    if let Some(import) = filter.import {
        mask.keep(&columns.import, |value| value == import);
    }
    if let Some(invoice) = filter.invoice {
        mask.keep(&columns.invoice, |value| value == invoice);
    }
    if let Some(text) = filter
        .text
        .as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
    {
        mask.and(&text_mask(columns, &text.to_lowercase()));
    }
    Ok(mask)
}

/// Adds the conditions of facets, but for one.
pub(super) fn narrow(
    columns: &Columns,
    filter: &CdrFilter,
    mask: &mut Mask,
    but: Option<Facet>,
) -> Result<()> {
    if !filter.partners.is_empty() && but != Some(Facet::Partner) {
        let mut wanted = vec![false; columns.parties.len()];
        for key in &filter.partners {
            let named = columns
                .parties
                .iter()
                .position(|(_, party)| party.eq_ignore_ascii_case(key));
            if let Some(number) = named {
                wanted[number] = true;
            }
        }
        mask.keep(&columns.partner, |partner| wanted[usize::from(partner)]);
    }
    if !filter.months.is_empty() && but != Some(Facet::Month) {
        let mut wanted = vec![false; columns.months.len()];
        for text in &filter.months {
            let month: domain::BillingMonth = text.parse().map_err(|_| Error::BadRequest {
                field: "months",
                value: text.clone(),
            })?;
            let named = columns
                .months
                .iter()
                .position(|other| *other == month.number());
            if let Some(number) = named {
                wanted[number] = true;
            }
        }
        mask.keep(&columns.month, |month| wanted[usize::from(month)]);
    }
    if !filter.buckets.is_empty() && but != Some(Facet::Bucket) {
        let wanted = numbers(&filter.buckets, "buckets", bucket_number)?;
        mask.keep(&columns.bucket, |bucket| wanted.contains(&bucket));
    }
    Ok(())
}

/// Conditions on amounts and durations. What is absent is in no range.
fn ranges(columns: &Columns, filter: &CdrFilter, mask: &mut Mask) -> Result<()> {
    if let Some(least) = amount(filter.difference_above.as_deref(), "difference_above")? {
        mask.keep(&columns.difference, |value| {
            value != NONE && value.abs() > least.0
        });
    }
    if let Some(least) = amount(filter.stated_min.as_deref(), "stated_min")? {
        mask.keep(&columns.stated, |value| value >= least.0);
    }
    if let Some(most) = amount(filter.stated_max.as_deref(), "stated_max")? {
        mask.keep(&columns.stated, |value| value != NONE && value <= most.0);
    }
    if let Some(least) = amount(filter.energy_min.as_deref(), "energy_min")? {
        mask.keep(&columns.energy, |value| value >= least.0);
    }
    if let Some(most) = amount(filter.energy_max.as_deref(), "energy_max")? {
        mask.keep(&columns.energy, |value| value <= most.0);
    }
    if let Some(hours) = amount(filter.longer_than_h.as_deref(), "longer_than_h")? {
        mask.keep(&columns.duration_s, |seconds| {
            i64::from(seconds) * 1_000_000 > hours.0 * 3_600
        });
    }
    Ok(())
}

/// An amount of a filter; empty text is no condition.
fn amount(text: Option<&str>, field: &'static str) -> Result<Option<Micro>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let bad = || Error::BadRequest {
        field,
        value: text.to_owned(),
    };
    let value: Decimal = text.parse().map_err(|_| bad())?;
    let micro = Micro::from_decimal(value).ok_or_else(bad)?;
    // Hours become seconds without leaving 64 bits.
    if micro.0.checked_mul(3_600).is_none() && field == "longer_than_h" {
        return Err(bad());
    }
    Ok(Some(micro))
}

fn numbers(
    words: &[String],
    field: &'static str,
    number: impl Fn(&str) -> Option<u8>,
) -> Result<Vec<u8>> {
    words
        .iter()
        .map(|word| {
            number(word).ok_or_else(|| Error::BadRequest {
                field,
                value: word.clone(),
            })
        })
        .collect()
}

fn bucket_number(text: &str) -> Option<u8> {
    Bucket::ALL
        .iter()
        .find(|bucket| bucket.as_str() == text)
        .map(|bucket| bucket.number())
}

fn verdict_number(text: &str) -> Option<u8> {
    let verdict = match text {
        "matches" => Verdict::Matches,
        "differs" => Verdict::Differs,
        "not_priced" => Verdict::NotPriced,
        _ => return None,
    };
    u8::try_from(store::replay::verdict_number(verdict)).ok()
}

/// Which places satisfy a condition, by their row id.
fn matching_places(
    columns: &Columns,
    will_do: impl Fn(&super::columns::SearchPlace) -> bool,
) -> Vec<bool> {
    columns.places.iter().map(will_do).collect()
}

/// A pattern with `*` at either end, or at both.
fn evse_matcher(pattern: &str) -> impl Fn(&super::columns::SearchPlace) -> bool {
    let pattern = pattern.trim().to_lowercase();
    let (open_start, rest) = match pattern.strip_prefix('*') {
        Some(rest) => (true, rest.to_owned()),
        None => (false, pattern.clone()),
    };
    let (open_end, core) = match rest.strip_suffix('*') {
        Some(core) => (true, core.to_owned()),
        None => (false, rest),
    };
    move |place| match (open_start, open_end) {
        (true, true) => place.evse.contains(&core),
        (true, false) => place.evse.ends_with(&core),
        (false, true) => place.evse.starts_with(&core),
        (false, false) => place.evse == core,
    }
}

/// CDRs in whose texts, or in whose place's texts, the needle occurs.
fn text_mask(columns: &Columns, needle: &str) -> Mask {
    let mut mask = Mask(vec![0; columns.len()]);
    let (mut at, mut from) = (0, 0);
    let finder = memmem::Finder::new(needle.as_bytes());
    while let Some(found) = finder.find(&columns.blob[from..]) {
        let place = from + found;
        // Hits come in order; the CDR of a hit is rarely far from the one before.
        if columns.blob_end[at] as usize <= place {
            at += columns.blob_end[at..].partition_point(|end| *end as usize <= place);
        }
        // A needle never spans two CDRs or fields: fields end in newlines, needles hold none.
        mask.0[at] = 1;
        from = columns.blob_end[at] as usize;
        at += 1;
        if at >= columns.len() {
            break;
        }
    }
    let places = matching_places(columns, |place| place.text.contains(needle));
    if places.contains(&true) {
        for (mask, place) in mask.0.iter_mut().zip(&columns.place) {
            *mask |= u8::from(places[*place as usize]);
        }
    }
    mask
}
