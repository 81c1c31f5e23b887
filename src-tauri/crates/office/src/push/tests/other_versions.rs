//! Sending to partners that speak another version than our records came in, and what a
//! spreadsheet gave us.

use domain::FindingCode;
use ocpi::{Hint, Kind, Object, Read, Reader};

use super::*;
use crate::api::{ImportRequest, Problem};
use crate::intake;

/// Our location of the shared CDRs, as 2.2.1 has it.
const LOCATIONS: &str = r#"[{
    "country_code": "NL", "party_id": "TAL", "id": "LOC1", "publish": true, "name": "Harbour",
    "address": "Quay 1", "city": "Utrecht", "postal_code": "3500 AA", "country": "NLD",
    "coordinates": {"latitude": "52.090000", "longitude": "5.120000"},
    "evses": [
      {"uid": "E0", "evse_id": "NL*ABC*E0", "status": "AVAILABLE", "connectors": [
        {"id": "1", "standard": "CHADEMO", "format": "CABLE", "power_type": "DC",
         "max_voltage": 400, "max_amperage": 125, "last_updated": "2026-01-01T00:00:00Z"}],
       "last_updated": "2026-01-01T00:00:00Z"},
      {"uid": "E1", "evse_id": "NL*ABC*E1", "status": "AVAILABLE", "connectors": [
        {"id": "1", "standard": "IEC_62196_T2", "format": "SOCKET", "power_type": "AC_3_PHASE",
         "max_voltage": 230, "max_amperage": 32, "last_updated": "2026-01-01T00:00:00Z"}],
       "last_updated": "2026-01-01T00:00:00Z"}],
    "time_zone": "Europe/Amsterdam", "last_updated": "2026-01-01T00:00:00Z"}]"#;

/// A CDR as our own back office exports it: nothing of the plug, how it was authorised or where.
const SHEET: &str = "CDR ID;Session ID;Start;End;Duration;kWh;Net EUR;EVSE ID;Location ID;\
    Contract\n\
    ROW-1;S1;2026-09-01T08:01:00Z;2026-09-01T09:01:00Z;01:00:00;10;3.00;NL*ABC*E1;LOC1;\
    NL-EMS-C00000001-1\n";

fn import_sheet(desk: &Desk, folder: &Path) {
    import_ours(desk, folder, ("own.csv", SHEET));
}

/// Imports a file of ours that does not say that it is ours.
fn import_ours(desk: &Desk, folder: &Path, (name, text): (&str, &str)) {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    let request = ImportRequest {
        partner: Some("NL-TAL".to_owned()),
        ..ImportRequest::default()
    };
    let result = intake::run(desk, &mut Job::quiet(), &request, &path).unwrap();
    assert_eq!((result.new, result.rejected), (1, 0), "{result:?}");
}

/// Reads what a partner stored, as the partner would.
fn read_there(shelf: &Shelf, path: &str, (version, kind): (&str, Kind)) -> Read {
    let body = shelf.lock().unwrap().stored[path].to_string();
    let hint = Hint {
        version: Some(version.parse().unwrap()),
        kind: Some(kind),
        party: Some("NL-TAL".parse().unwrap()),
    };
    Reader::new().read(body.as_bytes(), &hint)
}

/// The CDR that a partner stored, in which a strict one misses nothing.
fn complete_there(shelf: &Shelf, id: &str, version: &str) -> domain::Cdr {
    let read = read_there(shelf, &format!("/there/{id}/x"), (version, Kind::Cdr));
    let of_form = [
        FindingCode::SchemaMissingField,
        FindingCode::SchemaWrongType,
        FindingCode::SchemaEnum,
        FindingCode::SchemaLength,
        FindingCode::SchemaDatetime,
        FindingCode::TaxIncludedMissing,
    ];
    let odd = read.findings.iter();
    let odd: Vec<_> = odd.filter(|found| of_form.contains(&found.code)).collect();
    assert!(odd.is_empty(), "{odd:?}");
    match read.object {
        Some(Object::Cdr(cdr)) => *cdr,
        other => panic!("{other:?}"),
    }
}

/// What stands in the way of the only CDR in the queue.
fn in_the_way(desk: &Desk) -> Problem {
    let question = PushQuestion {
        partner: "NL-EMS".to_owned(),
        month: "2026-09".to_owned(),
    };
    let rows = queue(desk, &question).unwrap().rows;
    assert_eq!(rows.len(), 1);
    rows[0].problem.clone().expect("it cannot be sent")
}

