//! The envelope around every answer (SEMANTICS 5.2). HTTP says whether a request arrived, the
//! envelope what came of it; both must be a success.

use chrono::DateTime;
use domain::Instant;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::problem::{Code, Problem, Result};

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default, deserialize_with = "even_null")]
    data: Option<&'a RawValue>,
    #[serde(borrow, default)]
    status_code: Option<&'a RawValue>,
    #[serde(borrow, default)]
    status_message: Option<&'a RawValue>,
}

/// What is there; `null` is, too.
fn even_null<'de, D: serde::Deserializer<'de>>(
    from: D,
) -> std::result::Result<Option<&'de RawValue>, D::Error> {
    <&RawValue>::deserialize(from).map(Some)
}

/// A number, or a number in quotes.
fn number(raw: &RawValue) -> Option<u32> {
    raw.get().trim_matches('"').parse().ok()
}

/// A text, if it is one.
pub(crate) fn text(raw: &RawValue) -> Option<String> {
    serde_json::from_str(raw.get()).ok()
}

fn parse(body: &[u8]) -> Option<Envelope<'_>> {
    let body = body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body);
    serde_json::from_slice(body).ok()
}

/// What an answer says of a failure, for a sentence: its OCPI status and message.
pub(crate) fn said(body: &[u8]) -> Option<String> {
    let envelope = parse(body)?;
    let code = envelope.status_code.and_then(number)?;
    let message = envelope.status_message.and_then(text).unwrap_or_default();
    let message: String = message
        .chars()
        .filter(|c| !c.is_control())
        .take(200)
        .collect();
    Some(if message.is_empty() {
        format!(", OCPI {code}")
    } else {
        format!(", OCPI {code}: {message}")
    })
}

/// The OCPI status of an answer, if it has one.
pub(crate) fn status(body: &[u8]) -> Option<u32> {
    parse(body)?.status_code.and_then(number)
}

/// The data of an answer whose OCPI status is a success.
pub(crate) fn data<'a>(body: &'a [u8], from: &str) -> Result<&'a RawValue> {
    success(body, from)?.ok_or_else(|| {
        let text = format!("{from} answers that all is well, but without data.");
        Problem::new(Code::NotOcpi, text)
    })
}

/// The data, if there is any, of an answer whose OCPI status is a success.
pub(crate) fn success<'a>(body: &'a [u8], from: &str) -> Result<Option<&'a RawValue>> {
    let Some(envelope) = parse(body) else {
        let begin: String = String::from_utf8_lossy(body).chars().take(60).collect();
        let text = format!("{from} answers with something that is no OCPI: {begin:?}…");
        return Err(Problem::new(Code::NotOcpi, text));
    };
    let Some(code) = envelope.status_code.and_then(number) else {
        let text = format!("{from} answers with JSON that has no OCPI status code.");
        return Err(Problem::new(Code::NotOcpi, text));
    };
    if !(1000..2000).contains(&code) {
        let said = said(body).unwrap_or_default();
        let text = format!("{from} answers that it failed{said}.");
        return Err(Problem::new(Code::OcpiStatus, text).with_status(code));
    }
    Ok(envelope.data)
}

/// The objects of a list in an answer of success, at a glance and in one go. `None` where anything
/// is unusual: then the answer is read again, piece by piece, to say what.
pub(crate) fn quick_list(body: &[u8]) -> Option<Vec<Glimpse>> {
    #[derive(Deserialize)]
    struct Usual<'a> {
        #[serde(borrow)]
        data: Vec<Dated<'a>>,
        status_code: u32,
    }
    #[derive(Deserialize)]
    struct Dated<'a> {
        #[serde(borrow)]
        last_updated: std::borrow::Cow<'a, str>,
    }
    let usual: Usual<'_> = serde_json::from_slice(body).ok()?;
    let glimpse = |dated: Dated<'_>| Glimpse {
        last_updated: instant(&dated.last_updated),
    };
    let good = (1000..2000).contains(&usual.status_code);
    good.then(|| usual.data.into_iter().map(glimpse).collect())
}

/// What a crawl must know of an object in a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Glimpse {
    pub last_updated: Option<Instant>,
}

