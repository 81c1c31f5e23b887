//! Signed meter values of our own making: OCMF, ECDSA on secp256r1, with a key made for tests.

/// The public key, as hexadecimal digits of its DER form.
pub(crate) const KEY: &str = concat!(
    r#"3059301306072A8648CE3D020106082A8648CE3D030107034200044CA43262AA7803E6288692CA66"#,
    r#"1D47358A577E5BBE2D3A6DE93F48F17B125BC8C522EBBE1ECCA8A78ED95199E1770E34749702E92C"#,
    r#"72AA23BB44C53E3163C0AF"#,
);

/// The same in base64, as OCPP 2.0.1 sends it.
pub(crate) const KEY_BASE64: &str = concat!(
    r#"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAETKQyYqp4A+YohpLKZh1HNYpXflu+LTpt6T9I8XsSW8jF"#,
    r#"Iuu+Hsyop47ZUZnhdw40dJcC6SxyqiO7RMU+MWPArw=="#,
);

/// From 100 to 110 kWh, from 08:01 to 09:01 UTC on 1 September 2026, by a clock that was set.
pub(crate) const TEN: &str = concat!(
    r#"OCMF|{"FV":"1.0","GI":"TALLY","PG":"T1","MS":"M1","RD":[{"TM":"2026-09-01T10:01:"#,
    r#"00,000+0200 S","TX":"B","RV":100.000,"RI":"1-0:1.8.0","RU":"kWh","ST":"G"},{"TM""#,
    r#":"2026-09-01T11:01:00,000+0200 S","TX":"E","RV":110.000,"RI":"1-0:1.8.0","RU":"k"#,
    r#"Wh","ST":"G"}]}|{"SA":"ECDSA-secp256r1-SHA256","SD":"30450220111EBC6C58E69EAFCAD"#,
    r#"A6E4BF48A60F89E8F65847F97E11D0757F7FCB3001D65022100F81C561211957E517C1A7DE71204B"#,
    r#"1F0DEA127F20F23FA60F7752DE49EDE2842"}"#,
);

/// The same up to 109.5 kWh.
pub(crate) const NINE_AND_A_HALF: &str = concat!(
    r#"OCMF|{"FV":"1.0","GI":"TALLY","PG":"T1","MS":"M1","RD":[{"TM":"2026-09-01T10:01:"#,
    r#"00,000+0200 S","TX":"B","RV":100.000,"RI":"1-0:1.8.0","RU":"kWh","ST":"G"},{"TM""#,
    r#":"2026-09-01T11:01:00,000+0200 S","TX":"E","RV":109.500,"RI":"1-0:1.8.0","RU":"k"#,
    r#"Wh","ST":"G"}]}|{"SA":"ECDSA-secp256r1-SHA256","SD":"3044022023F157641BE2514FA67"#,
    r#"8A7AE1E2B0ADF4143F23C15E578E848A9221A7148519002207458080377C2483E524F49DB026534B"#,
    r#"704003AE65DBF8E936AC6FA202C9945E3"}"#,
);

/// From 100 to 110 kWh by a clock that was not set.
pub(crate) const UNSET: &str = concat!(
    r#"OCMF|{"FV":"1.0","GI":"TALLY","PG":"T1","MS":"M1","RD":[{"TM":"2026-09-01T10:01:"#,
    r#"00,000+0200 U","TX":"B","RV":100.000,"RI":"1-0:1.8.0","RU":"kWh","ST":"G"},{"TM""#,
    r#":"2026-09-01T11:01:00,000+0200 U","TX":"E","RV":110.000,"RI":"1-0:1.8.0","RU":"k"#,
    r#"Wh","ST":"G"}]}|{"SA":"ECDSA-secp256r1-SHA256","SD":"304502202A5F7FBAA6445BBFE17"#,
    r#"D7B24D0C0C16DFA0D19A63BB242B9324A33CBA55E7EBF0221008A87260EDD9D1277D0E8AE836FB0A"#,
    r#"9C524DA0F444605CD98A7861F9999C4229D"}"#,
);

/// 1 kWh at 19:00 UTC, the begin of a transaction.
pub(crate) const BEGIN: &str = concat!(
    r#"OCMF|{"FV":"1.0","GI":"TALLY","PG":"T1","MS":"M1","RD":[{"TM":"2026-09-01T21:00:"#,
    r#"00,000+0200 S","TX":"B","RV":1.000,"RI":"1-0:1.8.0","RU":"kWh","ST":"G"}]}|{"SA""#,
    r#":"ECDSA-secp256r1-SHA256","SD":"304502203FBE7051C04A32ED0782567E456884E45F47966C"#,
    r#"E095C6FD00609C627BEFC137022100FCD6ACE21EB53E103E522FDA6D292F44B018B38C49FF6B487B"#,
    r#"E628F31282CA4B"}"#,
);

/// 12.9 kWh at 21:00 UTC, its end.
pub(crate) const END: &str = concat!(
    r#"OCMF|{"FV":"1.0","GI":"TALLY","PG":"T1","MS":"M1","RD":[{"TM":"2026-09-01T23:00:"#,
    r#"00,000+0200 S","TX":"E","RV":12.900,"RI":"1-0:1.8.0","RU":"kWh","ST":"G"}]}|{"SA"#,
    r#"":"ECDSA-secp256r1-SHA256","SD":"304502206ABF0B4A908F9CB4A46A0F7985788A9413B9F6F"#,
    r#"39EB58EF2AE093E22B71D1E7E022100FFA86AED8B6C1496A57F509E82AD1F2749EA8F14DDC3C64B3"#,
    r#"5D941116AF47AF8"}"#,
);
