//! `replay`: what changes is said first, kept by decision, and taken back.

use serde_json::{Value, json};

use crate::{folder, json_of, tallywatt};

#[test]
fn a_month_is_replayed_again_shown_kept_and_put_back() {
    let folder = folder();
    let at = folder.path();
    json_of(at, 0, &["import", "cdrs.ndjson", "--kind", "cdrs"]);
    let still = json_of(at, 1, &["replay", "DE-ABC", "2026-09"]);
    assert_eq!(still["buckets"]["differs"]["count"], 1);
    let counts = |of: &Value| ["looked", "skipped", "priced", "changed"].map(|n| of[n].clone());
    assert_eq!(counts(&still), [2, 2, 0, 0].map(|n| json!(n)));
    assert_eq!(still["decision"], Value::Null, "nothing was decided");

    // C1 is 12.345 kWh at 0.50: 6.1725, which rounds to 6.17.
    let rounding = "rounding=per_total,2,half_up";
    json_of(at, 0, &["partner", "set", "DE-ABC", "--policy", rounding]);
    let dry = ["replay", "de-abc", "2026-09", "--dry-run"];
    let shown = json_of(at, 1, &dry);
    assert_eq!(counts(&shown), [2, 0, 2, 1].map(|n| json!(n)));
    assert_eq!(
        shown["buckets"],
        Value::Null,
        "a dry run reconciles nothing"
    );
    assert_eq!(json_of(at, 1, &dry), shown, "and keeps nothing");
    let change = &shown["changes"][0];
    assert_eq!(
        (
            &change["cdr"],
            &change["before"]["excl_vat"],
            &change["after"]["excl_vat"]
        ),
        (&json!("C1"), &json!("6.1725"), &json!("6.17"))
    );
    assert_eq!(shown["sums"][0]["change"], "-0.0025");
    let said = tallywatt(at, &dry);
    let said = String::from_utf8(said.stdout).unwrap();
    assert!(
        said.contains("2 CDRs, 2 priced again, 1 would change"),
        "{said}"
    );

    let asked = [
        "replay",
        "DE-ABC",
        "2026-09",
        "--reason",
        "contract",
        "--changes",
        "new.xlsx",
    ];
    let kept = json_of(at, 1, &asked);
    assert_eq!(
        kept["sha256"], shown["sha256"],
        "what was shown is what is kept"
    );
    assert_eq!(
        (&kept["reason"], &kept["partner"]),
        (&json!("contract"), &json!("DE-ABC"))
    );
    assert!(at.join("new.xlsx").exists());
    let decision = kept["decision"].to_string();
    assert_eq!(
        counts(&json_of(at, 1, &asked)),
        [2, 2, 0, 0].map(|n| json!(n))
    );
    json_of(at, 0, &["undo", &decision, "--reason", "not yet agreed"]);
    assert_eq!(
        json_of(at, 1, &dry)["sha256"],
        shown["sha256"],
        "it stands as before"
    );
    let log = json_of(at, 0, &["audit", "verify"]);
    assert_eq!(log["intact"], true);
}
