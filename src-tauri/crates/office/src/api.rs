//! What crosses between the core and its faces: requests and answers of every use case.
//!
//! Declared once here, exported to `ui/src/api/` by `cargo xtask bindings`. Conventions: amounts
//! and quantities are decimal strings; instants are RFC 3339 in UTC; `*_local` carries the offset
//! of the location; months are `2026-09`; partners are keys such as `NL-ABC`; row ids are `u32`.
//! The screens format strings, they never compute with them.

mod again;
mod connections;
mod exports;
mod partner_check;
mod pricing;
mod reconciling;
mod sheets;
mod statements;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

pub use again::*;
pub use connections::*;
pub use exports::*;
pub use partner_check::*;
pub use pricing::*;
pub use reconciling::*;
pub use sheets::*;
pub use statements::*;

/// An amount in a currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MoneyDto {
    /// Decimal text, e.g. `12.3456`.
    pub amount: String,
    /// ISO 4217.
    pub currency: String,
}

/// Why an operation could not be done. The screens choose their words by `code`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Problem {
    /// Stable, e.g. `book_locked`, `unknown_partner`, `nothing_to_issue`, `bug`.
    pub code: String,
    /// Whether trying again can help: `no`, `later`, `after_change`.
    pub retry: String,
    /// Technical detail in English, without secrets.
    pub text: String,
    /// Named figures for the sentence.
    pub params: BTreeMap<String, String>,
}

/// A finding as the screens show it; the sentence is made from `code` and `params`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FindingDto {
    /// Stable code, e.g. `period_not_split`.
    pub code: String,
    /// `info`, `warning`, `error`, `fatal`.
    pub severity: String,
    /// JSON path or cell.
    pub at: String,
    /// Named figures.
    pub params: BTreeMap<String, String>,
}

/// A partner in lists and switchers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PartnerRef {
    /// `NL-ABC`.
    pub key: String,
    /// Company name.
    pub name: String,
}

/// What book is open. Answer of `office::book::info`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BookInfo {
    /// Our company.
    pub company: String,
    /// Our party key.
    pub party: String,
    /// Where the file lies.
    pub path: String,
    /// Whether it is the demo book.
    pub demo: bool,
    /// Months that hold CDRs or sessions, newest first.
    pub months: Vec<String>,
    /// Partners by name.
    pub partners: Vec<PartnerRef>,
    /// How many CDRs.
    pub cdrs: u32,
    /// Version of the program.
    pub version: String,
}

// ---- Partners -------------------------------------------------------------------------------

/// A company as it stands on invoices.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(missing_docs)] // fields of domain::Company
pub struct CompanyDto {
    pub name: String,
    pub street: String,
    pub city: String,
    pub postal_code: String,
    pub country: String,
    pub vat_id: String,
    pub email: String,
    pub iban: String,
    pub bic: String,
}

/// A partner with its agreement. `office::partners::{list, get, set}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PartnerDto {
    /// `NL-ABC`.
    pub key: String,
    /// Company data for invoices.
    pub company: CompanyDto,
    /// Usual currency.
    pub currency: String,
    /// `receivable` (we bill them) or `payable` (they bill us).
    pub direction: String,
    /// IANA zone of its months.
    pub time_zone: String,
    /// Tolerance per CDR, decimal text.
    pub tolerance: String,
    /// Days to pay.
    pub due_days: u16,
    /// Whether it resells electricity.
    pub taxable_dealer: bool,
    /// Whether it sends sessions.
    pub sends_sessions: bool,
    /// Every agreed reading that is not the standard one, by the name of its switch:
    /// `step_mode: per_period`, `rounding: per_total,2,half_up`. Setting it sets the whole policy.
    pub policy: BTreeMap<String, String>,
    /// Whose figures count where charger, session and CDR disagree.
    pub truth: TruthRuleDto,
    /// Limits beside `tolerance`, which is the one per CDR.
    pub tolerances: FurtherLimitsDto,
    /// From where on something is odd.
    pub thresholds: ThresholdsDto,
    /// What is still missing before an invoice can be issued, as field names.
    pub missing: Vec<String>,
}

// ---- Home -----------------------------------------------------------------------------------

/// Which months and partner the board shows. `office::board::close_board`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BoardRequest {
    /// Only this month.
    pub month: Option<String>,
    /// Only this partner.
    pub partner: Option<String>,
}

/// The close board: what stands between us and a closed month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CloseBoard {
    /// One per partner and month, newest month first, then by partner name.
    pub rows: Vec<BoardRow>,
}

