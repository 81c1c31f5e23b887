//! Making the demo book: fourteen months of deliveries through the ordinary import, twelve of them
//! closed as a finance clerk would close them, the last two left to the reader.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use chrono::{DateTime, Duration};
use domain::{
    BillingMonth, Bucket, Company, Currency, Direction, Instant, Partner, Rounding, RoundingMode,
    RoundingStage, TruthRule,
};
use store::NewBook;
use store::agreement::Own;

use super::deliveries;
use super::month::File;
use super::world::{CLOSED, FEEDS, Feed, Form, MONTHS, US, month, published_s};
use super::{json, wire};
use crate::api::{
    AcceptDifferences, CdrFilter, DraftRequest, ImportRequest, InvoiceSummary, IssueRequest,
    Selection,
};
use crate::desk::Desk;
use crate::error::{Error, Result};
use crate::job::{Job, Progress};
use crate::settle::Exported;
use crate::{decide, intake, partners, reconcile, settle, terms};

/// Who imports and who decides in the demo.
const CLERK: &str = "noor";
const CONTROLLER: &str = "samira";

/// What was done for one partner and month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthMade {
    /// Partner key.
    pub partner: String,
    /// The month.
    pub month: BillingMonth,
    /// CDRs in the book.
    pub cdrs: u32,
    /// Of them: matched when they were reconciled.
    pub matched: u32,
    /// Accepted with a reason.
    pub accepted: u32,
    /// Duplicates, which stay out.
    pub duplicates: u32,
    /// Left open.
    pub open: u32,
}

/// What making the demo came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The book.
    pub book: PathBuf,
    /// Files that were imported.
    pub files: usize,
    /// Records in them.
    pub records: u64,
    /// Months, oldest first, then by feed.
    pub months: Vec<MonthMade>,
    /// Issued documents, oldest first.
    pub issued: Vec<InvoiceSummary>,
    /// Files of the last closed month's documents.
    pub exported: Vec<Exported>,
}

/// Makes the demo book at `book` and writes the documents of its last closed month to `folder`.
/// A demo that lies there already is made anew; any other book is left alone.
pub fn make(book: &Path, folder: &Path, job: &mut Job<'_>) -> Result<Made> {
    clear(book)?;
    let created_at = at(month(0).first_day(), 7);
    let party = format!("{}-{}", US.0, US.1)
        .parse()
        .expect("our own key is one");
    let new = NewBook {
        party,
        demo: true,
        created_at,
    };
    let desk = Desk::create(book, &new, CONTROLLER)?;
    let mut maker = Maker {
        desk,
        inbox: Inbox::new()?,
        made: Made {
            book: book.to_owned(),
            files: 0,
            records: 0,
            months: Vec::new(),
            issued: Vec::new(),
            exported: Vec::new(),
        },
    };
    maker.agreements()?;
    maker.published()?;
    for (number, deliveries) in deliveries().into_iter().enumerate() {
        let mut files: Vec<(usize, File)> = deliveries
            .into_iter()
            .enumerate()
            .flat_map(|(feed, delivery)| delivery.files.into_iter().map(move |file| (feed, file)))
            .collect();
        files.sort_by_key(|(_, file)| file.at_s);
        for (feed, file) in &files {
            job.check()?;
            maker.import(&FEEDS[*feed], file)?;
        }
        maker.close(number)?;
        job.tell(Progress {
            done: number as u64 + 1,
            total: MONTHS as u64,
            records: maker.made.records,
            ..Progress::default()
        });
    }
    maker.export(folder)?;
    Ok(maker.made)
}

