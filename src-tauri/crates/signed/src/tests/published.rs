//! Data sets that others signed.
//!
//! From the tests of the transparency software (github.com/SAFE-eV/transparenzsoftware, copyright
//! 2023 S.A.F.E. e.V., Apache License 2.0), below `src/test`: figures only, no code.

use super::data;
use crate::{Report, check};

fn checked(key: Option<&str>, texts: &[&str]) -> Report {
    check(&data("OCMF", key, texts))
}

fn energy(report: &Report) -> String {
    let metered = report.metered.as_ref();
    metered.map_or_else(ToString::to_string, |m| format!("{} kWh", m.energy.0))
}

const VERIFIED: &str = "verified: the signature matches the key that came along";

/// `resources/xml/test_ocmf_keba_kcp30.xml`: secp256r1, not named.
#[test]
fn keba_kcp30() {
    let key = "3059301306072A8648CE3D020106082A8648CE3D030107034200043AEEB45C3923\
        57820A58FDFB0857BD77ADA31585C61C430531DFA53B440AFBFDD95AC887C658EA55260F808F55CA948DF2\
        35C2108A0D6DC7D4AB1A5E1A7955BE";
    let text = concat!(
        r#"OCMF|{"FV":"1.0","GI":"KEBA_KCP30","GS":"17619300","GV":"2.8.5","PG":"T32","IS":false,"#,
        r#""IL":"NONE","IF":["RFID_NONE","OCPP_NONE","ISO15118_NONE","PLMN_NONE"],"IT":"NONE","#,
        r#""ID":"","RD":[{"TM":"2019-08-13T10:03:15,000+0000 I","TX":"B","EF":"","ST":"G","#,
        r#""RV":0.2596,"RI":"1-b:1.8.0","RU":"kWh"},{"TM":"2019-08-13T10:03:36,000+0000 R","#,
        r#""TX":"E","EF":"","ST":"G","RV":0.2597,"RI":"1-b:1.8.0","RU":"kWh"}]}|{"SD":"304502200"#,
        "E2F107C987A300AC1695CA89EA149A8CDFA16188AF0A33EE64B67964AA943F9022100889A72B6D65364BEA85",
        r#"62E7F6A0253157ACFF84FE4929A93B5964D23C4265699"}"#
    );
    let report = checked(Some(key), &[text]);
    assert_eq!(report.verdict.to_string(), VERIFIED);
    assert_eq!(energy(&report), "0.0001 kWh");
    let forged = checked(Some(key), &[&text.replace("0.2597", "0.3597")]);
    let says = "not verified: the signature does not match the text and the key";
    assert_eq!(forged.verdict.to_string(), says);
}

/// `resources/xml/brainpoolP256r1.xml`: begin and end apart.
#[test]
fn nzr_brainpool() {
    let key = "305A301406072A8648CE3D020106092B240303020801010703420004607201339E\
        F7C61EB1270C0BEA675585711CB160835F0F55975A311EA6F14AE98981A9276ABC6C70ADA4F8CE25A55023\
        36C738B9E86FB1ED62150FF1B0FAD5A2";
    let set = |page: &str, time: &str, reason: &str, signature: &str| {
        format!(
            concat!(
                r#"OCMF|{{"FV":"1.0","GI":"NZR GATEWAY","GS":"21751020","GV":"1.0.0.0","PG":"{}","#,
                r#""MV":"NZR","MM":"EcoCount SL","MS":"12345678","MF":"1.11","IS":false,"#,
                r#""IL":"NONE","IF":[],"IT":"NONE","ID":"","CT":"","CI":"","RD":[{{"TM":"{}","#,
                r#""TX":"{}","RV":1833,"RI":"1-0:1.8.1","RU":"Wh","RT":"AC","EF":"","ST":"G"}}]}}"#,
                r#"|{{"SD":"{}","SA":"ECDSA-brainpoolP256r1-SHA256"}}"#
            ),
            page, time, reason, signature
        )
    };
    let begin = "304402202CC410E10CD9141394AE77B3DC17A523C359F65B0117C098703DF1F2\
        AB773A3302204C6CC011FE4920F87CF413F6FB94EDD78DAA26BB5DB4048DA9B3D3AB513CC23C";
    let end = "304402202E573CC84746A5FDC4DDDE74A2C859C5FFB681D3F839C12AF460BD092E\
        BB53A4022049DBE3A14F60F77571AF6321AD7FBE25157731161178B04EF4B9B3AEFBE404FB";
    let begin = set("T274", "2021-10-26T11:15:09,000+0000 S", "B", begin);
    let end = set("T275", "2021-10-26T11:15:12,000+0000 S", "E", end);
    let report = checked(Some(key), &[&begin, &end]);
    assert_eq!(report.verdict.to_string(), VERIFIED);
    assert_eq!(energy(&report), "0 kWh");
    assert_eq!(report.metered.unwrap().begin.0.to_string(), "1.833");
}