/// One partner-month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BoardRow {
    /// The partner.
    pub partner: PartnerRef,
    /// The month.
    pub month: String,
    /// `receivable` or `payable`.
    pub direction: String,
    /// Stages in order: imported, replayed, reconciled, draft, issued.
    pub cells: Vec<BoardCell>,
}

/// One stage of a partner-month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BoardCell {
    /// `imported`, `replayed`, `reconciled`, `draft`, `issued`.
    pub stage: String,
    /// `done`, `working`, `blocked`, `waiting` (an earlier stage is not done), `empty`.
    pub state: String,
    /// CDRs or documents.
    pub count: u32,
    /// Net amounts, one per currency.
    pub amounts: Vec<MoneyDto>,
    /// What blocks it.
    pub blocked_by: Vec<Blocker>,
}

/// One reason why a stage is blocked; it links to its rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Blocker {
    /// A bucket such as `differs`, or `partner_incomplete`.
    pub what: String,
    /// How many.
    pub count: u32,
    /// The amount it concerns.
    pub amounts: Vec<MoneyDto>,
}

// ---- Import ---------------------------------------------------------------------------------

/// A file the user chose or dropped. The window never learns its path, only this token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PickedFile {
    /// Opaque.
    pub token: String,
    /// File name without folders.
    pub name: String,
    /// Size in bytes as decimal text (may exceed 32 bits).
    pub bytes: String,
}

/// A file to look into. `office::intake::preview`, `::check` (job), `::run` (job).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ImportRequest {
    /// Token of the file.
    pub token: String,
    /// The partner, where the file does not tell (spreadsheets, 2.1.1).
    pub partner: Option<String>,
    /// IANA zone for local times without one; default: the partner's.
    pub time_zone: Option<String>,
    /// Currency where the file names none.
    pub currency: Option<String>,
    /// What the rows of a spreadsheet are, where a person says so: `cdrs`, `sessions`,
    /// `statement`, `transactions`.
    pub kind: Option<String>,
    /// The partner's template to read a spreadsheet by; without it, the one that fits.
    pub template: Option<String>,
    /// How a person wants a spreadsheet to be read.
    pub changes: Vec<ChangeDto>,
    /// The name of the partner's template to keep this reading as.
    pub keep_as: Option<String>,
}

/// What a file holds, seen from its beginning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ImportPreview {
    /// The file.
    pub file: PickedFile,
    /// `ocpi_json`, `ocpi_ndjson`, `csv`, `xlsx`, `xls`, `ods`; with `+gzip` where packed.
    pub format: String,
    /// `cdrs`, `sessions`, `tariffs`, `locations`, `tokens`, `statement`, `transactions`, `mixed`.
    pub kind: String,
    /// OCPI version, if it is OCPI.
    pub ocpi: Option<String>,
    /// The partner it belongs to, as far as known.
    pub partner: Option<PartnerRef>,
    /// Whether a partner must be chosen before it can be imported.
    pub needs_partner: bool,
    /// How the file was read, each guess with its evidence.
    pub evidence: Vec<EvidenceDto>,
    /// Columns of a spreadsheet and what each became; empty for OCPI.
    pub columns: Vec<ColumnDto>,
    /// The first 100 records as what they become.
    pub rows: Vec<PreviewRow>,
    /// What more there is to say of a spreadsheet.
    pub sheet: Option<SheetPreview>,
}

/// How a spreadsheet is read, and what a person can change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SheetPreview {
    /// The sheet that is read; empty for text.
    pub name: String,
    /// All sheets.
    pub sheets: Vec<String>,
    /// The rows of the headings: `3`, `3-4` or `none`.
    pub header: String,
    /// The first rows as they are written.
    pub grid: Vec<GridRow>,
    /// The fields that a column can fill.
    pub fields: Vec<String>,
    /// What a person has to say before it can be imported.
    pub questions: Vec<QuestionDto>,
    /// The template it is read by.
    pub template: Option<TemplateUse>,
    /// Names of the partner's templates.
    pub templates: Vec<String>,
    /// The import that its rows continue.
    pub continues: Option<Continues>,
    /// Whether the columns that are read make records.
    pub has_records: bool,
}

/// One guess and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct EvidenceDto {
    /// `encoding`, `separator`, `decimal_sign`, `date_order`, `zone`, `header`, `sheet`, …
    pub what: String,
    /// What was chosen.
    pub value: String,
    /// The text that shows it, e.g. `13/05/2026`, else the column, else the reason.
    pub because: String,
    /// What it rests on, as a stable word: `only_reading`, `heading`, `usual_there`, …
    pub reason: String,
    /// Where, from 1.
    pub row: Option<u32>,
    /// Another reading fits too.
    pub ambiguous: bool,
}

