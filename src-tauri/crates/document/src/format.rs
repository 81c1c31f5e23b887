//! Figures, dates and names as they are printed: English, neutral between partners.
//!
//! Amounts as `1,234.56`, energy with three decimals, dates with the month as a word, so that no
//! reader mistakes day for month.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};
use domain::invoice::VatCategory;
use domain::{BillingMonth, Currency, Decimal, Kwh};
use rust_decimal::RoundingStrategy;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// An amount with the currency's decimals (at most two) and a comma at the thousands.
pub fn amount(amount: Decimal, currency: Currency) -> String {
    grouped(amount, currency.minor_digits().min(2))
}

/// Energy in kWh with three decimals: watt-hours, which is what meters count.
pub fn kwh(energy: Kwh) -> String {
    grouped(energy.0, 3)
}

/// A count with a comma at the thousands.
pub fn count(count: usize) -> String {
    let count = u64::try_from(count).expect("a count fits 64 bits");
    grouped(Decimal::from(count), 0)
}

/// A decimal with a fixed number of decimals and a comma at the thousands.
fn grouped(number: Decimal, decimals: u32) -> String {
    let mut rounded =
        number.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(decimals);
    let text = rounded.abs().to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut out = String::with_capacity(text.len() + whole.len() / 3 + 1);
    if rounded.is_sign_negative() && !rounded.is_zero() {
        out.push('-');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

/// A rate as `19 %`.
pub fn rate(percent: Decimal) -> String {
    format!("{} %", percent.normalize())
}

/// The VAT of a line: its rate, or why there is none.
pub fn vat(category: VatCategory, percent: Decimal) -> String {
    match category {
        VatCategory::S => rate(percent),
        VatCategory::AE => "Reverse charge".to_owned(),
        VatCategory::O => "Out of scope".to_owned(),
    }
}

/// A date as `30 Sep 2026`.
pub fn date(day: NaiveDate) -> String {
    format!(
        "{} {} {}",
        day.day(),
        &month_name(day.month())[..3],
        day.year()
    )
}

/// A month as `September 2026`.
pub fn month(month: BillingMonth) -> String {
    format!("{} {}", month_name(u32::from(month.month())), month.year())
}

fn month_name(month: u32) -> &'static str {
    let index = usize::try_from(month).expect("a month fits") - 1;
    MONTHS[index]
}

/// Start and end of a session: `2026-09-01 08:59 – 10:12 +02:00`. The end's date stands only where
/// it is another day; the end's offset is the one shown, and the start's where it differs.
pub fn session(start: DateTime<FixedOffset>, end: DateTime<FixedOffset>) -> String {
    let start_text = if start.offset() == end.offset() {
        start.format("%Y-%m-%d %H:%M").to_string()
    } else {
        start.format("%Y-%m-%d %H:%M %:z").to_string()
    };
    let end_text = if start.date_naive() == end.date_naive() {
        end.format("%H:%M %:z")
    } else {
        end.format("%m-%d %H:%M %:z")
    };
    format!("{start_text} – {end_text}")
}

/// An IBAN in groups of four, as it is printed by banks.
pub fn iban(iban: &str) -> String {
    let letters: Vec<char> = iban.chars().filter(|c| !c.is_whitespace()).collect();
    let groups: Vec<String> = letters
        .chunks(4)
        .map(|group| group.iter().collect())
        .collect();
    groups.join(" ")
}

/// A country's English name, for the last line of an address; the code where we know no name.
pub fn country(code: &str) -> &str {
    let names = [
        ("AT", "Austria"),
        ("BE", "Belgium"),
        ("BG", "Bulgaria"),
        ("CH", "Switzerland"),
        ("CY", "Cyprus"),
        ("CZ", "Czechia"),
        ("DE", "Germany"),
        ("DK", "Denmark"),
        ("EE", "Estonia"),
        ("ES", "Spain"),
        ("FI", "Finland"),
        ("FR", "France"),
        ("GB", "United Kingdom"),
        ("GR", "Greece"),
        ("HR", "Croatia"),
        ("HU", "Hungary"),
        ("IE", "Ireland"),
        ("IS", "Iceland"),
        ("IT", "Italy"),
        ("LI", "Liechtenstein"),
        ("LT", "Lithuania"),
        ("LU", "Luxembourg"),
        ("LV", "Latvia"),
        ("MT", "Malta"),
        ("NL", "Netherlands"),
        ("NO", "Norway"),
        ("PL", "Poland"),
        ("PT", "Portugal"),
        ("RO", "Romania"),
        ("SE", "Sweden"),
        ("SI", "Slovenia"),
        ("SK", "Slovakia"),
        ("US", "United States"),
    ];
    names
        .iter()
        .find(|(two, _)| two.eq_ignore_ascii_case(code))
        .map_or(code, |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    #[test]
    fn amounts_carry_commas_and_the_decimals_of_their_currency() {
        let eur = |number| amount(number, Currency::EUR);
        assert_eq!(eur(dec!(0)), "0.00");
        assert_eq!(eur(dec!(999.9)), "999.90");
        assert_eq!(eur(dec!(1234.56)), "1,234.56");
        assert_eq!(eur(dec!(-1234567.8)), "-1,234,567.80");
        assert_eq!(eur(dec!(-0.001)), "0.00", "no minus zero");
        assert_eq!(amount(dec!(123456), "JPY".parse().unwrap()), "123,456");
        assert_eq!(kwh(Kwh(dec!(81.729))), "81.729");
        assert_eq!(count(1_234_567), "1,234,567");
    }

    #[test]
    fn times_name_what_they_need_to() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap();
        assert_eq!(
            session(
                at("2026-09-01T08:59:30+02:00"),
                at("2026-09-01T10:12:00+02:00")
            ),
            "2026-09-01 08:59 – 10:12 +02:00"
        );
        assert_eq!(
            session(
                at("2026-09-01T23:50:00+02:00"),
                at("2026-09-02T00:12:00+02:00")
            ),
            "2026-09-01 23:50 – 09-02 00:12 +02:00"
        );
        assert_eq!(
            session(
                at("2026-10-25T02:30:00+02:00"),
                at("2026-10-25T02:10:00+01:00")
            ),
            "2026-10-25 02:30 +02:00 – 02:10 +01:00",
            "the clock went back during the session"
        );
    }

    #[test]
    fn dates_accounts_and_countries_read_as_people_write_them() {
        assert_eq!(date("2026-09-30".parse().unwrap()), "30 Sep 2026");
        assert_eq!(month("2026-12".parse().unwrap()), "December 2026");
        assert_eq!(rate(dec!(25.50)), "25.5 %");
        assert_eq!(
            iban("DE89370400440532013000"),
            "DE89 3704 0044 0532 0130 00"
        );
        assert_eq!((country("HU"), country("ZZ")), ("Hungary", "ZZ"));
    }
}