#[test]
fn a_cdr_goes_to_one_that_speaks_2_3_0_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (peer, shelf) = receiver_of("2.3.0", TAKES_ALL);
    let (desk, vault) = desk_with(folder.path(), 2, &peer);
    assert_eq!(figures(&send(&desk, &vault, false)), [2, 0, 0, 0, 0]);
    let cdr = complete_there(&shelf, "CDR-1", "2.3.0");
    let at = cdr.location.coordinates.expect("a place");
    assert_eq!(at.latitude, "52.090000", "in the digits it came in");
    let cost = cdr.totals.cost.expect("a cost");
    assert_eq!(cost.excl_vat.normalize().to_string(), "3");
}

#[test]
fn a_cdr_goes_to_one_that_speaks_2_1_1_with_what_our_location_adds() {
    let folder = tempfile::tempdir().unwrap();
    let (peer, shelf) = receiver_of("2.1.1", TAKES_ALL);
    let (desk, vault) = desk_with(folder.path(), 1, &peer);
    assert_eq!(figures(&send(&desk, &vault, false)), [0, 0, 0, 0, 1]);
    let why = in_the_way(&desk);
    assert_eq!(why.code, "cannot_be_written");
    assert!(why.text.contains("connectors[0].voltage"), "{why:?}");
    import_text(&desk, folder.path(), "locations.json", LOCATIONS);
    assert_eq!(figures(&send(&desk, &vault, false)), [1, 0, 0, 0, 0]);
    let place = complete_there(&shelf, "CDR-1", "2.1.1").location;
    assert_eq!(
        (place.voltage, place.amperage),
        (Some(230), Some(32)),
        "of its own EVSE"
    );
    let taken = shelf.lock().unwrap();
    let location = &taken.stored["/there/CDR-1/x"]["location"];
    for part in [
        location,
        &location["evses"][0],
        &location["evses"][0]["connectors"][0],
    ] {
        assert_eq!(
            part["last_updated"], "2026-09-01T10:00:00Z",
            "the CDR's own (I-41)"
        );
    }
}

#[test]
fn a_session_goes_to_one_that_speaks_2_1_1_with_what_our_location_adds() {
    let folder = tempfile::tempdir().unwrap();
    let (peer, shelf) = receiver_of("2.1.1", TAKES_ALL);
    let (desk, vault) = desk_with(folder.path(), 1, &peer);
    import_text(&desk, folder.path(), "locations.json", LOCATIONS);
    let sent = send_lists(&desk, &vault, &[Module::Sessions], false).remove(0);
    assert_eq!(figures(&sent), [1, 0, 0, 0, 0]);
    let path = "/in/sessions/NL/TAL/S1";
    let read = read_there(&shelf, path, ("2.1.1", Kind::Session));
    assert!(read.findings.is_empty(), "{:?}", read.findings);
    let Some(Object::Session(session)) = read.object else {
        panic!("a session")
    };
    assert_eq!(session.auth_method.as_deref(), Some("WHITELIST"));
    assert_eq!(session.location.city.as_deref(), Some("Utrecht"));
}

#[test]
fn what_a_record_states_of_its_place_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let (peer, shelf) = receiver_of("2.1.1", TAKES_ALL);
    let (desk, vault) = desk_with(folder.path(), 1, &peer);
    let moved = LOCATIONS
        .replace("52.090000", "52.999999")
        .replace("IEC_62196_T2", "IEC_62196_T1");
    import_text(&desk, folder.path(), "locations.json", &moved);
    assert_eq!(figures(&send(&desk, &vault, false)), [1, 0, 0, 0, 0]);
    let place = complete_there(&shelf, "CDR-1", "2.1.1").location;
    assert_eq!(
        place.coordinates.map(|at| at.latitude).as_deref(),
        Some("52.090000")
    );
    assert_eq!(place.connector_standard.as_deref(), Some("IEC_62196_T2"));
}

