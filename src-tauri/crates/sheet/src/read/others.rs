//! From one row to the session, statement line or transaction it is.

use domain::cdr::Form;
use domain::{
    CdrLocation, Currency, Decimal, FindingCode, Instant, Kwh, OcpiId, Session, SessionStatus,
    Severity,
};

use crate::cell::Cell;
use crate::field::Field;
use crate::read::record::{Reading, hashed};
use crate::record::{Kind, Record, StatementLine, Transaction, session_facts};
use crate::template::IdRule;

/// Readings and a stated energy may differ by a rounding: 10 Wh.
const METER_TOLERANCE_KWH: Decimal = Decimal::from_parts(1, 0, 0, false, 2);

impl Reading<'_, '_> {
    /// The row as a record of the template's kind.
    pub(super) fn of_kind(&mut self) -> Option<Record> {
        Some(match self.plan.template.kind {
            Kind::Cdrs => Record::Cdr(Box::new(self.cdr()?)),
            Kind::Sessions => Record::Session(Box::new(self.session()?)),
            Kind::Statement => Record::Statement(Box::new(self.statement()?)),
            Kind::Transactions => Record::Transaction(Box::new(self.transaction()?)),
        })
    }

    fn session(&mut self) -> Option<Session> {
        let energy = self.energy();
        let times = self.open_times()?;
        let (cost, currency) = if self.plan.has_prices() {
            let (cost, currency) = self.cost();
            (cost, Some(currency))
        } else {
            (None, None)
        };
        let mut session = Session {
            form: Form::Sheet,
            party: self.plan.hint.party.clone(),
            id: OcpiId::default(),
            start_at: times.start_at,
            end_at: times.end_at,
            energy: Kwh(energy.unwrap_or_default()),
            token: self.token(),
            auth_method: None,
            authorization_reference: None,
            location: CdrLocation {
                time_zone: times.zone,
                ..self.location()
            },
            currency,
            periods: Vec::new(),
            cost,
            status: self.status(times.end_at),
            last_updated: None,
        };
        let named = self.named([Field::SessionId, Field::Id]);
        session.id = named.unwrap_or_else(|| hashed(&session_facts(&session)));
        Some(session)
    }

    /// The state a cell names; else whether the session has ended.
    fn status(&mut self, end_at: Option<Instant>) -> SessionStatus {
        let by_end = match end_at {
            Some(_) => SessionStatus::Completed,
            None => SessionStatus::Active,
        };
        let Some(text) = self.text(Field::Status) else {
            return by_end;
        };
        match text.to_ascii_uppercase().as_str() {
            "ACTIVE" | "RUNNING" | "IN PROGRESS" | "CHARGING" => SessionStatus::Active,
            "COMPLETED" | "COMPLETE" | "FINISHED" | "ENDED" | "DONE" | "STOPPED" => {
                SessionStatus::Completed
            }
            "INVALID" | "FAILED" => SessionStatus::Invalid,
            "PENDING" => SessionStatus::Pending,
            "RESERVATION" | "RESERVED" => SessionStatus::Reservation,
            _ => {
                self.say(FindingCode::SchemaEnum, Field::Status);
                SessionStatus::Unknown
            }
        }
    }

    /// What was billed, as far as the row says it. Without any amount it is no line.
    fn statement(&mut self) -> Option<StatementLine> {
        let (net, vat, gross, currency) = self.stated();
        let start_at = if self.plan.column(Field::StartAt).is_none() {
            None
        } else if self.cell(Field::StartAt).is_absent() {
            let finding = self.found(FindingCode::MissingValue, Field::StartAt);
            self.findings.push(finding.with_severity(Severity::Warning));
            None
        } else {
            Some(self.open_times()?.start_at)
        };
        let energy = if self.plan.column(Field::Energy).is_some() {
            self.energy()
        } else {
            None
        };
        let line = StatementLine {
            party: self.plan.hint.party.clone(),
            id: self.id(Field::Id),
            session_id: self.id(Field::SessionId),
            start_at,
            energy: energy.map(Kwh),
            excl_vat: net,
            vat,
            incl_vat: gross,
            currency,
            reference: self.text(Field::Reference),
        };
        if line.excl_vat.is_none() && line.incl_vat.is_none() {
            self.say(FindingCode::MissingValue, Field::Net);
            return None;
        }
        if line.id.is_none() && line.session_id.is_none() && line.start_at.is_none() {
            // Nothing tells which session it bills.
            self.say(FindingCode::MissingValue, Field::Id);
            return None;
        }
        Some(line)
    }

