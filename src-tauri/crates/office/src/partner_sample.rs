//! Our own computed figures for a partner to compare: some CDRs of a month, spread over it, whose
//! totals are those of our replay and not what the record states.

use std::io::Write;
use std::path::Path;

use billing::partner_check::Part;
use domain::replay::{Amount, Parts};
use domain::{Cdr, CdrTotals, Decimal, OcpiVersion, Price, Rounding, RoundingMode, RoundingStage};
use ocpi::Object;
use store::row::CdrRow;
use table::{Cell, Table};

use crate::api::{FileSaved, SampleDone, SampleRequest};
use crate::desk::Desk;
use crate::detail::decimal;
use crate::error::{Error, Result};
use crate::export::Whole;
use crate::job::{Job, Progress};
use crate::outgoing::Outgoing;
use crate::partner_check::{Prices, name_of};
use crate::{reconcile, words};

/// Decimals of an amount that the policy leaves unrounded.
const DIGITS: u8 = 4;

enum Format {
    Json(OcpiVersion),
    Xlsx,
}

fn format(request: &SampleRequest) -> Result<Format> {
    let bad = |field, value: &str| Error::BadRequest {
        field,
        value: value.to_owned(),
    };
    match request.format.as_str() {
        "xlsx" => Ok(Format::Xlsx),
        "json" => {
            let text = request.ocpi.as_deref().unwrap_or_default();
            text.parse()
                .map(Format::Json)
                .map_err(|_| bad("ocpi", text))
        }
        other => Err(bad("format", other)),
    }
}

/// A name for the file, such as `sample-NL-ABC-2026-09-replayed-ocpi-2.2.1.json`.
///
/// # Errors
/// When the format or the version is none.
pub fn file_name(request: &SampleRequest) -> Result<String> {
    let (version, ending) = match format(request)? {
        Format::Json(version) => (format!("-ocpi-{}", version.as_str()), "json"),
        Format::Xlsx => (String::new(), "xlsx"),
    };
    let SampleRequest { partner, month, .. } = request;
    Ok(format!(
        "sample-{partner}-{month}-replayed{version}.{ending}"
    ))
}

/// Writes the sample.
///
/// # Errors
/// When there is nothing priced in the month, or the file cannot be written.
pub fn run(
    desk: &Desk,
    job: &mut Job<'_>,
    request: &SampleRequest,
    out: &Path,
) -> Result<SampleDone> {
    let format = format(request)?;
    let (partner, month) = reconcile::parse(desk, &request.partner, &request.month)?;
    let key = (crate::partners::row(&desk.book, &partner)?, month);
    let priced = priced(desk, key)?;
    if priced.is_empty() || request.count == 0 {
        let text = format!("{partner} has no priced CDR in {month}");
        return Err(Error::refused("nothing_to_sample", text));
    }
    let mut file = Whole::beside(out)?;
    let written = match format {
        Format::Json(version) => json(desk, job, (&priced, request.count), (version, &mut file))?,
        Format::Xlsx => workbook(desk, job, (&priced, request.count), &mut file)?,
    };
    if written == 0 {
        let text = format!("no CDR of {month} has all that the format requires");
        return Err(Error::refused("nothing_to_sample", text));
    }
    let kept = file.keep(job)?;
    Ok(SampleDone {
        saved: FileSaved {
            file: name_of(out),
            bytes: kept.bytes.to_string(),
            sha256: kept.sha256,
        },
        written,
        of: words::index(priced.len()),
    })
}

/// The priced CDRs of a month by their start, of each what came last.
fn priced(desk: &Desk, key: store::month::Key) -> Result<Vec<CdrRow>> {
    let superseded = store::export::superseded(&desk.book)?;
    let mut found = Vec::new();
    store::outcome::cdr_facts(
        &desk.book,
        key,
        &store::near::Scope::Month,
        |facts| -> Result<()> {
            let is_priced = facts.verdict != domain::Verdict::NotPriced;
            if is_priced && !superseded.contains(&facts.row) {
                found.push((facts.start_ms, facts.row));
            }
            Ok(())
        },
    )?;
    found.sort_unstable();
    Ok(found.into_iter().map(|(_, row)| row).collect())
}

/// Gives `take` CDRs spread evenly, with their replayed totals, until it took `count`; one that it
/// does not take is replaced by the next.
fn spread(
    desk: &Desk,
    job: &mut Job<'_>,
    (priced, count): (&[CdrRow], u32),
    mut take: impl FnMut(Cdr, store::cdr::Source) -> Result<bool>,
) -> Result<u32> {
    let mut prices = Prices::new(&desk.book)?;
    let slots = priced.len().min(count as usize);
    let mut written = 0;
    for slot in 0..slots {
        let from = slot * priced.len() / slots;
        let until = (slot + 1) * priced.len() / slots;
        for row in &priced[from..until] {
            job.check()?;
            let (held, source) = prices.of(&desk.book, *row)?;
            let totals = &held.priced.totals;
            let Some(cdr) = replayed(held.cdr, totals) else {
                continue;
            };
            if take(cdr, source.source)? {
                written += 1;
                break;
            }
        }
        job.tell(Progress {
            done: slot as u64 + 1,
            total: slots as u64,
            records: u64::from(written),
            findings: 0,
        });
    }
    Ok(written)
}

