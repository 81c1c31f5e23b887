//! Reconciling a partner-month: its causes, its rows, what is decided about them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{AuditEntry, FindingDto, MoneyDto};

/// A partner-month. `office::reconciling::month`, `charts`, `proposal`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MonthRequest {
    /// The partner.
    pub partner: String,
    /// The month.
    pub month: String,
}

/// A partner-month as the Reconcile screen shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReconcileMonth {
    /// The partner.
    pub partner: String,
    /// Its name.
    pub name: String,
    /// The month.
    pub month: String,
    /// `receivable`: we bill; `payable`: they bill.
    pub direction: String,
    /// Whether something came in since it was reconciled.
    pub stale: bool,
    /// Sums per bucket; all ten, in the order screens show them.
    pub buckets: Vec<BucketDto>,
    /// What needs a person, by cause: the group with most CDRs first, the unexplained last.
    pub causes: Vec<CauseGroup>,
    /// Codes of findings in the month with the number of CDRs that have them, the commonest first.
    pub findings: Vec<FindingCount>,
    /// Stations whose clock or meter is off.
    pub stations: Vec<StationDto>,
    /// What counts as equal.
    pub tolerance: ToleranceDto,
}

/// Sums of a bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct BucketDto {
    /// `matched`, `differs`, …
    pub bucket: String,
    /// CDRs and sessions.
    pub count: u32,
    /// Share of the month's CDRs and sessions in percent, one decimal: `12.3`.
    pub share: String,
    /// Stated net, one per currency.
    pub stated: Vec<MoneyDto>,
    /// Stated − replayed, one per currency.
    pub difference: Vec<MoneyDto>,
}

/// CDRs or sessions that need a person for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CauseGroup {
    /// Names it in requests; stable over months: `policy:step_mode=per_period`,
    /// `data:clock_utc`, `reason:no_session`, `reason:energy_mismatch`, `unexplained`.
    pub key: String,
    /// `policy` (a reading of the tariff), `data` (a supposition about the data), `reason` (another
    /// reason than a total that differs), `unexplained`.
    pub kind: String,
    /// For `policy` and `data`: the clause after "matches if", in English. Empty otherwise: the
    /// screen has words for reasons.
    pub text: String,
    /// The bucket its rows are in.
    pub bucket: String,
    /// The policy it is, by switch; empty for other kinds.
    pub policy: BTreeMap<String, String>,
    /// CDRs and sessions.
    pub count: u32,
    /// Stated − replayed, one per currency; for sessions without CDR none.
    pub difference: Vec<MoneyDto>,
    /// Stated net, one per currency.
    pub stated: Vec<MoneyDto>,
    /// First and last end, UTC.
    pub first_at: String,
    /// See `first_at`.
    pub last_at: String,
    /// Locations with most of them, at most five.
    pub places: Vec<NamedCount>,
    /// How many locations there are.
    pub places_count: u32,
    /// Tariffs with most of them, at most five.
    pub tariffs: Vec<NamedCount>,
    /// How many tariffs there are.
    pub tariffs_count: u32,
    /// CDRs that another cause explains as simply.
    pub ambiguous: u32,
}

/// A name and how often it occurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct NamedCount {
    /// The name.
    pub name: String,
    /// How often.
    pub count: u32,
}

/// A finding code and how many CDRs have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FindingCount {
    /// The code.
    pub code: String,
    /// Its severity.
    pub severity: String,
    /// CDRs.
    pub count: u32,
}

/// A station whose clock or meter is off over a stretch of time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct StationDto {
    /// EVSE id.
    pub evse: String,
    /// Location name.
    pub location: String,
    /// `clock`, `local_time`, `meter`.
    pub fault: String,
    /// Clock: seconds, CDR − session. Local time: hours. Meter: CDR ÷ session energy, `1.0512`.
    pub off: String,
    /// How it drifts per day, in the same unit; `0` where it does not.
    pub per_day: String,
    /// Start of the first session concerned, UTC.
    pub since: String,
    /// Start of the first session that is right again; `None` where it is still off.
    pub until: Option<String>,
    /// CDRs that show it.
    pub cdrs: u32,
    /// Money at stake in them.
    pub at_stake: Vec<MoneyDto>,
}

/// What counts as equal: every limit that is set must hold. Decimal texts; `None`: not agreed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ToleranceDto {
    /// Money per CDR.
    pub per_cdr: Option<String>,
    /// Money per stated kWh.
    pub per_kwh: Option<String>,
    /// Money per month: the sum let through.
    pub per_month: Option<String>,
    /// Percent of what a CDR states.
    pub percent: Option<String>,
}