/// A column and its meaning.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ColumnDto {
    /// Heading in the file.
    pub heading: String,
    /// By what a change names it: its heading, or its letter where that is not its own.
    pub name: String,
    /// Its letter.
    pub letter: String,
    /// Field it fills, or empty when not used.
    pub field: String,
    /// `dot` or `comma`, where it holds figures.
    pub sign: Option<String>,
    /// `kwh`, `minute`, …, where it has one.
    pub unit: Option<String>,
    /// Its first texts.
    pub samples: Vec<String>,
}

/// A record of the file as it will be stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PreviewRow {
    /// Row of the sheet or number of the record, from 1.
    pub number: u32,
    /// Its id; empty when unreadable.
    pub id: String,
    /// `cdr`, `session`, `tariff`, `location`, `token`, `statement`, or empty when unreadable.
    pub kind: String,
    /// Start, UTC; empty when it has none.
    pub start_at: String,
    /// End, UTC; empty when it has none.
    pub end_at: String,
    /// Start on the local wall clock with its offset, where the zone is known.
    pub start_local: Option<String>,
    /// EVSE or location.
    pub place: String,
    /// kWh.
    pub energy_kwh: Option<String>,
    /// Stated net.
    pub excl_vat: Option<MoneyDto>,
    /// Stated gross.
    pub incl_vat: Option<MoneyDto>,
    /// What is odd about it.
    pub findings: Vec<FindingDto>,
}

/// What importing would do, or did. In a check it is the consequence line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ImportResult {
    /// Id of the import; `None` for a check.
    pub id: Option<u32>,
    /// File name.
    pub file: String,
    /// `cdrs`, `sessions`, `statement`, … or `mixed`.
    pub kind: String,
    /// See [`ImportPreview::format`].
    pub format: String,
    /// The partner, if one owns all of it.
    pub partner: Option<String>,
    /// Records read: `new + known + corrections + rejected`.
    pub rows: u32,
    /// Not seen before.
    pub new: u32,
    /// Already in the book, byte for byte the same content.
    pub known: u32,
    /// Known key with other content, kept beside the first.
    pub corrections: u32,
    /// Not readable; kept as documents.
    pub rejected: u32,
    /// kWh over all readable CDRs.
    pub energy_kwh: String,
    /// Stated sums over all readable CDRs.
    pub totals: Vec<StatedSum>,
    /// Findings by code.
    pub findings: BTreeMap<String, u32>,
    /// The rejected records (at most 1,000 are listed).
    pub rejects: Vec<RejectDto>,
    /// The rejected records by what is wrong with them, most first.
    #[serde(default)]
    pub groups: Vec<RejectGroup>,
    /// Where the rejected records were written to repair them, if they were.
    #[serde(default)]
    pub rejects_file: Option<String>,
    /// The template it was read by.
    #[serde(default)]
    pub template: Option<TemplateUse>,
    /// The import whose repaired rows it brought.
    #[serde(default)]
    pub continues: Option<u32>,
    /// How many rejected rows later imports have brought repaired.
    #[serde(default)]
    pub repaired: u32,
    /// `finished`, `cancelled`, `failed`, `interrupted` (a crash; importing again completes it),
    /// `undone`.
    pub state: String,
}

/// Stated sums in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StatedSum {
    /// ISO 4217.
    pub currency: String,
    /// Net.
    pub excl_vat: String,
    /// Gross over the records that state it.
    pub incl_vat: String,
}

/// A record that could not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RejectDto {
    /// Sheet; empty for JSON and text files.
    pub sheet: String,
    /// Row or record number, from 1.
    pub row: u32,
    /// Column or JSON path.
    pub column: String,
    /// Finding code.
    pub code: String,
    /// The text that stood there.
    pub value: String,
}

/// What a meter signed of a CDR, checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SignedDto {
    /// `verified` (the signature belongs to the key that came along), `not_verified`,
    /// `key_unknown`, `not_supported`.
    pub verdict: String,
    /// The verdict and its reason, as a sentence.
    pub text: String,
    /// How it is encoded, as sent.
    pub method: String,
    /// The meter at the beginning, kWh.
    pub begin_kwh: Option<String>,
    /// The meter at the end, kWh.
    pub end_kwh: Option<String>,
    /// End − begin, kWh; what it is worth, the verdict says.
    pub energy_kwh: Option<String>,
    /// Stated energy − signed energy where they differ by more than a Wh.
    pub differs_kwh: Option<String>,
}

/// Which source counts for one figure of a CDR, and what every source tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TruthDto {
    /// `energy` (kWh), `start` or `end`.
    pub figure: String,
    /// The order in which sources are asked, e.g. `signed,meter,cdr`.
    pub order: String,
    /// Every source, `signed`, `meter`, `session`, `cdr`.
    pub sources: Vec<TruthSourceDto>,
    /// The source that counts.
    pub counts: String,
    /// Stated − counting: kWh, or seconds that the CDR is later.
    pub difference: Option<String>,
    /// Whether that is more than a Wh or a second.
    pub differs: bool,
}

