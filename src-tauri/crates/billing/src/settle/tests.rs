//! Drafts from CDRs: the worked examples and what splits, signs and blocks an invoice.

use chrono::DateTime;
use domain::invoice::{Invoice, InvoiceKind, VatCategory};
use domain::{BillingMonth, Company, Currency, Decimal, Kwh};
use proptest::prelude::*;
use rust_decimal::dec;

use super::*;

fn company(country: &str, vat_id: &str) -> Company {
    Company {
        name: format!("Company of {country}"),
        street: "High Street 1".into(),
        city: "Town".into(),
        postal_code: "1000".into(),
        country: country.into(),
        vat_id: vat_id.into(),
        email: "billing@company.example".into(),
        iban: "DE89370400440532013000".into(),
        bic: "COBADEFFXXX".into(),
    }
}

fn cdr(row: i64, kwh: Decimal, net: Decimal) -> BillableCdr {
    let start = DateTime::parse_from_rfc3339("2026-09-03T08:00:00+02:00").unwrap();
    let start = start + chrono::Duration::hours(row);
    BillableCdr {
        row,
        month: "2026-09".parse().unwrap(),
        cdr_id: format!("CDR-{row}"),
        session_id: Some(format!("S-{row}")),
        contract: Some("DE-TLW-C00112233-4".into()),
        start_local: start,
        end_local: start + chrono::Duration::minutes(40),
        location_key: "LOC1".into(),
        location: "Harbour".into(),
        place: "Hamburg, DE".into(),
        country: "DEU".into(),
        evse_id: "DE*TLW*E1".into(),
        energy: Kwh(kwh),
        net,
        currency: Currency::EUR,
        credit: false,
    }
}

/// The four CDRs of E1: 0.49 per kWh, exact.
fn e1() -> Vec<BillableCdr> {
    [dec!(9.871), dec!(23.405), dec!(41.120), dec!(7.333)]
        .into_iter()
        .zip(1..)
        .map(|(kwh, row)| cdr(row, kwh, kwh * dec!(0.49)))
        .collect()
}

fn drafts_for(buyer: &Company, cdrs: &[BillableCdr]) -> Vec<Draft> {
    drafts_with(buyer, cdrs, None)
}

fn drafts_with(buyer: &Company, cdrs: &[BillableCdr], vat: Option<&VatOverride>) -> Vec<Draft> {
    draft(&DraftInput {
        kind: InvoiceKind::Invoice,
        seller: &company("DE", "DE123456788"),
        seller_also_in: &[],
        domestic_reverse_charge: false,
        buyer,
        partner_key: "DE-ABC",
        taxable_dealer: true,
        vat_override: vat,
        due_days: 30,
        rates: &VatRates::standard(),
        month: "2026-09".parse().unwrap(),
        cdrs,
    })
    .unwrap()
}

fn at_home(cdrs: &[BillableCdr]) -> Vec<Draft> {
    drafts_for(&company("DE", "DE987654321"), cdrs)
}

#[test]
fn e1_the_standard_case() {
    let drafts = at_home(&e1());
    let [Draft { invoice, cdr_rows }] = &drafts[..] else {
        panic!("one invoice: {drafts:?}")
    };
    let nets: Vec<_> = invoice.annex.iter().map(|row| row.net).collect();
    assert_eq!(
        nets,
        [dec!(4.84), dec!(11.47), dec!(20.15), dec!(3.59)],
        "each rounded once"
    );
    assert_eq!(invoice.lines.len(), 1);
    assert_eq!(invoice.lines[0].energy, Kwh(dec!(81.729)));
    assert_eq!(
        (invoice.lines[0].cdrs, invoice.lines[0].vat.rule.as_str()),
        (4, "V3")
    );
    assert_eq!(
        (invoice.net, invoice.vat, invoice.gross),
        (dec!(40.05), dec!(7.61), dec!(47.66))
    );
    assert_eq!(cdr_rows, &[1, 2, 3, 4]);
    assert!(invoice.notes.is_empty() && invoice.number.is_none());
    assert_eq!(invoice.period_end.to_string(), "2026-09-30");
    assert_eq!(check(invoice), []);
    assert_eq!(recheck(invoice, &e1()), []);
}