/// Limits of an agreement beside the one per CDR. Decimal texts; `None`: not agreed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FurtherLimitsDto {
    /// Money per stated kWh.
    pub per_kwh: Option<String>,
    /// Money per month: the sum let through.
    pub per_month: Option<String>,
    /// Percent of what a CDR states.
    pub percent: Option<String>,
}

/// What is wanted of a partner-month's rows. `office::reconciling::rows`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReconcileRowsRequest {
    /// The partner.
    pub partner: String,
    /// The month.
    pub month: String,
    /// Only of this bucket.
    pub bucket: Option<String>,
    /// Only of this group of causes, by its key.
    pub cause: Option<String>,
    /// Only with this finding.
    pub finding: Option<String>,
    /// Only at this EVSE.
    pub evse: Option<String>,
    /// Only what ended on this day (`2026-09-14`, in the partner's zone).
    pub day: Option<String>,
    /// First position.
    pub start: u32,
    /// How many, at most 1,000.
    pub len: u32,
}

/// Rows of a partner-month: CDRs first, then sessions without CDR, both by row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReconcileRows {
    /// How many there are.
    pub total: u32,
    /// Those asked for.
    pub rows: Vec<ReconcileRow>,
}

/// A CDR, or a session without one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ReconcileRow {
    /// Row of the CDR; `None` for a session without CDR.
    pub cdr: Option<u32>,
    /// Row of the session.
    pub session: Option<u32>,
    /// OCPI id of the CDR, or of the session where there is no CDR.
    pub id: String,
    /// OCPI id of the session, or what the CDR names.
    pub session_id: Option<String>,
    /// Bucket.
    pub bucket: String,
    /// Why, a stable word: `equal`, `total_differs`, `no_session`, …
    pub reason: String,
    /// Key of its group of causes, if it needs a person.
    pub cause: Option<String>,
    /// How the session was found: `session_id`, `authorization`, `contract_evse_time`, `original`,
    /// `by_hand`.
    pub matched_by: Option<String>,
    /// Start, UTC.
    pub start_at: String,
    /// Start on the partner's wall clock.
    pub start_local: String,
    /// Location name or id.
    pub location: String,
    /// EVSE id.
    pub evse: String,
    /// kWh.
    pub energy_kwh: String,
    /// Currency; empty for sessions.
    pub currency: String,
    /// Stated net.
    pub stated: Option<String>,
    /// Replayed net.
    pub replayed: Option<String>,
    /// Stated − replayed.
    pub difference: Option<String>,
    /// Codes of its findings, each once.
    pub findings: Vec<String>,
    /// Whether it was decided and something about it changed since.
    pub changed: bool,
}

/// Which row is looked at. `office::reconciling::side_by_side`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SideRequest {
    /// Row of a CDR.
    pub cdr: Option<u32>,
    /// Row of a session, where there is no CDR.
    pub session: Option<u32>,
}

/// CDR, session, replay and the partner's statement side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SideBySide {
    /// The row as lists show it.
    pub row: ReconcileRow,
    /// One line per field: `session`, `start`, `end`, `energy`, `evse`, `contract`, `currency`,
    /// `total`, `total_incl`, `fixed_cost`, `energy_cost`, `time_cost`, `parking_cost`,
    /// `reservation_cost`, `status`.
    pub fields: Vec<SideField>,
    /// What is odd, of reading, replay and reconciling.
    pub findings: Vec<FindingDto>,
    /// The likely cause, in words; empty where there is none.
    pub cause: String,
    /// Sessions (for a CDR) or CDRs (for a session) that could belong to it, likeliest first.
    pub suggestions: Vec<LinkSuggestion>,
    /// What its station does with time and energy, where it is off.
    pub station: Option<StationDto>,
    /// Whether the differences of time or energy are only what its station always does.
    pub station_explains: bool,
    /// Decisions about it, newest first.
    pub history: Vec<AuditEntry>,
}

/// One field on each side; `None` where a side does not have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct SideField {
    /// See [`SideBySide::fields`].
    pub field: String,
    /// Of the CDR.
    pub cdr: Option<String>,
    /// Of the session.
    pub session: Option<String>,
    /// Of the replay.
    pub replay: Option<String>,
    /// Of the partner's statement.
    pub statement: Option<String>,
    /// Whether the sides differ.
    pub differs: bool,
}

