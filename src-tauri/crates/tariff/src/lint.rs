//! Faults of a tariff: what will price something nobody meant, or will be read in two ways.
//!
//! A finding has a stable code, the place in the tariff, and a sentence in each language that says
//! what is wrong and what to do.

mod coverage;
mod de;
mod elements;
mod en;
mod fr;
mod nl;
mod prices;
mod whole;

use std::collections::BTreeMap;

use chrono_tz::Tz;
use domain::{DaySet, Severity, Tariff};

use crate::explain::{Language, days, fill};

macro_rules! lint_codes {
    ($($(#[$doc:meta])* $code:ident = $text:literal, $severity:ident;)*) => {
        /// What is wrong with a tariff. The text form is stable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum LintCode {
            $($(#[$doc])* $code,)*
        }

        impl LintCode {
            /// Every code, in the order of this file.
            pub const ALL: &'static [LintCode] = &[$(LintCode::$code,)*];

            /// The stable text form.
            pub fn as_str(self) -> &'static str {
                match self { $(LintCode::$code => $text,)* }
            }

            /// How much it matters unless the place that raises it knows better.
            pub fn severity(self) -> Severity {
                match self { $(LintCode::$code => Severity::$severity,)* }
            }
        }
    };
}

lint_codes! {
    /// There is no element at all.
    NoElements = "no_elements", Error;
    /// An element without a price.
    ElementEmpty = "element_empty", Warning;
    /// Several prices of one dimension in an element; the first counts (I-04).
    ComponentRepeated = "component_repeated", Warning;
    /// Everything an element prices is priced by earlier ones.
    Unreachable = "unreachable", Warning;
    /// Hours of the week in which a dimension has no price.
    GapInWeek = "gap_in_week", Warning;
    /// Amounts, lengths or powers for which a dimension has no price.
    GapInLimits = "gap_in_limits", Info;
    /// More different limits than can be looked through.
    TooManyLimits = "too_many_limits", Info;
    /// A window starts and ends at the same time (I-05).
    WindowEqual = "window_equal", Warning;
    /// A window has one end only (I-06).
    WindowOneSided = "window_one_sided", Info;
    /// A window ends at 23:59: the last minute of the day lies outside.
    WindowEndsEarly = "window_ends_early", Warning;
    /// A window past midnight together with weekdays (I-07).
    WrapWithDays = "wrap_with_days", Info;
    /// A minimum that is not below its maximum: the element never applies.
    LimitsContradict = "limits_contradict", Error;
    /// The first date is not before the last: the element never applies.
    DatesContradict = "dates_contradict", Error;
    /// Two elements for the same thing with dates that overlap; the first counts.
    DatesOverlap = "dates_overlap", Warning;
    /// A time price so low that it may be meant per minute.
    PerhapsPerMinute = "perhaps_per_minute", Warning;
    /// A price so high that it may be in cents.
    PerhapsCents = "perhaps_cents", Warning;
    /// A power limit that looks like amperes.
    PerhapsAmpere = "perhaps_ampere", Info;
    /// A price below zero.
    PriceNegative = "price_negative", Warning;
    /// A step of 0: nothing is rounded.
    StepZero = "step_zero", Info;
    /// A step so large that most sessions are rounded up to it.
    StepHuge = "step_huge", Warning;
    /// A reservation element prices energy or parking.
    ReservationComponent = "reservation_component", Error;
    /// Several start fees for charging; which are due is read in several ways (I-21).
    FlatRepeated = "flat_repeated", Info;
    /// VAT on some prices only; absent is not 0 %.
    VatPartial = "vat_partial", Warning;
    /// Prices contain VAT, but a rate is missing: the net cannot be computed.
    VatMissing = "vat_missing", Error;
    /// A rate that looks like a fraction or is out of range.
    VatUnlikely = "vat_unlikely", Warning;
    /// The maximum price is below the minimum price.
    PriceLimitsCrossed = "price_limits_crossed", Error;
    /// A gross limit below its net limit.
    GrossBelowNet = "gross_below_net", Warning;
    /// The tariff ends before it begins.
    ValidityCrossed = "validity_crossed", Error;
    /// Times, dates or weekdays, and no zone to read them in.
    ZoneNeeded = "zone_needed", Info;
    /// A window begins or ends within the hour that the clock skips or repeats (SEMANTICS 3.14).
    ClockChange = "clock_change", Info;
}

/// Hours of some days, minutes from midnight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenHours {
    /// The days.
    pub days: DaySet,
    /// From and until, in minutes from midnight.
    pub minutes: Vec<(u32, u32)>,
}

/// One fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LintFinding {
    /// What is wrong.
    pub code: LintCode,
    /// How much it matters.
    pub severity: Severity,
    /// Where, e.g. `elements[2].restrictions`; empty for the tariff as a whole.
    pub path: String,
    /// Figures by name.
    pub params: BTreeMap<&'static str, String>,
    /// The hours of the week it is about, where it is about hours.
    pub hours: Vec<OpenHours>,
}

impl LintFinding {
    fn new(code: LintCode, path: impl Into<String>) -> Self {
        LintFinding {
            code,
            severity: code.severity(),
            path: path.into(),
            params: BTreeMap::new(),
            hours: Vec::new(),
        }
    }

    fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.params.insert(name, value.to_string());
        self
    }

    /// What is wrong and what to do, in a sentence or two.
    pub fn text(&self, language: Language) -> String {
        let texts = match language {
            Language::English => en::TEXTS,
            Language::Dutch => nl::TEXTS,
            Language::German => de::TEXTS,
            Language::French => fr::TEXTS,
        };
        let of_code = texts.iter().find(|(code, _)| *code == self.code);
        let template = of_code.expect("a test sees a sentence for each code").1;
        let words = language.words();
        let hour = |minutes: u32| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let hours = |open: &OpenHours| {
            let spans = open
                .minutes
                .iter()
                .map(|(a, b)| format!("{}–{}", hour(*a), hour(*b)));
            format!(
                "{} {}",
                days(open.days, words),
                spans.collect::<Vec<_>>().join(", ")
            )
        };
        let hours = self.hours.iter().map(hours).collect::<Vec<_>>().join("; ");
        let mut figures: Vec<(&str, &str)> = self
            .params
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        figures.push(("hours", &hours));
        fill(template, &figures)
    }
}

/// Looks a tariff over. With the zone of its location, changes of the clock are looked at too.
///
/// The most serious come first, then in the order of the tariff.
pub fn lint(tariff: &Tariff, zone: Option<Tz>) -> Vec<LintFinding> {
    let mut findings = Vec::new();
    whole::check(tariff, zone, &mut findings);
    elements::check(tariff, &mut findings);
    prices::check(tariff, &mut findings);
    coverage::check(tariff, &mut findings);
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    findings
}
