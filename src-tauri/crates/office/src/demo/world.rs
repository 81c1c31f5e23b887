//! Who and where in the demo: our company, three partners, their sites, tokens and tariffs.
//!
//! Every name is invented. We run chargers in the Netherlands and have drivers of our own, so money
//! goes both ways.

use chrono_tz::Tz;
use domain::BillingMonth;

use super::plan::{NORRSKEN, OWN, Plan, RHEIN};

/// CDRs that are new in a month; they grow from month to month.
pub(super) fn new_cdrs(number: usize) -> usize {
    let planned = |number: usize| 1_000 + 66 * number;
    if number + 1 == MONTHS {
        CDRS - (0..number).map(planned).sum::<usize>()
    } else {
        planned(number)
    }
}

/// When tariffs and locations were published: before the first month.
pub(super) fn published_s() -> i64 {
    let day = month(0).previous().first_day();
    let at = day.and_hms_opt(6, 0, 0).expect("a time of day");
    at.and_utc().timestamp()
}

/// Country code and party id.
pub(super) type Party = (&'static str, &'static str);

/// Our party.
pub(super) const US: Party = ("NL", "VKM");

/// First month of the demo.
pub(super) const FIRST: (i32, u8) = (2025, 9);
/// How many months it has.
pub(super) const MONTHS: usize = 14;
/// How many of them are closed: the last two are left for the reader.
pub(super) const CLOSED: usize = 12;
/// CDRs in the book when all months are in.
pub(super) const CDRS: usize = 20_000;

/// The month of a number from 0.
pub(super) fn month(number: usize) -> BillingMonth {
    let first = BillingMonth::new(FIRST.0, FIRST.1).expect("a calendar month");
    (0..number).fold(first, |month, _| month.next())
}

/// The form a delivery comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// OCPI 2.1.1.
    V211,
    /// OCPI 2.2.1.
    V221,
    /// OCPI 2.3.0.
    V230,
    /// A text file with semicolons and decimal commas.
    Sheet,
}

/// A place with chargers: name, street, postal code, city.
pub(super) type Site = (&'static str, &'static str, &'static str, &'static str);

/// Chargers of every site that serve ordinary sessions.
pub(super) const EVSES_PER_SITE: usize = 5;

/// The records of one operator's chargers used by one provider's drivers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Feed {
    /// The partner we settle with.
    pub(super) partner: Party,
    /// Who runs the chargers and owns the CDRs.
    pub(super) operator: Party,
    /// Whose drivers charge.
    pub(super) provider: Party,
    pub(super) zone: Tz,
    pub(super) currency: &'static str,
    /// ISO 3166 alpha-3 country of the sites.
    pub(super) country: &'static str,
    /// VAT its tariffs and CDRs name.
    pub(super) vat_permille: i64,
    /// Decimals its totals are rounded to.
    pub(super) digits: u32,
    pub(super) plans: &'static [Plan],
    /// Whether CDRs carry their tariff inside.
    pub(super) embeds: bool,
    pub(super) sends_sessions: bool,
    pub(super) sites: &'static [Site],
    /// Its part of all CDRs.
    pub(super) share_permille: usize,
}