/// A session or CDR that could belong to a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LinkSuggestion {
    /// Row of the CDR.
    pub cdr: u32,
    /// Row of the session.
    pub session: u32,
    /// OCPI id of the other side.
    pub id: String,
    /// 0 to 100.
    pub confidence: u32,
    /// What speaks for and against, stable words: `same_contract`, `same_evse`,
    /// `same_location`, `times_overlap`, `times_near`, `energy_equal`, `energy_near`,
    /// `same_authorization`, `other_contract`, `other_evse`, `energy_differs`, `billed_already`.
    pub reasons: Vec<String>,
    /// Start, UTC.
    pub start_at: String,
    /// End, UTC.
    pub end_at: Option<String>,
    /// kWh.
    pub energy_kwh: String,
    /// EVSE id.
    pub evse: String,
}

/// A month in pictures. `office::reconciling::charts`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MonthCharts {
    /// One per day of the month, by the partner's zone.
    pub days: Vec<DayDto>,
    /// Differences by cause and day; only days that have any.
    pub causes: Vec<CauseDay>,
}

/// A day of a partner-month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DayDto {
    /// `2026-09-14`.
    pub day: String,
    /// CDRs that ended on it.
    pub cdrs: u32,
    /// Completed sessions that ended on it.
    pub sessions: u32,
    /// Of them without a CDR. Many on one day: a delivery was lost.
    pub missing_cdrs: u32,
    /// CDRs without a session.
    pub missing_sessions: u32,
    /// CDRs in `differs`.
    pub differs: u32,
}

/// What a cause did on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CauseDay {
    /// The day.
    pub day: String,
    /// Key of the group.
    pub cause: String,
    /// CDRs.
    pub count: u32,
    /// Stated − replayed, one per currency.
    pub difference: Vec<MoneyDto>,
}

/// Which stations' CDRs are plotted. `office::reconciling::scatter`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ScatterRequest {
    /// The partner.
    pub partner: String,
    /// The month.
    pub month: String,
    /// EVSE id; `None`: the location and EVSE with most differences.
    pub evse: Option<String>,
}

/// CDRs of a station, stated against replayed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Scatter {
    /// The EVSE.
    pub evse: String,
    /// EVSEs with most differences of the month, for choosing, at most 50.
    pub evses: Vec<NamedCount>,
    /// One per CDR that has both figures, by start; at most 5,000.
    pub points: Vec<ScatterPoint>,
}

/// A CDR in a plot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ScatterPoint {
    /// Row of the CDR.
    pub cdr: u32,
    /// Its OCPI id.
    pub id: String,
    /// Start, UTC.
    pub start_at: String,
    /// Currency.
    pub currency: String,
    /// Stated net.
    pub stated: String,
    /// Replayed net.
    pub replayed: String,
    /// Bucket.
    pub bucket: String,
}

/// What another tolerance would do. `office::reconciling::tolerance_effect`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ToleranceRequest {
    /// The partner.
    pub partner: String,
    /// The month.
    pub month: String,
    /// The tolerance supposed.
    pub tolerance: ToleranceDto,
}

/// What a tolerance would let through of what differs now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ToleranceEffect {
    /// Per currency, what is within its own limits.
    pub within: Vec<WithinDto>,
    /// CDRs beyond each of their own limits, by the limit's name: `per_cdr`, `per_kwh`, `percent`,
    /// `not_agreed`.
    pub beyond: BTreeMap<String, u32>,
    /// CDRs that would pass in all.
    pub passing: u32,
}

/// CDRs within their own limits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct WithinDto {
    /// Currency.
    pub currency: String,
    /// CDRs.
    pub count: u32,
    /// Sum of their differences.
    pub difference: String,
    /// Whether the limit of the month holds; if not, none of them passes by itself.
    pub month_holds: bool,
}

/// Accepts the differences that a tolerance lets through. `office::reconciling::accept_within`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct AcceptWithin {
    /// What is within it.
    pub of: ToleranceRequest,
    /// Why.
    pub reason: String,
}

/// What a decision is about: all conditions must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DecisionTarget {
    /// The partner.
    pub partner: String,
    /// The month.
    pub month: String,
    /// All of these groups of causes; empty: any.
    pub causes: Vec<String>,
    /// All of these buckets; empty: any.
    pub buckets: Vec<String>,
    /// With this finding.
    pub finding: Option<String>,
    /// These CDRs; empty: any, unless `sessions` is given.
    pub cdrs: Vec<u32>,
    /// These sessions without CDR.
    pub sessions: Vec<u32>,
}

/// Decides about CDRs and sessions. `office::reconciling::decide`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DecideRequest {
    /// `accept`: we settle what is stated (for sessions: no CDR is expected). `dispute`: opens one
    /// case for all of them. `hold`: aside until a day. `exclude`: bills nothing.
    pub verb: String,
    /// What it is about.
    pub target: DecisionTarget,
    /// Why. Must not be empty.
    pub reason: String,
    /// For `hold`: until this day (`2026-10-15`); `None`: until it is taken back.
    pub until: Option<String>,
}

