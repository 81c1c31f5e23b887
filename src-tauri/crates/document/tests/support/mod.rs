//! Invoices made up for these tests: figures that add up, names from many languages.

use chrono::{DateTime, Duration, FixedOffset};
use domain::invoice::{
    AnnexRow, Invoice, InvoiceKind, InvoiceLine, VatCategory, VatGroup, VatTreatment,
};
use domain::{Company, Currency, Decimal, Kwh};
use rust_decimal::RoundingStrategy;

pub const PLACES: [(&str, &str); 8] = [
    ("Łódź Piotrkowska", "Łódź, PL"),
    ("Szőlő utca garázs", "Győr, HU"),
    ("Großmarkthalle Süd", "Köln, DE"),
    ("Ærø Færgehavn", "Søby, DK"),
    ("Plaza España", "A Coruña, ES"),
    ("Țăndărei Nord", "Ialomița, RO"),
    ("Πλατεία Συντάγματος", "Αθήνα, GR"),
    ("Площад България", "София, BG"),
];

pub fn seller() -> Company {
    Company {
        name: "Tallwind Ladenetz GmbH".into(),
        street: "Am Großen Hafen 12".into(),
        city: "Hamburg".into(),
        postal_code: "20457".into(),
        country: "DE".into(),
        vat_id: "DE123456788".into(),
        email: "abrechnung@tallwind.example".into(),
        iban: "DE89370400440532013000".into(),
        bic: "COBADEFFXXX".into(),
    }
}

pub fn buyer() -> Company {
    Company {
        name: "Villám Mobilitás Kft.".into(),
        street: "Szőlőhegy utca 7".into(),
        city: "Budapest".into(),
        postal_code: "1139".into(),
        country: "HU".into(),
        vat_id: "HU12345676".into(),
        email: "szamla@villam.example".into(),
        ..Company::default()
    }
}

/// An issued invoice over `cdrs` records spread over `places` locations, 19 % and reverse charge
/// in turn where `mixed`.
pub fn invoice(places: usize, cdrs: usize, mixed: bool) -> Invoice {
    let first = DateTime::parse_from_rfc3339("2026-09-01T06:10:00+02:00").unwrap();
    let vat = |place: usize| match mixed && place % 2 == 1 {
        true => VatTreatment {
            category: VatCategory::AE,
            rate: Decimal::ZERO,
            rule: "V4".into(),
        },
        false => VatTreatment {
            category: VatCategory::S,
            rate: 19.into(),
            rule: "V3".into(),
        },
    };
    let annex: Vec<AnnexRow> = (0..cdrs)
        .map(|i| row(i, i % places, first, &vat(i % places)))
        .collect();
    let lines: Vec<InvoiceLine> = (0..places).map(|p| line(p, &annex, vat(p))).collect();
    let vat_groups = groups(&lines);
    let net: Decimal = lines.iter().map(|l| l.net).sum();
    let vat: Decimal = vat_groups.iter().map(|g| g.tax).sum();
    let notes = match mixed {
        true => vec!["Reverse charge: VAT is due from the recipient.".to_owned()],
        false => Vec::new(),
    };
    Invoice {
        kind: InvoiceKind::Invoice,
        number: Some("2026-000123".into()),
        issued_on: Some("2026-10-05".parse().unwrap()),
        due_on: Some("2026-11-04".parse().unwrap()),
        due_days: 30,
        seller: seller(),
        buyer: buyer(),
        partner_key: "HU-VIL".into(),
        month: "2026-09".parse().unwrap(),
        period_start: "2026-09-01".parse().unwrap(),
        period_end: "2026-09-30".parse().unwrap(),
        currency: Currency::EUR,
        lines,
        vat_groups,
        net,
        vat,
        gross: net + vat,
        notes,
        annex,
    }
}

/// The same as a draft.
pub fn draft(invoice: Invoice) -> Invoice {
    Invoice {
        number: None,
        issued_on: None,
        due_on: None,
        ..invoice
    }
}

fn row(i: usize, place: usize, first: DateTime<FixedOffset>, vat: &VatTreatment) -> AnnexRow {
    let n = i64::try_from(i).unwrap();
    let start = first + Duration::minutes(n * 17);
    let energy = Decimal::new(4_000 + (n * 7_919) % 52_000, 3);
    let net = (energy * Decimal::new(49, 2))
        .round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    AnnexRow {
        cdr_id: format!(
            "{:08x}-5d1c-4e02-9b7a-{:012x}",
            0x00c0_ffee_i64.wrapping_mul(n + 1) % 0xffff_ffff,
            n * 99_991
        ),
        session_id: Some(format!("S{n:06}")),
        token_masked: format!("…{:04}", n % 10_000),
        start_local: start,
        end_local: start + Duration::minutes(25 + n % 90),
        location: location(place).0,
        evse_id: format!("DE*TLW*E{:05}*{}", 100 + place, 1 + n % 4),
        energy: Kwh(energy),
        net,
        vat_rate: vat.rate,
        line: u32::try_from(place + 1).unwrap(),
    }
}

fn location(place: usize) -> (String, String) {
    let (name, town) = PLACES[place % PLACES.len()];
    let suffix = if place < PLACES.len() {
        String::new()
    } else {
        format!(" {}", place / PLACES.len() + 1)
    };
    (format!("{name}{suffix}"), town.to_owned())
}

fn line(place: usize, annex: &[AnnexRow], vat: VatTreatment) -> InvoiceLine {
    let position = u32::try_from(place + 1).unwrap();
    let mine = || annex.iter().filter(|row| row.line == position);
    let (location, town) = location(place);
    InvoiceLine {
        position,
        location,
        place: town,
        cdrs: u32::try_from(mine().count()).unwrap(),
        energy: Kwh(mine().map(|row| row.energy.0).sum()),
        net: mine().map(|row| row.net).sum(),
        vat,
    }
}

fn groups(lines: &[InvoiceLine]) -> Vec<VatGroup> {
    let mut groups: Vec<VatGroup> = Vec::new();
    for line in lines {
        let (category, rate) = (line.vat.category, line.vat.rate);
        match groups
            .iter_mut()
            .find(|g| (g.category, g.rate) == (category, rate))
        {
            Some(group) => group.base += line.net,
            None => groups.push(VatGroup {
                category,
                rate,
                base: line.net,
                tax: Decimal::ZERO,
            }),
        }
    }
    for group in &mut groups {
        group.tax = (group.base * group.rate / Decimal::ONE_HUNDRED)
            .round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    }
    groups
}