/// The CDR with the totals of our replay; `None` where it gives no net total.
fn replayed(cdr: Cdr, totals: &Parts<Option<Amount>>) -> Option<Cdr> {
    // A credit states its amounts negated (I-24).
    let net = totals.total?.excl_vat?;
    let was = cdr.totals.cost.as_ref().map(|price| price.excl_vat);
    let negated = cdr.credit && was.is_some_and(|was| was < Decimal::ZERO) && net > Decimal::ZERO;
    let price = |part: Part| {
        let amount = (*part.of(totals))?;
        let shown = |figure: Decimal| rounded(if negated { -figure } else { figure });
        Some(Price {
            excl_vat: shown(amount.excl_vat?),
            incl_vat: amount.incl_vat.map(shown),
            taxes: Vec::new(),
        })
    };
    let totals = CdrTotals {
        cost: price(Part::Total),
        fixed_cost: price(Part::Fixed),
        energy_cost: price(Part::Energy),
        time_cost: price(Part::Time),
        parking_cost: price(Part::Parking),
        reservation_cost: price(Part::Reservation),
        ..cdr.totals
    };
    let remark = "Sample: totals as replayed, not as stated by the record".to_owned();
    Some(Cdr {
        totals,
        remark: Some(remark),
        ..cdr
    })
}

fn rounded(figure: Decimal) -> Decimal {
    let rule = Rounding {
        stage: RoundingStage::PerTotal,
        digits: DIGITS,
        mode: RoundingMode::HalfUp,
    };
    if figure.scale() > u32::from(DIGITS) {
        rule.apply(figure)
    } else {
        figure
    }
}

fn json(
    desk: &Desk,
    job: &mut Job<'_>,
    which: (&[CdrRow], u32),
    (version, file): (OcpiVersion, &mut Whole),
) -> Result<u32> {
    let mut outgoing = Outgoing::new(desk, version, None);
    let mut before = "[\n";
    let written = spread(desk, job, which, |cdr, source| {
        // Without its flag a credit reads as a charge.
        if cdr.credit && version == OcpiVersion::V211 {
            return Ok(false);
        }
        let written = outgoing.anew(Object::Cdr(Box::new(cdr)), source)?;
        if written.refused_for().is_some() {
            return Ok(false);
        }
        let text = format!("{before}{}", written.json);
        before = ",\n";
        let put = file.write_all(text.as_bytes());
        put.map_err(|error| file.failed(error))?;
        Ok(true)
    })?;
    let put = file.write_all(b"\n]\n");
    put.map_err(|error| file.failed(error))?;
    Ok(written)
}

/// Headings that our own reader, and most people, understand.
const HEADINGS: [&str; 20] = [
    "CDR ID",
    "Session ID",
    "Start (UTC)",
    "End (UTC)",
    "Location ID",
    "EVSE ID",
    "Connector ID",
    "Contract ID",
    "Token UID",
    "Energy (kWh)",
    "Parking time (hours)",
    "Currency",
    "Net",
    "Gross",
    "Fixed cost",
    "Energy cost",
    "Time cost",
    "Parking cost",
    "Tariff ID",
    "Remark",
];

fn workbook(
    desk: &Desk,
    job: &mut Job<'_>,
    which: (&[CdrRow], u32),
    file: &mut Whole,
) -> Result<u32> {
    let failed = |error: table::Error| Error::NotWritten {
        name: "sample".to_owned(),
        source: std::io::Error::other(error),
    };
    let folder = file.folder();
    let made = (folder.as_path(), desk.now.timestamp());
    let table = Table::xlsx(&mut *file, "Replayed totals", &HEADINGS, made);
    let mut table = table.map_err(failed)?;
    let written = spread(desk, job, which, |cdr, _| {
        row(&mut table, &cdr).map_err(failed)?;
        Ok(true)
    })?;
    table.finish().map_err(failed)?;
    Ok(written)
}

fn row<W: Write + std::io::Seek + Send>(
    table: &mut Table<W>,
    cdr: &Cdr,
) -> std::result::Result<(), table::Error> {
    let id = |id: &Option<domain::OcpiId>| id.as_ref().map(|id| id.0.clone()).unwrap_or_default();
    let net = |price: &Option<Price>| price.as_ref().map(|price| decimal(price.excl_vat));
    let gross = cdr.totals.cost.as_ref().and_then(|price| price.incl_vat);
    let (place, totals) = (&cdr.location, &cdr.totals);
    let evse = place.evse_id.clone().or_else(|| place.evse_uid.clone());
    let tariff = cdr
        .periods
        .iter()
        .find_map(|period| period.tariff_id.clone());
    let tariff = tariff.or_else(|| cdr.tariffs.first().map(|tariff| tariff.id.clone()));
    let at = |at: domain::Instant| at.format("%Y-%m-%d %H:%M:%S").to_string();
    let texts = [
        cdr.id.0.clone(),
        id(&cdr.session_id),
        at(cdr.start_at),
        at(cdr.end_at),
        id(&place.id),
        id(&evse),
        id(&place.connector_id),
        id(&cdr.token.contract_id),
        id(&cdr.token.uid),
    ];
    let energy = Some(decimal(totals.energy.0));
    let parking = totals.parking_h.map(decimal);
    let currency = cdr.currency.to_string();
    let money = [
        net(&totals.cost),
        gross.map(decimal),
        net(&totals.fixed_cost),
        net(&totals.energy_cost),
        net(&totals.time_cost),
        net(&totals.parking_cost),
    ];
    let mut cells: Vec<Cell<'_>> = texts.iter().map(|text| Cell::Text(text)).collect();
    for text in [&energy, &parking] {
        cells.push(text.as_deref().map_or(Cell::Empty, Cell::Figure));
    }
    cells.push(Cell::Text(&currency));
    for text in &money {
        cells.push(text.as_deref().map_or(Cell::Empty, Cell::Figure));
    }
    let tariff = id(&tariff);
    cells.push(Cell::Text(&tariff));
    cells.push(Cell::Text(cdr.remark.as_deref().unwrap_or_default()));
    table.row(&cells)
}