/// `resources/xml/nistP384_0Wh.xml`, its first value.
#[test]
fn nzr_secp384r1() {
    let key = "3076301006072A8648CE3D020106052B81040022036200047991E23A9815893FF8\
        D3C9EF47D682B39297FA3C47DA345EF3D150245814120F48AD31C51536341B80E679C3138E316ADB9F39BC\
        B42E8CE28D4C824844B4C6B16E48F056FD803EC7F3CD1B6BA1BCA125DA5E211842D5FB61F01BAA3DE9B2F1\
        0C";
    let text = concat!(
        r#"OCMF|{"FV":"1.0","GI":"NZR GATEWAY","GS":"21751020","GV":"1.0.0.0","PG":"T5","#,
        r#""MV":"NZR","#,
        r#""MM":"EcoCount SL","MS":"12345678","MF":"1.11","IS":false,"IL":"NONE","IF":[],"#,
        r#""IT":"NONE","ID":"","CT":"","CI":"","RD":[{"TM":"2021-10-26T12:24:56,000+0000 S","#,
        r#""TX":"B","RV":0,"RI":"1-0:1.8.1","RU":"Wh","RT":"AC","EF":"","ST":"G"}]}|{"SD":"306502"#,
        "305E1ACEB5DFFC89FC9233D323851CC6D4F95D48721949D3F984C9A6FA25C68655B365E3D22447B3F1A44AB4",
        "DE5EDA9AE90231008AFC7C199CA9A015DE46F8DF6D1D8F7F7A172282EE4159D4136D102E07F198660D5717E9",
        r#"681CF5842EA636FCAB7CBB0D","SA":"ECDSA-secp384r1-SHA256"}"#
    );
    let report = checked(Some(key), &[text]);
    assert_eq!(report.verdict.to_string(), VERIFIED);
    assert_eq!(energy(&report), "the reading of the end is missing");
}

/// `OCMFVerificationParserTest`: secp256k1 with the higher of the two numbers, OCMF 0.1.
#[test]
fn abl_secp256k1() {
    let key = "3056301006072a8648ce3d020106052b8104000a034200044e4970098eeff5e0e2\
        86e3a38552679771b89315a49dddf66ebac6f176fb02df9841091010e6850510540dad0cf967fd8de0ab25\
        198282b39597ddce09edf459";
    let text = concat!(
        r#"OCMF|{"FV":"0.1","VI":"ABL","VV":"1.4p3","PG":"T12345","MV":"Phoenix Contact","#,
        r#""MM":"EEM-350-D-MCB","MS":"BQ27400330016","MF":"1.0","IS":"VERIFIED","#,
        r#""IF":["RFID_PLAIN","OCPP_RS_TLS"],"IT":"ISO14443","ID":"1F2D3A4F5506C7","#,
        r#""RD":[{"TM":"2018-07-24T13:22:04,000+0200 S","TX":"B","RV":2935.6,"RI":"1-b:1.8.e","#,
        r#""RU":"kWh","EI":567,"ST":"G"}]}|{"SA":"ECDSA-secp256k1-SHA256","SD":"3046022100A7F1FD3"#,
        "9278A88432E1AB81229C34CE1066885D0EAD8810DB900018A4960888302210089004420623749BF75561F296",
        r#"85CD87D6853EC08E83BD1A15C5DAFF9F03F4115"}"#
    );
    let report = checked(Some(key), &[text]);
    assert_eq!(report.verdict.to_string(), VERIFIED);
    let set = report.values[0].dataset.as_ref().unwrap();
    assert_eq!(set.gateway.as_deref(), Some("ABL"));
    assert_eq!(set.identified.as_deref(), Some("VERIFIED"));
}

