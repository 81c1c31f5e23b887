//! What a language needs to say, and how it writes numbers.

use domain::{Currency, Decimal, TariffDimension};
use rust_decimal::RoundingStrategy;

use crate::number::{SECONDS_PER_HOUR, mul};

/// The sentences of one language; `{name}` stands for a figure.
pub(crate) struct Words {
    /// Whether decimals stand after a comma.
    pub decimal_comma: bool,
    /// Monday to Sunday.
    pub days: [&'static str; 7],
    /// Night (from 0:00), morning (6:00), afternoon (12:00), evening (18:00) price.
    pub day_prices: [&'static str; 4],
    pub flat: &'static str,
    pub energy: &'static str,
    pub time: &'static str,
    pub parking: &'static str,
    pub reservation_flat: &'static str,
    pub reservation_time: &'static str,
    pub total: &'static str,
    pub period: &'static str,
    pub line: &'static str,
    pub and: &'static str,
    pub until_word: &'static str,

    // A session.
    pub priced: &'static str,
    pub fee: &'static str,
    pub element: &'static str,
    pub billed_instead: &'static str,
    pub not_priced: &'static str,
    pub total_both: &'static str,
    pub total_no_vat: &'static str,
    pub total_net: &'static str,
    pub total_gross: &'static str,
    pub stepped: &'static str,
    pub minimum: &'static str,
    pub maximum: &'static str,
    pub rounded: &'static str,
    pub net: &'static str,
    pub gross: &'static str,
    pub rate: &'static str,
    pub no_rate: &'static str,
    pub unknown: &'static str,
    pub audit_head: &'static str,
    pub audit_period: &'static str,
    pub audit_line: &'static str,
    pub audit_exact: &'static str,

    // Why an element does not apply; `{n}` is its number, `{limit}` what it demands.
    pub no_component: &'static str,
    pub earlier: &'static str,
    pub starts_at: &'static str,
    pub ends_at: &'static str,
    pub starts_on: &'static str,
    pub ended_on: &'static str,
    pub needs_min: &'static str,
    pub needs_max: &'static str,
    pub needs_days: &'static str,
    pub other_phase: &'static str,

    // A tariff.
    pub tariff_head: &'static str,
    pub tariff_of: &'static str,
    pub prices_net: &'static str,
    pub prices_gross: &'static str,
    pub prices_no_tax: &'static str,
    pub valid_from: &'static str,
    pub valid_until: &'static str,
    pub at_least: &'static str,
    pub at_most: &'static str,
    pub first_counts: &'static str,
    pub element_line: &'static str,
    pub free: &'static str,
    pub plus_vat: &'static str,
    pub of_which_vat: &'static str,
    pub steps_of: &'static str,
    pub always: &'static str,
    pub from_until: &'static str,
    pub from_time: &'static str,
    pub until_time: &'static str,
    pub on_days: &'static str,
    pub every_day: &'static str,
    pub from_date: &'static str,
    pub before_date: &'static str,
    pub from_amount: &'static str,
    pub up_to_amount: &'static str,
    pub after_duration: &'static str,
    pub first_duration: &'static str,
    pub at_or_more: &'static str,
    pub below: &'static str,
    pub for_reservation: &'static str,
    pub for_expired: &'static str,
    pub says_more: &'static str,

    // A change.
    pub change_head: &'static str,
    pub change_head_from: &'static str,
    pub unchanged: &'static str,
    pub changed_price: &'static str,
    pub changed_value: &'static str,
    pub vat_of: &'static str,
    pub step_of: &'static str,
    pub added: &'static str,
    pub removed: &'static str,
    pub price_added: &'static str,
    pub price_removed: &'static str,
    pub conditions_changed: &'static str,
    pub order_changed: &'static str,
    pub currency: &'static str,
    pub min_price: &'static str,
    pub max_price: &'static str,
    pub tax_basis: &'static str,
    pub validity: &'static str,
    pub none: &'static str,
}

/// A template with its figures filled in.
pub(crate) fn fill(template: &str, figures: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        text.push_str(&rest[..open]);
        let after = &rest[open + 1..];
        let Some(close) = after.find('}') else {
            rest = &rest[open..];
            break;
        };
        let name = &after[..close];
        if let Some((_, figure)) = figures.iter().find(|(known, _)| *known == name) {
            text.push_str(figure);
        }
        rest = &after[close + 1..];
    }
    text.push_str(rest);
    text
}

impl Words {
    /// A number with at least so many decimals, none of its own lost.
    pub fn number(&self, value: Decimal, least: u32) -> String {
        let mut value = value.normalize();
        if value.scale() < least {
            value.rescale(least);
        }
        let text = value.to_string();
        if self.decimal_comma {
            text.replace('.', ",")
        } else {
            text
        }
    }

