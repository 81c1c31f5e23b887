//! Statements of partners, what they say they billed or will pay, beside the CDRs of the book.
//!
//! A derivation, computed whenever it is asked for: it is the same whichever came first, the
//! statement or the CDRs.

mod pairing;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{BillingMonth, Currency, PartyKey, Tz};
use store::micro::{self, Micro};
use store::row::ImportRow;
use store::statement::{Billed, Line};

use crate::api::{
    MoneyDto, ReportedCdr, ReportedFigures, ReportedLine, StatedSum, StatementBucket,
    StatementFile, StatementMonth, StatementRequest, StatementRow,
};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::terms::terms;
use crate::{partners, reconcile, words};
use pairing::{About, By};

/// What a line of a statement, or a CDR that no line is about, turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Every figure that both have agrees.
    Agrees,
    /// A figure differs.
    Differs,
    /// The line is about no CDR of the book.
    NoCdr,
    /// The CDR is on no statement.
    NotOnStatement,
    /// Another line is about the same CDR.
    BilledTwice,
    /// Figures agree; line and CDR are in different months.
    MonthDiffers,
}

impl Verdict {
    /// Every verdict, in the order screens show them.
    pub const ALL: [Verdict; 6] = [
        Verdict::Agrees,
        Verdict::Differs,
        Verdict::NoCdr,
        Verdict::NotOnStatement,
        Verdict::BilledTwice,
        Verdict::MonthDiffers,
    ];

    /// The stable text.
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Agrees => "agrees",
            Verdict::Differs => "differs",
            Verdict::NoCdr => "no_cdr",
            Verdict::NotOnStatement => "not_on_statement",
            Verdict::BilledTwice => "billed_twice",
            Verdict::MonthDiffers => "month_differs",
        }
    }
}

/// A partner's statement of a month beside the CDRs: each line of the month with the CDR it is
/// about, and each CDR of the month that no line is about. A pair whose halves lie in two months
/// is shown in both.
///
/// # Errors
/// When partner, month or verdict is none.
pub fn compare(desk: &Desk, request: &StatementRequest) -> Result<StatementMonth> {
    let (partner, month) = reconcile::parse(desk, &request.partner, &request.month)?;
    let wanted = request.verdict.as_deref().map(verdict).transpose()?;
    let sides = Sides::read(desk, &partner, month)?;
    let judged = sides.judge(month);
    let lines = sides.of_month(month).count();
    let chosen = |row: &&Judged| wanted.is_none_or(|wanted| row.verdict == wanted);
    let rows: Vec<&Judged> = judged.iter().filter(chosen).collect();
    let limit = request.limit as usize;
    Ok(StatementMonth {
        partner: partner.to_string(),
        month: month.to_string(),
        lines: words::index(lines),
        files: sides.files(desk, month)?,
        buckets: (Verdict::ALL.into_iter())
            .map(|verdict| sides.bucket(verdict, &judged))
            .collect(),
        rows: (rows.iter().take(limit))
            .map(|row| sides.dto(row))
            .collect(),
        total: words::index(rows.len()),
    })
}

/// The verdict of a stable text.
fn verdict(text: &str) -> Result<Verdict> {
    let found = Verdict::ALL.into_iter().find(|one| one.as_str() == text);
    found.ok_or_else(|| Error::BadRequest {
        field: "verdict",
        value: text.to_owned(),
    })
}

/// A line, a CDR, or both, and what they come to.
#[derive(Clone, Copy, Debug)]
struct Judged {
    verdict: Verdict,
    by: Option<By>,
    line: Option<usize>,
    cdr: Option<usize>,
}

/// Lines and CDRs that may belong together.
struct Sides {
    zone: Tz,
    lines: Vec<Line>,
    cdrs: Vec<Billed>,
    about: Vec<About>,
    /// The month each line belongs to.
    months: Vec<BillingMonth>,
}

impl Sides {
    /// Reads a month with those beside it, since clocks and months are told differently; where the
    /// partner has lines without a start, all of its CDRs.
    fn read(desk: &Desk, partner: &PartyKey, month: BillingMonth) -> Result<Sides> {
        let row = partners::row(&desk.book, partner)?;
        let zone = terms(&desk.book, partner)?.partner.agreement.time_zone;
        let beside = month.previous()..=month.next();
        let mut lines = store::statement::lines(&desk.book, row, &beside)?;
        let undated = store::statement::undated(&desk.book, row)?;
        let range = undated.is_empty().then_some(&beside);
        lines.extend(undated);
        let cdrs = newest(store::statement::cdrs(&desk.book, row, range)?);
        let about = pairing::pair(&lines, &cdrs);
        let mut sides = Sides {
            zone,
            lines,
            cdrs,
            about,
            months: Vec::new(),
        };
        sides.months = sides.months(desk)?;
        Ok(sides)
    }