/// `resources/xml/isa-ocmf/OCMF-receipt-with_publickey_and_data.xml`: a bare key, a signature of
/// two bare numbers, values in quotes, and a meter that reports errors.
#[test]
fn isabellenhuette_receipt() {
    let key = "B27CDB498504606CA3ACA2BA05A61F30D443B36CADD6F00C881F3469FBB08B8C2F\
        498C314A035BDADCC83EA731A8B65CACD0A39A32C88AE444431E990F9E84ED";
    let reading = |time: &str, reason: &str| {
        format!(
            concat!(
                r#"{{"TM":"2023-06-27T18:02:{},000+0200 I","TX":"{}","EF":"E","ST":"E","#,
                r#""RV":"00000000.000","RI":"1-b:1.8.e","RU":"kWh","RT":"DC"}}"#
            ),
            time, reason
        )
    };
    let text = format!(
        concat!(
            r#"OCMF|{{"FV":"1.0","GI":"1234567890","GS":"1ISA1234567890","GV":"V4711","#,
            r#""MV":"Isabellenhuette Heusler","MM":"1234567890","MS":"1ISA1234567890","#,
            r#""MF":"80.01.01","CT":"DC-Test-Charger","CI":"CP-DE-4711","IS":true,"#,
            r#""IL":"CERTIFIED","IF":["RFID_PSK","OCPP_CERTIFIED","ISO15118_NONE","PLMN_NONE"],"#,
            r#""IT":"ISO15693","ID":"112233445566CC","PG":"T0","TT":"0,42 EUR/kWh","#,
            r#""RD":[{},{},{}]}}|{{"SA":"ECDSA-secp256r1-SHA256","SD":"C214F647DE0BD818545B99DC"#,
            "27AD6D1B0A400BB1EE2E2DF98E2726FFC538CDF952282D68FCD760FD8F69B82EF22B6FD72ED9251D162D",
            r#"A44AB489D46073FD3C76"}}"#
        ),
        reading("14", "B"),
        reading("28", "C"),
        reading("55", "E")
    );
    let report = checked(Some(key), &[&text]);
    let says = "not verified: the meter's status is not good: an unknown error (E)";
    assert_eq!(
        report.verdict.to_string(),
        says,
        "the signature itself holds"
    );
    assert_eq!(energy(&report), "0 kWh");
}

