//! What a column's heading says: its words, and the unit, currency, rate or zone beside them.

use std::sync::LazyLock;

use domain::{Currency, Decimal};

use crate::field::Field;
use crate::money_sign::{currency_in, currency_of};
use crate::number::{self, DecimalSign, Unit};
use crate::zone::Zone;

/// Whose clock a heading says it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Clock {
    /// A named zone, UTC above all.
    Of(Zone),
    /// The local one.
    Local,
}

/// A heading, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Heading {
    /// Its words: lower case, accents folded, without what the other fields hold.
    pub(crate) words: Vec<String>,
    /// The unit it names.
    pub(crate) unit: Option<Unit>,
    /// The currency it names.
    pub(crate) currency: Option<Currency>,
    /// A percentage in it: `MwSt. (19 %)`.
    pub(crate) rate: Option<Decimal>,
    /// Whose clock.
    pub(crate) clock: Option<Clock>,
}

impl Heading {
    /// Takes a heading apart.
    pub(crate) fn of(text: &str) -> Heading {
        let (text, rate) = without_rate(text);
        let mut heading = Heading {
            rate,
            currency: currency_in(&text),
            ..Heading::default()
        };
        let zoned = |part: &&str| part.contains('/') && Zone::of(part).is_some();
        if let Some(region) = text.split([' ', '(', ')', '[', ']']).find(zoned) {
            heading.clock = Zone::of(region).map(Clock::Of);
        }
        for word in words(&text) {
            heading.take(word);
        }
        heading
    }

    fn take(&mut self, word: String) {
        match word.as_str() {
            "utc" | "gmt" | "zulu" => self.clock = Some(Clock::Of(Zone::UTC)),
            "cet" | "cest" | "mez" | "mesz" => self.clock = Zone::of(&word).map(Clock::Of),
            "local" | "lokal" | "lokale" | "ortszeit" | "locale" | "locaal" => {
                self.clock = self.clock.or(Some(Clock::Local));
            }
            "hh" | "mm" | "ss" | "in" | "the" | "of" | "der" | "des" | "de" | "du" | "van" => {}
            _ => {
                self.unit = self.unit.or_else(|| Unit::of(&word));
                let is_currency = self.currency.is_some() && currency_of(&word) == self.currency;
                if !is_currency {
                    self.words.push(word);
                }
            }
        }
    }

    /// How well each field's names fit this column, 0 to 100, in the order of [`Field::ALL`].
    pub(crate) fn fits(&self) -> Fits {
        let squashed = self.words.concat();
        let mut fits = [0; Field::ALL.len()];
        for phrase in PHRASES.iter() {
            // Whatever fits is part of the whole: most phrases are done with here.
            if squashed.contains(&phrase.squashed) {
                let best = &mut fits[phrase.field as usize];
                *best = self.fit(phrase, &squashed).max(*best);
            }
        }
        fits
    }

    /// How well one phrase names this column.
    fn fit(&self, phrase: &Phrase, squashed: &str) -> u32 {
        let (have, want) = (self.words.len(), phrase.words.len());
        if self.words.iter().eq(phrase.words.iter()) {
            return 100;
        }
        let words_fit = |window: &[String]| window.iter().eq(phrase.words.iter());
        if want < have && self.words.windows(want).any(words_fit) {
            return 55 + percent(want, have) * 35 / 100;
        }
        // Compounds: "Vertragsnummer", "laadpuntid".
        if phrase.squashed.len() < 5 {
            0
        } else if squashed == phrase.squashed {
            95
        } else {
            45 + percent(phrase.squashed.len(), squashed.len()) * 30 / 100
        }
    }
}

/// One number per field.
pub(crate) type Fits = [u32; Field::ALL.len()];

/// A name of the vocabulary.
struct Phrase {
    field: Field,
    words: Vec<&'static str>,
    squashed: String,
}

static PHRASES: LazyLock<Vec<Phrase>> = LazyLock::new(|| {
    let phrase = |field: Field, text: &'static str| {
        let words: Vec<&str> = text.split(' ').collect();
        Phrase {
            field,
            squashed: words.concat(),
            words,
        }
    };
    let of_field = |&field: &Field| field.phrases().iter().map(move |text| phrase(field, text));
    Field::ALL.iter().flat_map(of_field).collect()
});

fn percent(part: usize, whole: usize) -> u32 {
    u32::try_from(part * 100 / whole.max(1)).unwrap_or(100)
}