    /// The month each line belongs to: of its start; without one, of its CDR; without that, where
    /// most lines of its file belong; else the month before the file came.
    fn months(&self, desk: &Desk) -> Result<Vec<BillingMonth>> {
        let mut files: HashMap<ImportRow, BTreeMap<BillingMonth, u32>> = HashMap::new();
        let told = |index: usize| match (self.lines[index].figures.month, self.about[index]) {
            (Some(month), _) => Some(month),
            (None, About::Cdr(cdr, _) | About::Again(cdr, _)) => Some(self.cdrs[cdr].month),
            (None, About::Nothing) => None,
        };
        for (index, line) in self.lines.iter().enumerate() {
            let (Some(month), None) = (told(index), line.figures.month) else {
                continue;
            };
            let counts = files.entry(line.origin.import).or_default();
            *counts.entry(month).or_default() += 1;
        }
        let mut usual: HashMap<ImportRow, BillingMonth> = HashMap::new();
        let mut months = Vec::new();
        for (index, line) in self.lines.iter().enumerate() {
            let import = line.origin.import;
            let month = match (told(index), usual.get(&import)) {
                (Some(month), _) => month,
                (None, Some(month)) => *month,
                (None, None) => {
                    let month = self.usual(desk, import, files.remove(&import))?;
                    usual.insert(import, month);
                    month
                }
            };
            months.push(month);
        }
        Ok(months)
    }

    /// Where most lines of a file belong, the earliest of several; else the month before it came.
    fn usual(
        &self,
        desk: &Desk,
        import: ImportRow,
        by_cdr: Option<BTreeMap<BillingMonth, u32>>,
    ) -> Result<BillingMonth> {
        let mut counts = by_cdr.unwrap_or_default();
        for (month, count) in store::statement::months_of(&desk.book, import)? {
            *counts.entry(month).or_default() += count;
        }
        let most = counts
            .iter()
            .max_by_key(|(month, count)| (**count, std::cmp::Reverse(**month)));
        if let Some((month, _)) = most {
            return Ok(*month);
        }
        let found = store::import::get(&desk.book, import)?.ok_or(Error::UnknownRow {
            what: "import",
            row: import.number(),
        })?;
        Ok(BillingMonth::of(found.started_at, self.zone).previous())
    }

    /// The lines that belong to a month.
    fn of_month(&self, month: BillingMonth) -> impl Iterator<Item = &Line> {
        let of_month = move |(_, of): &(&Line, &BillingMonth)| **of == month;
        let both = self.lines.iter().zip(&self.months).filter(of_month);
        both.map(|(line, _)| line)
    }

    fn files(&self, desk: &Desk, month: BillingMonth) -> Result<Vec<StatementFile>> {
        let mut counts: BTreeMap<ImportRow, u32> = BTreeMap::new();
        for line in self.of_month(month) {
            *counts.entry(line.origin.import).or_default() += 1;
        }
        let file = |(import, lines): (ImportRow, u32)| {
            let found = store::import::get(&desk.book, import)?;
            Ok(StatementFile {
                import: import.number(),
                file: found.map_or_else(String::new, |found| found.file),
                lines,
            })
        };
        counts.into_iter().map(file).collect()
    }

    /// Every row of a month, by start.
    fn judge(&self, month: BillingMonth) -> Vec<Judged> {
        let mut rows = Vec::new();
        let mut billed = BTreeSet::new();
        // A statement is about CDRs of the partner, or about ours: about those its lines name.
        let mut ours = BTreeSet::new();
        for (line, about) in self.about.iter().enumerate() {
            let here = self.months[line] == month;
            let (verdict, by, cdr) = match *about {
                About::Nothing => (Verdict::NoCdr, None, None),
                About::Again(cdr, by) => (Verdict::BilledTwice, Some(by), Some(cdr)),
                About::Cdr(cdr, by) => {
                    billed.insert(cdr);
                    (self.pair(line, cdr), Some(by), Some(cdr))
                }
            };
            if let (true, Some(cdr)) = (here, cdr) {
                ours.insert(self.cdrs[cdr].own);
            }
            let there = match *about {
                About::Cdr(cdr, _) => self.cdrs[cdr].month == month,
                About::Again(..) | About::Nothing => false,
            };
            if here || there {
                let line = Some(line);
                rows.push(Judged {
                    verdict,
                    by,
                    line,
                    cdr,
                });
            }
        }
        let any = self.of_month(month).next().is_some();
        for (index, cdr) in self.cdrs.iter().enumerate().filter(|_| any) {
            let covered = ours.is_empty() || ours.contains(&cdr.own);
            if cdr.month == month && covered && !billed.contains(&index) {
                rows.push(Judged {
                    verdict: Verdict::NotOnStatement,
                    by: None,
                    line: None,
                    cdr: Some(index),
                });
            }
        }
        rows.sort_by_key(|row| self.place(row));
        rows
    }

