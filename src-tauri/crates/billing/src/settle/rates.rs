//! VAT rates by country and date, and which countries are in the EU.
//!
//! Standard rates of the EU states, Great Britain, Switzerland and Norway. The rate on the day of
//! supply counts, not the rate on the day of the invoice. Where a state taxes charging at another
//! rate, or for a territory with rates of its own, the contract's override says so (rule V1).

use chrono::NaiveDate;
use domain::Decimal;

/// One rate from a day on; tenths of a percent. Sorted by country, then day.
const STANDARD: &[(&str, i32, u32, u32, u16)] = &[
    ("AT", 1984, 1, 1, 200),
    ("BE", 1996, 1, 1, 210),
    ("BG", 1999, 1, 1, 200),
    ("CH", 2011, 1, 1, 80),
    ("CH", 2018, 1, 1, 77),
    ("CH", 2024, 1, 1, 81),
    ("CY", 2014, 1, 13, 190),
    ("CZ", 2013, 1, 1, 210),
    ("DE", 2007, 1, 1, 190),
    ("DE", 2020, 7, 1, 160),
    ("DE", 2021, 1, 1, 190),
    ("DK", 1992, 1, 1, 250),
    ("EE", 2009, 7, 1, 200),
    ("EE", 2024, 1, 1, 220),
    ("EE", 2025, 7, 1, 240),
    ("ES", 2012, 9, 1, 210),
    ("FI", 2013, 1, 1, 240),
    ("FI", 2024, 9, 1, 255),
    ("FR", 2014, 1, 1, 200),
    ("GB", 2011, 1, 4, 200),
    ("GR", 2016, 6, 1, 240),
    ("HR", 2012, 3, 1, 250),
    ("HU", 2012, 1, 1, 270),
    ("IE", 2012, 1, 1, 230),
    ("IE", 2020, 9, 1, 210),
    ("IE", 2021, 3, 1, 230),
    ("IT", 2013, 10, 1, 220),
    ("LT", 2009, 9, 1, 210),
    ("LU", 2015, 1, 1, 170),
    ("LU", 2023, 1, 1, 160),
    ("LU", 2024, 1, 1, 170),
    ("LV", 2012, 7, 1, 210),
    ("MT", 2004, 1, 1, 180),
    ("NL", 2012, 10, 1, 210),
    ("NO", 2005, 1, 1, 250),
    ("PL", 2011, 1, 1, 230),
    ("PT", 2011, 1, 1, 230),
    ("RO", 2017, 1, 1, 190),
    ("RO", 2025, 8, 1, 210),
    ("SE", 1990, 7, 1, 250),
    ("SI", 2013, 7, 1, 220),
    ("SK", 2011, 1, 1, 200),
    ("SK", 2025, 1, 1, 230),
];

/// The countries above: alpha-2, alpha-3, in the EU.
const COUNTRIES: &[(&str, &str, bool)] = &[
    ("AT", "AUT", true),
    ("BE", "BEL", true),
    ("BG", "BGR", true),
    ("CH", "CHE", false),
    ("CY", "CYP", true),
    ("CZ", "CZE", true),
    ("DE", "DEU", true),
    ("DK", "DNK", true),
    ("EE", "EST", true),
    ("ES", "ESP", true),
    ("FI", "FIN", true),
    ("FR", "FRA", true),
    ("GB", "GBR", false),
    ("GR", "GRC", true),
    ("HR", "HRV", true),
    ("HU", "HUN", true),
    ("IE", "IRL", true),
    ("IT", "ITA", true),
    ("LT", "LTU", true),
    ("LU", "LUX", true),
    ("LV", "LVA", true),
    ("MT", "MLT", true),
    ("NL", "NLD", true),
    ("NO", "NOR", false),
    ("PL", "POL", true),
    ("PT", "PRT", true),
    ("RO", "ROU", true),
    ("SE", "SWE", true),
    ("SI", "SVN", true),
    ("SK", "SVK", true),
];

