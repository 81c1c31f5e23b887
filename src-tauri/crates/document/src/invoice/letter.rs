//! The letter's upper part: who writes, to whom, and what the document is about.

use domain::Company;
use domain::invoice::{Invoice, InvoiceKind};

use super::{BODY, BODY_BOLD, Flow, HAIR, LEFT, RIGHT, SMALL, WIDTH, title};
use crate::format;
use crate::layout::{Ink, Style, Um, mm};

/// Left edge of the block with number and dates.
const FACTS: Um = mm(116);

const NAME: Style = Style::bold(130, Ink::Accent);
const TITLE: Style = Style::bold(200, Ink::Accent);
const TINY: Style = Style::regular(65, Ink::Soft);

pub(super) fn place(flow: &mut Flow<'_>, invoice: &Invoice, annex_rows: usize) {
    letterhead(flow, &invoice.seller);
    // The address stands where a window envelope shows it (DIN 5008, form B).
    let top = flow.y.max(mm(46));
    flow.y = top;
    recipient(flow, invoice);
    let address_end = flow.y;
    flow.y = top;
    facts(flow, invoice);
    flow.y = flow.y.max(address_end) + mm(10);
    subject(flow, invoice, annex_rows);
}

/// The seller's name on the left, its address on the right.
fn letterhead(flow: &mut Flow<'_>, seller: &Company) {
    let top = flow.y;
    let mut baseline = top;
    for line in flow.faces().wrap(&seller.name, NAME, mm(90)) {
        baseline += NAME.leading();
        flow.canvas.left(LEFT, baseline, NAME, &line);
    }
    let mut lines = address(seller);
    lines.extend(vat_id(seller));
    lines.extend(Some(seller.email.clone()).filter(|email| !email.is_empty()));
    let mut right = top + mm(1);
    let faces = flow.faces();
    for line in lines
        .iter()
        .flat_map(|line| faces.wrap(line, SMALL, mm(72)))
    {
        right += SMALL.leading();
        flow.canvas.right(RIGHT, right, SMALL, &line);
    }
    flow.y = baseline.max(right) + mm(6);
}

/// The sender in one small line, then the recipient's address.
fn recipient(flow: &mut Flow<'_>, invoice: &Invoice) {
    let width = mm(84);
    let seller = &invoice.seller;
    let mut sender = vec![seller.name.clone()];
    sender.extend(address(seller));
    let sender = flow.faces().fit_end(&sender.join(" · "), TINY, width);
    flow.y += TINY.leading();
    flow.canvas.left(LEFT, flow.y, TINY, &sender);
    flow.canvas
        .line(LEFT, flow.y + mm(1), width, HAIR, Ink::Rule);
    flow.y += mm(3);
    let buyer = &invoice.buyer;
    flow.paragraph(LEFT, width, Style::bold(100, Ink::Text), &buyer.name);
    for line in address(buyer) {
        flow.paragraph(LEFT, width, Style::regular(100, Ink::Text), &line);
    }
    if let Some(vat_id) = vat_id(buyer) {
        flow.y += mm(1);
        flow.paragraph(LEFT, width, SMALL, &vat_id);
    }
}

/// Title, number, dates and period, labels left and values right.
fn facts(flow: &mut Flow<'_>, invoice: &Invoice) {
    let mut baseline = flow.y + mm(5);
    flow.canvas.left(FACTS, baseline, TITLE, title(invoice));
    baseline += mm(4);
    let at_issue = || "given at issue".to_owned();
    let due = match invoice.due_on {
        Some(day) => format::date(day),
        None => format!("{} days after issue", invoice.due_days),
    };
    let rows = [
        ("Number", invoice.number.clone().unwrap_or_else(at_issue)),
        (
            "Date of issue",
            invoice.issued_on.map_or_else(at_issue, format::date),
        ),
        ("Due", due),
        (
            "Period of supply",
            format!(
                "{} – {}",
                format::date(invoice.period_start),
                format::date(invoice.period_end)
            ),
        ),
        ("Roaming partner", invoice.partner_key.clone()),
        ("Currency", invoice.currency.to_string()),
    ];
    for (i, (label, value)) in rows.iter().enumerate() {
        baseline += BODY.leading() + mm(1);
        let style = if i == 0 { BODY_BOLD } else { BODY };
        flow.canvas.left(FACTS, baseline, SMALL, label);
        flow.canvas.right(RIGHT, baseline, style, value);
        flow.canvas.line(
            FACTS,
            baseline + mm(1) + 400,
            RIGHT - FACTS,
            HAIR,
            Ink::Rule,
        );
    }
    flow.y = baseline + mm(1);
}

/// What is billed, in one sentence.
fn subject(flow: &mut Flow<'_>, invoice: &Invoice, annex_rows: usize) {
    let month = format::month(invoice.month);
    flow.paragraph(
        LEFT,
        WIDTH,
        super::SECTION,
        &format!("Electric vehicle charging, {month}"),
    );
    flow.y += mm(1);
    let sessions = invoice.annex.len();
    let energy = invoice.lines.iter().map(|line| line.energy.0).sum();
    let written = match invoice.kind {
        InvoiceKind::Invoice => "",
        InvoiceKind::SelfBilled => ", issued by the recipient in the name of the supplier",
    };
    let text = format!(
        "Electricity supplied at charge points: {} {}, {} kWh in all{written}. \
         Every charge detail record is listed in the {}annex.{}",
        format::count(sessions),
        if sessions == 1 {
            "charge detail record"
        } else {
            "charge detail records"
        },
        format::kwh(domain::Kwh(energy)),
        if sessions > annex_rows { "CSV " } else { "" },
        late(invoice),
    );
    flow.paragraph(LEFT, WIDTH, BODY, &text);
    flow.y += mm(7);
}

/// How many CDRs are late ones of months before, as a further sentence; none, no sentence.
fn late(invoice: &Invoice) -> String {
    let late = invoice.lines.iter().filter(|line| line.late_of.is_some());
    let cdrs: u32 = late.map(|line| line.cdrs).sum();
    if cdrs == 0 {
        return String::new();
    }
    let count = format::count(usize::try_from(cdrs).expect("a count of CDRs fits"));
    let verb = if cdrs == 1 { "was" } else { "were" };
    format!(" Of these {count} {verb} supplied in earlier months, on lines of their own.")
}

/// Street, town and country, without empty lines.
fn address(company: &Company) -> Vec<String> {
    let town = format!("{} {}", company.postal_code, company.city);
    [
        company.street.as_str(),
        town.trim(),
        format::country(&company.country),
    ]
    .into_iter()
    .filter(|line| !line.is_empty())
    .map(str::to_owned)
    .collect()
}

fn vat_id(company: &Company) -> Option<String> {
    (!company.vat_id.is_empty()).then(|| format!("VAT ID {}", company.vat_id))
}
