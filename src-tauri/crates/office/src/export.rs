//! Whatever is in the book comes out again: OCPI JSON of a chosen version, and lists of CDRs as CSV
//! or XLSX.
//!
//! Records stream from the book to the file a page at a time. The file appears under its name when
//! it is whole; until then, and when the work is stopped, there is none.

mod count;
mod lacks;
mod ocpi_json;
mod plan;
mod sums;
mod table;
#[cfg(test)]
mod tests;
mod whole;

use std::path::Path;

use crate::api::{ExportDone, ExportRequest};
use crate::desk::Desk;
use crate::error::Result;
use crate::job::Job;
use plan::{Format, Plan};
pub(crate) use whole::Whole;

pub use count::{count, file_name};

/// Records of a page.
const PAGE: u32 = 500;

/// Writes records to a file, which replaces one of the same name.
pub fn run(
    desk: &Desk,
    request: &ExportRequest,
    path: &Path,
    job: &mut Job<'_>,
) -> Result<ExportDone> {
    let plan = Plan::of(desk, request)?;
    let mut file = Whole::beside(path)?;
    let mut done = match plan.format {
        Format::Json | Format::Ndjson => ocpi_json::write(desk, &plan, &mut file, job)?,
        Format::Csv | Format::Xlsx => table::write(desk, &plan, &mut file, job)?,
    };
    let kept = file.keep(job)?;
    done.what.clone_from(&request.what);
    done.format.clone_from(&request.format);
    done.ocpi = plan.version.map(|version| version.as_str().to_owned());
    done.bytes = kept.bytes.to_string();
    done.sha256 = kept.sha256;
    Ok(done)
}