/// What a decision did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct MonthDecided {
    /// The decision; give it to undo.
    pub decision: u32,
    /// CDRs and sessions that changed.
    pub count: u32,
    /// Those that stay as they are, for the verb means nothing there.
    pub unchanged: u32,
    /// Sum of their differences.
    pub difference: Vec<MoneyDto>,
    /// Number of the case that `dispute` opened.
    pub case: Option<u32>,
}

/// Ties a CDR to a session, or takes it from the one it has. `office::reconciling::link`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct LinkRequest {
    /// Row of the CDR.
    pub cdr: u32,
    /// Row of the session it belongs to; `None`: it belongs to none of ours.
    pub session: Option<u32>,
    /// Why. Must not be empty.
    pub reason: String,
}

/// A decision that repeats itself on later CDRs: its terms. Absent ones do not narrow it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RuleTerms {
    /// Key of the group of causes: `policy:…` or `data:…`.
    pub cause: String,
    /// Clause after "matches if".
    pub text: String,
    /// Only at this location.
    pub location: Option<String>,
    /// Only under this tariff.
    pub tariff: Option<String>,
    /// Only in this currency.
    pub currency: Option<String>,
    /// Largest difference, up or down.
    pub at_most: String,
}

/// A rule from a decision. `office::reconciling::rule_of`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RuleProposal {
    /// The narrowest terms that catch all of the group.
    pub terms: RuleTerms,
    /// What it would have caught in this and the last three months, newest first.
    pub caught: Vec<RuleMonth>,
}

/// What a rule would have caught in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RuleMonth {
    /// The month.
    pub month: String,
    /// CDRs.
    pub count: u32,
    /// Differences.
    pub difference: Vec<MoneyDto>,
    /// CDRs that another cause explains as simply.
    pub ambiguous: u32,
}

/// What a rule with these terms would catch. `office::reconciling::rule_effect`, `rule_keep`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RuleRequest {
    /// The partner.
    pub partner: String,
    /// The month it is made in.
    pub month: String,
    /// Its terms.
    pub terms: RuleTerms,
    /// Why; must not be empty when it is kept.
    pub reason: String,
}

/// A rule in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct RuleDto {
    /// The decision; give it to undo.
    pub decision: u32,
    /// When.
    pub at: String,
    /// Who.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// Its terms.
    pub terms: RuleTerms,
}

/// A policy that explains most of what differs in a month. `office::reconciling::proposal`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PolicyProposal {
    /// The readings that would change.
    pub policy: BTreeMap<String, String>,
    /// Clause after "matches if".
    pub text: String,
    /// CDRs it explains.
    pub explains: u32,
    /// Of so many that differ.
    pub of: u32,
    /// CDRs that another cause explains as simply.
    pub ambiguous: u32,
    /// What it would change in this month and the three before, newest first.
    pub months: Vec<PolicyMonth>,
}

/// What a policy would change in a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PolicyMonth {
    /// The month.
    pub month: String,
    /// CDRs looked at.
    pub cdrs: u32,
    /// That differ now and would match.
    pub repaired: u32,
    /// That match now and would differ.
    pub broken: u32,
    /// Differences now, one per currency.
    pub before: Vec<MoneyDto>,
    /// Differences under it, one per currency.
    pub after: Vec<MoneyDto>,
}

/// A case: what is disputed with a partner. `office::reconciling::cases`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct CaseDto {
    /// Its number, from 1.
    pub number: u32,
    /// The decision that opened it; undone, the case is closed.
    pub decision: u32,
    /// The partner.
    pub partner: String,
    /// The month.
    pub month: String,
    /// Key of the group of causes it was opened for; empty: of none.
    pub cause: String,
    /// CDRs and sessions it was opened about.
    pub count: u32,
    /// Sum of their differences then, one per currency.
    pub difference: Vec<MoneyDto>,
    /// Whether it is open.
    pub open: bool,
    /// When it was opened.
    pub opened_at: String,
    /// Who opened it.
    pub actor: String,
    /// Why.
    pub reason: String,
}

/// From where on a record of a partner is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ThresholdsDto {
    /// Most energy of one session, kWh.
    pub session_kwh: u32,
    /// Most energy of one token within 24 hours, kWh.
    pub day_kwh: u32,
    /// Longest session, hours.
    pub session_hours: u32,
    /// How far a price per kWh may lie from what is usual at its location, percent.
    pub price_percent: u32,
    /// How far a clock may be off, seconds.
    pub clock_s: u32,
    /// How far a meter may be off, percent.
    pub meter_percent: u32,
    /// Days within which a CDR comes for a session.
    pub cdr_days: u32,
}
