//! What is stored of a spreadsheet's row is kept with a hash over it: a field that a row does not
//! have must not appear in it, whenever the type came to have the field.

use tallywatt_domain::Cdr;

/// A row's CDR as it was stored before places had coordinates and a plug.
const STORED: &str = concat!(
    r#"{"form":"Sheet","party":"NL-TAL","id":"T1","start_at":"2026-09-01T08:00:00Z","#,
    r#""end_at":"2026-09-01T09:00:00Z","session_id":null,"token":{"party":null,"uid":null,"#,
    r#""kind":null,"contract_id":"NL-EMS-C1"},"auth_method":null,"authorization_reference":null,"#,
    r#""location":{"id":"LOC1","name":null,"address":null,"city":null,"postal_code":null,"#,
    r#""country":null,"evse_uid":null,"evse_id":"NL*TAL*E1","connector_id":null,"#,
    r#""power_type":null,"time_zone":null},"meter_id":null,"currency":"EUR","tariffs":[],"#,
    r#""periods":[{"start_at":"2026-09-01T08:00:00Z","dimensions":[{"kind":"ENERGY","#,
    r#""volume":"10.5"}],"tariff_id":null}],"totals":{"cost":{"excl_vat":"3.15","#,
    r#""incl_vat":null},"fixed_cost":null,"energy_cost":null,"time_cost":null,"#,
    r#""parking_cost":null,"reservation_cost":null,"energy":"10.5","time_h":null,"#,
    r#""parking_h":null},"remark":null,"invoice_reference_id":null,"credit":false,"#,
    r#""credit_reference_id":null,"home_charging_compensation":false,"last_updated":null}"#,
);

#[test]
fn a_stored_row_is_written_again_byte_for_byte() {
    let cdr: Cdr = serde_json::from_str(STORED).expect("it was stored once");
    assert_eq!(serde_json::to_string(&cdr).expect("JSON"), STORED);
}
