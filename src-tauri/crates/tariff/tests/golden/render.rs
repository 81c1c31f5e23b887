//! A replay as a golden case shows it: short, in columns, in a fixed order.

use std::fmt::Write as _;

use domain::replay::{Amount, Choice, Parts, Passed, Phase, Reason};
use domain::{Decimal, Finding, Replay};
use serde_json::{Map, Value, json};
use tallywatt_tariff::Comparison;

/// Everything a case pins.
pub fn result(replay: &Replay, compared: &Comparison) -> Map<String, Value> {
    let mut shown = Map::new();
    let mut show = |key: &str, value: Value| {
        let empty = match &value {
            Value::Array(items) => items.is_empty(),
            Value::Object(members) => members.is_empty(),
            _ => false,
        };
        if !empty {
            shown.insert(key.to_owned(), value);
        }
    };
    show(
        "verdict",
        serde_json::to_value(compared.verdict).expect("a verdict is a word"),
    );
    show("totals", parts(&replay.totals));
    if replay.exact != replay.totals {
        show("exact", parts(&replay.exact));
    }
    show("difference", parts(&compared.difference));
    show("billed", billed(replay));
    show(
        "lines",
        replay
            .lines
            .iter()
            .map(|line| line_text(replay, line))
            .collect(),
    );
    show("steps", replay.steps.iter().map(step_text).collect());
    show("limits", replay.limits.iter().map(limit_text).collect());
    show("rates", replay.rates.iter().map(rate_text).collect());
    show(
        "roundings",
        replay.roundings.iter().map(rounding_text).collect(),
    );
    show(
        "periods",
        replay
            .periods
            .iter()
            .enumerate()
            .map(period_object)
            .collect(),
    );
    let findings = replay.findings.iter().chain(&compared.findings);
    show("findings", findings.map(finding_text).collect());
    shown
}

/// The text of a case, with one line for each item of a list.
pub fn layout(case: &Map<String, Value>) -> String {
    let mut text = String::from("{\n");
    for (index, (key, value)) in case.iter().enumerate() {
        let comma = if index + 1 < case.len() { "," } else { "" };
        let value = match value {
            Value::Array(items) => layout_list(items),
            Value::Object(members) => layout_members(key, members),
            other => spaced(other),
        };
        writeln!(text, "  {}: {value}{comma}", Value::from(key.as_str()))
            .expect("writing to a string cannot fail");
    }
    text.push('}');
    text
}

/// An object on one line where it fits, else one member a line.
fn layout_members(key: &str, members: &Map<String, Value>) -> String {
    let short = spaced(&Value::Object(members.clone()));
    if key.len() + short.chars().count() <= 90 {
        return short;
    }
    let members: Vec<String> = members
        .iter()
        .map(|(key, value)| format!("    {}: {}", Value::from(key.as_str()), spaced(value)))
        .collect();
    format!("{{\n{}\n  }}", members.join(",\n"))
}

fn layout_list(items: &[Value]) -> String {
    let items: Vec<String> = items
        .iter()
        .map(|item| format!("    {}", layout_item(item)))
        .collect();
    format!("[\n{}\n  ]", items.join(",\n"))
}

/// A period is laid out with one line for each dimension.
fn layout_item(item: &Value) -> String {
    let Value::Object(members) = item else {
        return spaced(item);
    };
    let members: Vec<String> = members
        .iter()
        .map(|(key, value)| format!("      {}: {}", Value::from(key.as_str()), spaced(value)))
        .collect();
    format!("{{\n{}\n    }}", members.join(",\n"))
}

/// JSON on one line, with spaces where people want them.
fn spaced(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(key, value)| format!("{}: {}", Value::from(key.as_str()), spaced(value)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        Value::Array(items) => {
            format!(
                "[{}]",
                items.iter().map(spaced).collect::<Vec<_>>().join(", ")
            )
        }
        other => other.to_string(),
    }
}

fn parts(parts: &Parts<Option<Amount>>) -> Value {
    let mut shown = Map::new();
    let named = [
        ("total", &parts.total),
        ("fixed", &parts.fixed),
        ("energy", &parts.energy),
        ("time", &parts.time),
        ("parking", &parts.parking),
        ("reservation", &parts.reservation),
    ];
    for (name, amount) in named {
        if let Some(amount) = amount {
            shown.insert(name.to_owned(), amount_text(amount).into());
        }
    }
    Value::Object(shown)
}

fn amount_text(amount: &Amount) -> String {
    format!("{} / {}", known(amount.excl_vat), known(amount.incl_vat))
}

fn known(figure: Option<Decimal>) -> String {
    figure.map_or_else(|| "?".to_owned(), plain)
}

fn plain(figure: Decimal) -> String {
    figure.normalize().to_string()
}