    /// An amount rounded half up to so many decimals, with its currency.
    pub fn money(&self, value: Decimal, currency: Currency, most: u32) -> String {
        let rounded = value.round_dp_with_strategy(most, RoundingStrategy::MidpointAwayFromZero);
        let least = currency.minor_digits().min(most);
        format!("{} {currency}", self.number(rounded, least))
    }

    /// An amount with every decimal it has.
    pub fn exact_money(&self, value: Decimal, currency: Currency) -> String {
        format!("{} {currency}", self.number(value, currency.minor_digits()))
    }

    /// A unit price as the tariff states it: per kWh, per hour, or once.
    pub fn price(&self, dimension: TariffDimension, price: Decimal, currency: Currency) -> String {
        let amount = self.exact_money(price, currency);
        match dimension {
            TariffDimension::Flat => amount,
            TariffDimension::Energy => format!("{amount}/kWh"),
            TariffDimension::Time | TariffDimension::ParkingTime => format!("{amount}/h"),
        }
    }

    /// A length of time, e.g. `1 h 20 min 5 s`.
    pub fn seconds(&self, seconds: Decimal) -> String {
        let negative = seconds.is_sign_negative();
        let all = seconds.abs().round_dp(3).normalize();
        let whole = u64::try_from(all.trunc()).unwrap_or(u64::MAX);
        let rest = all - Decimal::from(whole / 60 * 60);
        let (hours, minutes) = (whole / 3600, whole / 60 % 60);
        let mut parts = Vec::new();
        if hours > 0 {
            parts.push(format!("{hours} h"));
        }
        if minutes > 0 {
            parts.push(format!("{minutes} min"));
        }
        if !rest.is_zero() || parts.is_empty() {
            parts.push(format!("{} s", self.number(rest, 0)));
        }
        format!("{}{}", if negative { "−" } else { "" }, parts.join(" "))
    }

    /// Hours as a length of time; seconds whose hours have no finite decimal form are restored.
    pub fn hours(&self, hours: Decimal) -> String {
        match mul(hours, SECONDS_PER_HOUR) {
            Ok(seconds) => self.seconds(seconds),
            Err(_) => format!("{} h", self.number(hours, 0)),
        }
    }

    /// A volume for people: kWh to the watt-hour, or a length of time. Nothing for a fee.
    pub fn quantity(&self, dimension: TariffDimension, volume: Decimal) -> String {
        match dimension {
            TariffDimension::Flat => self.number(volume, 0),
            TariffDimension::Energy => {
                let half_up = RoundingStrategy::MidpointAwayFromZero;
                format!(
                    "{} kWh",
                    self.number(volume.round_dp_with_strategy(3, half_up), 3)
                )
            }
            TariffDimension::Time | TariffDimension::ParkingTime => self.hours(volume),
        }
    }

    /// A volume with every decimal it has.
    pub fn exact_quantity(&self, dimension: TariffDimension, volume: Decimal) -> String {
        let number = self.number(volume, 0);
        match dimension {
            TariffDimension::Flat => number,
            TariffDimension::Energy => format!("{number} kWh"),
            TariffDimension::Time | TariffDimension::ParkingTime => format!("{number} h"),
        }
    }

    /// What a step is: watt-hours or a length of time.
    pub fn step(&self, dimension: TariffDimension, step: u32) -> String {
        match dimension {
            TariffDimension::Flat => step.to_string(),
            TariffDimension::Energy => format!("{step} Wh"),
            TariffDimension::Time | TariffDimension::ParkingTime => self.seconds(step.into()),
        }
    }

    /// What is priced, in the trade's words.
    pub fn dimension(&self, dimension: TariffDimension, reservation: bool) -> &'static str {
        match (dimension, reservation) {
            (TariffDimension::Flat, false) => self.flat,
            (TariffDimension::Flat, true) => self.reservation_flat,
            (TariffDimension::Energy, _) => self.energy,
            (TariffDimension::Time, false) => self.time,
            (TariffDimension::Time, true) => self.reservation_time,
            (TariffDimension::ParkingTime, _) => self.parking,
        }
    }

    /// `a`, `a and b`, `a, b and c`.
    pub fn list(&self, items: &[&str]) -> String {
        match items {
            [] => String::new(),
            [only] => (*only).to_owned(),
            [first @ .., last] => format!("{} {} {last}", first.join(", "), self.and),
        }
    }
}