/// The alpha-2 code of a country of the table, from alpha-2 or alpha-3 in any case.
/// `EL`, the VAT prefix of Greece, is read as `GR`.
pub fn country_alpha2(code: &str) -> Option<&'static str> {
    let code = code.trim();
    if code.eq_ignore_ascii_case("EL") {
        return Some("GR");
    }
    COUNTRIES
        .iter()
        .find(|(two, three, _)| code.eq_ignore_ascii_case(two) || code.eq_ignore_ascii_case(three))
        .map(|(two, _, _)| *two)
}

/// Whether a country is in the EU. A country the table does not hold is not.
pub fn in_eu(code: &str) -> bool {
    country_alpha2(code)
        .is_some_and(|found| COUNTRIES.iter().any(|(two, _, eu)| *two == found && *eu))
}

/// Dated VAT rates. The built-in table, or one with rates added by the user.
#[derive(Clone, Debug)]
pub struct VatRates {
    entries: Vec<(String, NaiveDate, Decimal)>,
}

impl VatRates {
    /// The standard rates this program knows.
    pub fn standard() -> Self {
        let entries = STANDARD
            .iter()
            .map(|&(country, year, month, day, tenths)| {
                let from =
                    NaiveDate::from_ymd_opt(year, month, day).expect("the days of the table exist");
                (
                    country.to_owned(),
                    from,
                    Decimal::new(i64::from(tenths), 1).normalize(),
                )
            })
            .collect();
        VatRates { entries }
    }

    /// The same with one rate more: percent, from a day on.
    #[must_use]
    pub fn with(mut self, country: &str, from: NaiveDate, rate: Decimal) -> Self {
        let country = country_alpha2(country)
            .unwrap_or(country)
            .to_ascii_uppercase();
        self.entries.retain(|(c, f, _)| (c, f) != (&country, &from));
        self.entries.push((country, from, rate));
        self
    }

    /// The rate in force in a country on a day, percent.
    pub fn on(&self, country: &str, day: NaiveDate) -> Option<Decimal> {
        let country = country_alpha2(country).unwrap_or(country);
        self.entries
            .iter()
            .filter(|(c, from, _)| c.eq_ignore_ascii_case(country) && *from <= day)
            .max_by_key(|(_, from, _)| *from)
            .map(|(_, _, rate)| *rate)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_rate_of_the_day_of_supply_counts() {
        let rates = VatRates::standard();
        for (country, on, rate) in [
            ("DE", "2020-06-30", dec!(19)),
            ("DE", "2020-12-31", dec!(16)),
            ("DE", "2021-01-01", dec!(19)),
            ("SK", "2024-12-31", dec!(20)),
            ("SK", "2025-01-01", dec!(23)),
            ("FI", "2026-09-30", dec!(25.5)),
            ("EE", "2026-09-30", dec!(24)),
            ("RO", "2026-09-30", dec!(21)),
            ("NLD", "2026-09-30", dec!(21)),
            ("EL", "2026-09-30", dec!(24)),
            ("CH", "2026-09-30", dec!(8.1)),
        ] {
            assert_eq!(rates.on(country, day(on)), Some(rate), "{country} on {on}");
        }
        assert_eq!(rates.on("US", day("2026-09-30")), None, "no VAT there");
    }

    #[test]
    fn a_rate_can_be_added() {
        let rates = VatRates::standard().with("GBR", day("2026-01-01"), dec!(5));
        assert_eq!(rates.on("GB", day("2025-12-31")), Some(dec!(20)));
        assert_eq!(rates.on("GB", day("2026-01-01")), Some(dec!(5)));
    }

    #[test]
    fn every_country_has_a_rate_today() {
        for (two, three, _) in COUNTRIES {
            assert!(
                VatRates::standard().on(three, day("2026-11-23")).is_some(),
                "{two}"
            );
        }
        assert_eq!(
            COUNTRIES.iter().filter(|c| c.2).count(),
            27,
            "the EU has 27 members"
        );
        assert!(in_eu("HUN") && !in_eu("GB") && !in_eu("NOR") && !in_eu("US"));
    }
}
