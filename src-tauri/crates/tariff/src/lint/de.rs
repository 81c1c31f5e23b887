//! German: what is wrong with a tariff, and what to do.

use super::LintCode;

/// The sentences of each code.
pub(super) const TEXTS: &[(LintCode, &str)] = &[
    (
        LintCode::NoElements,
        "Der Tarif hat kein Element, jede Sitzung ist also kostenlos. Mindestens \
             einen Preis angeben; für einen kostenlosen Tarif eine Gebühr von 0,00.",
    ),
    (
        LintCode::ElementEmpty,
        "Das Element hat keinen Preis. Entfernen oder einen angeben.",
    ),
    (
        LintCode::ComponentRepeated,
        "Das Element hat einen zweiten Preis für {dimension}; nur der erste \
             zählt. Den zweiten in ein eigenes Element setzen.",
    ),
    (
        LintCode::Unreachable,
        "Element {n} gibt nie seinen Preis für {dimensions}: frühere Elemente \
             kommen immer zuerst. Weiter nach oben setzen oder die davor \
             einschränken.",
    ),
    (
        LintCode::GapInWeek,
        "Kein Preis für {dimension}: {hours}{dates}. Dann ist es kostenlos; ist \
             das nicht gemeint, am Ende ein Element ohne Bedingungen anfügen.",
    ),
    (
        LintCode::GapInLimits,
        "In manchen Fällen kein Preis für {dimension}, etwa bei {example}. Dann \
             ist es kostenlos; ist das nicht gemeint, am Ende ein Element ohne \
             Grenzen anfügen.",
    ),
    (
        LintCode::TooManyLimits,
        "Der Tarif hat zu viele verschiedene Grenzen, um nach Lücken zu suchen. \
             Von Hand prüfen, dass immer ein Element gilt.",
    ),
    (
        LintCode::WindowEqual,
        "Das Fenster beginnt und endet um {from}; es wird als ganzer Tag gelesen, \
             von anderen als nie. Für den ganzen Tag beide Zeiten weglassen.",
    ),
    (
        LintCode::WindowOneSided,
        "Das Fenster {from}–{until} hat nur ein Ende; das andere wird als \
             Mitternacht gelesen. Beide Zeiten angeben.",
    ),
    (
        LintCode::WindowEndsEarly,
        "Das Fenster endet um {until}, die letzte Minute des Tages liegt also \
             außerhalb. Für das Tagesende 00:00 schreiben.",
    ),
    (
        LintCode::WrapWithDays,
        "Das Fenster {from}–{until} geht über Mitternacht und hat Wochentage: \
             nach Mitternacht zählt der Name des nächsten Tages. Bei 00:00 teilen.",
    ),
    (
        LintCode::LimitsContradict,
        "Das Minimum von {field} ({min}) liegt nicht unter dem Maximum ({max}): \
             das Element gilt nie. Vertauschen oder berichtigen.",
    ),
    (
        LintCode::DatesContradict,
        "Es beginnt am {from} und endet vor dem {until}: das Element gilt nie. \
             Das Enddatum ist der erste Tag außerhalb.",
    ),
    (
        LintCode::DatesOverlap,
        "Die Daten der Elemente {first} und {second} überlappen; an diesen Tagen \
             zählt Element {first}. Das eine dort enden lassen, wo das andere \
             beginnt.",
    ),
    (
        LintCode::PerhapsPerMinute,
        "{price} je Stunde ist sehr wenig; sind {price} je Minute gemeint, \
             {times_60} schreiben: Zeitpreise gelten je Stunde.",
    ),
    (
        LintCode::PerhapsCents,
        "{price} ist sehr viel; sind Cent gemeint, {hundredth} schreiben: Preise \
             stehen in ganzen Einheiten der Währung.",
    ),
    (
        LintCode::PerhapsAmpere,
        "Eine Grenze von {power} kW sieht nach Ampere aus. Leistung steht in kW; \
             für Ampere min_current und max_current verwenden.",
    ),
    (
        LintCode::PriceNegative,
        "Der Preis ist {price}: der Fahrer bekommt Geld. Ist ein Rabatt gemeint, \
             den anderen Preis senken.",
    ),
    (
        LintCode::StepZero,
        "Der Schritt ist 0, was der Standard nicht kennt; es wird nichts \
             gerundet. 1 schreiben.",
    ),
    (
        LintCode::StepHuge,
        "Schritte von {step} runden die meisten Sitzungen weit auf. Schritte \
             stehen in Wh und Sekunden; die Einheit prüfen.",
    ),
    (
        LintCode::ReservationComponent,
        "Eine Reservierung hat kein {dimension}; dieser Preis wird nie verwendet. \
             Hier dürfen nur FLAT und TIME stehen.",
    ),
    (
        LintCode::FlatRepeated,
        "{count} Elemente haben eine Startgebühr; ob eine oder jede fällig ist, \
             lesen Partner verschieden. Möglichst eine je Sitzung.",
    ),
    (
        LintCode::VatPartial,
        "Manche Preise haben keinen MwSt.-Satz: {where}. Fehlen heißt, dass keine \
             MwSt. anfällt, was nicht 0 % ist. Jedem Preis seinen Satz geben.",
    ),
    (
        LintCode::VatMissing,
        "Preise enthalten MwSt., aber ein Satz fehlt: {where}. Ohne ihn ist der \
             Betrag ohne MwSt. nicht zu berechnen. Den Satz angeben.",
    ),
    (
        LintCode::VatUnlikely,
        "Ein MwSt.-Satz von {vat} % ist unwahrscheinlich. Sätze stehen in \
             Prozent: 21 für 21 % schreiben.",
    ),
    (
        LintCode::PriceLimitsCrossed,
        "Der Höchstpreis ({max}) liegt unter dem Mindestpreis ({min}). \
             Vertauschen oder berichtigen.",
    ),
    (
        LintCode::GrossBelowNet,
        "Die Grenze mit MwSt. liegt unter der ohne. Berichtigen oder vertauschen.",
    ),
    (
        LintCode::ValidityCrossed,
        "Der Tarif gilt bis {until}, bevor er am {from} beginnt. Die Daten \
             berichtigen.",
    ),
    (
        LintCode::ZoneNeeded,
        "Hier entscheiden Zeiten, Daten oder Wochentage, und keine Zeitzone ist \
             bekannt. Dem Standort eine Zeitzone geben.",
    ),
    (
        LintCode::ClockChange,
        "Am {date} überspringt oder wiederholt die Uhr in {zone} diese Zeit, der \
             Preis wechselt also zu einem anderen Zeitpunkt. Eine Zeit außerhalb \
             dieser Stunde wählen.",
    ),
];
