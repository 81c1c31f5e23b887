//! `partner`: company data and agreements.

use domain::{Direction, PartyKey};
use office::api::PartnerDto;
use office::{Desk, Job};
use serde_json::json;

use super::{Context, company};
use crate::args::{CompanyArgs, Partner, PartnerArgs, Role};
use crate::end::{End, Failure};
use crate::{policy, print};

/// Carries out a command about partners.
pub fn partner(context: &Context<'_>, command: &Partner) -> Result<End, Failure> {
    match command {
        Partner::Add(args) => change(context, args, true),
        Partner::Set(args) => change(context, args, false),
        Partner::List => {
            let partners = office::partners::list(&context.desk()?)?;
            tell(context, &partners);
            Ok(End::Done)
        }
        Partner::Show { partner } => show(context, partner),
    }
}

fn show(context: &Context<'_>, partner: &PartyKey) -> Result<End, Failure> {
    let partner = office::partners::get(&context.desk()?, &partner.to_string())?;
    if context.json {
        tell(context, &[partner]);
        return Ok(End::Done);
    }
    let changed = |(switch, reading): (&String, &String)| format!("{switch}={reading}");
    let policy: Vec<String> = partner.policy.iter().map(changed).collect();
    let policy = if policy.is_empty() {
        "standard".to_owned()
    } else {
        policy.join(" ")
    };
    let company = &partner.company;
    let rows = [
        ("partner", partner.key.clone()),
        ("name", company.name.clone()),
        (
            "address",
            format!(
                "{}, {} {}",
                company.street, company.postal_code, company.city
            ),
        ),
        ("country", company.country.clone()),
        ("VAT id", company.vat_id.clone()),
        ("direction", partner.direction.clone()),
        ("currency", partner.currency.clone()),
        ("time zone", partner.time_zone.clone()),
        ("tolerance", partner.tolerance.clone()),
        ("due days", partner.due_days.to_string()),
        ("policy", policy),
        ("energy counts by", partner.truth.energy.clone()),
        ("start counts by", partner.truth.start.clone()),
        ("end counts by", partner.truth.end.clone()),
        ("sends sessions", partner.sends_sessions.to_string()),
        ("missing", partner.missing.join(", ")),
    ];
    let rows: Vec<Vec<String>> = rows
        .into_iter()
        .map(|(name, value)| vec![name.to_owned(), value])
        .collect();
    print::table(&["field", "value"], &rows);
    Ok(End::Done)
}

fn change(context: &Context<'_>, args: &PartnerArgs, new: bool) -> Result<End, Failure> {
    let mut desk = context.desk()?;
    if args.partner == *desk.book.party() && !args.truth.is_empty() {
        return our_own(context, &mut desk, args);
    }
    let key = args.partner.to_string();
    let known = office::partners::get(&desk, &key).is_ok();
    let mut partner = office::partners::partner(&desk, &args.partner)?;
    if new && !known {
        let defaults = office::partners::defaults(&desk, &key)?;
        partner.currency = defaults
            .currency
            .parse()
            .expect("a default currency is a currency");
        partner.agreement.direction = match defaults.direction.as_str() {
            "receivable" => Direction::Receivable,
            _ => Direction::Payable,
        };
    }
    if !new && !known {
        return Err(office::Error::UnknownPartner(key).into());
    }
    company::take(&mut partner.company, &args.company)?;
    let agreement = &mut partner.agreement;
    if let Some(role) = args.role {
        agreement.direction = match role {
            Role::Cpo => Direction::Payable,
            Role::Emsp => Direction::Receivable,
            Role::Both => {
                return Err(Failure::usage(
                    "--role both: an agreement has one direction; choose cpo or emsp",
                ));
            }
        };
    }
    agreement.policy = policy::changed(agreement.policy, &args.policy)?;
    agreement.truth = policy::truth(std::mem::take(&mut agreement.truth), &args.truth)?;
    agreement.time_zone = args.time_zone.unwrap_or(agreement.time_zone);
    agreement.due_days = args.due_days.unwrap_or(agreement.due_days);
    agreement.tolerance = args.tolerance.unwrap_or(agreement.tolerance);
    if agreement.tolerance.is_sign_negative() {
        return Err(Failure::usage("--tolerance: it cannot be negative"));
    }
    agreement.sends_sessions = args.sends_sessions.unwrap_or(agreement.sends_sessions);
    agreement.taxable_dealer = args.taxable_dealer.unwrap_or(agreement.taxable_dealer);
    partner.currency = args.currency.unwrap_or(partner.currency);
    office::partners::put(&mut desk, &partner)?;
    office::reconcile::reconcile_stale(&desk, &mut Job::quiet())?;
    let partner = office::partners::get(&desk, &key)?;
    tell(context, &[partner]);
    Ok(End::Done)
}

/// Our own rule of whose figures count: for the CDRs that we make of our chargers' logs.
fn our_own(context: &Context<'_>, desk: &mut Desk, args: &PartnerArgs) -> Result<End, Failure> {
    let only = "we are no partner of our own; of our own party only --truth can be set";
    let others = [
        args.role.is_some(),
        args.currency.is_some(),
        args.time_zone.is_some(),
        !args.policy.is_empty(),
        args.due_days.is_some(),
        args.tolerance.is_some(),
        args.sends_sessions.is_some(),
        args.taxable_dealer.is_some(),
        args.company != CompanyArgs::default(),
    ];
    let own = office::partners::own(desk)?;
    let Some(mut own) = own.filter(|_| !others.contains(&true)) else {
        return Err(Failure::usage(only));
    };
    own.truth = policy::truth(own.truth, &args.truth)?;
    office::partners::set_own(desk, &own)?;
    office::reconcile::reconcile_stale(desk, &mut Job::quiet())?;
    if context.json {
        print::json(&json!({ "party": args.partner.to_string(), "truth": own.truth }));
    } else {
        println!("{}: {}", args.partner, own.truth);
    }
    Ok(End::Done)
}

fn tell(context: &Context<'_>, partners: &[PartnerDto]) {
    if context.json {
        print::json(&json!({ "partners": partners }));
        return;
    }
    let row = |partner: &PartnerDto| {
        vec![
            partner.key.clone(),
            partner.company.name.clone(),
            partner.direction.clone(),
            partner.currency.clone(),
            partner.time_zone.clone(),
            partner.missing.join(", "),
        ]
    };
    let rows: Vec<_> = partners.iter().map(row).collect();
    print::table(
        &[
            "partner",
            "name",
            "direction",
            "currency",
            "time zone",
            "missing",
        ],
        &rows,
    );
}