/// `AlfenVerificationParserTest`.
#[test]
fn alfen() {
    let key = "AMVBBEIORR2RGJLJ6YRZUGACQAXSDFCL66EIP3N7";
    let text = format!(
        "AP;0;3;{key};BJKGK43UIRSXMAAROYYDCMZNUYFACRC2I4ADGAABIAAAAAAAQ6ACMAD5CH4F\
         WAIAAEEAB7Y6ACJD2AAAAAAAAABRAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAASAAAAAEIAAAAA====;\
         IGRCBV3TL45XIGPJU7QGD3H4V6ICQ75GLPWEFNEKZX3RTTKJI2FBXHPCWUIWL5OENEHE3SQRVACHG===;"
    );
    let with = |key: Option<&str>, text: &str| check(&data("ALFEN Eichrecht", key, &[text]));
    let report = with(Some(key), &text);
    assert_eq!(report.verdict.to_string(), VERIFIED);
    let set = report.values[0].dataset.as_ref().unwrap();
    let [reading] = &set.readings[..] else {
        panic!("one reading")
    };
    assert_eq!(reading.at.to_rfc3339(), "2018-11-23T14:41:01+00:00");
    assert_eq!(reading.register.as_deref(), Some("01-00:01.08.00*FF"));
    let value = format!(
        "{} {}",
        reading.value.unwrap(),
        reading.unit.as_deref().unwrap()
    );
    assert_eq!(value, "15762 Wh", "15.762 kWh");
    let said = |key, text: &str| with(key, text).verdict.to_string();
    assert!(
        said(None, &text).starts_with("key unknown: "),
        "its own key proves nothing"
    );
    let changed = text.replace("AAAQ6ACM", "AAAR6ACM");
    let mismatch = "not verified: the signature does not match the text and the key";
    assert_eq!(said(None, &changed), mismatch);
    assert_eq!(said(Some(key), &changed), mismatch);
    // Another point of the curve: the same x with the other y.
    let other = "AIVBBEIORR2RGJLJ6YRZUGACQAXSDFCL66EIP3N7";
    let differs =
        "not verified: the key inside the signed text differs from the key that came along";
    assert_eq!(said(Some(other), &text), differs);
    let layout =
        "not supported: the Alfen data set is of a kind (type 7) whose layout is not known";
    assert_eq!(said(Some(key), &text.replace("AP;0;", "AP;7;")), layout);
    let short = "not supported: the Alfen data set is of a kind (version 3, 1 bytes) whose layout \
        is not known";
    assert_eq!(said(Some(key), &format!("AP;0;3;{key};AA;AA;")), short);
}

/// `resources/xml/test_ocmf_transaction_two_values.xml`, its key and the head of a signature.
#[test]
fn secp192k1_is_named_and_not_checked() {
    let key = "30 46 30 10 06 07 2A 86 48 CE 3D 02 01 06 05 2B 81 04 00 1F 03 32 00 04 \
        C2 00 65 42 21 8B B2 7F 5E 0B 94 5C 5F 9D 15 88 67 B6 66 B3 BB 44 14 AB \
        C6 56 94 89 A8 F7 98 50 20 C7 7F 0F 32 A4 B4 E1 83 A3 05 61 27 C3 48 69";
    let text = r#"OCMF|{"MS":"HTB"}|{"SA":"ECDSA-secp192k1-SHA256","SD":"30340218"}"#;
    let says = "not supported: signatures on the curve secp192k1 cannot be checked";
    assert_eq!(checked(Some(key), &[text]).verdict.to_string(), says);
    let text = text
        .replace("192k1", "256r1")
        .replace("30340218", &"01".repeat(64));
    let says = "not verified: the key is on the curve secp192k1, the signature on secp256r1";
    assert_eq!(checked(Some(key), &[&text]).verdict.to_string(), says);
}

/// No vector: there is nothing to check it with.
#[test]
fn edl40_is_named_and_not_checked() {
    for method in ["EDL40 E-Mobility Extension", "EDL40 Mennekes"] {
        let report = check(&data(&method.to_lowercase(), None, &["1B1B1B1B"]));
        let says = format!(
            "not supported: the signed bytes of {method} have to be put together from an SML \
             message or XML, which this program does not do; the transparency software of \
             S.A.F.E. e.V. does"
        );
        assert_eq!(report.verdict.to_string(), says);
        assert_eq!(energy(&report), "no signed value can be read");
    }
    let report = check(&data("PTB-A 50.7", None, &["x"]));
    let says = "not supported: the encoding method \"PTB-A 50.7\" is unknown";
    assert_eq!(report.verdict.to_string(), says);
}