fn billed(replay: &Replay) -> Value {
    let billed = &replay.billed;
    let mut shown = Map::new();
    for (name, figure) in [
        ("energy_kwh", billed.energy_kwh),
        ("time_h", billed.time_h),
        ("parking_h", billed.parking_h),
        ("reservation_h", billed.reservation_h),
    ] {
        if !figure.is_zero() {
            shown.insert(name.to_owned(), plain(figure).into());
        }
    }
    Value::Object(shown)
}

fn line_text(replay: &Replay, line: &domain::replay::Line) -> Value {
    let phase = match line.phase {
        Phase::Use => "",
        Phase::Reservation => "reservation ",
    };
    let vat = line
        .vat
        .map_or_else(|| "no vat".to_owned(), |vat| format!("{} %", plain(vat)));
    let billed = if line.measured == line.billed {
        plain(line.billed)
    } else {
        format!("{} → {}", plain(line.measured), plain(line.billed))
    };
    Value::from(format!(
        "period {} | {} element {} | {phase}{} | {billed} × {} | {vat} | {}",
        line.period,
        replay.tariff_ids[line.tariff],
        line.element,
        line.dimension.as_str(),
        plain(line.unit_price),
        amount_text(&line.amount),
    ))
}

fn step_text(step: &domain::replay::StepLine) -> Value {
    Value::from(format!(
        "line {} | {} | step {} | {} → {}",
        step.line,
        step.dimension.as_str(),
        step.step,
        plain(step.before),
        plain(step.after)
    ))
}

fn limit_text(limit: &domain::replay::LimitLine) -> Value {
    Value::from(format!(
        "{} {} | {} → {}",
        if limit.minimum { "minimum" } else { "maximum" },
        if limit.gross { "gross" } else { "net" },
        plain(limit.before),
        plain(limit.after)
    ))
}

fn rate_text(rate: &domain::replay::RateLine) -> Value {
    let vat = rate
        .vat
        .map_or_else(|| "no vat".to_owned(), |vat| format!("{} %", plain(vat)));
    Value::from(format!(
        "{vat} | {} / {}",
        known(rate.excl_vat),
        known(rate.incl_vat)
    ))
}

fn rounding_text(rounding: &domain::replay::RoundingLine) -> Value {
    let index = rounding
        .index
        .map_or_else(String::new, |index| format!(" {index}"));
    Value::from(format!(
        "{:?}{index} {} | {} → {}",
        rounding.figure,
        if rounding.gross { "gross" } else { "net" },
        plain(rounding.before),
        plain(rounding.after)
    ))
}

fn period_object((index, period): (usize, &domain::replay::PeriodTrace)) -> Value {
    let local = period
        .local_start
        .map_or_else(|| "?".to_owned(), |local| local.to_string());
    let mut shown = Map::new();
    shown.insert(
        index.to_string(),
        json!(format!(
            "{}–{}, local {local}, after {} kWh and {} s",
            period.start_at.format("%Y-%m-%dT%H:%M:%SZ"),
            period.end_at.format("%H:%M:%SZ"),
            plain(period.energy_before_kwh),
            period.seconds_before
        )),
    );
    for choice in &period.choices {
        let phase = match choice.phase {
            Phase::Use => "",
            Phase::Reservation => "reservation ",
        };
        let key = format!("{phase}{}", choice.dimension.as_str());
        shown.insert(key, choice_text(choice).into());
    }
    Value::Object(shown)
}

fn choice_text(choice: &Choice) -> String {
    let chosen = choice
        .element
        .map_or_else(|| "none".to_owned(), |element| format!("element {element}"));
    let passed: Vec<String> = choice.passed.iter().filter_map(passed_text).collect();
    if passed.is_empty() {
        chosen
    } else {
        format!("{chosen}; {}", passed.join("; "))
    }
}

/// Elements without the dimension are left out: the tariff shows that by itself.
fn passed_text(passed: &Passed) -> Option<String> {
    let reason = match &passed.reason {
        Reason::NoComponent => return None,
        Reason::EarlierElement { element } => format!("element {element} comes first"),
        Reason::Restricted {
            field,
            demanded,
            found,
        } => {
            format!("{} {demanded}, found {found}", field.as_str())
        }
    };
    Some(format!("not {}: {reason}", passed.element))
}

fn finding_text(finding: &Finding) -> Value {
    let params: Vec<String> = finding
        .params
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let severity = serde_json::to_value(finding.severity).expect("a severity is a word");
    let text = format!(
        "{} | {} | {} | {}",
        finding.code,
        severity.as_str().unwrap_or_default(),
        finding.at,
        params.join(", ")
    );
    Value::from(text.trim_end_matches([' ', '|']).to_owned())
}