    /// What a line and the CDR it is about come to.
    fn pair(&self, line: usize, cdr: usize) -> Verdict {
        let (told, stated) = (&self.lines[line], &self.cdrs[cdr]);
        if !differences(told, stated).words.is_empty() {
            Verdict::Differs
        } else if self.months[line] == stated.month {
            Verdict::Agrees
        } else {
            Verdict::MonthDiffers
        }
    }

    /// The place of a row in lists: by start, what has none at the end. It does not depend on what
    /// came first.
    fn place(&self, row: &Judged) -> (bool, i64, i64, i64) {
        let line = row.line.map(|line| &self.lines[line]);
        let cdr = row.cdr.map(|cdr| &self.cdrs[cdr]);
        let at = line
            .and_then(|line| line.figures.start_at)
            .or(cdr.map(|cdr| cdr.start_at));
        (
            at.is_none(),
            at.map_or(0, |at| at.timestamp_millis()),
            cdr.map_or(0, |cdr| cdr.key),
            line.map_or(0, |line| line.content),
        )
    }

    fn bucket(&self, verdict: Verdict, judged: &[Judged]) -> StatementBucket {
        let rows = || judged.iter().filter(|row| row.verdict == verdict);
        let (mut reported, mut stated) = (Sums::new(), Sums::new());
        let mut difference: BTreeMap<Currency, i128> = BTreeMap::new();
        for row in rows() {
            let line = row.line.map(|line| &self.lines[line].figures);
            let counts = verdict != Verdict::BilledTwice;
            let cdr = row.cdr.filter(|_| counts).map(|cdr| &self.cdrs[cdr]);
            if let Some(line) = line {
                add(&mut reported, line.currency, net(line), line.incl);
            }
            if let Some(cdr) = cdr {
                add(&mut stated, cdr.currency, cdr.excl, cdr.incl);
            }
            for (currency, part) in self.worth(row, counts) {
                *difference.entry(currency).or_default() += part;
            }
        }
        StatementBucket {
            verdict: verdict.as_str().to_owned(),
            count: words::index(rows().count()),
            reported: sums(reported),
            stated: sums(stated),
            difference: difference
                .into_iter()
                .map(|(currency, sum)| MoneyDto {
                    amount: micro::text(sum),
                    currency: currency.to_string(),
                })
                .collect(),
        }
    }

    /// What a row is worth net, reported − stated. Figures that agree are worth nothing.
    fn worth(&self, row: &Judged, counts: bool) -> Vec<(Currency, i128)> {
        let line = row.line.map(|line| &self.lines[line]);
        let cdr = row.cdr.filter(|_| counts).map(|cdr| &self.cdrs[cdr]);
        let mut parts = Vec::new();
        if let (Some(line), Some(cdr)) = (line, cdr)
            && line.figures.currency == cdr.currency
        {
            let found = differences(line, cdr).excl.unwrap_or(Micro::ZERO);
            parts.push((cdr.currency, i128::from(found.0)));
            return parts;
        }
        if let Some((line, excl)) = line.and_then(|line| Some((line, net(&line.figures)?))) {
            parts.push((line.figures.currency, i128::from(excl.0)));
        }
        if let Some((cdr, excl)) = cdr.and_then(|cdr| Some((cdr, cdr.excl?))) {
            parts.push((cdr.currency, -i128::from(excl.0)));
        }
        parts
    }

    fn dto(&self, row: &Judged) -> StatementRow {
        let line = row.line.map(|line| (&self.lines[line], self.months[line]));
        let cdr = row.cdr.map(|cdr| &self.cdrs[cdr]);
        let found = match (line, cdr, row.verdict) {
            (_, _, Verdict::BilledTwice) | (None, _, _) | (_, None, _) => Differences::default(),
            (Some((line, _)), Some(cdr), _) => differences(line, cdr),
        };
        StatementRow {
            verdict: row.verdict.as_str().to_owned(),
            by: row.by.map(|by| by.as_str().to_owned()),
            line: line.map(|(line, month)| self.line(line, month)),
            cdr: cdr.map(|cdr| self.cdr(cdr)),
            differs_in: found.words.iter().map(|word| (*word).to_owned()).collect(),
            difference: figures([found.excl, found.vat, found.incl, found.energy]),
        }
    }