/// Takes `19 %` or `(20%)` out of a heading.
fn without_rate(text: &str) -> (String, Option<Decimal>) {
    let Some(end) = text.find('%') else {
        return (text.to_owned(), None);
    };
    let before = text[..end].trim_end();
    let figure_start = before
        .char_indices()
        .rev()
        .take_while(|(_, c)| c.is_ascii_digit() || matches!(c, '.' | ','))
        .last()
        .map(|(at, _)| at);
    let rate = figure_start.and_then(|start| {
        let sign = if before[start..].contains(',') {
            DecimalSign::Comma
        } else {
            DecimalSign::Dot
        };
        let rate = number::parse(&before[start..], sign).ok()?.value;
        (rate <= Decimal::ONE_HUNDRED).then_some((start, rate))
    });
    match rate {
        Some((start, rate)) => (
            format!("{}{}", &text[..start], &text[end + 1..]),
            Some(rate),
        ),
        None => (text.replace('%', " percent "), None),
    }
}

/// The words of a text: lower case, accents folded, `camelCase` divided.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut lower_run = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next_is_lower = chars.peek().is_some_and(|next| next.is_lowercase());
        let divides =
            c.is_uppercase() && lower_run > 1 && (next_is_lower || chars.peek().is_none());
        if !c.is_alphanumeric() || divides || (c.is_uppercase() && lower_run > 2) {
            push(&mut words, &mut word);
        }
        lower_run = if c.is_lowercase() { lower_run + 1 } else { 0 };
        if c.is_alphanumeric() {
            c.to_lowercase().for_each(|c| fold(c, &mut word));
        }
    }
    push(&mut words, &mut word);
    words
}

fn push(words: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        words.push(std::mem::take(word));
    }
}

/// Accents away, as each language does where it has only ASCII.
fn fold(c: char, out: &mut String) {
    match c {
        'ä' | 'æ' => out.push_str("ae"),
        'ö' | 'œ' => out.push_str("oe"),
        'ü' => out.push_str("ue"),
        'ß' => out.push_str("ss"),
        'é' | 'è' | 'ê' | 'ë' => out.push('e'),
        'à' | 'â' | 'á' | 'å' => out.push('a'),
        'ç' => out.push('c'),
        'î' | 'ï' | 'í' => out.push('i'),
        'ô' | 'ó' | 'ø' => out.push('o'),
        'û' | 'ù' | 'ú' => out.push('u'),
        'ł' => out.push('l'),
        other => out.push(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_taken_apart() {
        for (text, expected) in [
            ("Beleg-Nr.", "beleg nr"),
            ("Straße / Ort", "strasse ort"),
            ("Währung", "waehrung"),
            ("Start_Date___Time", "start date time"),
            ("startDateTime", "start date time"),
            ("evseID", "evse id"),
            ("Energie (kWh)", "energie kwh"),
            ("El_kWh", "el kwh"),
            ("Netto (€)", "netto"),
            ("Amount GBP", "amount"),
            ("MwSt. (19 %)", "mwst"),
            ("vat %", "vat percent"),
            ("start_utc", "start"),
            ("Total_Duration__hh_mm_ss_", "total duration"),
        ] {
            assert_eq!(Heading::of(text).words.join(" "), expected, "{text}");
        }
        let vat = Heading::of("MwSt. (19 %)");
        assert_eq!(vat.rate.unwrap().to_string(), "19");
        assert_eq!(Heading::of("TVA 5,5%").rate.unwrap().to_string(), "5.5");
        assert_eq!(Heading::of("Energy (Wh)").unit, Some(Unit::WattHour));
        assert_eq!(
            Heading::of("Session (UTC) Start").clock,
            Some(Clock::Of(Zone::UTC))
        );
        assert_eq!(Heading::of("Start (Ortszeit)").clock, Some(Clock::Local));
        assert!(matches!(
            Heading::of("Start (Europe/Oslo)").clock,
            Some(Clock::Of(_))
        ));
    }

    #[test]
    fn closer_names_fit_better() {
        let fits = |text: &str, field: Field| Heading::of(text).fits()[field as usize];
        assert_eq!(fits("Vertrags-ID", Field::Contract), 100);
        assert!(fits("Vertrags-ID", Field::Id) < 100);
        assert!(
            fits("Ladevorgangskennung", Field::Id) > 50,
            "compounds count"
        );
        assert_eq!(fits("Site", Field::Evse), 0);
    }
}