#[test]
fn a_row_of_a_spreadsheet_is_sent_once_our_location_and_session_are_known() {
    for version in ["2.1.1", "2.2.1", "2.3.0"] {
        let folder = tempfile::tempdir().unwrap();
        let (peer, shelf) = receiver_of(version, TAKES_ALL);
        let desk = desk_in(folder.path());
        let vault = connect(&desk, &peer);
        import_sheet(&desk, folder.path());
        let why = in_the_way(&desk);
        assert_eq!(why.code, "cannot_be_written");
        assert!(why.text.contains("coordinates"), "{version}: {why:?}");
        assert!(why.text.contains("auth_method"), "{version}: {why:?}");
        import_text(&desk, folder.path(), "sessions.json", &ours(&session(1)));
        let why = in_the_way(&desk);
        assert!(why.text.contains("coordinates"), "{version}: {why:?}");
        assert!(!why.text.contains("auth_method"), "{version}: {why:?}");
        assert_eq!(figures(&send(&desk, &vault, false)), [0, 0, 0, 0, 1]);
        import_text(&desk, folder.path(), "locations.json", LOCATIONS);
        assert_eq!(figures(&send(&desk, &vault, false)), [1, 0, 0, 0, 0]);
        let cdr = complete_there(&shelf, "ROW-1", version);
        assert_eq!(cdr.location.evse_uid, Some("E1".into()));
        assert_eq!(
            cdr.location.connector_standard.as_deref(),
            Some("IEC_62196_T2")
        );
        assert_eq!(cdr.auth_method.as_deref(), Some("WHITELIST"));
        assert_eq!(cdr.last_updated, Some(desk.now), "when it was imported");
    }
}

#[test]
fn a_session_of_somebody_else_tells_nothing_of_a_row() {
    let folder = tempfile::tempdir().unwrap();
    let (peer, _) = receiver(TAKES_ALL);
    let desk = desk_in(folder.path());
    let _vault = connect(&desk, &peer);
    import_sheet(&desk, folder.path());
    import_text(&desk, folder.path(), "locations.json", LOCATIONS);
    let others = ours(&session(1)).replace("NL-EMS-C", "NL-EMS-X");
    import_text(&desk, folder.path(), "sessions.json", &others);
    let why = in_the_way(&desk);
    for field in ["cdr_token.type", "auth_method"] {
        assert!(why.text.contains(field), "no guess is sent: {why:?}");
    }
    assert!(!why.text.contains("coordinates"), "{why:?}");
}

#[test]
fn a_credit_cdr_is_not_sent_as_a_charge() {
    let folder = tempfile::tempdir().unwrap();
    let (peer, shelf) = receiver_of("2.1.1", TAKES_ALL);
    let desk = desk_in(folder.path());
    let vault = connect(&desk, &peer);
    import_text(&desk, folder.path(), "locations.json", LOCATIONS);
    let credit = ours(&cdr(1)).replace(
        "\"currency\":\"EUR\",\"tariffs\"",
        "\"credit\":true,\"credit_reference_id\":\"CDR-0\",\"currency\":\"EUR\",\"tariffs\"",
    );
    import_text(&desk, folder.path(), "credit.json", &credit);
    assert_eq!(figures(&send(&desk, &vault, false)), [0, 0, 0, 0, 1]);
    let why = in_the_way(&desk);
    assert_eq!(why.code, "cannot_be_written");
    assert!(why.text.contains("no credit CDRs"), "{why:?}");
    assert!(shelf.lock().unwrap().stored.is_empty());
}

/// Our CDR as our old back office wrote it: of the token only its contract.
const OLD: &str = r#"{"id": "OLD-1", "start_date_time": "2026-09-01T08:01:00Z",
    "stop_date_time": "2026-09-01T09:01:00Z", "auth_id": "NL-EMS-C00000001-1",
    "auth_method": "WHITELIST", "location": {"id": "LOC1", "type": "ON_STREET",
    "name": "Harbour", "address": "Quay 1", "city": "Utrecht", "postal_code": "3500 AA",
    "country": "NLD", "coordinates": {"latitude": "52.090000", "longitude": "5.120000"},
    "evses": [{"uid": "E1", "evse_id": "NL*ABC*E1", "status": "AVAILABLE", "connectors": [
      {"id": "1", "standard": "IEC_62196_T2", "format": "SOCKET", "power_type": "AC_3_PHASE",
       "voltage": 230, "amperage": 32, "last_updated": "2026-01-01T00:00:00Z"}],
      "last_updated": "2026-01-01T00:00:00Z"}], "last_updated": "2026-01-01T00:00:00Z"},
    "currency": "EUR", "charging_periods": [{"start_date_time": "2026-09-01T08:01:00Z",
      "dimensions": [{"type": "ENERGY", "volume": 10}, {"type": "TIME", "volume": 1}]}],
    "total_cost": 3.00, "total_energy": 10, "total_time": 1,
    "last_updated": "2026-09-01T10:00:00Z"}"#;

