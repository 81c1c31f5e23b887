//! The findings of a run. One about periods is made once per session, with a count.

use chrono::SecondsFormat;
use domain::{Decimal, Finding, FindingCode, FindingLocation, Severity, Tariff, TariffDimension};

use super::Run;
use crate::lookup::{Row, Seek, slot};
use crate::timeline::{Measured, Span, instant_at, length_seconds};
use crate::unsplit::Cut;

impl Run<'_, '_> {
    /// A finding about a period: made once per session, at the first such period, with a count.
    pub(super) fn flag_period(
        &mut self,
        code: FindingCode,
        span: &Span<'_>,
    ) -> Option<&mut Finding> {
        if let Some((_, count)) = self.counts.iter_mut().find(|(known, _)| *known == code) {
            *count += 1;
            return None;
        }
        self.counts.push((code, 1));
        let path = ["charging_periods[", &span.sent_index.to_string(), "]"].concat();
        self.outcome.findings.push(Finding::at_path(code, path));
        self.outcome.findings.last_mut()
    }

    /// Hours that the clock contradicts: what was stated, and how long the period is.
    pub(super) fn flag_seconds(&mut self, span: &Span<'_>, stated: Decimal) {
        let code = FindingCode::VolumeDisagreesWithTimestamps;
        if let Some(finding) = self.flag_period(code, span) {
            let length = span.millis().map(length_seconds).unwrap_or_default();
            let figures = [("stated_s", stated.normalize()), ("length_s", length)];
            let named = figures.map(|(name, figure)| (name.to_owned(), figure.to_string()));
            finding.params.extend(named);
        }
    }

    /// A period with a boundary inside that brings another price. The money at stake is added where
    /// the session has its total.
    pub(super) fn flag_unsplit(&mut self, span: &Span<'_>, cut: Cut) {
        if let Some(finding) = self.flag_period(FindingCode::PeriodNotSplit, span) {
            let at = instant_at(span.start_at, cut.millis).unwrap_or(span.start_at);
            let text = at.to_rfc3339_opts(SecondsFormat::Secs, true);
            finding.params.insert("boundary".to_owned(), text);
        }
    }

    /// A finding about the session: the first of its code stands for all.
    pub(super) fn flag_once(&mut self, finding: Finding) {
        let findings = &mut self.outcome.findings;
        if findings.iter().all(|made| made.code != finding.code) {
            findings.push(finding);
        }
    }

    /// Several components of one dimension in the element that applies (I-04).
    pub(super) fn flag_repeated(&mut self, tariff: &Tariff, row: &Row<'_>) {
        for active in row.iter().flatten() {
            let later = &tariff.elements[active.element].components[active.component + 1..];
            if later
                .iter()
                .any(|other| other.dimension == active.price.dimension)
            {
                let dimension = active.price.dimension.as_str();
                let finding = of_session(FindingCode::StepAmbiguous);
                self.flag_once(finding.with("dimension", dimension));
            }
        }
    }

    /// Parking with energy flowing, or charging without any (SEMANTICS 3.8; I-29).
    pub(super) fn flag_contradictions(&mut self, measured: &Measured, span: &Span<'_>) {
        let over = |volume: Option<Decimal>| volume.is_some_and(|v| v > Decimal::ZERO);
        let parks_with_energy =
            over(measured.parking) && over(measured.energy) && !over(measured.time);
        let charges_without =
            over(measured.time) && measured.energy.is_some_and(|kwh| kwh.is_zero());
        if parks_with_energy || charges_without {
            self.flag_period(FindingCode::ParkingDisagreesWithEnergy, span);
        }
    }

    /// Whether the reservation was used cannot be read from a CDR (I-14).
    pub(super) fn flag_reservation(&mut self) {
        let (read_as, severity) = match self.seek_reservation {
            Seek::Expired => ("expired", Severity::Info),
            Seek::Reserved | Seek::Use => ("used", Severity::Warning),
        };
        let finding = of_session(FindingCode::ReservationStateUnknown).with("read_as", read_as);
        self.flag_once(finding.with_severity(severity));
    }

    /// Findings that need the whole session.
    pub(super) fn flag_session(&mut self) {
        for (code, count) in std::mem::take(&mut self.counts) {
            let made = self
                .outcome
                .findings
                .iter_mut()
                .find(|finding| finding.code == code);
            if let Some(finding) = made.filter(|_| count > 1) {
                finding
                    .params
                    .insert("periods".to_owned(), count.to_string());
            }
        }
        for dimension in [TariffDimension::Energy, TariffDimension::Time] {
            if self.missing.has(dimension) {
                let finding = of_session(FindingCode::DimensionMissing);
                self.outcome
                    .findings
                    .push(finding.with("dimension", dimension.as_str()));
            }
        }
        if !self.flat.others.is_empty() {
            let finding = of_session(FindingCode::FlatAmbiguous)
                .with("once_per_session", self.flat.price)
                .with("once_per_component", self.flat.per_component)
                .with("once_per_period", self.flat.per_period);
            self.outcome.findings.push(finding);
        }
        let limited = |index: Option<usize>| {
            let tariff = index.and_then(|index| self.input.tariffs.get(index));
            tariff.is_some_and(|t| t.min_price.is_some() || t.max_price.is_some())
        };
        let last = self.tariff.map(|(index, ..)| index);
        let unclear = self.several_tariffs || self.carries.only_reservation();
        if unclear && (limited(self.first_tariff) || limited(last)) {
            let why = if self.several_tariffs {
                "two_tariffs"
            } else {
                "only_reservation"
            };
            self.flag_once(of_session(FindingCode::LimitsAmbiguous).with("because", why));
        }
    }

    /// A price for energy or time that the whole session does not report (I-10).
    pub(super) fn note_missing(&mut self, row: &Row<'_>) {
        let carried = [
            (TariffDimension::Energy, self.carries.energy),
            (TariffDimension::Time, self.carries.time),
        ];
        for (dimension, carried) in carried {
            let priced = row[slot(dimension)].is_some_and(|active| !active.price.price.is_zero());
            self.missing = self.missing.with(dimension, priced && !carried);
        }
    }
}

/// A finding about the session as a whole.
pub(super) fn of_session(code: FindingCode) -> Finding {
    Finding::new(code, FindingLocation::Whole)
}
