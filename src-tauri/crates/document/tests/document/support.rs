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
    let first = DateTime::parse_from_rfc3339("2026-09-01T06:10:00+02:00").expect("an instant");
    let vat = |place: usize| {
        let shifted = mixed && place % 2 == 1;
        let (category, rate, rule) = if shifted {
            (VatCategory::AE, 0, "V4")
        } else {
            (VatCategory::S, 19, "V3")
        };
        VatTreatment {
            category,
            rate: rate.into(),
            rule: rule.into(),
        }
    };
    let annex: Vec<AnnexRow> = (0..cdrs)
        .map(|i| row(i, i % places, first, &vat(i % places)))
        .collect();
    let lines: Vec<InvoiceLine> = (0..places).map(|p| line(p, vat(p))).collect();
    let note = mixed.then(|| "Reverse charge: VAT is due from the recipient.".to_owned());
    totalled(Invoice {
        kind: InvoiceKind::Invoice,
        number: Some("2026-000123".into()),
        issued_on: Some("2026-10-05".parse().expect("a date")),
        due_on: Some("2026-11-04".parse().expect("a date")),
        due_days: 30,
        seller: seller(),
        buyer: buyer(),
        partner_key: "HU-VIL".into(),
        month: "2026-09".parse().expect("a date"),
        period_start: "2026-09-01".parse().expect("a date"),
        period_end: "2026-09-30".parse().expect("a date"),
        currency: Currency::EUR,
        lines,
        vat_groups: Vec::new(),
        net: Decimal::ZERO,
        vat: Decimal::ZERO,
        gross: Decimal::ZERO,
        notes: note.into_iter().collect(),
        annex,
    })
}

/// The invoice with lines, groups and totals that follow from its annex.
pub fn totalled(mut invoice: Invoice) -> Invoice {
    for line in &mut invoice.lines {
        let mine = || invoice.annex.iter().filter(|row| row.line == line.position);
        line.cdrs = u32::try_from(mine().count()).expect("few rows");
        line.energy = Kwh(mine().map(|row| row.energy.0).sum());
        line.net = mine().map(|row| row.net).sum();
    }
    invoice.vat_groups = groups(&invoice.lines);
    invoice.net = invoice.lines.iter().map(|line| line.net).sum();
    invoice.vat = invoice.vat_groups.iter().map(|group| group.tax).sum();
    invoice.gross = invoice.net + invoice.vat;
    invoice
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
    let n = i64::try_from(i).expect("few rows");
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
        line: u32::try_from(place + 1).expect("few places"),
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

fn line(place: usize, vat: VatTreatment) -> InvoiceLine {
    let (location, town) = location(place);
    InvoiceLine {
        position: u32::try_from(place + 1).expect("few places"),
        location,
        place: town,
        cdrs: 0,
        energy: Kwh::default(),
        net: Decimal::ZERO,
        vat,
        late_of: None,
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

/// Names as long as the wire allows, a self-billed document and a credit that takes back.
pub fn awkward() -> Invoice {
    let mut invoice = invoice(3, 9, true);
    invoice.kind = InvoiceKind::SelfBilled;
    invoice.notes.insert(0, "Self-billing".into());
    invoice.seller.name =
        "Gesellschaft für nachhaltige Ladeinfrastruktur und Energiedienstleistungen mbH & Co. KG"
            .into();
    invoice.buyer.name =
        "Société coopérative d'intérêt collectif pour l'électromobilité des Hauts-de-France".into();
    invoice.buyer.street = "Boulevard de la Liberté et de la Résistance 1234, Bâtiment C".into();
    invoice.lines[0].location =
        "Parkhaus am Hauptbahnhof, Ebene U2, Einfahrt Wilhelmine-Gemberg-Weg, Stellplätze 201–240"
            .into();
    invoice.lines[1].place =
        "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch, GB".into();
    // Letters and their accents as separate signs, as some systems write them.
    invoice.buyer.city = "Gyo\u{30b}r, Ko\u{308}zponti A\u{301}llom\u{e1}s".into();
    for row in &mut invoice.annex {
        if row.line == 1 {
            row.location.clone_from(&invoice.lines[0].location);
            row.evse_id = "DE*TLW*E1234567890123456789012345678901*12".into();
        }
    }
    let last = invoice.annex.last_mut().expect("nine rows");
    last.energy = Kwh(-last.energy.0);
    last.net = -last.net;
    last.cdr_id.push_str("-C");
    totalled(invoice)
}