/// What one source tells of one figure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TruthSourceDto {
    /// `signed`, `meter`, `session` or `cdr`.
    pub source: String,
    /// kWh, or the instant in UTC; absent where it tells none.
    pub told: Option<String>,
    /// The instant on the local wall clock.
    pub local: Option<String>,
    /// Why it cannot count, as a stable word: `not_signed`, `key_unknown`, `no_session`, …
    pub unfit: Option<String>,
    /// What there is to say beside the word; empty where there is nothing.
    pub detail: String,
}

/// Which source counts for each figure of a partner's CDRs: `signed`, `meter`, `session` and `cdr`
/// in the order in which they are asked, separated by commas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(missing_docs)] // fields of domain::TruthRule
pub struct TruthRuleDto {
    pub energy: String,
    pub start: String,
    pub end: String,
}

/// An import in the history. `office::intake::list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ImportSummary {
    /// Its id.
    pub id: u32,
    /// When it began.
    pub at: String,
    /// Who ran it.
    pub actor: String,
    /// What it did.
    pub result: ImportResult,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// Takes an import back. `office::intake::undo`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct UndoImport {
    /// The import.
    pub import: u32,
    /// Why; may be empty.
    pub reason: String,
}

/// An import that was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ImportUndone {
    /// The import.
    pub import: u32,
    /// Its file.
    pub file: String,
    /// Records that count no more.
    pub records: u32,
}

/// The errors of one import by kind. `office::intake::problems`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ProblemKind {
    /// Finding code.
    pub code: String,
    /// Worst severity.
    pub severity: String,
    /// How many records.
    pub count: u32,
    /// A few of them.
    pub samples: Vec<ProblemSample>,
}

/// One record with a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ProblemSample {
    /// Row or record number, from 1.
    pub number: u32,
    /// The CDR it became, if it became one.
    pub cdr: Option<u32>,
    /// Its OCPI id.
    pub id: String,
    /// The finding.
    pub finding: FindingDto,
}

// ---- Jobs -----------------------------------------------------------------------------------

/// Long work, as the tray shows it. Sent as event `job-changed` at most every 100 ms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct JobState {
    /// Its id.
    pub id: u32,
    /// `check`, `import`, `import_undo`, `replay`, `draft`, `issue`, `infer`, `connect`, `pull`,
    /// `push`, `export`.
    pub kind: String,
    /// What it works on, e.g. the file name.
    pub label: String,
    /// Done so far, in `unit`s.
    pub done: u32,
    /// In all; 0 while unknown.
    pub total: u32,
    /// `records`, `percent`, `invoices`, `steps`.
    pub unit: String,
    /// Findings so far.
    pub findings: u32,
    /// `running`, `finished`, `cancelled`, `failed`.
    pub state: String,
    /// Why it failed.
    pub problem: Option<Problem>,
    /// What an import or check came to.
    pub import: Option<ImportResult>,
    /// What an export wrote.
    pub export: Option<ExportDone>,
}

// ---- CDR explorer ---------------------------------------------------------------------------

/// Which CDRs. All that is given must hold. A selection of "all that match" is this value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CdrFilter {
    /// Any of these partners.
    pub partners: Vec<String>,
    /// Any of these months.
    pub months: Vec<String>,
    /// Any of these buckets, e.g. `differs`.
    pub buckets: Vec<String>,
    /// Any of these verdicts: `matches`, `differs`, `not_priced`.
    pub verdicts: Vec<String>,
    /// |difference| above this.
    pub difference_above: Option<String>,
    /// Stated net at least / at most.
    pub stated_min: Option<String>,
    /// See `stated_min`.
    pub stated_max: Option<String>,
    /// kWh at least / at most.
    pub energy_min: Option<String>,
    /// See `energy_min`.
    pub energy_max: Option<String>,
    /// Hours from start to end, above this.
    pub longer_than_h: Option<String>,
    /// Has this finding.
    pub finding: Option<String>,
    /// EVSE id with `*` wildcards at either end, case-insensitive.
    pub evse: Option<String>,
    /// Currency.
    pub currency: Option<String>,
    /// Only credit CDRs (`true`) or only others (`false`).
    pub credit: Option<bool>,
    /// Came with this import.
    pub import: Option<u32>,
    /// Stands on this invoice.
    pub invoice: Option<u32>,
    /// Occurs in CDR id, session id, EVSE id, contract or location name, case-insensitive.
    pub text: Option<String>,
}

