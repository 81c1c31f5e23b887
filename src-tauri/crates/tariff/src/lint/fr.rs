//! French: what is wrong with a tariff, and what to do.

use super::LintCode;

/// The sentences of each code.
pub(super) const TEXTS: &[(LintCode, &str)] = &[
    (
        LintCode::NoElements,
        "Le tarif n’a aucun élément : toute session est gratuite. Ajoutez au \
             moins un prix ; pour un tarif gratuit, un forfait de 0,00.",
    ),
    (
        LintCode::ElementEmpty,
        "L’élément n’a pas de prix. Supprimez-le ou ajoutez-en un.",
    ),
    (
        LintCode::ComponentRepeated,
        "L’élément a un second prix pour {dimension} ; seul le premier compte. \
             Placez le second dans un élément à part.",
    ),
    (
        LintCode::Unreachable,
        "L’élément {n} ne donne jamais son prix pour {dimensions} : des éléments \
             précédents passent toujours avant. Montez-le ou restreignez ceux \
             d’avant.",
    ),
    (
        LintCode::GapInWeek,
        "Aucun prix pour {dimension} : {hours}{dates}. C’est alors gratuit ; si \
             ce n’est pas voulu, ajoutez à la fin un élément sans condition.",
    ),
    (
        LintCode::GapInLimits,
        "Aucun prix pour {dimension} dans certains cas, par exemple à {example}. \
             C’est alors gratuit ; si ce n’est pas voulu, ajoutez à la fin un élément \
             sans limite.",
    ),
    (
        LintCode::TooManyLimits,
        "Le tarif a trop de limites différentes pour chercher des trous. Vérifiez \
             à la main qu’un élément s’applique toujours.",
    ),
    (
        LintCode::WindowEqual,
        "La plage commence et finit à {from} ; elle est lue comme la journée \
             entière, par d’autres comme jamais. Pour la journée entière, omettez les \
             deux heures.",
    ),
    (
        LintCode::WindowOneSided,
        "La plage {from}–{until} n’a qu’une borne ; l’autre est lue comme minuit. \
             Indiquez les deux heures.",
    ),
    (
        LintCode::WindowEndsEarly,
        "La plage finit à {until} : la dernière minute du jour reste dehors. \
             Écrivez 00:00 pour la fin du jour.",
    ),
    (
        LintCode::WrapWithDays,
        "La plage {from}–{until} passe minuit et a des jours de semaine : après \
             minuit, c’est le nom du jour suivant qui compte. Coupez-la à 00:00.",
    ),
    (
        LintCode::LimitsContradict,
        "Le minimum de {field} ({min}) n’est pas inférieur au maximum ({max}) : \
             l’élément ne s’applique jamais. Inversez ou corrigez.",
    ),
    (
        LintCode::DatesContradict,
        "Il commence le {from} et finit avant le {until} : l’élément ne \
             s’applique jamais. La date de fin est le premier jour exclu.",
    ),
    (
        LintCode::DatesOverlap,
        "Les dates des éléments {first} et {second} se chevauchent ; ces jours- \
             là, l’élément {first} compte. Terminez l’un où l’autre commence.",
    ),
    (
        LintCode::PerhapsPerMinute,
        "{price} par heure est très peu ; si c’est {price} par minute, écrivez \
             {times_60} : les prix au temps sont à l’heure.",
    ),
    (
        LintCode::PerhapsCents,
        "{price} est beaucoup ; s’il s’agit de centimes, écrivez {hundredth} : \
             les prix sont en unités entières de la monnaie.",
    ),
    (
        LintCode::PerhapsAmpere,
        "Une limite de {power} kW ressemble à des ampères. La puissance est en kW \
             ; pour des ampères, utilisez min_current et max_current.",
    ),
    (
        LintCode::PriceNegative,
        "Le prix est de {price} : le conducteur est payé. S’il s’agit d’une \
             remise, baissez plutôt l’autre prix.",
    ),
    (
        LintCode::StepZero,
        "Le pas est 0, ce que la norme ne définit pas ; rien n’est arrondi. \
             Écrivez 1.",
    ),
    (
        LintCode::StepHuge,
        "Des pas de {step} arrondissent fortement la plupart des sessions. Les \
             pas sont en Wh et en secondes ; vérifiez l’unité.",
    ),
    (
        LintCode::ReservationComponent,
        "Une réservation n’a pas de {dimension} ; ce prix ne sert jamais. Seuls \
             FLAT et TIME sont permis ici.",
    ),
    (
        LintCode::FlatRepeated,
        "{count} éléments ont des frais de démarrage ; les partenaires ne \
             s’accordent pas s’il en est dû un ou tous. Gardez-en un par session.",
    ),
    (
        LintCode::VatPartial,
        "Certains prix n’ont pas de taux de TVA : {where}. L’absence signifie \
             qu’aucune TVA ne s’applique, ce qui n’est pas 0 %. Donnez un taux à \
             chaque prix.",
    ),
    (
        LintCode::VatMissing,
        "Les prix comprennent la TVA, mais un taux manque : {where}. Sans lui, le \
             montant hors TVA ne peut être calculé. Donnez le taux.",
    ),
    (
        LintCode::VatUnlikely,
        "Un taux de TVA de {vat} % est improbable. Les taux sont en pour cent : \
             écrivez 21 pour 21 %.",
    ),
    (
        LintCode::PriceLimitsCrossed,
        "Le prix maximal ({max}) est inférieur au prix minimal ({min}). Inversez \
             ou corrigez.",
    ),
    (
        LintCode::GrossBelowNet,
        "La limite TVA comprise est inférieure à celle hors TVA. Corrigez ou \
             inversez.",
    ),
    (
        LintCode::ValidityCrossed,
        "Le tarif est valable jusqu’au {until}, avant de commencer le {from}. \
             Corrigez les dates.",
    ),
    (
        LintCode::ZoneNeeded,
        "Des heures, dates ou jours décident ici, et aucun fuseau n’est connu. \
             Donnez un fuseau horaire au lieu.",
    ),
    (
        LintCode::ClockChange,
        "Le {date}, l’horloge de {zone} saute ou répète cette heure : le prix \
             change à un autre moment. Choisissez une heure hors de celle-là.",
    ),
];
