//! The demo's records as OCPI JSON text, in the version their sender speaks.

use chrono::DateTime;

use super::exact::{Exact, How, hours, kwh, text};
use super::json::{Object, list, quoted};
use super::plan::{Component, Dim, Element, Plan, Slice};
use super::record::{Record, Report};
use super::world::{Feed, Form, Party, published_s};

/// An instant as OCPI writes it.
pub(super) fn instant(at_s: i64) -> String {
    let at = DateTime::from_timestamp(at_s, 0).expect("the demo data lies in this century");
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn owned(owner: Party, form: Form) -> Object {
    match form {
        Form::V211 => Object::new(),
        Form::V221 | Form::V230 | Form::Sheet => Object::new()
            .text("country_code", owner.0)
            .text("party_id", owner.1),
    }
}

/// A price without needless zeros.
fn price(price_e4: i64) -> String {
    text(i128::from(price_e4), 4)
}

/// A rate in percent.
fn percent(permille: i64) -> String {
    text(i128::from(permille), 1)
}

/// An amount as a Price of the version.
fn amount(record: &Record, exact: Exact, form: Form) -> String {
    let net = exact.net(record.digits, record.how);
    let gross = exact.gross(record.vat_permille, record.digits, record.how);
    let number = |text: String| if record.as_text { quoted(&text) } else { text };
    match form {
        Form::V211 => number(net),
        Form::V221 | Form::Sheet => Object::new()
            .raw("excl_vat", number(net))
            .raw("incl_vat", number(gross))
            .done(),
        Form::V230 => {
            let tax = Object::new()
                .text("name", "VAT")
                .raw("percentage", percent(record.vat_permille))
                .raw(
                    "amount",
                    exact.tax(record.vat_permille, record.digits, record.how),
                );
            Object::new()
                .raw("before_taxes", number(net))
                .raw("taxes", list([tax.done()]))
                .done()
        }
    }
}

/// The tariff object of a plan, its prices in percent of the published ones.
pub(super) fn tariff(
    feed: &Feed,
    plan: &Plan,
    form: Form,
    price_percent: i64,
    updated_s: i64,
) -> String {
    let elements = plan
        .elements
        .iter()
        .map(|e| element(feed, e, form, price_percent));
    let tariff = owned(feed.operator, form)
        .text("id", plan.id)
        .text("currency", feed.currency)
        .raw("elements", list(elements))
        .maybe(
            "min_price",
            plan.min_net_e4.map(|net_e4| limit(feed, net_e4, form)),
        );
    let tariff = match form {
        Form::V230 => tariff.text("type", "REGULAR").text("tax_included", "NO"),
        Form::V221 => tariff.text("type", "REGULAR"),
        Form::V211 | Form::Sheet => tariff,
    };
    tariff.text("last_updated", instant(updated_s)).done()
}

fn limit(feed: &Feed, net_e4: i64, form: Form) -> String {
    let exact = Exact::once(net_e4);
    let (net, gross) = match form {
        Form::V230 => ("before_taxes", "after_taxes"),
        Form::V211 | Form::V221 | Form::Sheet => ("excl_vat", "incl_vat"),
    };
    Object::new()
        .raw(net, exact.net(4, How::HalfUp))
        .raw(gross, exact.gross(feed.vat_permille, 4, How::HalfUp))
        .done()
}

fn element(feed: &Feed, element: &Element, form: Form, price_percent: i64) -> String {
    let component = |component: &Component| {
        let written = Object::new()
            .text("type", component.dim.name())
            .raw("price", price(component.price_e4 * price_percent / 100));
        let written = match form {
            Form::V211 | Form::Sheet => written,
            Form::V221 | Form::V230 => written.raw("vat", percent(feed.vat_permille)),
        };
        written.raw("step_size", component.step.to_string()).done()
    };
    let when = element.when;
    let mut limits = Object::new();
    if let Some((from, until)) = when.hours {
        limits = limits
            .text("start_time", format!("{from:02}:00"))
            .text("end_time", format!("{until:02}:00"));
    }
    if when.weekend {
        limits = limits.raw("day_of_week", r#"["SATURDAY","SUNDAY"]"#);
    }
    limits = limits
        .maybe("max_kwh", when.max_wh.map(kwh))
        .maybe("min_duration", when.min_duration_s.map(|s| s.to_string()));
    let limits = Some(limits.done()).filter(|limits| limits != "{}");
    Object::new()
        .raw(
            "price_components",
            list(element.components.iter().map(component)),
        )
        .maybe("restrictions", limits)
        .done()
}

/// Charging periods of slices; `lost` is energy they fail to report.
fn periods(slices: &[Slice], lost: i64, tariff_id: Option<&str>) -> String {
    let dimension = |name: &str, volume: String| {
        Object::new()
            .text("type", name)
            .raw("volume", volume)
            .done()
    };
    list(slices.iter().enumerate().map(|(number, slice)| {
        let lost = if number == 0 { lost } else { 0 };
        let dimensions = if slice.charging {
            vec![
                dimension(Dim::Energy.name(), kwh(slice.wh - lost)),
                dimension(Dim::Time.name(), hours(slice.seconds)),
            ]
        } else {
            vec![dimension(Dim::Parking.name(), hours(slice.seconds))]
        };
        Object::new()
            .text("start_date_time", instant(slice.start_s))
            .raw("dimensions", list(dimensions))
            .maybe("tariff_id", tariff_id.map(quoted))
            .done()
    }))
}

/// A CDR.
pub(super) fn cdr(feed: &Feed, record: &Record, form: Form) -> String {
    match form {
        Form::V211 => cdr_211(feed, record),
        Form::V221 | Form::V230 | Form::Sheet => cdr_22(feed, record, form),
    }
}

fn cdr_22(feed: &Feed, record: &Record, form: Form) -> String {
    let token = owned(record.issuer, form)
        .text("uid", feed.token_uid(record.token))
        .text("type", "RFID")
        .text("contract_id", feed.contract(record.token, record.issuer));
    let part = |part: Option<Exact>| part.map(|exact| amount(record, exact, form));
    let tariff_id = Some(record.tariff_id.as_str());
    owned(feed.operator, form)
        .text("id", &record.id)
        .text("start_date_time", instant(record.start_s))
        .text("end_date_time", instant(record.end_s))
        .maybe("session_id", record.session.as_deref().map(quoted))
        .raw("cdr_token", token.done())
        .text("auth_method", "WHITELIST")
        .raw("cdr_location", cdr_location(feed, record.evse))
        .text("currency", &record.currency)
        .maybe("tariffs", inside(feed, record, form))
        .raw(
            "charging_periods",
            periods(&record.slices, record.wh_lost, tariff_id),
        )
        .raw("total_cost", amount(record, record.cost.total, form))
        .maybe("total_fixed_cost", part(record.cost.fixed))
        .raw("total_energy", energy(record))
        .maybe("total_energy_cost", part(record.cost.energy))
        .raw("total_time", hours((record.end_s - record.start_s).abs()))
        .maybe("total_time_cost", part(record.cost.time))
        .maybe("total_parking_time", parked(record))
        .maybe("total_parking_cost", part(record.cost.parking))
        .maybe("credit", record.credits.as_ref().map(|_| "true".to_owned()))
        .maybe("credit_reference_id", record.credits.as_deref().map(quoted))
        .text("last_updated", instant(record.updated_s))
        .done()
}

fn cdr_211(feed: &Feed, record: &Record) -> String {
    let form = Form::V211;
    Object::new()
        .text("id", &record.id)
        .text("start_date_time", instant(record.start_s))
        .text("stop_date_time", instant(record.end_s))
        .text("auth_id", feed.contract(record.token, record.issuer))
        .text("auth_method", "WHITELIST")
        .raw("location", location_211(feed, record))
        .text("currency", &record.currency)
        .maybe("tariffs", inside(feed, record, form))
        .raw(
            "charging_periods",
            periods(&record.slices, record.wh_lost, None),
        )
        .raw("total_cost", amount(record, record.cost.total, form))
        .raw("total_energy", energy(record))
        .raw("total_time", hours((record.end_s - record.start_s).abs()))
        .maybe("total_parking_time", parked(record))
        .text("last_updated", instant(record.updated_s))
        .done()
}

fn energy(record: &Record) -> String {
    let kwh = kwh(record.wh);
    if record.as_text { quoted(&kwh) } else { kwh }
}

fn parked(record: &Record) -> Option<String> {
    let seconds: i64 = record
        .slices
        .iter()
        .filter(|s| !s.charging)
        .map(|s| s.seconds)
        .sum();
    (seconds > 0).then(|| hours(seconds))
}

/// The tariff inside the CDR, where the sender puts one there.
fn inside(feed: &Feed, record: &Record, form: Form) -> Option<String> {
    let at_s = published_s();
    let written = || tariff(feed, record.plan, form, record.price_percent, at_s);
    record.embeds.then(|| list([written()]))
}

fn coordinates(site: usize) -> String {
    Object::new()
        .text(
            "latitude",
            format!("5{}.{:06}", site % 3, 104_729 * (site + 1) % 1_000_000),
        )
        .text(
            "longitude",
            format!("{}.{:06}", 4 + site % 4, 611_953 * (site + 1) % 1_000_000),
        )
        .done()
}

fn cdr_location(feed: &Feed, evse: usize) -> String {
    let site = feed.site(evse);
    let (name, street, postal_code, city) = feed.sites[site];
    Object::new()
        .text("id", feed.location_id(site))
        .text("name", name)
        .text("address", street)
        .text("city", city)
        .text("postal_code", postal_code)
        .text("country", feed.country)
        .raw("coordinates", coordinates(site))
        .text("evse_uid", feed.evse_uid(evse))
        .text("evse_id", feed.evse_id(evse))
        .text("connector_id", "1")
        .text("connector_standard", "IEC_62196_T2")
        .text("connector_format", "SOCKET")
        .text("connector_power_type", "AC_3_PHASE")
        .done()
}

/// A location reduced to one EVSE, as a 2.1.1 CDR carries it.
fn location_211(feed: &Feed, record: &Record) -> String {
    location_with(
        feed,
        feed.site(record.evse),
        Form::V211,
        [evse(feed, record.evse, Form::V211, &record.tariff_id)],
    )
}

/// A location with all its EVSEs.
pub(super) fn location(feed: &Feed, site: usize, form: Form, evses: usize) -> String {
    let here = (0..evses).filter(|number| feed.site(*number) == site);
    let written = here.map(|number| evse(feed, number, form, feed.plan(number).id));
    location_with(feed, site, form, written)
}

fn location_with(
    feed: &Feed,
    site: usize,
    form: Form,
    evses: impl IntoIterator<Item = String>,
) -> String {
    let (name, street, postal_code, city) = feed.sites[site];
    let head = match form {
        Form::V211 => Object::new().text("type", "ON_STREET"),
        Form::V221 | Form::V230 | Form::Sheet => owned(feed.operator, form).raw("publish", "true"),
    };
    head.text("id", feed.location_id(site))
        .text("name", name)
        .text("address", street)
        .text("city", city)
        .text("postal_code", postal_code)
        .text("country", feed.country)
        .raw("coordinates", coordinates(site))
        .raw("evses", list(evses))
        .text("time_zone", feed.zone.name())
        .text("last_updated", instant(published_s()))
        .done()
}

fn evse(feed: &Feed, number: usize, form: Form, tariff_id: &str) -> String {
    let connector = Object::new()
        .text("id", "1")
        .text("standard", "IEC_62196_T2")
        .text("format", "SOCKET")
        .text("power_type", "AC_3_PHASE");
    let connector = match form {
        Form::V211 => connector
            .raw("voltage", "230")
            .raw("amperage", "32")
            .text("tariff_id", tariff_id),
        Form::V221 | Form::V230 | Form::Sheet => connector
            .raw("max_voltage", "230")
            .raw("max_amperage", "32")
            .raw("tariff_ids", list([quoted(tariff_id)])),
    };
    let updated = instant(published_s());
    Object::new()
        .text("uid", feed.evse_uid(number))
        .text("evse_id", feed.evse_id(number))
        .text("status", "AVAILABLE")
        .raw(
            "connectors",
            list([connector.text("last_updated", &updated).done()]),
        )
        .text("last_updated", &updated)
        .done()
}

/// A session, always completed.
pub(super) fn session(feed: &Feed, report: &Report, form: Form) -> String {
    let token = owned(feed.provider, form)
        .text("uid", feed.token_uid(report.token))
        .text("type", "RFID")
        .text("contract_id", feed.contract(report.token, feed.provider));
    owned(feed.operator, form)
        .text("id", &report.id)
        .text("start_date_time", instant(report.start_s))
        .text("end_date_time", instant(report.end_s))
        .raw("kwh", kwh(report.wh))
        .raw("cdr_token", token.done())
        .text("auth_method", "WHITELIST")
        .text("location_id", feed.location_id(feed.site(report.evse)))
        .text("evse_uid", feed.evse_uid(report.evse))
        .text("connector_id", "1")
        .text("currency", feed.currency)
        .raw(
            "charging_periods",
            periods(&report.slices, 0, Some(&report.tariff_id)),
        )
        .text("status", "COMPLETED")
        .text("last_updated", instant(report.end_s + 60))
        .done()
}

/// A driver's token.
pub(super) fn token(feed: &Feed, number: usize) -> String {
    owned(feed.provider, Form::V221)
        .text("uid", feed.token_uid(number))
        .text("type", "RFID")
        .text("contract_id", feed.contract(number, feed.provider))
        .text("issuer", feed.provider.1)
        .raw("valid", "true")
        .text("whitelist", "ALLOWED")
        .text("last_updated", instant(published_s()))
        .done()
}
