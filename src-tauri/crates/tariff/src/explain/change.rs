//! What changed between two versions of a tariff.

use domain::{PriceComponent, Tariff, TariffElement};

use super::words::{Words, fill};
use super::{Language, conditions, tariff};

/// Tells what changed from one version of a tariff to another: one sentence on which tariff and
/// since when, then one per change.
///
/// Elements are the same where their restrictions are; else where all their prices are, then only
/// the restrictions have changed.
pub fn explain_change(before: &Tariff, after: &Tariff, language: Language) -> Vec<String> {
    let words = language.words();
    let id = after.id.as_str();
    let head = match after.valid_from {
        Some(at) => {
            let at = tariff::instant(at);
            fill(words.change_head_from, &[("id", id), ("at", &at)])
        }
        None => fill(words.change_head, &[("id", id)]),
    };
    let change = Change {
        before,
        after,
        words,
    };
    let mut changes = change.of_the_whole();
    changes.extend(change.of_elements());
    if changes.is_empty() {
        changes.push(words.unchanged.to_owned());
    }
    changes.insert(0, head);
    changes
}

struct Change<'t> {
    before: &'t Tariff,
    after: &'t Tariff,
    words: &'static Words,
}

/// An element of the old version and its counterpart in the new one, by place.
struct Pairs {
    same_when: Vec<(usize, usize)>,
    same_prices: Vec<(usize, usize)>,
    removed: Vec<usize>,
    added: Vec<usize>,
}

impl Pairs {
    fn new(before: &Tariff, after: &Tariff) -> Pairs {
        let mut removed: Vec<usize> = (0..before.elements.len()).collect();
        let mut added: Vec<usize> = (0..after.elements.len()).collect();
        let mut pair = |same: &dyn Fn(&TariffElement, &TariffElement) -> bool| {
            let mut pairs = Vec::new();
            removed.retain(|old| {
                let fits = |new: &usize| same(&before.elements[*old], &after.elements[*new]);
                let Some(place) = added.iter().position(fits) else {
                    return true;
                };
                pairs.push((*old, added.remove(place)));
                false
            });
            pairs
        };
        let same_when = pair(&|old, new| old.restrictions == new.restrictions);
        let same_prices = pair(&|old, new| {
            old.components == new.components
                && old.restrictions.reservation == new.restrictions.reservation
        });
        Pairs {
            same_when,
            same_prices,
            removed,
            added,
        }
    }

    /// Whether elements that stayed stand in another order.
    fn reordered(&self) -> bool {
        let mut stayed: Vec<_> = self.same_when.iter().chain(&self.same_prices).collect();
        stayed.sort_unstable();
        stayed.windows(2).any(|pair| pair[0].1 > pair[1].1)
    }
}