/// The objects of a list, at a glance. `null` is an empty list.
pub(crate) fn list(data: &RawValue, from: &str) -> Result<Vec<Glimpse>> {
    #[derive(Deserialize)]
    struct Dated<'a> {
        #[serde(borrow, default)]
        last_updated: Option<&'a RawValue>,
    }
    if data.get() == "null" {
        return Ok(Vec::new());
    }
    let objects: Vec<&RawValue> = serde_json::from_str(data.get()).map_err(|_| {
        let text = format!("{from} answers with data that is no list.");
        Problem::new(Code::NotOcpi, text)
    })?;
    let glimpse = |object: &&RawValue| {
        let dated = serde_json::from_str::<Dated<'_>>(object.get()).ok();
        let text = dated.and_then(|dated| dated.last_updated).and_then(text);
        Glimpse {
            last_updated: text.as_deref().and_then(instant),
        }
    };
    Ok(objects.iter().map(glimpse).collect())
}

/// An instant as partners write it: RFC 3339, with a blank for the `T`, or without a zone (UTC).
fn instant(text: &str) -> Option<Instant> {
    let text = text.trim().replacen(' ', "T", 1);
    let with_zone = DateTime::parse_from_rfc3339(&text).ok();
    let bare = || {
        let utc = chrono::NaiveDateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f").ok()?;
        Some(utc.and_utc())
    };
    with_zone.map(Into::into).or_else(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: &str) -> Option<Code> {
        data(body.as_bytes(), "the server")
            .err()
            .map(|problem| problem.code)
    }

    #[test]
    fn http_200_alone_is_no_success() {
        let ok = r#"{"data":[],"status_code":1000,"timestamp":"2026-01-01T00:00:00Z"}"#;
        assert_eq!(code(ok), None);
        assert_eq!(
            code(r#"{"data":[],"status_code":"1000"}"#),
            None,
            "a number in quotes"
        );
        assert_eq!(
            code("\u{FEFF}{\"data\":[],\"status_code\":1000}"),
            None,
            "a BOM"
        );
        assert_eq!(
            code(r#"{"data":[],"status_code":3000}"#),
            Some(Code::OcpiStatus)
        );
        assert_eq!(code(r#"{"data":[]}"#), Some(Code::NotOcpi));
        assert_eq!(code(r#"{"status_code":1000}"#), Some(Code::NotOcpi));
        assert_eq!(code("<html>"), Some(Code::NotOcpi));
        assert_eq!(code(r#"{"data":[{"id":"#), Some(Code::NotOcpi));
    }

    #[test]
    fn a_failure_is_told_with_what_the_server_said() {
        let body = r#"{"status_code":3001,"status_message":"try\u0007 later"}"#;
        let problem = data(body.as_bytes(), "X").expect_err("3001 is a failure");
        assert_eq!(
            problem.text,
            "X answers that it failed, OCPI 3001: try later."
        );
    }

    #[test]
    fn what_is_usual_is_read_in_one_go_and_alike() {
        let object = r#"{"id":"A","last_updated":"2026-03-01T10:00:00Z","more":[{"x":[1,"]"]}]}"#;
        let usual = format!(r#"{{"data":[{object},{object}],"status_code":1000,"timestamp":""}}"#);
        let quick = quick_list(usual.as_bytes()).expect("nothing is unusual");
        let data = data(usual.as_bytes(), "the server").expect("a success");
        assert_eq!(quick, list(data, "the server").expect("a list"));
        assert_eq!(quick.len(), 2);
        for unusual in [
            usual.replace("1000", "3000"),
            usual.replace("1000", "\"1000\""),
            usual.replace("last_updated", "updated"),
            usual.replace("[{\"id", "{\"id"),
            String::new(),
        ] {
            assert_eq!(quick_list(unusual.as_bytes()), None, "{unusual}");
        }
    }

    #[test]
    fn objects_are_seen_with_the_instants_partners_write() {
        let body = r#"[{"last_updated":"2026-03-01T10:00:00Z"},
            {"last_updated":"2026-03-01 10:00:00+00:00"},{"last_updated":"2026-03-01T10:00:00"},
            {"last_updated":7},{"id":"X"},3]"#;
        let raw: &RawValue = serde_json::from_str(body).expect("JSON");
        let seen = list(raw, "the server").expect("a list");
        let at: Option<Instant> = "2026-03-01T10:00:00Z".parse().ok();
        let dates: Vec<_> = seen.iter().map(|seen| seen.last_updated).collect();
        assert_eq!(dates, [at, at, at, None, None, None]);
    }
}
