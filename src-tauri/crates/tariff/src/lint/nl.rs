//! Dutch: what is wrong with a tariff, and what to do.

use super::LintCode;

/// The sentences of each code.
pub(super) const TEXTS: &[(LintCode, &str)] = &[
    (
        LintCode::NoElements,
        "Het tarief heeft geen element, dus elke sessie is gratis. Voeg ten \
             minste één prijs toe; voor een gratis tarief een vast bedrag van 0,00.",
    ),
    (
        LintCode::ElementEmpty,
        "Het element heeft geen prijs. Verwijder het of voeg er een toe.",
    ),
    (
        LintCode::ComponentRepeated,
        "Het element heeft een tweede prijs voor {dimension}; alleen de eerste \
             telt. Zet de tweede in een eigen element.",
    ),
    (
        LintCode::Unreachable,
        "Element {n} geeft nooit zijn prijs voor {dimensions}: eerdere elementen \
             gaan altijd voor. Zet het hoger of beperk die ervoor.",
    ),
    (
        LintCode::GapInWeek,
        "Geen prijs voor {dimension}: {hours}{dates}. Dan is het gratis; is dat \
             niet bedoeld, voeg achteraan een element zonder voorwaarden toe.",
    ),
    (
        LintCode::GapInLimits,
        "In sommige gevallen geen prijs voor {dimension}, bijvoorbeeld bij \
             {example}. Dan is het gratis; is dat niet bedoeld, voeg achteraan een \
             element zonder grenzen toe.",
    ),
    (
        LintCode::TooManyLimits,
        "Het tarief heeft te veel verschillende grenzen om naar gaten te zoeken. \
             Ga met de hand na dat altijd een element geldt.",
    ),
    (
        LintCode::WindowEqual,
        "Het venster begint en eindigt om {from}; het wordt gelezen als de hele \
             dag, door anderen als nooit. Laat beide tijden weg voor de hele dag.",
    ),
    (
        LintCode::WindowOneSided,
        "Het venster {from}–{until} heeft maar één einde; het andere wordt als \
             middernacht gelezen. Geef beide tijden.",
    ),
    (
        LintCode::WindowEndsEarly,
        "Het venster eindigt om {until}, dus de laatste minuut van de dag valt \
             erbuiten. Schrijf 00:00 voor het einde van de dag.",
    ),
    (
        LintCode::WrapWithDays,
        "Het venster {from}–{until} gaat over middernacht en heeft weekdagen: na \
             middernacht telt de naam van de volgende dag. Splits het op 00:00.",
    ),
    (
        LintCode::LimitsContradict,
        "Het minimum van {field} ({min}) ligt niet onder het maximum ({max}): het \
             element geldt nooit. Wissel ze om of verbeter ze.",
    ),
    (
        LintCode::DatesContradict,
        "Het begint op {from} en eindigt vóór {until}: het element geldt nooit. \
             De einddatum is de eerste dag erbuiten.",
    ),
    (
        LintCode::DatesOverlap,
        "De datums van element {first} en {second} overlappen; op die dagen telt \
             element {first}. Laat het ene eindigen waar het andere begint.",
    ),
    (
        LintCode::PerhapsPerMinute,
        "{price} per uur is erg weinig; is {price} per minuut bedoeld, schrijf \
             dan {times_60}: tijdprijzen zijn per uur.",
    ),
    (
        LintCode::PerhapsCents,
        "{price} is erg veel; zijn centen bedoeld, schrijf dan {hundredth}: \
             prijzen zijn in hele eenheden van de valuta.",
    ),
    (
        LintCode::PerhapsAmpere,
        "Een grens van {power} kW lijkt op ampère. Vermogen is in kW; gebruik \
             voor ampère min_current en max_current.",
    ),
    (
        LintCode::PriceNegative,
        "De prijs is {price}: de rijder krijgt geld. Is een korting bedoeld, \
             verlaag dan de andere prijs.",
    ),
    (
        LintCode::StepZero,
        "De stap is 0, wat de standaard niet kent; er wordt niets afgerond. \
             Schrijf 1.",
    ),
    (
        LintCode::StepHuge,
        "Stappen van {step} ronden de meeste sessies ver naar boven af. Stappen \
             zijn in Wh en seconden; controleer de eenheid.",
    ),
    (
        LintCode::ReservationComponent,
        "Een reservering heeft geen {dimension}; deze prijs wordt nooit gebruikt. \
             Hier mogen alleen FLAT en TIME staan.",
    ),
    (
        LintCode::FlatRepeated,
        "{count} elementen hebben een starttarief; partners verschillen of er één \
             of elk verschuldigd is. Houd zo mogelijk één per sessie.",
    ),
    (
        LintCode::VatPartial,
        "Sommige prijzen hebben geen btw-tarief: {where}. Ontbreken betekent dat \
             er geen btw geldt, wat niet 0 % is. Geef elke prijs zijn tarief.",
    ),
    (
        LintCode::VatMissing,
        "Prijzen zijn inclusief btw, maar een tarief ontbreekt: {where}. Zonder \
             is het bedrag exclusief btw niet te berekenen. Geef het tarief.",
    ),
    (
        LintCode::VatUnlikely,
        "Een btw-tarief van {vat} % is onwaarschijnlijk. Tarieven zijn procenten: \
             schrijf 21 voor 21 %.",
    ),
    (
        LintCode::PriceLimitsCrossed,
        "De maximumprijs ({max}) ligt onder de minimumprijs ({min}). Wissel ze om \
             of verbeter ze.",
    ),
    (
        LintCode::GrossBelowNet,
        "De grens inclusief btw ligt onder die exclusief. Verbeter ze of wissel \
             ze om.",
    ),
    (
        LintCode::ValidityCrossed,
        "Het tarief is geldig tot {until}, voordat het begint op {from}. Verbeter \
             de datums.",
    ),
    (
        LintCode::ZoneNeeded,
        "Hier beslissen tijden, datums of weekdagen, en er is geen tijdzone \
             bekend. Geef de locatie een tijdzone.",
    ),
    (
        LintCode::ClockChange,
        "Op {date} slaat de klok in {zone} deze tijd over of herhaalt hem, dus de \
             prijs wisselt op een ander moment. Kies een tijd buiten dat uur.",
    ),
];