#[test]
fn e4_reverse_charge_to_another_member_state() {
    let cdrs = [cdr(1, dec!(1310.837), dec!(642.31))];
    let drafts = drafts_for(&company("HU", "HU12345676"), &cdrs);
    let invoice = &drafts[0].invoice;
    let group = &invoice.vat_groups[0];
    assert_eq!((group.category, group.rate), (VatCategory::AE, dec!(0)));
    assert_eq!(
        (invoice.net, invoice.vat, invoice.gross),
        (dec!(642.31), dec!(0), dec!(642.31))
    );
    assert!(
        invoice.notes[0].starts_with("Reverse charge"),
        "Art. 226 no. 11a: {invoice:?}"
    );
    assert_eq!(check(invoice), []);
    let nameless = drafts_for(&company("HU", ""), &cdrs);
    assert_eq!(
        check(&nameless[0].invoice),
        [Check::VatIdMissing("the buyer")]
    );
    assert!(check(&nameless[0].invoice)[0].blocks());
}

#[test]
fn lines_are_per_location_in_the_order_of_their_names() {
    let mut cdrs = e1();
    cdrs[0].location = "Zoo".into();
    cdrs[0].location_key = "LOC9".into();
    cdrs[3].location_key = "LOC2".into();
    let invoice = &at_home(&cdrs)[0].invoice;
    let lines: Vec<_> = invoice
        .lines
        .iter()
        .map(|l| (l.position, l.location.as_str(), l.cdrs))
        .collect();
    assert_eq!(
        lines,
        [(1, "Harbour", 2), (2, "Harbour", 1), (3, "Zoo", 1)],
        "two are harbours"
    );
    let of_row: Vec<_> = invoice.annex.iter().map(|row| row.line).collect();
    assert_eq!(of_row, [3, 1, 1, 2], "the annex points at its lines");
}

#[test]
fn currencies_and_scopes_do_not_share_an_invoice() {
    let mut cdrs = e1();
    cdrs[1].currency = "SEK".parse().unwrap();
    let drafts = at_home(&cdrs);
    let split: Vec<_> = drafts
        .iter()
        .map(|d| (d.invoice.currency.to_string(), d.cdr_rows.clone()))
        .collect();
    let expected = [("EUR", vec![1, 3, 4]), ("SEK", vec![2])];
    let expected = expected.map(|(currency, rows)| (currency.to_owned(), rows));
    assert_eq!(split, expected);
    let outside = drafts_for(&company("CH", ""), &e1());
    assert_eq!(outside[0].invoice.vat_groups[0].category, VatCategory::O);
    assert_eq!(
        check(&outside[0].invoice),
        [],
        "no VAT id is needed outside the scope"
    );
}

#[test]
fn late_cdrs_have_lines_of_their_own_after_those_of_the_month() {
    let mut cdrs = e1();
    cdrs[0].month = "2026-08".parse().unwrap();
    cdrs[2].month = "2026-08".parse().unwrap();
    cdrs[3].month = "2026-07".parse().unwrap();
    let drafts = at_home(&cdrs);
    assert_eq!(drafts.len(), 1, "they share the document");
    let invoice = &drafts[0].invoice;
    let lines: Vec<_> = invoice
        .lines
        .iter()
        .map(|line| {
            (
                line.late_of.map(|month| month.to_string()),
                line.cdrs,
                line.net,
            )
        })
        .collect();
    let expected = [
        (None, 1, dec!(11.47)),
        (Some("2026-07".to_owned()), 1, dec!(3.59)),
        (Some("2026-08".to_owned()), 2, dec!(24.99)),
    ];
    assert_eq!(lines, expected, "one place, but a line is of one month");
    assert_eq!(invoice.net, dec!(40.05), "nothing is lost");
    assert_eq!(
        (
            invoice.period_start.to_string(),
            invoice.period_end.to_string()
        ),
        ("2026-09-01".to_owned(), "2026-09-30".to_owned()),
        "a period never spans two months (INVOICING §3)"
    );
    assert_eq!(recheck(invoice, &cdrs), []);
    cdrs[0].month = "2026-09".parse().unwrap();
    let moved = recheck(invoice, &cdrs);
    assert!(
        moved[0]
            .to_string()
            .starts_with("the month of CDR-1 is 2026-08"),
        "a CDR on a line of another month is found: {moved:?}"
    );
}

