//! Currency signs and codes as they stand beside figures and in headings.

use domain::Currency;

/// Codes that are believed when they stand in a cell or heading. Three letters alone are not
/// enough: `VAT`, `NET` and `KWH` have three letters, too.
const CODES: [&str; 42] = [
    "AED", "ALL", "AUD", "BAM", "BGN", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP",
    "GEL", "HKD", "HRK", "HUF", "ILS", "INR", "ISK", "JPY", "KRW", "MAD", "MDL", "MKD", "MXN",
    "NOK", "NZD", "PLN", "RON", "RSD", "RUB", "SAR", "SEK", "SGD", "THB", "TND", "TRY", "UAH",
    "USD", "ZAR", "XOF",
];

/// Signs and words that mean one currency only.
const SIGNS: [(&str, &str); 15] = [
    ("€", "EUR"),
    ("euro", "EUR"),
    ("euros", "EUR"),
    ("£", "GBP"),
    ("us$", "USD"),
    ("zł", "PLN"),
    ("zl", "PLN"),
    ("kč", "CZK"),
    ("ft", "HUF"),
    ("sfr", "CHF"),
    ("fr.", "CHF"),
    ("lei", "RON"),
    ("₺", "TRY"),
    ("₴", "UAH"),
    ("¥", "JPY"),
];

/// The currency of a sign or code beside a figure. `$` is read as US dollars and `kr` as none:
/// four countries write it.
pub(crate) fn currency_of(word: &str) -> Option<Currency> {
    let word = word.trim();
    if word == "$" {
        return "USD".parse().ok();
    }
    let folded = word.to_lowercase();
    if let Some((_, code)) = SIGNS.iter().find(|(sign, _)| *sign == folded) {
        return code.parse().ok();
    }
    let upper = word.to_uppercase();
    CODES
        .contains(&upper.as_str())
        .then(|| upper.parse().ok())
        .flatten()
}

/// The currency named anywhere in a heading: `Netto (€)`, `Amount GBP`, `Preis/EUR`.
pub(crate) fn currency_in(heading: &str) -> Option<Currency> {
    let words = heading.split(|c: char| {
        c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '/' | ',' | ';' | ':' | '_' | '-')
    });
    words.filter(|word| !word.is_empty()).find_map(|word| {
        // In running words only upper-case codes count: "all" and "try" are words.
        let is_code = word.len() == 3 && word.bytes().all(|b| b.is_ascii_alphabetic());
        let shouted = word.bytes().all(|b| b.is_ascii_uppercase());
        let known = matches!(
            word.to_ascii_lowercase().as_str(),
            "eur" | "gbp" | "usd" | "chf"
        );
        currency_of(word).filter(|_| !is_code || shouted || known)
    })
}

/// Which dollar a `$` is: the partner's, if theirs is one, else that of the United States.
pub(crate) fn dollars(read: Option<Currency>, partner: Currency) -> Currency {
    let others = ["AUD", "CAD", "HKD", "MXN", "NZD", "SGD"];
    match read {
        Some(currency) if currency.code() != "USD" => currency,
        Some(currency) if !others.contains(&partner.code()) => currency,
        Some(_) | None => partner,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_name_their_currency() {
        for (heading, code) in [
            ("Netto (€)", Some("EUR")),
            ("Amount GBP", Some("GBP")),
            ("total_eur", Some("EUR")),
            ("Price [PLN]", Some("PLN")),
            ("Betrag/CHF", Some("CHF")),
            ("try all", None),
            ("Net", None),
            ("VAT", None),
            ("kWh", None),
        ] {
            let found = currency_in(heading).map(|currency| currency.code().to_owned());
            assert_eq!(found.as_deref(), code, "{heading}");
        }
    }
}