/// How to sort. Ties are broken by row id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CdrSort {
    /// `start`, `end`, `id`, `partner`, `location`, `evse`, `contract`, `energy`, `stated`,
    /// `replayed`, `difference`, `bucket`, `duration`.
    pub column: String,
    /// Largest first.
    pub descending: bool,
}

/// A frozen view on the CDRs. `office::explorer::open`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CdrView {
    /// Handle for `office::explorer::rows`.
    pub view: u32,
    /// How many match.
    pub count: u32,
    /// kWh of all that match.
    pub energy_kwh: String,
    /// Sums of all that match, one per currency.
    pub sums: Vec<CdrSums>,
    /// The first 200 rows.
    pub rows: Vec<CdrRowDto>,
}

/// Sums of a view in one currency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CdrSums {
    /// ISO 4217.
    pub currency: String,
    /// How many.
    pub count: u32,
    /// Stated net.
    pub stated: String,
    /// Replayed net, over those that could be priced.
    pub replayed: String,
    /// Stated − replayed, over those that could be priced.
    pub difference: String,
}

/// A page of a view. `office::explorer::rows`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CdrRowsRequest {
    /// Handle of the view.
    pub view: u32,
    /// First position.
    pub start: u32,
    /// How many, at most 1,000.
    pub len: u32,
}

/// One CDR in lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CdrRowDto {
    /// Row id.
    pub row: u32,
    /// OCPI id.
    pub id: String,
    /// Partner key.
    pub partner: String,
    /// Start on the local wall clock with its offset.
    pub start_local: String,
    /// Start, UTC.
    pub start_at: String,
    /// Seconds from start to end.
    pub duration_s: i32,
    /// Location name or id.
    pub location: String,
    /// EVSE id.
    pub evse: String,
    /// Contract, masked.
    pub contract: String,
    /// kWh.
    pub energy_kwh: String,
    /// Currency of the amounts.
    pub currency: String,
    /// Stated net; `None` where the source has no prices.
    pub stated: Option<String>,
    /// Replayed net; `None` where it could not be priced.
    pub replayed: Option<String>,
    /// Stated − replayed.
    pub difference: Option<String>,
    /// Bucket.
    pub bucket: String,
    /// Worst severity of its findings; empty when there are none.
    pub severity: String,
    /// Whether it is a credit CDR.
    pub credit: bool,
}

/// How many CDRs fall under each value, under a filter. `office::explorer::facets`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Facets {
    /// Per partner key.
    pub partners: Vec<FacetCount>,
    /// Per month.
    pub months: Vec<FacetCount>,
    /// Per bucket.
    pub buckets: Vec<FacetCount>,
}

/// One value of a facet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FacetCount {
    /// The value.
    pub value: String,
    /// How many.
    pub count: u32,
}

// ---- CDR detail -----------------------------------------------------------------------------

/// Net and gross; `None` is unknown, never zero.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AmountDto {
    /// Without VAT.
    pub excl_vat: Option<String>,
    /// With VAT.
    pub incl_vat: Option<String>,
}

/// A figure for the total and each part; `None` where it is not stated or not priced.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[allow(missing_docs)] // fields of domain::Parts
pub struct PartsDto {
    pub total: Option<AmountDto>,
    pub fixed: Option<AmountDto>,
    pub energy: Option<AmountDto>,
    pub time: Option<AmountDto>,
    pub parking: Option<AmountDto>,
    pub reservation: Option<AmountDto>,
}

