//! Company data from the command line, and `init`.

use domain::{Company, TruthRule};
use office::Desk;
use office::desk::NewBook;
use office::partners::Own;
use serde_json::json;

use super::Context;
use crate::args::{CompanyArgs, Init};
use crate::end::{End, Failure};
use crate::print;

/// Makes a book.
pub fn init(context: &Context<'_>, init: &Init) -> Result<End, Failure> {
    let path = context.path();
    let new = NewBook {
        party: init.party.clone(),
        demo: false,
        created_at: context.now(),
    };
    let mut company = Company {
        country: init.party.country().to_owned(),
        ..Company::default()
    };
    take(&mut company, &init.company)?;
    if company.name.is_empty() {
        return Err(Failure::usage("--name: a company needs a name"));
    }
    let own = Own {
        truth: TruthRule::default(),
        company,
        role: init.role.as_str().to_owned(),
        currency: init.currency,
    };
    let mut desk = Desk::create(&path, &new, &context.actor())?;
    office::partners::set_own(&mut desk, &own)?;
    if context.json {
        print::json(&json!({
            "book": path,
            "party": init.party.to_string(),
            "role": own.role,
            "name": own.company.name,
            "currency": own.currency,
        }));
    } else {
        println!(
            "Made {} for {} ({})",
            path.display(),
            own.company.name,
            init.party
        );
    }
    Ok(End::Done)
}

/// Takes over what was given.
pub fn take(company: &mut Company, given: &CompanyArgs) -> Result<(), Failure> {
    let fields = [
        (&mut company.name, &given.name),
        (&mut company.vat_id, &given.vat_id),
        (&mut company.iban, &given.iban),
        (&mut company.bic, &given.bic),
        (&mut company.email, &given.email),
    ];
    for (field, value) in fields {
        if let Some(value) = value {
            value.trim().clone_into(field);
        }
    }
    if let Some(address) = &given.address {
        let (street, postal_code, city, country) = parts(address).ok_or_else(|| {
            Failure::usage(format!(
                "--address {address:?}: write it as \"Kade 1, 3511 AA Utrecht\""
            ))
        })?;
        company.street = street;
        company.postal_code = postal_code;
        company.city = city;
        if let Some(country) = country {
            company.country = country;
        }
    }
    Ok(())
}

/// Street, postal code, city and, if it ends in one, country of `Kade 1, 3511 AA Utrecht, NL`.
fn parts(address: &str) -> Option<(String, String, String, Option<String>)> {
    let mut pieces: Vec<&str> = address.split(',').map(str::trim).collect();
    let is_country = |text: &str| text.len() == 2 && text.chars().all(|c| c.is_ascii_uppercase());
    let country = pieces.pop_if(|last| is_country(last)).map(str::to_owned);
    let place = pieces.pop()?;
    if pieces.is_empty() {
        return None;
    }
    let words: Vec<&str> = place.split_whitespace().collect();
    // Codes hold digits, or are the two capitals behind them: 3511 AA, 852 34, SW1A 1AA.
    let is_code = |at: usize| {
        words[at].contains(|c: char| c.is_ascii_digit()) || at > 0 && is_country(words[at])
    };
    let code = (0..words.len()).take_while(|at| is_code(*at)).count();
    let city = words[code..].join(" ");
    (!city.is_empty()).then(|| (pieces.join(", "), words[..code].join(" "), city, country))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        for (text, street, code, city, country) in [
            (
                "Kade 1, 3511 AA Utrecht",
                "Kade 1",
                "3511 AA",
                "Utrecht",
                None,
            ),
            (
                "Deutzer Werft 7, 50679 Köln, DE",
                "Deutzer Werft 7",
                "50679",
                "Köln",
                Some("DE"),
            ),
            (
                "Storgatan 1, 831 30 Östersund",
                "Storgatan 1",
                "831 30",
                "Östersund",
                None,
            ),
            (
                "1 High St, Flat 2, SW1A 1AA Old Town",
                "1 High St, Flat 2",
                "SW1A 1AA",
                "Old Town",
                None,
            ),
            ("Quai 3, Namur", "Quai 3", "", "Namur", None),
        ] {
            let (s, c, t, l) = parts(text).unwrap();
            assert_eq!(
                (s.as_str(), c.as_str(), t.as_str(), l.as_deref()),
                (street, code, city, country)
            );
        }
        for bad in ["", "Utrecht", "Kade 1, 3511 AA"] {
            assert_eq!(parts(bad), None, "{bad:?} is no full address");
        }
    }
}
