//! What a row states as its price: net, VAT, gross, their currency, and the parts.

use domain::{CdrTotals, Currency, Decimal, FindingCode, Price, Severity, TaxAmount};

use crate::cell::Cell;
use crate::field::Field;
use crate::money_sign::{currency_of, dollars};
use crate::number::Number;
use crate::read::record::Reading;

impl Reading<'_, '_> {
    /// An amount, and the currency beside it. What is no figure makes the record unusable.
    fn amount(&mut self, field: Field) -> Option<Number> {
        match self.number(field) {
            Ok(number) => {
                let mut number = number?;
                self.kept(field, number.value);
                if self.is_dollar(field) {
                    number.currency = Some(dollars(number.currency, self.plan.hint.currency));
                }
                Some(number)
            }
            Err(why) => {
                let severity = if field == Field::Vat {
                    Severity::Warning
                } else {
                    Severity::Fatal
                };
                self.unreadable(field, why, severity);
                None
            }
        }
    }

    /// Whether a `$` stands beside an amount, in its text or by its format.
    fn is_dollar(&self, field: Field) -> bool {
        let column = self.plan.column(field);
        column.is_some_and(|column| match self.row.cell(column.index) {
            Cell::Text(text) => text.contains('$'),
            Cell::Number(_) => self.row.money(column.index).is_dollar(),
            Cell::Empty | Cell::Moment(_) | Cell::Span(_) | Cell::Bool(_) | Cell::Fault(_) => false,
        })
    }

    /// What the row states as its price, and in which currency.
    pub(super) fn cost(&mut self) -> (Option<Price>, Currency) {
        let (net, vat, gross) = self.amounts();
        let currency = self.currency([net, gross, vat].into_iter().flatten());
        let rate = self.rate();
        let value = |number: Option<Number>| number.map(|number| number.value);
        let cost = self.price(value(net), value(vat), value(gross), rate, currency);
        if !self.plan.has_prices() {
            self.say(FindingCode::PriceMissing, Field::Net);
        }
        (cost, currency)
    }

    /// Net, VAT and gross as they stand in the row.
    pub(super) fn amounts(&mut self) -> (Option<Number>, Option<Number>, Option<Number>) {
        let net = self.amount(Field::Net);
        let vat = self.amount(Field::Vat);
        let gross = self.amount(Field::Gross);
        let unnamed = self.amount(Field::Amount);
        if self.plan.template.amount_is_gross {
            (net, vat, gross.or(unnamed))
        } else {
            (net.or(unnamed), vat, gross)
        }
    }

    fn rate(&mut self) -> Option<Decimal> {
        match self.number(Field::VatRate) {
            Ok(Some(number)) => Some(number.value),
            Ok(None) => self.plan.template.vat_rate,
            Err(why) => {
                self.unreadable(Field::VatRate, why, Severity::Warning);
                None
            }
        }
    }

    fn price(
        &mut self,
        net: Option<Decimal>,
        vat: Option<Decimal>,
        gross: Option<Decimal>,
        rate: Option<Decimal>,
        currency: Currency,
    ) -> Option<Price> {
        let minus = |a: Decimal, b: Option<Decimal>| b.and_then(|b| a.checked_sub(b));
        let plus = |a: Decimal, b: Option<Decimal>| b.and_then(|b| a.checked_add(b));
        let (excl_vat, incl_vat) = match (net, gross) {
            (Some(net), Some(gross)) => (net, Some(gross)),
            (Some(net), None) => (net, plus(net, vat)),
            (None, Some(gross)) => {
                let Some(net) = minus(gross, vat).or_else(|| without_vat(gross, rate, currency))
                else {
                    self.say(FindingCode::TaxMissing, Field::Gross);
                    return None;
                };
                (net, Some(gross))
            }
            (None, None) => {
                self.say_no_price();
                return None;
            }
        };
        let tax = vat.or_else(|| incl_vat.and_then(|gross| gross.checked_sub(excl_vat)));
        self.compare_sum(Some(excl_vat), vat, gross, currency);
        let named = |amount| TaxAmount {
            name: "VAT".to_owned(),
            percentage: rate,
            amount,
        };
        Some(Price {
            excl_vat,
            incl_vat,
            taxes: tax.map(named).into_iter().collect(),
        })
    }

    /// Net and VAT make gross, up to a cent.
    pub(super) fn compare_sum(
        &mut self,
        net: Option<Decimal>,
        vat: Option<Decimal>,
        gross: Option<Decimal>,
        currency: Currency,
    ) {
        let (Some(net), Some(vat), Some(gross)) = (net, vat, gross) else {
            return;
        };
        let cent = Decimal::new(1, currency.minor_digits());
        if let Some(sum) = net.checked_add(vat)
            && (sum - gross).abs() > cent
        {
            let finding = self.found(FindingCode::TaxSumMismatch, Field::Gross);
            let finding = finding.with("net", net).with("sum", sum);
            self.findings.push(finding);
        }
    }

    /// The sheet has prices, this row has none: used, but somebody must look.
    fn say_no_price(&mut self) {
        let columns = [Field::Net, Field::Amount, Field::Gross];
        let column = columns
            .into_iter()
            .find(|&field| self.plan.column(field).is_some());
        if let Some(field) = column.filter(|&field| self.cell(field) == Cell::Empty) {
            let finding = self.found(FindingCode::MissingValue, field);
            self.findings.push(finding.with_severity(Severity::Error));
        }
    }

    /// The currency: of its column, of the signs beside the amounts, of the sheet, the partner's.
    pub(super) fn currency(&mut self, mut amounts: impl Iterator<Item = Number>) -> Currency {
        let beside = amounts.find_map(|number| number.currency);
        let usual = self
            .plan
            .template
            .currency
            .unwrap_or(self.plan.hint.currency);
        let cell = self.cell(Field::Currency);
        if cell.is_absent() {
            return beside.unwrap_or(usual);
        }
        let shown = cell.shown();
        let Some(named) = currency_of(&shown).or_else(|| shown.parse().ok()) else {
            let finding = self.found(FindingCode::SchemaEnum, Field::Currency);
            self.findings.push(finding.with("read_as", usual));
            return beside.unwrap_or(usual);
        };
        if beside.is_some_and(|beside| beside != named) {
            self.say(FindingCode::CurrencyMismatch, Field::Currency);
        }
        named
    }

    /// The parts of the price.
    pub(super) fn parts(&mut self) -> CdrTotals {
        let mut part = |field| self.amount(field).map(|number| Price::net(number.value));
        CdrTotals {
            energy_cost: part(Field::EnergyCost),
            time_cost: part(Field::TimeCost),
            parking_cost: part(Field::ParkingCost),
            fixed_cost: part(Field::FixedCost),
            ..CdrTotals::default()
        }
    }
}

/// Gross without its VAT, rounded to the currency's minor unit as invoices are.
fn without_vat(gross: Decimal, rate: Option<Decimal>, currency: Currency) -> Option<Decimal> {
    let factor = Decimal::ONE.checked_add(rate?.checked_div(Decimal::ONE_HUNDRED)?)?;
    let half_up = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
    let net = gross.checked_div(factor)?;
    Some(net.round_dp_with_strategy(currency.minor_digits(), half_up))
}
