//! What a row can be besides a CDR: a session, a line of a partner's statement, a transaction of
//! a charger.

use domain::{Cdr, Currency, Decimal, Instant, Kwh, OcpiId, PartyKey, Session};
use serde::{Deserialize, Serialize};

/// What the rows of a sheet are.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// CDRs: sessions with their prices.
    #[default]
    Cdrs,
    /// Sessions as they were reported, without prices that count.
    Sessions,
    /// Lines of a statement or invoice: what a partner says it billed.
    Statement,
    /// What chargers recorded: station, tag, times and meter readings.
    Transactions,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 4] = [
        Kind::Cdrs,
        Kind::Sessions,
        Kind::Statement,
        Kind::Transactions,
    ];

    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Cdrs => "cdrs",
            Kind::Sessions => "sessions",
            Kind::Statement => "statement",
            Kind::Transactions => "transactions",
        }
    }
}

/// A row as a record of its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Record {
    /// A CDR.
    Cdr(Box<Cdr>),
    /// A session.
    Session(Box<Session>),
    /// A line of a statement.
    Statement(Box<StatementLine>),
    /// A transaction of a charger.
    Transaction(Box<Transaction>),
}

/// What a partner says it billed, exactly as far as it says it: nothing is computed here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementLine {
    /// Whose statement it is.
    pub party: PartyKey,
    /// The id of the record that was billed.
    pub id: Option<OcpiId>,
    /// The id of its session.
    pub session_id: Option<OcpiId>,
    /// When the session began.
    pub start_at: Option<Instant>,
    /// The energy billed.
    pub energy: Option<Kwh>,
    /// The amount without VAT.
    pub excl_vat: Option<Decimal>,
    /// The VAT.
    pub vat: Option<Decimal>,
    /// The amount with VAT.
    pub incl_vat: Option<Decimal>,
    /// The currency of the amounts.
    pub currency: Currency,
    /// The invoice or booking it belongs to.
    pub reference: Option<String>,
}

/// What a charger recorded (OCPP: StartTransaction to StopTransaction).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// Whose charger it is.
    pub party: PartyKey,
    /// The id; made from the content where the row has none.
    pub id: OcpiId,
    /// The station: its charge box or EVSE id, else the name or id of its place.
    pub station: Option<OcpiId>,
    /// The connector.
    pub connector: Option<OcpiId>,
    /// The tag, else the contract, that started it.
    pub tag: Option<OcpiId>,
    /// When it began.
    pub start_at: Instant,
    /// When it ended; absent while it runs.
    pub end_at: Option<Instant>,
    /// The meter's reading at the start.
    pub meter_start: Option<Kwh>,
    /// The meter's reading at the stop.
    pub meter_stop: Option<Kwh>,
    /// The energy: as the row states it, else from the readings.
    pub energy: Option<Kwh>,
    /// Why it ended.
    pub stop_reason: Option<String>,
}

impl Record {
    /// What the record says, in one line, its id included: equal rows are the same again.
    pub(crate) fn facts(&self) -> String {
        match self {
            Record::Cdr(cdr) => crate::read::facts_and_id(cdr),
            Record::Session(session) => session_facts(session),
            Record::Statement(line) => line.content(),
            Record::Transaction(transaction) => {
                format!("{}\u{1f}{}", transaction.facts(), transaction.id.folded())
            }
        }
    }
}

fn number(n: Option<Decimal>) -> String {
    n.map(|n| n.normalize().to_string()).unwrap_or_default()
}

fn kwh(n: Option<Kwh>) -> String {
    number(n.map(|n| n.0))
}

fn folded(id: Option<&OcpiId>) -> String {
    id.map(OcpiId::folded).unwrap_or_default()
}

fn millis(at: Option<Instant>) -> String {
    at.map(|at| at.timestamp_millis().to_string())
        .unwrap_or_default()
}

/// Everything a session says, in one line: two reports with the same id and the same content are
/// the same again, whatever file and column order they come with.
pub fn session_content(session: &Session) -> String {
    let status = format!("{:?}", session.status);
    let gross = session.cost.as_ref().and_then(|cost| cost.incl_vat);
    [
        session_facts(session),
        status,
        number(gross),
        session
            .currency
            .map(|code| code.to_string())
            .unwrap_or_default(),
    ]
    .join("\u{1f}")
}

/// What tells sessions without an id apart, in one line.
pub(crate) fn session_facts(session: &Session) -> String {
    let place = &session.location;
    [
        session.party.to_string(),
        session.id.folded(),
        millis(Some(session.start_at)),
        millis(session.end_at),
        kwh(Some(session.energy)),
        number(session.cost.as_ref().map(|cost| cost.excl_vat)),
        folded(place.evse_id.as_ref().or(place.evse_uid.as_ref())),
        folded(place.connector_id.as_ref()),
        folded(place.id.as_ref()),
        place.name.clone().unwrap_or_default(),
        folded(session.token.uid.as_ref()),
        folded(session.token.contract_id.as_ref()),
    ]
    .join("\u{1f}")
}

impl StatementLine {
    /// Everything the line says, in one line.
    pub fn content(&self) -> String {
        [
            self.party.to_string(),
            folded(self.id.as_ref()),
            folded(self.session_id.as_ref()),
            millis(self.start_at),
            kwh(self.energy),
            number(self.excl_vat),
            number(self.vat),
            number(self.incl_vat),
            self.currency.to_string(),
            self.reference.clone().unwrap_or_default(),
        ]
        .join("\u{1f}")
    }
}

impl Transaction {
    /// What it says, without its id.
    pub(crate) fn facts(&self) -> String {
        [
            self.party.to_string(),
            folded(self.station.as_ref()),
            folded(self.connector.as_ref()),
            folded(self.tag.as_ref()),
            millis(Some(self.start_at)),
            millis(self.end_at),
            kwh(self.meter_start),
            kwh(self.meter_stop),
            kwh(self.energy),
        ]
        .join("\u{1f}")
    }
}