    fn line(&self, line: &Line, month: BillingMonth) -> ReportedLine {
        let told = &line.figures;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        ReportedLine {
            import: line.origin.import.number(),
            number: line.origin.number,
            id: text(&told.ocpi_id),
            session: text(&told.session),
            start_at: told.start_at.map_or_else(String::new, words::instant),
            start_local: told
                .start_at
                .map_or_else(String::new, |at| words::local(at, self.zone)),
            month: month.to_string(),
            figures: figures([told.excl, told.vat, told.incl, told.energy]),
            currency: told.currency.to_string(),
            reference: text(&told.reference),
        }
    }

    fn cdr(&self, cdr: &Billed) -> ReportedCdr {
        ReportedCdr {
            row: cdr.row.number(),
            id: cdr.ocpi_id.clone(),
            start_at: words::instant(cdr.start_at),
            start_local: words::local(cdr.start_at, self.zone),
            month: cdr.month.to_string(),
            figures: figures([cdr.excl, vat(cdr), cdr.incl, Some(cdr.energy)]),
            currency: cdr.currency.to_string(),
        }
    }
}

/// Of each CDR what came last: a correction takes the place of what it corrects.
fn newest(cdrs: Vec<Billed>) -> Vec<Billed> {
    let name = |cdr: &Billed| (cdr.own, cdr.key, cdr.ocpi_id.to_ascii_lowercase());
    let mut last = HashMap::new();
    for (index, cdr) in cdrs.iter().enumerate() {
        last.insert(name(cdr), index);
    }
    let mut kept: Vec<Billed> = Vec::with_capacity(last.len());
    for (index, cdr) in cdrs.into_iter().enumerate() {
        if last.get(&name(&cdr)) == Some(&index) {
            kept.push(cdr);
        }
    }
    kept
}

/// What differs between a line and a CDR, reported − stated.
#[derive(Default)]
struct Differences {
    excl: Option<Micro>,
    vat: Option<Micro>,
    incl: Option<Micro>,
    energy: Option<Micro>,
    words: Vec<&'static str>,
}

fn differences(line: &Line, cdr: &Billed) -> Differences {
    let told = &line.figures;
    let mut found = Differences::default();
    if told.currency == cdr.currency {
        let digits = cdr.currency.minor_digits();
        let pairs = [
            ("excl_vat", net(told), cdr.excl),
            ("vat", told.vat, vat(cdr)),
            ("incl_vat", told.incl, cdr.incl),
        ];
        let mut money = [None; 3];
        let mut compared = false;
        for (place, (word, told, stated)) in pairs.into_iter().enumerate() {
            let Some((told, stated)) = told.zip(stated) else {
                continue;
            };
            compared |= word != "vat";
            if !pairing::is_near(told, stated, digits) {
                found.words.push(word);
                money[place] = less(told, stated);
            }
        }
        [found.excl, found.vat, found.incl] = money;
        if !compared {
            found.words.push("amount");
        }
    } else {
        found.words.push("currency");
    }
    if let Some(energy) = told.energy
        && !pairing::is_near_energy(energy, cdr.energy)
    {
        found.words.push("energy");
        found.energy = less(energy, cdr.energy);
    }
    found
}

/// The net amount of a line, also where it says only gross and VAT.
fn net(line: &store::statement::LineFigures) -> Option<Micro> {
    line.excl.or_else(|| less(line.incl?, line.vat?))
}

/// The VAT of a CDR, as its total states it.
fn vat(cdr: &Billed) -> Option<Micro> {
    less(cdr.incl?, cdr.excl?)
}

fn less(one: Micro, other: Micro) -> Option<Micro> {
    one.0.checked_sub(other.0).map(Micro)
}

fn figures([excl, vat, incl, energy]: [Option<Micro>; 4]) -> ReportedFigures {
    let text = |figure: Option<Micro>| figure.map(|figure| figure.to_string());
    ReportedFigures {
        excl_vat: text(excl),
        vat: text(vat),
        incl_vat: text(incl),
        energy_kwh: text(energy),
    }
}

type Sums = BTreeMap<Currency, [i128; 2]>;

fn add(sums: &mut Sums, currency: Currency, excl: Option<Micro>, incl: Option<Micro>) {
    let sum = sums.entry(currency).or_default();
    sum[0] += i128::from(excl.unwrap_or(Micro::ZERO).0);
    sum[1] += i128::from(incl.unwrap_or(Micro::ZERO).0);
}

fn sums(sums: Sums) -> Vec<StatedSum> {
    let sum = |(currency, [excl, incl]): (Currency, [i128; 2])| StatedSum {
        currency: currency.to_string(),
        excl_vat: micro::text(excl),
        incl_vat: micro::text(incl),
    };
    sums.into_iter().map(sum).collect()
}
