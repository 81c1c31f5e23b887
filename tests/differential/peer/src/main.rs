//! Prices CDRs with the public engine ocpi-tariffs: `peer ZONE price` or `peer ZONE time`.
//!
//! Each line on standard input is a 2.2.1 CDR with its tariff inside; each line of the answer is
//! `net gross` (`-` where there is none) or `error` and why; with `time`, how many times a second
//! of CPU prices the record that is already read.

use std::io::{BufRead, Write};

use chrono_tz::Tz;
use ocpi_tariffs::cdr::Versioned;
use ocpi_tariffs::price::{Report, TariffSource};
use ocpi_tariffs::{Version, cdr};
use rust_decimal::Decimal;

/// CPU time that one figure is measured over, in nanoseconds.
const MEASURED: u64 = 400_000_000;
/// Rounds of that time; the best counts, for what else the machine does only slows it down.
const ROUNDS: u32 = 5;
/// Prices between two looks at the clock, which takes as long as several prices.
const RUNS: u64 = 1_000;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let zone: Option<Tz> = arguments.next().and_then(|name| name.parse().ok());
    let zone = zone.ok_or_else(|| std::io::Error::other("the first argument is no time zone"))?;
    let timed = arguments.next().as_deref() == Some("time");
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let answer = match cdr::parse_with_version(&line, Version::V221) {
            Ok(parsed) if timed => speed(&parsed.cdr, zone).to_string(),
            Ok(parsed) => match priced(&parsed.cdr, zone) {
                Ok(report) => figures(&report),
                Err(why) => format!("error {why}"),
            },
            Err(why) => format!("error {why}"),
        };
        writeln!(out, "{}", answer.replace('\n', " "))?;
    }
    Ok(())
}

fn priced(cdr: &Versioned<'_>, zone: Tz) -> Result<Report, String> {
    match cdr::price(cdr, TariffSource::UseCdr, zone) {
        Ok(report) => Ok(report.ignore_warnings()),
        Err(set) => Err(set.into_parts().0.warning().to_string()),
    }
}

fn figures(report: &Report) -> String {
    let Some(total) = report.total_cost.calculated else {
        return "- -".to_owned();
    };
    let net = Decimal::from(total.excl_vat).normalize();
    let gross = total.incl_vat.map(|gross| Decimal::from(gross).normalize());
    let gross = gross.map_or_else(|| "-".to_owned(), |gross| gross.to_string());
    format!("{net} {gross}")
}

/// Prices per second of this thread's CPU time: the best of several rounds.
fn speed(cdr: &Versioned<'_>, zone: Tz) -> u64 {
    let round = |_| {
        let (started, mut count) = (cpu(), 0_u64);
        loop {
            for _ in 0..RUNS {
                std::hint::black_box(priced(std::hint::black_box(cdr), zone)).ok();
            }
            count += RUNS;
            let used = cpu() - started;
            if used > MEASURED {
                return count * 1_000_000 / (used / 1_000);
            }
        }
    };
    (0..ROUNDS).map(round).max().unwrap_or_default()
}

/// CPU time of this thread so far, in nanoseconds.
fn cpu() -> u64 {
    let figures = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = figures
        .split(' ')
        .next()
        .and_then(|first| first.parse().ok());
    first.expect("Linux counts the CPU time of a thread")
}