/// Makes room for a new demo.
fn clear(book: &Path) -> Result<()> {
    if !book.exists() {
        return Ok(());
    }
    if !store::Book::open(book)?.is_demo() {
        return Err(store::Error::Exists(book.display().to_string()).into());
    }
    for ending in ["", "-wal", "-shm"] {
        let mut file = book.as_os_str().to_owned();
        file.push(ending);
        match std::fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                let name = file.to_string_lossy().into_owned();
                return Err(Error::File {
                    name,
                    source: error,
                });
            }
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn at(day: chrono::NaiveDate, hour: u32) -> Instant {
    day.and_hms_opt(hour, 0, 0)
        .expect("a time of day")
        .and_utc()
}

/// A folder for files on their way in, gone when the demo is made.
struct Inbox(PathBuf);

impl Inbox {
    fn new() -> Result<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("tallywatt-demo-{}-{count}", std::process::id());
        let folder = std::env::temp_dir().join(&name);
        std::fs::create_dir_all(&folder).map_err(|source| Error::File { name, source })?;
        Ok(Inbox(folder))
    }

    fn put(&self, file: &File) -> Result<PathBuf> {
        let path = self.0.join(&file.name);
        let named = |source| Error::File {
            name: file.name.clone(),
            source,
        };
        std::fs::write(&path, &file.text).map_err(named)?;
        Ok(path)
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        // What cannot be removed is left to the system, which empties its temporary folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

struct Maker {
    desk: Desk,
    inbox: Inbox,
    made: Made,
}

impl Maker {
    fn sit_down(&mut self, now: Instant, actor: &str) {
        self.desk.now = now;
        actor.clone_into(&mut self.desk.actor);
    }

    /// Our company and what was agreed with the partners.
    fn agreements(&mut self) -> Result<()> {
        let company = company([
            "Veenkracht Mobiliteit B.V.",
            "Turfkade 18",
            "2011 TM",
            "Haarlem",
            "NL",
            "NL004495445B01",
            "facturen@veenkracht.example",
            "NL91ABNA0417164300",
            "ABNANL2A",
        ]);
        let own = Own {
            truth: TruthRule::default(),
            company,
            role: "both".to_owned(),
            currency: Currency::EUR,
        };
        partners::set_own(&mut self.desk, &own)?;
        for feed in &FEEDS {
            let partner = agreed(feed);
            partners::put(&mut self.desk, &partner)?;
        }
        Ok(())
    }

    /// Tariffs, locations and tokens, as they were published before the first month.
    fn published(&mut self) -> Result<()> {
        for feed in &FEEDS {
            let form = if feed.sends_sessions {
                Form::V221
            } else {
                Form::V211
            };
            let evses = feed.evses() + 2 * feed.plans.len();
            let tariffs = feed.plans.iter();
            let tariffs = tariffs.map(|p| wire::tariff(feed, p, form, 100, published_s()));
            let locations = (0..feed.sites.len()).map(|s| wire::location(feed, s, form, evses));
            let tokens = (0..feed.tokens()).map(|number| wire::token(feed, number));
            for (what, text) in [
                ("tariffs", json::list(tariffs)),
                ("locations", json::list(locations)),
                ("tokens", json::list(tokens)),
            ] {
                let name = format!("{}-{what}.json", feed.partner_key());
                let at_s = at(month(0).first_day(), 8).timestamp();
                self.import(feed, &File { name, at_s, text })?;
            }
        }
        Ok(())
    }

    /// Imports a file as the clerk does.
    fn import(&mut self, feed: &Feed, file: &File) -> Result<()> {
        let now = DateTime::from_timestamp(file.at_s, 0).expect("in this century");
        self.sit_down(now, CLERK);
        let path = self.inbox.put(file)?;
        let partner = (!feed.sends_sessions).then(|| feed.partner_key());
        let request = ImportRequest {
            partner,
            ..ImportRequest::default()
        };
        let result = intake::run(&self.desk, &mut Job::quiet(), &request, &path)?;
        self.made.files += 1;
        self.made.records += u64::from(result.rows);
        Ok(())
    }

    /// Reconciles what came in; closes the month, and what came late for the month before, as far
    /// as the demo is closed.
    fn close(&mut self, number: usize) -> Result<()> {
        let month = month(number);
        self.sit_down(at(month.next().first_day(), 9) + Duration::days(1), CLERK);
        reconcile::reconcile_stale(&self.desk, &mut Job::quiet())?;
        let mut made = Vec::new();
        for feed in &FEEDS {
            made.push(self.count(feed, month)?);
        }
        if number < CLOSED {
            self.sit_down(
                at(month.next().first_day(), 10) + Duration::days(2),
                CONTROLLER,
            );
            for (index, feed) in FEEDS.iter().enumerate() {
                let accepted = self.accept(feed, month, number + index)?;
                made[index].accepted = accepted;
                made[index].open -= accepted;
            }
            self.sit_down(
                at(month.next().first_day(), 11) + Duration::days(4),
                CONTROLLER,
            );
            self.issue(month.previous())?;
            self.issue(month)?;
        }
        self.made.months.extend(made);
        Ok(())
    }

    fn count(&self, feed: &Feed, month: BillingMonth) -> Result<MonthMade> {
        let partner = feed.partner_key();
        let key = partner.parse().expect("the demo's keys are keys");
        let sums = reconcile::partner_month(&self.desk, &key, month)?;
        let count = |which: &dyn Fn(Bucket) -> bool| {
            let totals = sums.totals.iter().filter(|total| which(total.bucket));
            totals.map(|total| total.count).sum()
        };
        Ok(MonthMade {
            partner,
            month,
            cdrs: count(&|bucket| bucket != Bucket::MissingCdr),
            matched: count(&|bucket| bucket == Bucket::Matched),
            accepted: 0,
            duplicates: count(&|bucket| bucket == Bucket::Duplicate),
            open: count(&Bucket::needs_a_person),
        })
    }

    /// Accepts what is left open of a month, each time with a reason.
    fn accept(&mut self, feed: &Feed, month: BillingMonth, turn: usize) -> Result<u32> {
        const REASONS: [&str; 4] = [
            "Below what a dispute costs; agreed by phone with their settlement desk",
            "Their correction follows with next month's delivery, confirmed by e-mail",
            "Meter photo seen: the figures are right, the tariff was published late",
            "Rounding of their old system, replaced by the end of the quarter",
        ];
        let filter = CdrFilter {
            partners: vec![feed.partner_key()],
            months: vec![month.to_string()],
            buckets: ["differs", "missing_session", "needs_tariff"]
                .map(str::to_owned)
                .to_vec(),
            ..CdrFilter::default()
        };
        let request = AcceptDifferences {
            selection: Selection::Matching(filter),
            reason: REASONS[turn % REASONS.len()].to_owned(),
        };
        match decide::accept_differences(&mut self.desk, &request) {
            Ok(decided) => Ok(decided.count),
            Err(Error::Refused {
                code: "nothing_to_accept",
                ..
            }) => Ok(0),
            Err(error) => Err(error),
        }
    }

    /// Drafts a month and issues the drafts.
    fn issue(&mut self, month: BillingMonth) -> Result<()> {
        let request = DraftRequest {
            partner: None,
            month: month.to_string(),
        };
        let drafts = settle::draft(&self.desk, &mut Job::quiet(), &request)?;
        let request = IssueRequest {
            invoices: drafts.iter().map(|draft| draft.id).collect(),
        };
        let result = settle::issue(&self.desk, &mut Job::quiet(), &request)?;
        if let Some(failure) = result.failed.first() {
            let why = failure.problem.text.clone();
            return Err(Error::refused("demo_not_issued", why));
        }
        self.made.issued.extend(result.issued);
        Ok(())
    }

    /// Writes the documents of the last closed month to a folder.
    fn export(&mut self, folder: &Path) -> Result<()> {
        let last = month(CLOSED - 1).to_string();
        let of_last = self
            .made
            .issued
            .iter()
            .filter(|invoice| invoice.month == last);
        for invoice in of_last {
            self.made
                .exported
                .push(settle::export(&self.desk, invoice.id, folder)?);
        }
        Ok(())
    }
}

/// A company from name, street, postal code, city, country, VAT id, e-mail, IBAN, BIC.
fn company(fields: [&str; 9]) -> Company {
    let [
        name,
        street,
        postal_code,
        city,
        country,
        vat_id,
        email,
        iban,
        bic,
    ] = fields.map(str::to_owned);
    Company {
        name,
        street,
        city,
        postal_code,
        country,
        vat_id,
        email,
        iban,
        bic,
    }
}

/// A partner as it was agreed.
fn agreed(feed: &Feed) -> Partner {
    let key = feed
        .partner_key()
        .parse()
        .expect("the demo's keys are keys");
    let mut partner = terms::unset(&key);
    partner.company = match feed.partner.1 {
        "RHL" => company([
            "Rheinlicht Mobility GmbH",
            "Deutzer Werft 7",
            "50679",
            "Köln",
            "DE",
            "DE287654321",
            "abrechnung@rheinlicht.example",
            "DE89370400440532013000",
            "COBADEFFXXX",
        ]),
        "FLM" => company([
            "Flandria Laadpas NV",
            "Havenlaan 88",
            "1000",
            "Brussel",
            "BE",
            "BE0417497106",
            "invoices@flandria-laadpas.example",
            "BE68539007547034",
            "KREDBEBB",
        ]),
        _ => company([
            "Norrsken Laddning AB",
            "Skeppsbron 3",
            "903 26",
            "Umeå",
            "SE",
            "SE556677889901",
            "faktura@norrsken-laddning.example",
            "SE4550000000058398257466",
            "HANDSESS",
        ]),
    };
    partner.currency = feed
        .currency
        .parse()
        .expect("the demo's currencies are currencies");
    let agreement = &mut partner.agreement;
    agreement.direction = if feed.operator == US {
        Direction::Receivable
    } else {
        Direction::Payable
    };
    agreement.time_zone = feed.zone;
    agreement.sends_sessions = feed.sends_sessions;
    agreement.policy.rounding = Rounding {
        stage: RoundingStage::PerTotal,
        digits: u8::try_from(feed.digits).expect("a few decimals"),
        mode: RoundingMode::HalfUp,
    };
    partner
}
