//! What a request asks for, once it is understood.

use domain::{BillingMonth, OcpiVersion};
use store::export::{List, Which};
use store::row::CdrRow;

use super::PAGE;
use crate::api::{CdrFilter, ExportRequest};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::explorer;
use crate::partners::read_key;
use crate::reconcile::read_month;

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// CDRs.
    Cdrs,
    /// Another list of facts.
    List(List),
    /// Which CDRs our issued invoices cover.
    Records,
}

/// How it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// One JSON list.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// Separated text.
    Csv,
    /// A workbook.
    Xlsx,
}

/// A request that was understood.
pub(super) struct Plan {
    pub what: What,
    pub format: Format,
    /// There is one exactly for JSON.
    pub version: Option<OcpiVersion>,
    pub which: Which,
    pub publish: Option<bool>,
    filter: Option<CdrFilter>,
}

fn bad(field: &'static str, value: impl Into<String>) -> Error {
    let value = value.into();
    Error::BadRequest { field, value }
}

impl Plan {
    /// Understands a request, or says which field it does not.
    pub(super) fn of(desk: &Desk, request: &ExportRequest) -> Result<Plan> {
        let what = what(&request.what)?;
        let format = match (request.format.as_str(), what) {
            ("json", _) => Format::Json,
            ("ndjson", _) => Format::Ndjson,
            ("csv", What::Cdrs) => Format::Csv,
            ("xlsx", What::Cdrs) => Format::Xlsx,
            (other, _) => return Err(bad("format", other)),
        };
        let month = request.month.as_deref().map(read_month).transpose()?;
        let dated = matches!(
            what,
            What::Cdrs | What::Records | What::List(List::Sessions)
        );
        if month.is_some() && !dated {
            return Err(bad("month", request.month.clone().unwrap_or_default()));
        }
        if request.filter.is_some() && what != What::Cdrs {
            return Err(bad("filter", request.what.as_str()));
        }
        let mut plan = Plan {
            what,
            format,
            version: version(request, format)?,
            which: Which {
                partner: None,
                month,
            },
            publish: request.publish,
            filter: request
                .filter
                .clone()
                .filter(|it| *it != CdrFilter::default()),
        };
        plan.narrow(desk, request.partner.as_deref(), month)?;
        Ok(plan)
    }

    /// Adds partner and month, which a filter takes as well.
    fn narrow(
        &mut self,
        desk: &Desk,
        partner: Option<&str>,
        month: Option<BillingMonth>,
    ) -> Result<()> {
        if let Some(text) = partner {
            let key = read_key(text)?;
            let row = store::party::find(&desk.book, &key)?;
            self.which.partner = Some(row.ok_or_else(|| Error::UnknownPartner(key.to_string()))?);
            if let Some(filter) = &mut self.filter {
                filter.partners = vec![key.to_string()];
            }
        }
        if let (Some(month), Some(filter)) = (month, &mut self.filter) {
            filter.months = vec![month.to_string()];
        }
        Ok(())
    }

    /// The CDRs that are asked for, and how many.
    pub(super) fn cdrs(&self, desk: &Desk) -> Result<(Cdrs, u64)> {
        let Some(filter) = &self.filter else {
            let total = store::export::count(&desk.book, self.which)?;
            return Ok((Cdrs::Paged(self.which, CdrRow(0)), total));
        };
        let rows = explorer::matching(desk, filter)?;
        let total = rows.len() as u64;
        Ok((Cdrs::Listed(rows.into_iter()), total))
    }
}

fn what(text: &str) -> Result<What> {
    Ok(match text {
        "cdrs" => What::Cdrs,
        "sessions" => What::List(List::Sessions),
        "tariffs" => What::List(List::Tariffs),
        "locations" => What::List(List::Locations),
        "tokens" => What::List(List::Tokens),
        "reconciliation_records" => What::Records,
        other => return Err(bad("what", other)),
    })
}

/// The version, which JSON needs and nothing else has.
fn version(request: &ExportRequest, format: Format) -> Result<Option<OcpiVersion>> {
    let text = request.ocpi.as_deref();
    match format {
        Format::Json | Format::Ndjson => {
            let text = text.unwrap_or_default();
            let version = text.parse().map_err(|_| bad("ocpi", text))?;
            Ok(Some(version))
        }
        Format::Csv | Format::Xlsx => match text {
            None => Ok(None),
            Some(text) => Err(bad("ocpi", text)),
        },
    }
}

/// CDRs in the order they came.
pub(super) enum Cdrs {
    /// Read from the book a page at a time.
    Paged(Which, CdrRow),
    /// Those that a filter let through.
    Listed(std::vec::IntoIter<CdrRow>),
}

impl Cdrs {
    /// The next page; empty at the end.
    pub(super) fn page(&mut self, desk: &Desk) -> Result<Vec<CdrRow>> {
        match self {
            Cdrs::Paged(which, after) => {
                let rows = store::export::cdrs(&desk.book, *which, *after, PAGE)?;
                *after = rows.last().copied().unwrap_or(*after);
                Ok(rows)
            }
            Cdrs::Listed(rows) => Ok(rows.by_ref().take(PAGE as usize).collect()),
        }
    }
}