#[test]
fn a_rate_change_gives_two_groups_by_the_day_of_supply() {
    let mut cdrs = e1();
    cdrs[0].end_local = DateTime::parse_from_rfc3339("2020-12-31T23:59:00+01:00").unwrap();
    cdrs[1].end_local = DateTime::parse_from_rfc3339("2021-01-01T00:00:00+01:00").unwrap();
    let invoice = &at_home(&cdrs[..2])[0].invoice;
    let rates: Vec<_> = invoice
        .vat_groups
        .iter()
        .map(|g| (g.rate, g.base))
        .collect();
    assert_eq!(rates, [(dec!(16), dec!(4.84)), (dec!(19), dec!(11.47))]);
}

#[test]
fn a_credit_takes_back_money_and_energy() {
    let mut cdrs = e1();
    let credit = BillableCdr {
        row: 9,
        credit: true,
        net: -cdrs[1].net,
        ..cdr(9, dec!(23.405), dec!(0))
    };
    cdrs.push(credit);
    let invoice = &at_home(&cdrs)[0].invoice;
    assert_eq!(invoice.net, dec!(40.05) - dec!(11.47));
    assert_eq!(invoice.lines[0].energy, Kwh(dec!(81.729) - dec!(23.405)));
    assert_eq!(invoice.annex[4].energy, Kwh(dec!(-23.405)));
    let refund = &at_home(&cdrs[4..])[0].invoice;
    assert_eq!(
        check(refund),
        [Check::NegativeTotal(dec!(-13.65))],
        "a credit note's business"
    );
}

#[test]
fn what_would_bill_wrongly_is_refused() {
    let mut cdrs = e1();
    cdrs[1].row = cdrs[0].row;
    let buyer = company("DE", "DE987654321");
    let seller = company("DE", "DE123456788");
    let rates = VatRates::standard();
    let mut input = DraftInput {
        kind: InvoiceKind::SelfBilled,
        seller: &seller,
        seller_also_in: &[],
        domestic_reverse_charge: false,
        buyer: &buyer,
        partner_key: "DE-ABC",
        taxable_dealer: true,
        vat_override: None,
        due_days: 30,
        rates: &rates,
        month: "2026-09".parse().unwrap(),
        cdrs: &cdrs,
    };
    assert_eq!(draft(&input), Err(DraftError::CdrTwice("CDR-2".into())));
    let abroad = [BillableCdr {
        country: "FRA".into(),
        ..cdr(1, dec!(1), dec!(1))
    }];
    input.cdrs = &abroad;
    input.taxable_dealer = false;
    assert!(
        matches!(draft(&input), Err(DraftError::Vat { .. })),
        "no registration in France"
    );
    input.taxable_dealer = true;
    assert_eq!(draft(&input).unwrap()[0].invoice.notes, ["Self-billing"]);
    input.cdrs = &[];
    assert_eq!(draft(&input), Ok(Vec::new()), "nothing to bill, no invoice");
}

/// A figure changed by hand.
type Touch = fn(&mut Invoice);

#[test]
fn every_figure_that_was_touched_is_named() {
    let drafts = at_home(&e1());
    let touches: [(&str, Touch); 8] = [
        ("the net of line 1", |i| i.lines[0].net += dec!(0.01)),
        ("the energy of line 1", |i| {
            i.lines[0].energy.0 += dec!(0.001);
        }),
        ("the number of CDRs of line 1", |i| i.lines[0].cdrs += 1),
        ("the tax of S 19 %", |i| {
            i.vat_groups[0].tax = dec!(7.60);
        }),
        ("the net total", |i| i.net += dec!(1)),
        ("the gross total", |i| i.gross += dec!(1)),
        ("the net of line 1", |i| i.annex[0].net += dec!(0.01)),
        ("the number of rows without a line", |i| i.annex[0].line = 7),
    ];
    for (what, touch) in touches {
        let mut invoice = drafts[0].invoice.clone();
        touch(&mut invoice);
        let named = |found: &[Check]| {
            found
                .iter()
                .any(|c| matches!(c, Check::Figure { what: w, .. } if w == what))
        };
        assert!(named(&check(&invoice)), "{what}: {:?}", check(&invoice));
    }
    let mut today = e1();
    today[2].net = dec!(18.90);
    assert_eq!(
        recheck(&drafts[0].invoice, &today).len(),
        1,
        "a CDR changed since the draft"
    );
    assert!(!recheck(&drafts[0].invoice, &today[..3]).is_empty());
}

