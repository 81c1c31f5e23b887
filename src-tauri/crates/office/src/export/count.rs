//! What an export would be, before it is run: how many records, and under what name.

use domain::OcpiVersion;
use domain::cdr::Form;
use store::export::List;

use super::plan::{Plan, What};
use crate::api::{ExportCount, ExportRequest};
use crate::desk::Desk;
use crate::error::Result;
use crate::records;

/// Rows of a page: they are counted, not read.
const PAGE: u32 = 20_000;

/// Counts the records that an export would write.
pub fn count(desk: &Desk, request: &ExportRequest) -> Result<ExportCount> {
    let plan = Plan::of(desk, request)?;
    let mut count = ExportCount {
        file: name(&plan, request),
        ..ExportCount::default()
    };
    match plan.what {
        What::Cdrs => cdrs(desk, &plan, &mut count)?,
        What::List(list) => facts(desk, (&plan, list), &mut count)?,
        What::Records => {
            let issued = records::issued(desk, plan.which.partner, plan.which.month)?;
            count.records = u32::try_from(issued.len()).unwrap_or(u32::MAX);
        }
    }
    Ok(count)
}

/// A name for the file of an export, such as `cdrs-NL-ABC-2026-09-ocpi-2.3.0.ndjson`.
pub fn file_name(desk: &Desk, request: &ExportRequest) -> Result<String> {
    Ok(name(&Plan::of(desk, request)?, request))
}

fn name(plan: &Plan, request: &ExportRequest) -> String {
    let mut parts = vec![request.what.replace('_', "-")];
    let filter = request.filter.clone().unwrap_or_default();
    let only = |all: Vec<String>| <[String; 1]>::try_from(all).ok().map(|[one]| one);
    parts.extend(request.partner.clone().or_else(|| only(filter.partners)));
    parts.extend(request.month.clone().or_else(|| only(filter.months)));
    parts.extend(plan.version.map(|it| format!("ocpi-{}", it.as_str())));
    format!("{}.{}", parts.join("-"), request.format)
}

fn cdrs(desk: &Desk, plan: &Plan, count: &mut ExportCount) -> Result<()> {
    let (mut cdrs, total) = plan.cdrs(desk)?;
    let Some(version) = plan.version else {
        count.records = u32::try_from(total).unwrap_or(u32::MAX);
        return Ok(());
    };
    let superseded = store::export::superseded(&desk.book)?;
    let credits = store::export::credits(&desk.book)?;
    loop {
        let page = cdrs.page(desk)?;
        if page.is_empty() {
            return Ok(());
        }
        for row in page {
            if superseded.contains(&row) {
                count.superseded += 1;
            } else if version == OcpiVersion::V211 && credits.contains(&row) {
                count.credits += 1;
            } else {
                count.records += 1;
            }
        }
    }
}

fn facts(desk: &Desk, (plan, list): (&Plan, List), count: &mut ExportCount) -> Result<()> {
    let version = plan.version.expect("lists beside CDRs go out as JSON only");
    let mut after = 0;
    loop {
        let page = store::export::list(&desk.book, list, plan.which, after, PAGE)?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.row;
        for stored in page {
            count.records += 1;
            let is_old = stored.source.form == Form::Ocpi(OcpiVersion::V211);
            if list == List::Locations && is_old && version > OcpiVersion::V211 {
                count.publish_unsaid += 1;
            }
        }
    }
}