/// Everything about one CDR: *Explain this price*. `office::detail::cdr`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CdrDetail {
    /// The row as lists show it.
    pub row: CdrRowDto,
    /// Start, UTC.
    pub start_at: String,
    /// End, UTC.
    pub end_at: String,
    /// End on the local wall clock.
    pub end_local: String,
    /// IANA zone restrictions are read in; empty when unknown.
    pub time_zone: String,
    /// Where the zone comes from: `location`, `record`, `partner`, `country`, `unknown`.
    pub zone_source: String,
    /// Session id.
    pub session: Option<String>,
    /// Address, city, country.
    pub place: String,
    /// AUTH_REQUEST, …
    pub auth_method: Option<String>,
    /// OCPI version or `spreadsheet`.
    pub form: String,
    /// What the CDR states.
    pub stated: PartsDto,
    /// What the engine computes, rounded by the policy.
    pub replayed: PartsDto,
    /// Stated − replayed.
    pub difference: PartsDto,
    /// First part that disagrees: `fixed`, `energy`, … or `total`.
    pub first_disagreement: Option<String>,
    /// `matches`, `differs`, `not_priced`.
    pub verdict: String,
    /// Stated quantities: kWh, hours, hours parking.
    pub measured: QuantitiesDto,
    /// Billed quantities.
    pub billed: QuantitiesDto,
    /// Policy in stable words, e.g. `rounding: per_total, 4, half_up`.
    pub policy: Vec<String>,
    /// Tariffs used, with their elements.
    pub tariffs: Vec<TariffDto>,
    /// Periods with what was chosen and why.
    pub periods: Vec<PeriodDto>,
    /// Priced lines, unrounded.
    pub lines: Vec<LineDto>,
    /// Step-size roundings.
    pub steps: Vec<StepDto>,
    /// Sums per tax rate.
    pub rates: Vec<RateDto>,
    /// Limits that applied.
    pub limits: Vec<LimitDto>,
    /// Roundings of amounts.
    pub roundings: Vec<RoundingDto>,
    /// What is odd.
    pub findings: Vec<FindingDto>,
    /// Decisions about it, newest first.
    pub history: Vec<AuditEntry>,
    /// What its meter signed, if it says.
    pub signed: Option<SignedDto>,
    /// Whose figures count by the rule agreed.
    pub truth: Vec<TruthDto>,
    /// Other records of the same key (corrections, duplicates), by row.
    pub siblings: Vec<CdrRowDto>,
    /// The invoice it stands on.
    pub invoice: Option<InvoiceSummary>,
    /// What it is priced with by decision, where somebody kept a what-if.
    pub kept: Option<KeptDto>,
    /// Results of its replay that another one replaced, newest first.
    pub earlier: Vec<EarlierPrice>,
    /// Where it came from.
    pub source: SourceDto,
    /// The record as it came: JSON text, or the row's cells as JSON.
    pub raw: String,
}

/// Quantities of a session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct QuantitiesDto {
    /// kWh.
    pub energy_kwh: String,
    /// Hours of charging (billed) or in all (measured).
    pub time_h: Option<String>,
    /// Hours parked.
    pub parking_h: Option<String>,
    /// Hours reserved.
    pub reservation_h: Option<String>,
}

/// A tariff as the detail panel shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TariffDto {
    /// Its id.
    pub id: String,
    /// `in_cdr` or `published`.
    pub source: String,
    /// Currency.
    pub currency: String,
    /// Elements in order.
    pub elements: Vec<ElementDto>,
    /// Net lower bound.
    pub min_price: Option<String>,
    /// Net upper bound.
    pub max_price: Option<String>,
}

/// One element.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ElementDto {
    /// Its components.
    pub components: Vec<ComponentDto>,
    /// Its restrictions: field name (e.g. `start_time`) and value.
    pub restrictions: BTreeMap<String, String>,
}

/// One price.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ComponentDto {
    /// `FLAT`, `ENERGY`, `TIME`, `PARKING_TIME`.
    pub dimension: String,
    /// Unit price.
    pub price: String,
    /// Percent.
    pub vat: Option<String>,
    /// Wh or seconds.
    pub step: u32,
}

/// A period on the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PeriodDto {
    /// Start, UTC.
    pub start_at: String,
    /// Start on the local wall clock with its offset.
    pub start_local: String,
    /// Seconds from the start of the session (for drawing).
    pub offset_s: i32,
    /// Seconds long (for drawing).
    pub length_s: i32,
    /// Energy of the session before it.
    pub energy_before_kwh: String,
    /// Measured volumes: dimension name and decimal text.
    pub volumes: BTreeMap<String, String>,
    /// Tariff index; `None` when no tariff applies.
    pub tariff: Option<u32>,
    /// One per dimension.
    pub choices: Vec<ChoiceDto>,
}

/// The element chosen for a dimension, and why no other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ChoiceDto {
    /// `FLAT`, `ENERGY`, `TIME`, `PARKING_TIME`.
    pub dimension: String,
    /// `use` or `reservation`.
    pub phase: String,
    /// Index of the element.
    pub element: Option<u32>,
    /// The others.
    pub passed: Vec<PassedDto>,
}

/// Why an element was passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PassedDto {
    /// Index of the element.
    pub element: u32,
    /// `no_component`, `earlier_element`, `restricted`.
    pub reason: String,
    /// The restriction, e.g. `start_time`.
    pub field: Option<String>,
    /// What it demands.
    pub demanded: Option<String>,
    /// What was found.
    pub found: Option<String>,
    /// The earlier element.
    pub earlier: Option<u32>,
}