impl Change<'_> {
    /// Currency, tax, limits, validity.
    fn of_the_whole(&self) -> Vec<String> {
        let (before, after, words) = (self.before, self.after, self.words);
        let limit = |limit, of: &Tariff| match limit {
            Some(limit) => tariff::limit(limit, of, words),
            None => words.none.to_owned(),
        };
        let validity = |of: &Tariff| {
            let at = |at| match at {
                Some(at) => tariff::instant(at),
                None => "…".to_owned(),
            };
            format!("{} – {}", at(of.valid_from), at(of.valid_until))
        };
        let tax = |of: &Tariff| tariff::tax(of.tax_included, words).to_owned();
        let values = [
            (
                words.currency,
                before.currency.to_string(),
                after.currency.to_string(),
            ),
            (words.tax_basis, tax(before), tax(after)),
            (
                words.min_price,
                limit(before.min_price, before),
                limit(after.min_price, after),
            ),
            (
                words.max_price,
                limit(before.max_price, before),
                limit(after.max_price, after),
            ),
            (words.validity, validity(before), validity(after)),
        ];
        let changed = values.iter().filter(|(_, before, after)| before != after);
        changed
            .map(|(what, before, after)| self.value(what, before, after))
            .collect()
    }

    fn value(&self, what: &str, before: &str, after: &str) -> String {
        let figures = [("what", what), ("before", before), ("after", after)];
        fill(self.words.changed_value, &figures)
    }

    fn of_elements(&self) -> Vec<String> {
        let (before, after, words) = (self.before, self.after, self.words);
        let pairs = Pairs::new(before, after);
        let mut changes = Vec::new();
        for (old, new) in &pairs.same_when {
            self.of_prices(&before.elements[*old], &after.elements[*new], &mut changes);
        }
        for (old, new) in &pairs.same_prices {
            let (old, new) = (&before.elements[*old], &after.elements[*new]);
            let figures = [
                ("prices", tariff::prices(new, after, words)),
                ("after", conditions::when(&new.restrictions, words)),
                ("before", conditions::when(&old.restrictions, words)),
            ];
            let figures = figures
                .each_ref()
                .map(|(name, text)| (*name, text.as_str()));
            changes.push(fill(words.conditions_changed, &figures));
        }
        let told = |template: &str, element: &TariffElement, of: &Tariff| {
            let prices = tariff::prices(element, of, words);
            let when = conditions::when(&element.restrictions, words);
            fill(template, &[("prices", &prices), ("when", &when)])
        };
        let removed = pairs.removed.iter().map(|place| &before.elements[*place]);
        changes.extend(removed.map(|element| told(words.removed, element, before)));
        let added = pairs.added.iter().map(|place| &after.elements[*place]);
        changes.extend(added.map(|element| told(words.added, element, after)));
        if pairs.reordered() {
            changes.push(words.order_changed.to_owned());
        }
        changes
    }

    /// Two elements that apply at the same times, price by price.
    fn of_prices(&self, old: &TariffElement, new: &TariffElement, changes: &mut Vec<String>) {
        let words = self.words;
        let when = conditions::when(&new.restrictions, words);
        let reserved = new.restrictions.reservation.is_some();
        let mut left: Vec<&PriceComponent> = old.components.iter().collect();
        for component in &new.components {
            let same = left
                .iter()
                .position(|old| old.dimension == component.dimension);
            if let Some(place) = same {
                let before = left.remove(place);
                self.of_price(before, component, reserved, &when, changes);
            } else {
                let price = tariff::priced(component, reserved, self.after, words);
                changes.push(fill(
                    words.price_added,
                    &[("price", &price), ("when", &when)],
                ));
            }
        }
        for component in left {
            let price = tariff::priced(component, reserved, self.before, words);
            changes.push(fill(
                words.price_removed,
                &[("price", &price), ("when", &when)],
            ));
        }
    }

    /// Price, VAT and step of one component.
    fn of_price(
        &self,
        old: &PriceComponent,
        new: &PriceComponent,
        reserved: bool,
        when: &str,
        changes: &mut Vec<String>,
    ) {
        let words = self.words;
        let name = words.dimension(new.dimension, reserved);
        if old.price != new.price {
            let before = words.price(old.dimension, old.price, self.before.currency);
            let after = words.price(new.dimension, new.price, self.after.currency);
            let figures = [
                ("what", name),
                ("when", when),
                ("before", &before),
                ("after", &after),
            ];
            changes.push(fill(words.changed_price, &figures));
        }
        let named = |template: &str| fill(template, &[("what", name), ("when", when)]);
        if old.vat != new.vat {
            let rate = |vat: Option<domain::Decimal>| match vat {
                Some(vat) => format!("{} %", words.number(vat, 0)),
                None => words.none.to_owned(),
            };
            changes.push(self.value(&named(words.vat_of), &rate(old.vat), &rate(new.vat)));
        }
        if old.step != new.step {
            let step =
                |component: &PriceComponent| words.step(component.dimension, component.step.0);
            changes.push(self.value(&named(words.step_of), &step(old), &step(new)));
        }
    }
}
