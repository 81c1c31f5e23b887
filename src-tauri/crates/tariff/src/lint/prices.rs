//! Prices, rates and steps that are unlikely to be meant.

use domain::{Decimal, PriceComponent, Tariff, TariffDimension};
use rust_decimal::dec;

use super::{LintCode, LintFinding};

/// Currencies in which a kilowatt-hour costs about one unit or less.
const STRONG: [&str; 8] = ["EUR", "USD", "GBP", "CHF", "CAD", "AUD", "NZD", "SGD"];
/// A time price per hour below this may be meant per minute.
const LOW_PER_HOUR: Decimal = dec!(0.30);
/// A price per kWh above this may be in cents.
const HIGH_PER_KWH: Decimal = dec!(20);
/// A price per hour above this may be in cents.
const HIGH_PER_HOUR: Decimal = dec!(200);
/// More than this in one step: watt-hours, seconds.
const HUGE_ENERGY: u32 = 5_000;
const HUGE_TIME: u32 = 3_600;

pub(super) fn check(tariff: &Tariff, findings: &mut Vec<LintFinding>) {
    let strong = STRONG.contains(&tariff.currency.code());
    for (place, element) in tariff.elements.iter().enumerate() {
        for (at, component) in element.components.iter().enumerate() {
            let path = format!("elements[{place}].price_components[{at}]");
            if strong {
                findings.extend(unlikely_price(component, &path));
            }
            findings.extend(step(component, &path));
            findings.extend(rate(component, &path));
            if component.price < Decimal::ZERO {
                let path = format!("{path}.price");
                let finding = LintFinding::new(LintCode::PriceNegative, path);
                findings.push(finding.with("price", component.price.normalize()));
            }
        }
    }
}

fn unlikely_price(component: &PriceComponent, path: &str) -> Option<LintFinding> {
    let price = component.price;
    let code = match component.dimension {
        TariffDimension::Energy if price > HIGH_PER_KWH => LintCode::PerhapsCents,
        TariffDimension::Time | TariffDimension::ParkingTime if price > HIGH_PER_HOUR => {
            LintCode::PerhapsCents
        }
        TariffDimension::Time | TariffDimension::ParkingTime
            if price > Decimal::ZERO && price < LOW_PER_HOUR =>
        {
            LintCode::PerhapsPerMinute
        }
        TariffDimension::Flat
        | TariffDimension::Energy
        | TariffDimension::Time
        | TariffDimension::ParkingTime => return None,
    };
    let per_minute = price.checked_mul(dec!(60)).unwrap_or(price);
    let cents = price.checked_div(dec!(100)).unwrap_or(price);
    let finding = LintFinding::new(code, format!("{path}.price"));
    let finding = finding.with("price", price.normalize());
    Some(
        finding
            .with("times_60", per_minute.normalize())
            .with("hundredth", cents.normalize()),
    )
}

fn step(component: &PriceComponent, path: &str) -> Option<LintFinding> {
    let step = component.step.0;
    let huge = match component.dimension {
        TariffDimension::Flat => return None,
        TariffDimension::Energy => step > HUGE_ENERGY,
        TariffDimension::Time | TariffDimension::ParkingTime => step > HUGE_TIME,
    };
    let code = match step {
        0 if !component.price.is_zero() => LintCode::StepZero,
        _ if huge => LintCode::StepHuge,
        _ => return None,
    };
    let unit = match component.dimension {
        TariffDimension::Flat | TariffDimension::Energy => "Wh",
        TariffDimension::Time | TariffDimension::ParkingTime => "s",
    };
    let finding = LintFinding::new(code, format!("{path}.step_size"));
    Some(finding.with("step", format!("{step} {unit}")))
}

/// 0.21 is a fraction where percent are due; nobody asks for 30 % and more.
fn rate(component: &PriceComponent, path: &str) -> Option<LintFinding> {
    let vat = component.vat?;
    let fraction = vat > Decimal::ZERO && vat < Decimal::ONE;
    (fraction || vat < Decimal::ZERO || vat > dec!(30)).then(|| {
        let finding = LintFinding::new(LintCode::VatUnlikely, format!("{path}.vat"));
        finding.with("vat", vat.normalize())
    })
}