/// The three feeds, in the order they are delivered.
pub(super) const FEEDS: [Feed; 3] = [
    Feed {
        partner: ("DE", "RHL"),
        operator: ("DE", "RHL"),
        provider: US,
        zone: Tz::Europe__Berlin,
        currency: "EUR",
        country: "DEU",
        vat_permille: 190,
        digits: 4,
        plans: RHEIN,
        embeds: true,
        sends_sessions: true,
        sites: &[
            ("Rheinufer Nord", "Uferstraße 12", "50668", "Köln"),
            ("Parkhaus Domblick", "Marzellenstraße 3", "50667", "Köln"),
            ("Hafenbecken Süd", "Am Hafenkopf 8", "40221", "Düsseldorf"),
            (
                "Schnellladepark Kreuz West",
                "Autobahnring 1",
                "51373",
                "Leverkusen",
            ),
            ("Marktplatz Alte Post", "Poststraße 21", "53111", "Bonn"),
            ("Uferpromenade Mitte", "Rheinallee 40", "55118", "Mainz"),
            ("Gewerbepark Ost", "Industriestraße 77", "47057", "Duisburg"),
            ("Raststätte Siebenhügel", "Rasthof 2", "53577", "Neustadt"),
            ("Bahnhof Vorplatz", "Bahnhofstraße 1", "56068", "Koblenz"),
            ("Tiefgarage Theater", "Theatergasse 5", "52062", "Aachen"),
            (
                "Einkaufszentrum Weiher",
                "Weiherweg 9",
                "41061",
                "Mönchengladbach",
            ),
            ("Messe Parkplatz 4", "Messeallee 4", "45131", "Essen"),
        ],
        share_permille: 500,
    },
    Feed {
        partner: ("BE", "FLM"),
        operator: US,
        provider: ("BE", "FLM"),
        zone: Tz::Europe__Amsterdam,
        currency: "EUR",
        country: "NLD",
        vat_permille: 210,
        digits: 4,
        plans: OWN,
        embeds: false,
        sends_sessions: true,
        sites: &[
            ("Veenkade", "Veenkade 14", "2513 EE", "Den Haag"),
            ("Stationsplein", "Stationsplein 2", "3511 ED", "Utrecht"),
            ("Snellaadplein A16", "Rijksweg 16", "4815 NA", "Breda"),
            ("Havenkwartier", "Speelhuislaan 60", "4815 CJ", "Breda"),
            ("Wijk De Erven", "Ervenpad 5", "1315 KA", "Almere"),
            ("Winkelhart Zuid", "Zuidplein 30", "3083 BW", "Rotterdam"),
            ("Kanaalzone", "Kanaaldijk 101", "5611 TC", "Eindhoven"),
        ],
        share_permille: 300,
    },
    Feed {
        partner: ("SE", "NOR"),
        operator: ("SE", "NOR"),
        provider: US,
        zone: Tz::Europe__Stockholm,
        currency: "SEK",
        country: "SWE",
        vat_permille: 250,
        digits: 2,
        plans: NORRSKEN,
        embeds: true,
        sends_sessions: false,
        sites: &[
            ("Norra Kajen", "Kajgatan 7", "852 34", "Sundsvall"),
            ("Älvstranden", "Strandvägen 18", "903 25", "Umeå"),
            ("Snabbladdning E4", "Trafikplats 4", "972 54", "Luleå"),
            ("Torget", "Storgatan 1", "831 30", "Östersund"),
            ("Centralstation", "Järnvägsgatan 3", "803 11", "Gävle"),
        ],
        share_permille: 200,
    },
];

impl Feed {
    /// `DE-RHL`.
    pub(super) fn partner_key(&self) -> String {
        format!("{}-{}", self.partner.0, self.partner.1)
    }

    /// The form of its CDRs in a month: Norrsken sent spreadsheets before it had OCPI, and our own
    /// back office moved from 2.2.1 to 2.3.0 in May 2026.
    pub(super) fn form(&self, month: usize) -> Form {
        match self.partner.1 {
            "NOR" if month < 2 => Form::Sheet,
            "NOR" => Form::V211,
            "FLM" if month >= 8 => Form::V230,
            _ => Form::V221,
        }
    }

    /// Chargers for ordinary sessions.
    pub(super) fn evses(&self) -> usize {
        self.sites.len() * EVSES_PER_SITE
    }

    /// The site of a charger. Chargers beyond [`evses`](Self::evses) stand at the first sites; they
    /// take the sessions that need a place of their own.
    pub(super) fn site(&self, evse: usize) -> usize {
        if evse < self.evses() {
            evse / EVSES_PER_SITE
        } else {
            (evse - self.evses()) % self.sites.len()
        }
    }

    /// The tariff of a charger: one per site.
    pub(super) fn plan(&self, evse: usize) -> &'static Plan {
        &self.plans[self.site(evse) % self.plans.len()]
    }

    /// `RHL-L03`.
    pub(super) fn location_id(&self, site: usize) -> String {
        format!("{}-L{:02}", self.operator.1, site + 1)
    }

    /// `DE*RHL*E0042`.
    pub(super) fn evse_id(&self, evse: usize) -> String {
        format!("{}*{}*E{:04}", self.operator.0, self.operator.1, evse + 1)
    }

    /// `RHL-E0042`.
    pub(super) fn evse_uid(&self, evse: usize) -> String {
        format!("{}-E{:04}", self.operator.1, evse + 1)
    }

    /// The contract of a token. Each feed has its own range.
    pub(super) fn contract(&self, token: usize, issuer: Party) -> String {
        format!("{}-{}-C{:08}", issuer.0, issuer.1, self.token_number(token))
    }

    /// The RFID number of a token.
    pub(super) fn token_uid(&self, token: usize) -> String {
        format!("04{:012X}", self.token_number(token) * 7_919)
    }

    fn token_number(&self, token: usize) -> usize {
        self.share_permille * 10_000 + token
    }

    /// Tokens for ordinary sessions: enough that nobody charges at two places at once.
    pub(super) fn tokens(&self) -> usize {
        self.evses() * 4
    }
}