    /// Net, VAT and gross as stated, checked against each other but not completed.
    fn stated(&mut self) -> (Option<Decimal>, Option<Decimal>, Option<Decimal>, Currency) {
        let (net, vat, gross) = self.amounts();
        let currency = self.currency([net, gross, vat].into_iter().flatten());
        let value = |number: Option<crate::number::Number>| number.map(|number| number.value);
        let (net, vat, gross) = (value(net), value(vat), value(gross));
        self.compare_sum(net, vat, gross, currency);
        (net, vat, gross, currency)
    }

    fn transaction(&mut self) -> Option<Transaction> {
        let (meter_start, meter_stop) =
            (self.meter(Field::MeterStart), self.meter(Field::MeterEnd));
        let times = self.open_times()?;
        let place = self.location();
        let name = place.name.map(OcpiId);
        let mut transaction = Transaction {
            party: self.plan.hint.party.clone(),
            id: OcpiId::default(),
            station: place.evse_id.or(place.evse_uid).or(name).or(place.id),
            connector: place.connector_id,
            tag: self.named([Field::Token, Field::Contract]),
            start_at: times.start_at,
            end_at: times.end_at,
            meter_start: meter_start.map(Kwh),
            meter_stop: meter_stop.map(Kwh),
            energy: self.metered(meter_start, meter_stop, times.end_at).map(Kwh),
            stop_reason: self.text(Field::StopReason),
        };
        let named = match self.plan.template.id {
            IdRule::Column => self.named([Field::Id, Field::SessionId]),
            IdRule::Content => None,
        };
        transaction.id = named.unwrap_or_else(|| hashed(&transaction.facts()));
        Some(transaction)
    }

    fn meter(&mut self, field: Field) -> Option<Decimal> {
        let is_absent = self.cell(field).is_absent();
        if is_absent { None } else { self.kwh(field) }
    }

    /// The energy of a transaction: as stated, beside what the readings say.
    fn metered(
        &mut self,
        start: Option<Decimal>,
        stop: Option<Decimal>,
        end_at: Option<Instant>,
    ) -> Option<Decimal> {
        let by_meter = stop.and_then(|stop| stop.checked_sub(start?));
        if by_meter.is_some_and(|energy| energy < Decimal::ZERO) {
            let finding = self.found(FindingCode::NegativeEnergy, Field::MeterEnd);
            let start = start.unwrap_or_default().normalize();
            self.findings.push(finding.with("meter_start_kwh", start));
        }
        if self.plan.column(Field::Energy).is_none() {
            if by_meter.is_none() && end_at.is_some() {
                self.say(FindingCode::EnergyMissing, Field::MeterEnd);
            }
            return by_meter;
        }
        let stated = self.energy();
        if let (Some(stated), Some(by_meter)) = (stated, by_meter)
            && (stated - by_meter).abs() > METER_TOLERANCE_KWH
        {
            let finding = self.found(FindingCode::EnergyMismatch, Field::Energy);
            let finding = finding.with("stated", stated.normalize());
            self.findings
                .push(finding.with("by_meter", by_meter.normalize()));
        }
        stated.or(by_meter)
    }

    /// The first of these that the row names.
    fn named(&self, fields: [Field; 2]) -> Option<OcpiId> {
        let cells = fields.into_iter();
        cells
            .filter(|&field| self.cell(field) != Cell::Empty)
            .find_map(|field| self.id(field))
    }
}