/// A priced line: measured → billed → × unit price → amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LineDto {
    /// Index into `periods`.
    pub period: u32,
    /// Start on the local wall clock.
    pub start_local: String,
    /// End on the local wall clock.
    pub end_local: String,
    /// `use` or `reservation`.
    pub phase: String,
    /// Index into `tariffs`.
    pub tariff: u32,
    /// Index of the element.
    pub element: u32,
    /// `FLAT`, `ENERGY`, `TIME`, `PARKING_TIME`.
    pub dimension: String,
    /// kWh, hours or 1.
    pub measured: String,
    /// After step size.
    pub billed: String,
    /// Per kWh, hour or once.
    pub unit_price: String,
    /// Percent.
    pub vat: Option<String>,
    /// Unrounded.
    pub amount: AmountDto,
}

/// A step-size rounding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StepDto {
    /// Dimension.
    pub dimension: String,
    /// Index into `lines` of the line that took the extra.
    pub line: u32,
    /// Wh or seconds.
    pub step: u32,
    /// Session total before.
    pub before: String,
    /// Session total after.
    pub after: String,
}

/// Sum of one tax rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RateDto {
    /// Percent; `None` when no VAT applies.
    pub vat: Option<String>,
    /// Unrounded.
    pub amount: AmountDto,
}

/// A minimum or maximum price that applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LimitDto {
    /// `minimum` or `maximum`.
    pub kind: String,
    /// Gross or net.
    pub gross: bool,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
}

/// A rounding of an amount.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RoundingDto {
    /// `total`, `energy`, `line`, …
    pub figure: String,
    /// Period or line it belongs to.
    pub index: Option<u32>,
    /// Gross or net.
    pub gross: bool,
    /// Before.
    pub before: String,
    /// After.
    pub after: String,
}

/// Where a record came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SourceDto {
    /// Import id.
    pub import: u32,
    /// File name.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// Row or record number, from 1.
    pub number: u32,
    /// When it was imported.
    pub at: String,
    /// The exchange it came by, if it was pulled.
    pub pulled: Option<PulledDto>,
}

/// The exchange with a partner's server that brought a record: the evidence of what was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PulledDto {
    /// The address asked for.
    pub url: String,
    /// Our id of the request.
    pub request_id: String,
    /// Our id of the run.
    pub correlation_id: String,
    /// When the server says that it answered, as it says it.
    pub answered: String,
}

// ---- Decisions ------------------------------------------------------------------------------

/// Which CDRs a decision is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
#[allow(clippy::large_enum_variant)] // one per request, never in a list
pub enum Selection {
    /// These rows.
    Rows(Vec<u32>),
    /// Everything that matches.
    Matching(CdrFilter),
}

/// Accepts differences. `office::decide::accept_differences`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AcceptDifferences {
    /// Which.
    pub selection: Selection,
    /// Why. Must not be empty.
    pub reason: String,
}

/// Undoes a decision by its opposite. `office::decide::undo`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct UndoRequest {
    /// The decision.
    pub decision: u32,
    /// Why.
    pub reason: String,
}

/// What a decision changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Decided {
    /// The decision; give it to undo.
    pub decision: u32,
    /// CDRs that changed.
    pub count: u32,
    /// CDRs of the selection that stay as they are (nothing to accept).
    pub unchanged: u32,
    /// Sum of the accepted differences.
    pub difference: Vec<MoneyDto>,
    /// The changed rows, at most 1,000; the screen re-reads its view when `count` is larger.
    pub rows: Vec<CdrRowDto>,
}

/// One decision in the log. `office::audit::list`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AuditEntry {
    /// Its number, without gaps.
    pub seq: u32,
    /// When.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What was done: `accept`, `undo`, `issue`, `draft`, `discard_draft`, `import`, …
    pub verb: String,
    /// What it was done to, in words of the object: CDR id, invoice number, partner key, count.
    pub object: String,
    /// Why.
    pub reason: String,
    /// Named details.
    pub details: BTreeMap<String, String>,
    /// Whether it can be undone now.
    pub undoable: bool,
    /// The decision that undid it.
    pub undone_by: Option<u32>,
    /// Its hash, hexadecimal.
    pub hash: String,
}

/// A page of the log, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AuditRequest {
    /// Only entries before this one.
    pub before: Option<u32>,
    /// At most this many.
    pub limit: u32,
}

/// Whether the hash chain holds. `office::audit::verify`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AuditVerdict {
    /// How many entries.
    pub entries: u32,
    /// Whether every link holds.
    pub intact: bool,
    /// First entry that does not.
    pub first_broken: Option<u32>,
}

// ---- Settle ---------------------------------------------------------------------------------

/// Which invoices. `office::settle::overview`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SettleRequest {
    /// Only this month.
    pub month: Option<String>,
    /// Only this partner.
    pub partner: Option<String>,
}

