//! Time zones of countries, for when neither a location nor an agreement names one.

use domain::Tz;

/// Country (alpha-2, alpha-3), zone of its capital, and whether that is its only zone. Countries
/// whose zones have agreed since 1980 (Germany with Büsingen) count as having one.
const COUNTRIES: [(&str, &str, Tz, bool); 40] = [
    ("AD", "AND", Tz::Europe__Andorra, true),
    ("AL", "ALB", Tz::Europe__Tirane, true),
    ("AT", "AUT", Tz::Europe__Vienna, true),
    ("BA", "BIH", Tz::Europe__Sarajevo, true),
    ("BE", "BEL", Tz::Europe__Brussels, true),
    ("BG", "BGR", Tz::Europe__Sofia, true),
    ("CH", "CHE", Tz::Europe__Zurich, true),
    ("CY", "CYP", Tz::Asia__Nicosia, true),
    ("CZ", "CZE", Tz::Europe__Prague, true),
    ("DE", "DEU", Tz::Europe__Berlin, true),
    ("DK", "DNK", Tz::Europe__Copenhagen, true),
    ("EE", "EST", Tz::Europe__Tallinn, true),
    ("ES", "ESP", Tz::Europe__Madrid, false),
    ("FI", "FIN", Tz::Europe__Helsinki, true),
    ("FR", "FRA", Tz::Europe__Paris, true),
    ("GB", "GBR", Tz::Europe__London, true),
    ("GR", "GRC", Tz::Europe__Athens, true),
    ("HR", "HRV", Tz::Europe__Zagreb, true),
    ("HU", "HUN", Tz::Europe__Budapest, true),
    ("IE", "IRL", Tz::Europe__Dublin, true),
    ("IS", "ISL", Tz::Atlantic__Reykjavik, true),
    ("IT", "ITA", Tz::Europe__Rome, true),
    ("LI", "LIE", Tz::Europe__Vaduz, true),
    ("LT", "LTU", Tz::Europe__Vilnius, true),
    ("LU", "LUX", Tz::Europe__Luxembourg, true),
    ("LV", "LVA", Tz::Europe__Riga, true),
    ("MC", "MCO", Tz::Europe__Monaco, true),
    ("ME", "MNE", Tz::Europe__Podgorica, true),
    ("MK", "MKD", Tz::Europe__Skopje, true),
    ("MT", "MLT", Tz::Europe__Malta, true),
    ("NL", "NLD", Tz::Europe__Amsterdam, true),
    ("NO", "NOR", Tz::Europe__Oslo, true),
    ("PL", "POL", Tz::Europe__Warsaw, true),
    ("PT", "PRT", Tz::Europe__Lisbon, false),
    ("RO", "ROU", Tz::Europe__Bucharest, true),
    ("RS", "SRB", Tz::Europe__Belgrade, true),
    ("SE", "SWE", Tz::Europe__Stockholm, true),
    ("SI", "SVN", Tz::Europe__Ljubljana, true),
    ("SK", "SVK", Tz::Europe__Bratislava, true),
    ("TR", "TUR", Tz::Europe__Istanbul, true),
];

/// The zone of a country that has one only. `country` is alpha-2 or alpha-3.
pub fn single(country: &str) -> Option<Tz> {
    entry(country).filter(|entry| entry.3).map(|entry| entry.2)
}

/// The zone of a country's capital.
pub fn capital(country: &str) -> Option<Tz> {
    entry(country).map(|entry| entry.2)
}

fn entry(country: &str) -> Option<&'static (&'static str, &'static str, Tz, bool)> {
    COUNTRIES.iter().find(|(two, three, _, _)| {
        two.eq_ignore_ascii_case(country) || three.eq_ignore_ascii_case(country)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spain_has_a_capital_but_no_single_zone() {
        assert_eq!(single("NLD"), Some(Tz::Europe__Amsterdam));
        assert_eq!(single("nl"), Some(Tz::Europe__Amsterdam));
        assert_eq!(single("ESP"), None, "the Canaries are an hour behind");
        assert_eq!(capital("ESP"), Some(Tz::Europe__Madrid));
        assert_eq!(capital("QQQ"), None);
    }
}
