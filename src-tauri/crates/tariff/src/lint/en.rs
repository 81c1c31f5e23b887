//! English: what is wrong with a tariff, and what to do.

use super::LintCode;

/// The sentences of each code.
pub(super) const TEXTS: &[(LintCode, &str)] = &[
    (
        LintCode::NoElements,
        "The tariff has no element, so every session is free. Add at least one \
             price; for a free tariff a fee of 0.00.",
    ),
    (
        LintCode::ElementEmpty,
        "The element has no price. Remove it or add one.",
    ),
    (
        LintCode::ComponentRepeated,
        "The element has a second price for {dimension}; only the first counts. \
             Move the second to an element of its own.",
    ),
    (
        LintCode::Unreachable,
        "Element {n} never gives its price for {dimensions}: earlier elements \
             always come first. Move it up, or restrict those before it.",
    ),
    (
        LintCode::GapInWeek,
        "No price for {dimension}: {hours}{dates}. It is free then; if that is \
             not meant, add an element without restrictions at the end.",
    ),
    (
        LintCode::GapInLimits,
        "No price for {dimension} in some cases, e.g. at {example}. It is free \
             then; if that is not meant, add an element without limits at the end.",
    ),
    (
        LintCode::TooManyLimits,
        "The tariff has too many different limits to look for gaps. Check by hand \
             that some element always applies.",
    ),
    (
        LintCode::WindowEqual,
        "The window starts and ends at {from}; it is read as the whole day, by \
             others as never. Leave both times out for the whole day.",
    ),
    (
        LintCode::WindowOneSided,
        "The window {from}–{until} has one end only; the other is read as \
             midnight. Give both times.",
    ),
    (
        LintCode::WindowEndsEarly,
        "The window ends at {until}, so the last minute of the day is outside. \
             Write 00:00 for the end of the day.",
    ),
    (
        LintCode::WrapWithDays,
        "The window {from}–{until} passes midnight and has weekdays: after \
             midnight the next day’s name counts. Split it at 00:00 to be clear.",
    ),
    (
        LintCode::LimitsContradict,
        "The minimum of {field} ({min}) is not below its maximum ({max}): the \
             element never applies. Exchange or correct them.",
    ),
    (
        LintCode::DatesContradict,
        "It starts on {from} and ends before {until}: the element never applies. \
             The end date is the first day outside.",
    ),
    (
        LintCode::DatesOverlap,
        "The dates of elements {first} and {second} overlap; on those days \
             element {first} counts. End the one where the other starts.",
    ),
    (
        LintCode::PerhapsPerMinute,
        "{price} per hour is very little; if {price} per minute is meant, write \
             {times_60}: time prices are per hour.",
    ),
    (
        LintCode::PerhapsCents,
        "{price} is very much; if cents are meant, write {hundredth}: prices are \
             in whole units of the currency.",
    ),
    (
        LintCode::PerhapsAmpere,
        "A limit of {power} kW looks like amperes. Power is in kW; for amperes \
             use min_current and max_current.",
    ),
    (
        LintCode::PriceNegative,
        "The price is {price}: the driver is paid. If a discount is meant, lower \
             the other price instead.",
    ),
    (
        LintCode::StepZero,
        "The step is 0, which the standard does not define; nothing is rounded. \
             Write 1.",
    ),
    (
        LintCode::StepHuge,
        "Steps of {step} round most sessions up a long way. Steps are in Wh and \
             seconds; check the unit.",
    ),
    (
        LintCode::ReservationComponent,
        "A reservation has no {dimension}; this price is never used. Only FLAT \
             and TIME may stand here.",
    ),
    (
        LintCode::FlatRepeated,
        "{count} elements have a start fee; partners differ on whether one or \
             each is due. Keep one fee per session where you can.",
    ),
    (
        LintCode::VatPartial,
        "Some prices have no VAT rate: {where}. Absent means that no VAT applies, \
             which is not 0 %. Give each price its rate.",
    ),
    (
        LintCode::VatMissing,
        "Prices include VAT, but a rate is missing: {where}. Without it the \
             amount before VAT cannot be computed. Give the rate.",
    ),
    (
        LintCode::VatUnlikely,
        "A VAT rate of {vat} % is unlikely. Rates are percent: write 21 for 21 %.",
    ),
    (
        LintCode::PriceLimitsCrossed,
        "The maximum price ({max}) is below the minimum price ({min}). Exchange \
             or correct them.",
    ),
    (
        LintCode::GrossBelowNet,
        "The limit with VAT is below the one without. Correct or exchange them.",
    ),
    (
        LintCode::ValidityCrossed,
        "The tariff is valid until {until}, before it begins at {from}. Correct \
             the dates.",
    ),
    (
        LintCode::ZoneNeeded,
        "Times, dates or weekdays decide here, and no zone is known to read them \
             in. Give the location its time zone.",
    ),
    (
        LintCode::ClockChange,
        "On {date} the clock in {zone} skips or repeats this time, so the price \
             changes at another moment. Choose a time outside that hour.",
    ),
];