/// The settle screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SettleOverview {
    /// Partner-months with CDRs that could be drafted now.
    pub ready: Vec<ReadyToDraft>,
    /// Drafts.
    pub drafts: Vec<InvoiceSummary>,
    /// Issued documents, newest first.
    pub issued: Vec<InvoiceSummary>,
}

/// CDRs that wait for a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReadyToDraft {
    /// The partner.
    pub partner: PartnerRef,
    /// The month.
    pub month: String,
    /// CDRs matched or accepted and on no invoice, late ones of closed months among them.
    pub cdrs: u32,
    /// Their net, one per currency.
    pub net: Vec<MoneyDto>,
    /// The late ones, by month.
    pub late: Vec<LateDto>,
    /// CDRs of the month that are still open (differs, missing, …) and would stay out.
    pub open: u32,
}

/// CDRs of a month that is closed, which go to the document of a later one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LateDto {
    /// Their month.
    pub month: String,
    /// How many.
    pub cdrs: u32,
    /// Their net, one per currency.
    pub net: Vec<MoneyDto>,
}

/// An invoice in lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct InvoiceSummary {
    /// Row id.
    pub id: u32,
    /// Number; `None` while a draft.
    pub number: Option<String>,
    /// `draft` or `issued`.
    pub state: String,
    /// `invoice` or `self_billed`.
    pub kind: String,
    /// The partner.
    pub partner: PartnerRef,
    /// Month of supply.
    pub month: String,
    /// ISO 4217.
    pub currency: String,
    /// How many CDRs.
    pub cdrs: u32,
    /// kWh.
    pub energy_kwh: String,
    /// Net.
    pub net: String,
    /// Tax per category and rate.
    pub taxes: Vec<TaxDto>,
    /// Gross.
    pub gross: String,
    /// Late CDRs of months before on it, by month.
    pub late: Vec<LateDto>,
    /// Date of issue.
    pub issued_on: Option<String>,
    /// Due date.
    pub due_on: Option<String>,
    /// Checks that block issuing (drafts only).
    pub blocking: u32,
}

/// Tax of one category and rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TaxDto {
    /// `S`, `AE`, `O`.
    pub category: String,
    /// Percent.
    pub rate: String,
    /// Base.
    pub base: String,
    /// Tax.
    pub amount: String,
}

/// One invoice with its lines. `office::settle::invoice`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct InvoiceDetail {
    /// The summary.
    pub summary: InvoiceSummary,
    /// Who supplies.
    pub seller: CompanyDto,
    /// Who is billed.
    pub buyer: CompanyDto,
    /// Lines per location.
    pub lines: Vec<InvoiceLineDto>,
    /// Legal notes.
    pub notes: Vec<String>,
    /// What was checked.
    pub checks: Vec<CheckDto>,
    /// SHA-256 of the stored PDF (issued only).
    pub pdf_sha256: Option<String>,
}

/// One invoice line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct InvoiceLineDto {
    /// From 1.
    pub position: u32,
    /// Location.
    pub location: String,
    /// City, country.
    pub place: String,
    /// CDRs.
    pub cdrs: u32,
    /// kWh.
    pub energy_kwh: String,
    /// Net.
    pub net: String,
    /// `S`, `AE`, `O`.
    pub category: String,
    /// Percent.
    pub rate: String,
    /// The VAT rule that decided, `V1`–`V10`.
    pub rule: String,
    /// The month of late CDRs, which is before the document's; none on lines of its own month.
    pub late_of: Option<String>,
}

/// One check of a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CheckDto {
    /// `total_equals_cdrs`, `seller_complete`, `buyer_complete`, `vat_ids`, `not_empty`, …
    pub code: String,
    /// Whether it holds.
    pub passed: bool,
    /// Whether it blocks issuing when it does not.
    pub blocking: bool,
    /// Named figures.
    pub params: BTreeMap<String, String>,
}

/// Makes drafts. `office::settle::draft`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DraftRequest {
    /// Only this partner; all when absent.
    pub partner: Option<String>,
    /// The month.
    pub month: String,
}

/// Issues drafts, each in its own transaction. `office::settle::issue`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct IssueRequest {
    /// The drafts.
    pub invoices: Vec<u32>,
}

/// What issuing came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct IssueResult {
    /// Issued now.
    pub issued: Vec<InvoiceSummary>,
    /// Not issued, and why; others are not touched by it.
    pub failed: Vec<IssueFailure>,
}

/// One draft that could not be issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct IssueFailure {
    /// The draft.
    pub invoice: u32,
    /// Why.
    pub problem: Problem,
}

/// A document's bytes for the preview. `office::settle::pdf`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DocumentBytes {
    /// Suggested file name.
    pub name: String,
    /// The bytes in base64.
    pub base64: String,
}
