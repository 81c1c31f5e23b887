//! Books for tests: a company that can issue invoices, with one partner; and the demo.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use domain::{Company, Currency, TruthRule};
use office::Desk;
use office::api::{CompanyDto, PartnerDto};
use store::NewBook;
use store::agreement::Own;

/// A new book of Tally Charging (NL-TAL), complete enough to issue invoices.
///
/// # Panics
/// When the book cannot be made at `path`.
pub fn new_book(path: &Path) -> Desk {
    let created_at: DateTime<Utc> = "2026-10-01T08:00:00Z".parse().expect("an instant");
    let party = "NL-TAL".parse().expect("a party");
    let new = NewBook {
        party,
        demo: false,
        created_at,
    };
    let mut desk = Desk::create(path, &new, "test").expect("a new book");
    let company = Company {
        name: "Tally Charging BV".to_owned(),
        street: "Kade 1".to_owned(),
        city: "Utrecht".to_owned(),
        postal_code: "3511 AA".to_owned(),
        country: "NL".to_owned(),
        vat_id: "NL123456782B90".to_owned(),
        email: "billing@tally.example".to_owned(),
        iban: "NL02ABNA0123456789".to_owned(),
        bic: "ABNANL2A".to_owned(),
    };
    let currency = "EUR".parse::<Currency>().expect("a currency");
    let own = Own {
        truth: TruthRule::default(),
        company,
        role: "cpo".to_owned(),
        currency,
    };
    office::partners::set_own(&mut desk, &own).expect("our own company can be set");
    desk
}

/// A small book in `folder`: one partner, Rydera (NL-RYD), which we bill.
///
/// # Panics
/// When the book cannot be made.
pub fn small_book(folder: &Path) -> PathBuf {
    let path = folder.join("small.tallywatt");
    let mut desk = new_book(&path);
    let defaults = office::partners::defaults(&desk, "NL-RYD").expect("defaults for any party");
    let partner = PartnerDto {
        company: CompanyDto {
            name: "Rydera BV".to_owned(),
            street: "Stationsplein 4".to_owned(),
            city: "Zwolle".to_owned(),
            postal_code: "8011 CW".to_owned(),
            country: "NL".to_owned(),
            vat_id: "NL987654321B01".to_owned(),
            email: "invoices@rydera.example".to_owned(),
            iban: String::new(),
            bic: String::new(),
        },
        direction: "receivable".to_owned(),
        sends_sessions: false,
        ..defaults
    };
    office::partners::set(&mut desk, &partner).expect("a complete partner");
    path
}

/// The demo book in `folder`, with its invoices beside it.
///
/// # Panics
/// When the demo cannot be made.
pub fn demo_book(folder: &Path) -> PathBuf {
    let path = folder.join("demo.tallywatt");
    office::demo::make(&path, folder, &mut office::Job::quiet()).expect("the demo can be made");
    path
}