fn import_old(desk: &Desk, folder: &Path) {
    import_ours(desk, folder, ("old.json", OLD));
}

fn card(uid: &str, kind: &str) -> String {
    format!(
        r#"{{"country_code": "NL", "party_id": "EMS", "uid": "{uid}", "type": "{kind}",
        "contract_id": "nl-ems-c00000001-1", "issuer": "Ems", "valid": true,
        "whitelist": "ALLOWED", "last_updated": "2026-01-01T00:00:00Z"}}"#
    )
}

#[test]
fn a_cdr_of_2_1_1_goes_out_with_what_the_token_itself_tells() {
    for version in ["2.2.1", "2.3.0"] {
        let folder = tempfile::tempdir().unwrap();
        let (peer, shelf) = receiver_of(version, TAKES_ALL);
        let desk = desk_in(folder.path());
        let vault = connect(&desk, &peer);
        import_old(&desk, folder.path());
        let why = in_the_way(&desk);
        for field in ["country_code", "party_id", "type"] {
            let field = format!("cdr_token.{field}");
            assert!(why.text.contains(&field), "{version}: no guess: {why:?}");
        }
        import_text(&desk, folder.path(), "card.json", &card("04A1", "RFID"));
        assert_eq!(figures(&send(&desk, &vault, false)), [1, 0, 0, 0, 0]);
        let token = complete_there(&shelf, "OLD-1", version).token;
        assert_eq!(token.party, Some("NL-EMS".parse().unwrap()));
        assert_eq!(token.uid, Some("04A1".into()));
        assert_eq!(token.kind.as_deref(), Some("RFID"));
        let stated = token.contract_id.expect("as the CDR states it");
        assert_eq!(stated.as_str(), "NL-EMS-C00000001-1");
    }
}

#[test]
fn which_of_two_cards_was_used_is_not_guessed() {
    let folder = tempfile::tempdir().unwrap();
    let (peer, shelf) = receiver(TAKES_ALL);
    let desk = desk_in(folder.path());
    let vault = connect(&desk, &peer);
    import_old(&desk, folder.path());
    import_text(&desk, folder.path(), "card.json", &card("04A1", "RFID"));
    import_text(&desk, folder.path(), "app.json", &card("04A3", "APP_USER"));
    let why = in_the_way(&desk);
    let wanted = "OCPI 2.2.1 requires cdr_token.type, which the record does not have.";
    assert_eq!(why.text, wanted, "one is a card, one an app");

    let folder = tempfile::tempdir().unwrap();
    let desk = desk_in(folder.path());
    connect(&desk, &peer);
    import_old(&desk, folder.path());
    import_text(&desk, folder.path(), "card.json", &card("04A1", "RFID"));
    import_text(&desk, folder.path(), "other.json", &card("04A2", "RFID"));
    assert_eq!(figures(&send(&desk, &vault, false)), [1, 0, 0, 0, 0]);
    let token = &shelf.lock().unwrap().stored["/there/OLD-1/x"]["cdr_token"];
    assert_eq!(token["uid"], "#NA", "the standard's word for not known");
    assert_eq!(
        (&token["type"], &token["party_id"]),
        (&json!("RFID"), &json!("EMS"))
    );
}

#[test]
fn what_a_meter_signed_goes_along_to_another_version() {
    let folder = tempfile::tempdir().unwrap();
    let (peer, shelf) = receiver_of("2.3.0", TAKES_ALL);
    let desk = desk_in(folder.path());
    let vault = connect(&desk, &peer);
    let signed = json!({"encoding_method": "OCMF", "signed_values": [
        {"nature": "Start", "plain_data": "a", "signed_data": "OCMF|{}|{}"}]});
    let signing = format!("\"signed_data\":{signed},\"total_energy\":");
    let cdr = ours(&cdr(1)).replace("\"total_energy\":", &signing);
    import_text(&desk, folder.path(), "signed.json", &cdr);
    assert_eq!(figures(&send(&desk, &vault, false)), [1, 0, 0, 0, 0]);
    complete_there(&shelf, "CDR-1", "2.3.0");
    assert_eq!(
        shelf.lock().unwrap().stored["/there/CDR-1/x"]["signed_data"],
        signed
    );
}