#[test]
fn gaps_that_block_and_gaps_that_only_warn_are_told_apart() {
    let mut invoice = at_home(&e1())[0].invoice.clone();
    invoice.seller.iban.clear();
    invoice.buyer.street = " ".into();
    let found = check(&invoice);
    assert_eq!(found.len(), 2);
    assert!(
        found
            .iter()
            .any(|c| c.code() == "address_incomplete" && c.blocks())
    );
    assert!(found.iter().any(|c| c.code() == "no_iban" && !c.blocks()));
    invoice.lines.clear();
    assert!(check(&invoice).contains(&Check::Empty));
}

#[test]
fn issuing_freezes_number_and_dates() {
    let invoice = &at_home(&e1())[0].invoice;
    let issued = issue(invoice, "2026-000123", "2026-10-05".parse().unwrap());
    assert_eq!(issued.number.as_deref(), Some("2026-000123"));
    assert_eq!(issued.due_on.unwrap().to_string(), "2026-11-04");
    assert_eq!(
        Invoice {
            number: None,
            issued_on: None,
            due_on: None,
            ..issued
        },
        *invoice
    );
}

#[test]
fn tokens_are_masked_to_their_end() {
    let masked = |contract: &str| {
        let one = [BillableCdr {
            contract: Some(contract.into()),
            ..cdr(1, dec!(1), dec!(1))
        }];
        at_home(&one)[0].invoice.annex[0].token_masked.clone()
    };
    assert_eq!(masked("DE-TLW-C00112233-4"), "…33-4");
    assert_eq!(masked("ABC4"), "…C4");
    assert_eq!(masked("A"), "…", "one letter would be all of it");
}

proptest! {
    #[test]
    fn invoices_add_up_whatever_the_cdrs(
        cdrs in prop::collection::vec(
            (1_i64..200_000, -50_000_000_i64..50_000_000, 0..4_u8, 0..3_u8, any::<bool>()),
            0..40,
        ),
        rotate in 0..40_usize,
    ) {
        let cdrs: Vec<BillableCdr> = (1..)
            .zip(cdrs)
            .map(|(row, (wh, net_e6, place, month, credit))| BillableCdr {
                location: format!("Place {place}"),
                location_key: format!("L{place}"),
                month: BillingMonth::new(2026, 7 + month).unwrap(),
                credit,
                ..cdr(row, Decimal::new(wh, 3), Decimal::new(net_e6, 6))
            })
            .collect();
        let drafts = at_home(&cdrs);
        let mut rows: Vec<i64> = drafts.iter().flat_map(|d| d.cdr_rows.clone()).collect();
        rows.sort_unstable();
        prop_assert_eq!(rows, (1..=i64::try_from(cdrs.len()).unwrap()).collect::<Vec<_>>());
        for one in &drafts {
            let mine: Vec<BillableCdr> = one
                .cdr_rows
                .iter()
                .map(|row| cdrs.iter().find(|cdr| cdr.row == *row).unwrap().clone())
                .collect();
            prop_assert_eq!(recheck(&one.invoice, &mine), Vec::new());
        }
        let mut turned = cdrs.clone();
        turned.rotate_left(rotate % (cdrs.len() + 1).max(1) % cdrs.len().max(1));
        prop_assert_eq!(at_home(&turned), drafts, "the order of the selection does not matter");
    }
}

#[test]
fn a_contract_can_set_the_treatment() {
    let seven = VatOverride {
        category: VatCategory::S,
        rate: dec!(7),
    };
    let drafts = drafts_with(&company("HU", "HU12345676"), &e1(), Some(&seven));
    let invoice = &drafts[0].invoice;
    assert_eq!(
        (invoice.vat_groups[0].rate, invoice.vat),
        (dec!(7), dec!(2.80))
    );
    assert_eq!(invoice.lines[0].vat.rule, "V1");
}
