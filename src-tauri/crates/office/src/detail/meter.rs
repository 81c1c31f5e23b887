//! What a meter signed of a CDR (CDRs / SignedData): whether the signature holds, and how the
//! energy between its readings compares with what the CDR states.

use domain::{Cdr, Decimal, Kwh};
use signed::{Comparison, Verdict, check, compare};

use crate::api::SignedDto;

/// The least that meters show: a Wh.
const LEAST: Kwh = Kwh(Decimal::from_parts(1, 0, 0, false, 3));

/// What the record's meter signed, if the record has such values.
pub(super) fn signed(cdr: &Cdr) -> Option<SignedDto> {
    let data = cdr.signed_data.as_deref()?;
    let report = check(data);
    let metered = report.metered.ok();
    let kwh = |kwh: Kwh| kwh.0.normalize().to_string();
    let compared = metered
        .as_ref()
        .map(|metered| compare(cdr.totals.energy, metered.energy, LEAST));
    Some(SignedDto {
        verdict: word(&report.verdict).to_owned(),
        text: report.verdict.to_string(),
        method: data.encoding_method.clone(),
        begin_kwh: metered.as_ref().map(|metered| kwh(metered.begin)),
        end_kwh: metered.as_ref().map(|metered| kwh(metered.end)),
        energy_kwh: metered.as_ref().map(|metered| kwh(metered.energy)),
        differs_kwh: compared.and_then(|compared| match compared {
            Comparison::DiffersBy(by) => Some(kwh(by)),
            Comparison::Equal | Comparison::BeyondMeasure => None,
        }),
    })
}

fn word(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Verified => "verified",
        Verdict::NotVerified(_) => "not_verified",
        Verdict::KeyUnknown => "key_unknown",
        Verdict::NotSupported(_) => "not_supported",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::tests::{cdr, desk_in, import_text};

    /// A CDR of 10 kWh whose meter signed from 100 kWh to `end`.
    fn signed(end: &str) -> String {
        let reading = |at: &str, kind: &str, kwh: &str| {
            format!(
                "{{\"TM\":\"2026-09-01T{at}:00,000+0200 S\",\"TX\":\"{kind}\",\"RV\":{kwh},\
                 \"RU\":\"kWh\",\"ST\":\"G\"}}"
            )
        };
        let readings = [reading("10:01", "B", "100"), reading("11:01", "E", end)].join(",");
        let text =
            format!("OCMF|{{\"MS\":\"M1\",\"RD\":[{readings}]}}|{{\"SD\":\"3006020101020101\"}}");
        let mut record: Value = serde_json::from_str(&cdr(1)).unwrap();
        record["signed_data"] = json!({
            "encoding_method": "OCMF",
            "signed_values": [{"nature": "End", "plain_data": "", "signed_data": text}]
        });
        record.to_string()
    }

    #[test]
    fn what_the_meter_signed_is_told_beside_what_the_cdr_states() {
        for (end, energy, differs) in [("110", "10", None), ("109.5", "9.5", Some("0.5"))] {
            let folder = tempfile::tempdir().unwrap();
            let desk = desk_in(folder.path());
            import_text(&desk, folder.path(), "signed.json", &signed(end));
            let told = super::super::cdr(&desk, 1)
                .unwrap()
                .signed
                .expect("it is signed");
            assert_eq!(told.verdict, "key_unknown");
            assert_eq!(told.energy_kwh.as_deref(), Some(energy));
            assert_eq!(told.differs_kwh.as_deref(), differs);
        }
    }

    #[test]
    fn a_cdr_without_signed_values_tells_none() {
        let folder = tempfile::tempdir().unwrap();
        let desk = desk_in(folder.path());
        import_text(&desk, folder.path(), "plain.json", &cdr(1));
        assert_eq!(super::super::cdr(&desk, 1).unwrap().signed, None);
    }
}
