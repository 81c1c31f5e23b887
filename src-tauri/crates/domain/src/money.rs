//! Money: exact decimals that never mix currencies by accident.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// An ISO 4217 currency code, upper case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// Why money could not be computed or read.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum MoneyError {
    /// Two amounts of different currencies met in one sum.
    #[error("cannot combine {0} with {1}")]
    CurrencyMismatch(Currency, Currency),
    /// The result does not fit 28 decimal digits.
    #[error("amount out of range")]
    OutOfRange,
    /// The text is no three-letter currency code.
    #[error("not a currency code: {0:?}")]
    NotACurrency(String),
}

impl Currency {
    /// The euro.
    pub const EUR: Currency = Currency(*b"EUR");

    /// The code as text, e.g. `EUR`.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a currency is built from ASCII letters only")
    }

    /// Digits of the minor unit (ISO 4217): EUR 2, JPY 0, KWD 3.
    pub fn minor_digits(&self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG"
            | b"RWF" | b"UGX" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let trimmed = text.trim().as_bytes();
        match <[u8; 3]>::try_from(trimmed) {
            Ok(code) if code.iter().all(u8::is_ascii_alphabetic) => {
                Ok(Currency(code.map(|c| c.to_ascii_uppercase())))
            }
            _ => Err(MoneyError::NotACurrency(text.to_owned())),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

/// An amount in one currency. There is no `+`: adding can fail and says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Money {
    /// The exact amount, in units of the currency (euros, not cents).
    pub amount: Decimal,
    /// Its currency.
    pub currency: Currency,
}

impl Money {
    /// An amount in a currency.
    pub fn new(amount: Decimal, currency: Currency) -> Self {
        Money { amount, currency }
    }

    /// The sum, if both are of one currency and it fits.
    pub fn checked_add(self, other: Money) -> Result<Money, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch(self.currency, other.currency));
        }
        let amount = self
            .amount
            .checked_add(other.amount)
            .ok_or(MoneyError::OutOfRange)?;
        Ok(Money { amount, ..self })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

/// Sums over many amounts: one entry per currency, never converted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals(pub BTreeMap<Currency, Decimal>);

impl Totals {
    /// Adds one amount to its currency's sum.
    pub fn add(&mut self, money: Money) -> Result<(), MoneyError> {
        let sum = self.0.entry(money.currency).or_insert(Decimal::ZERO);
        *sum = sum
            .checked_add(money.amount)
            .ok_or(MoneyError::OutOfRange)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    #[test]
    fn currencies_do_not_mix() {
        let eur = Money::new(dec!(1), Currency::EUR);
        let sek = Money::new(dec!(1), "sek".parse().unwrap());
        assert_eq!(eur.checked_add(eur).unwrap().amount, dec!(2));
        assert!(matches!(
            eur.checked_add(sek),
            Err(MoneyError::CurrencyMismatch(..))
        ));
    }

    #[test]
    fn currency_reads_three_letters_only() {
        assert_eq!(" eur ".parse::<Currency>().unwrap(), Currency::EUR);
        for bad in ["", "EU", "EURO", "E1R", "€"] {
            assert!(
                bad.parse::<Currency>().is_err(),
                "{bad:?} is no currency code"
            );
        }
    }

    #[test]
    fn totals_keep_currencies_apart() {
        let mut totals = Totals::default();
        totals.add(Money::new(dec!(1.5), Currency::EUR)).unwrap();
        totals
            .add(Money::new(dec!(2), "SEK".parse().unwrap()))
            .unwrap();
        totals.add(Money::new(dec!(0.5), Currency::EUR)).unwrap();
        assert_eq!(totals.0[&Currency::EUR], dec!(2.0));
        assert_eq!(totals.0.len(), 2);
    }
}
