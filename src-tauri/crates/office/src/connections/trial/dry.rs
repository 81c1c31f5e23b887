//! The partner's first CDRs, read and priced as an import would, with nothing of them stored.

use domain::{OcpiVersion, PartyKey};

use crate::api::{AmountDto, DryRunCdr, DryRunLine, MoneyDto, PartsDto};
use crate::desk::Desk;
use crate::error::Result;
use crate::price::{OnPage, PriceRequest, PricedLine, price_pages};
use crate::terms::terms;

/// CDRs that are shown.
const SHOWN: usize = 20;

/// Prices the CDRs of a page under what is agreed with the partner; tariffs of another page stand
/// in where a CDR carries none.
pub(super) fn run(
    desk: &Desk,
    partner: &PartyKey,
    version: OcpiVersion,
    (cdrs, tariffs): (&[u8], &[u8]),
) -> Result<Vec<DryRunCdr>> {
    let agreement = terms(&desk.book, partner)?.partner.agreement;
    let request = PriceRequest {
        version: Some(version),
        time_zone: None,
        policy: agreement.policy,
    };
    let priced = price_pages((cdrs, tariffs), &request, agreement.time_zone);
    Ok(priced.into_iter().take(SHOWN).map(dto).collect())
}

fn dto(
    OnPage {
        start,
        energy,
        priced,
    }: OnPage,
) -> DryRunCdr {
    let currency = priced.currency.unwrap_or_default();
    let total = |parts: PartsDto| {
        let total = parts.total.and_then(net)?;
        Some(money(total, &currency))
    };
    DryRunCdr {
        id: priced.id.unwrap_or_default(),
        start,
        energy_kwh: energy,
        stated: total(priced.stated),
        replayed: total(priced.replayed),
        difference: total(priced.difference),
        verdict: priced.verdict,
        cause: priced.cause.map(|cause| cause.text),
        lines: priced
            .lines
            .into_iter()
            .map(|line| line_dto(line, &currency))
            .collect(),
        findings: priced.findings,
    }
}

fn net(amount: AmountDto) -> Option<String> {
    amount.excl_vat
}

fn money(amount: String, currency: &str) -> MoneyDto {
    MoneyDto {
        amount,
        currency: currency.to_owned(),
    }
}

fn line_dto(line: PricedLine, currency: &str) -> DryRunLine {
    DryRunLine {
        start: line.start,
        dimension: line.dimension,
        measured: line.measured,
        billed: line.billed,
        unit_price: money(line.unit_price, currency),
        amount: line.excl_vat.map(|amount| money(amount, currency)),
        tariff_id: line.tariff_id,
        element: line.element + 1,
    }
}
