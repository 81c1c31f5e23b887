//! Records found in every form of stream, whole and broken, at any block size.

use domain::Severity;
use ocpi::stream::{Piece, Shape, Splitter};
use proptest::prelude::*;

/// One found piece: offset and text of a record, or the problem of something broken or noted.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Found {
    Record(u64, String),
    Broken(u64, u64, String, String),
    Note(u64, String),
}

fn take(pieces: &mut ocpi::stream::Pieces<'_>, into: &mut Vec<Found>) {
    while let Some(piece) = pieces.next() {
        into.push(match piece {
            Piece::Record(raw) => {
                assert_eq!(
                    raw.length,
                    raw.bytes.len() as u64,
                    "a record is given whole"
                );
                Found::Record(raw.offset, String::from_utf8_lossy(raw.bytes).into_owned())
            }
            Piece::Broken(raw, finding) => {
                assert_eq!(finding.severity, Severity::Fatal);
                let problem = finding.params["problem"].clone();
                let text = String::from_utf8_lossy(raw.bytes).into_owned();
                Found::Broken(raw.offset, raw.length, problem, text)
            }
            Piece::Note(finding) => {
                assert_eq!(finding.severity, Severity::Warning);
                let offset = finding.params["offset"]
                    .parse()
                    .expect("an offset is a number");
                Found::Note(offset, finding.params["problem"].clone())
            }
        });
    }
}

/// Splits in blocks of `size` bytes.
fn split(stream: &[u8], size: usize, record_max: usize) -> (Vec<Found>, Option<Shape>) {
    let mut splitter = Splitter::with_record_max(record_max);
    let mut found = Vec::new();
    for block in stream.chunks(size) {
        take(&mut splitter.feed(block), &mut found);
    }
    take(&mut splitter.finish(), &mut found);
    assert_eq!(splitter.fed(), stream.len() as u64);
    (found, splitter.shape())
}

/// The texts of the records, and the problems of everything else.
fn summary(stream: &str) -> (Vec<String>, Vec<String>) {
    let (found, _) = split(stream.as_bytes(), 1 << 16, 1 << 20);
    let (mut records, mut problems) = (Vec::new(), Vec::new());
    for piece in found {
        match piece {
            Found::Record(offset, text) => {
                let start = usize::try_from(offset).expect("small");
                assert_eq!(
                    stream[start..start + text.len()],
                    text,
                    "the offset is right"
                );
                records.push(text);
            }
            Found::Broken(offset, length, problem, text) => {
                assert_eq!(length, text.len() as u64);
                let start = usize::try_from(offset).expect("small");
                assert_eq!(
                    stream[start..start + text.len()],
                    text,
                    "the offset is right"
                );
                problems.push(format!("{problem}: {text}"));
            }
            Found::Note(_, problem) => problems.push(problem),
        }
    }
    (records, problems)
}

#[test]
fn every_form_gives_the_same_records() {
    let a = r#"{"id": "a", "x": {"y": [1, "}]\"{["]}}"#;
    let b = r#"{"id":"b"}"#;
    for (form, shape) in [
        (format!("{a}{b}"), Shape::Lines),
        (format!("{a}\n{b}"), Shape::Lines),
        (format!("{a}\r\n\r\n{b}\r\n"), Shape::Lines),
        (format!("\u{feff}{a}\n{b}\n"), Shape::Lines),
        (format!("[{a},{b}]"), Shape::Array),
        (format!(" [\n  {a},\n  {b}\n]\n"), Shape::Array),
        (format!("[[{a}],[{b}]]"), Shape::Array),
        (format!("[{a}]\n[{b}]"), Shape::Array),
        (
            format!(r#"{{"data": [{a}, {b}], "status_code": 1000}}"#),
            Shape::Envelope,
        ),
        (
            format!(
                r#"{{"status_code": 1000, "status_message": "ok, \"{{fine}}\"",
                    "timestamp": "2026-01-01T00:00:00Z", "meta": {{"a": [1, {{}}]}},
                    "data": [{a}, {b}]}}"#
            ),
            Shape::Envelope,
        ),
        (
            format!(r#"{{"data":{a},"status_code":1000}}{{"data":{b}}}"#),
            Shape::Envelope,
        ),
        (
            format!(r#"[{{"data":[{a}]}}, {{"timestamp":"t","data":[{b}]}}]"#),
            Shape::Array,
        ),
    ] {
        let (found, found_shape) = split(form.as_bytes(), 1 << 16, 1 << 20);
        let texts: Vec<&str> = found
            .iter()
            .map(|piece| match piece {
                Found::Record(_, text) => text.as_str(),
                other => panic!("{other:?} in {form}"),
            })
            .collect();
        assert_eq!(texts, [a, b], "{form}");
        assert_eq!(found_shape, Some(shape), "{form}");
    }
    let (found, shape) = split(b"{\n \"id\": \"c\"\n}\n", 1 << 16, 1 << 20);
    assert_eq!(found.len(), 1);
    assert_eq!(shape, Some(Shape::Objects), "one object over several lines");
}

#[test]
fn streams_without_records() {
    for (stream, problems) in [
        ("", &[][..]),
        (" \n\n", &[]),
        ("[]", &[]),
        (r#"{"data": [], "status_code": 1000}"#, &[]),
        (r#"{"data": null, "status_code": 1000}"#, &[]),
        (
            r#"{"status_code": 2001, "status_message": "no"}"#,
            &["no_data"],
        ),
        ("hello", &["no_object: hello"]),
        ("hello\nworld\n", &["no_object: hello\nworld"]),
        (
            "[1, \"a,b]\", null]",
            &["no_object: 1", "no_object: \"a,b]\"", "no_object: null"],
        ),
        ("<html>{}</html>", &["no_object: <html>{}</html>"]),
    ] {
        let (records, found) = summary(stream);
        assert_eq!(records, Vec::<String>::new(), "{stream:?}");
        assert_eq!(found, problems, "{stream:?}");
    }
}

#[test]
fn a_broken_record_does_not_cost_its_neighbours() {
    let a = r#"{"id":"a"}"#;
    let z = r#"{"id":"z"}"#;
    for (broken, problem) in [
        (r#"{"id":"b","x":{"#, "cut_off"),
        (r#"{"id":"b","x":[1,"#, "cut_off"),
        (r#"{"id":"b","#, "cut_off"),
        (r#"{"id":"b"#, "cut_off"),
        ("{", "cut_off"),
        ("garbage", "no_object"),
        (r#""id": 1}"#, "no_object"),
    ] {
        let (records, problems) = summary(&format!("{a}\n{broken}\n{z}\n"));
        assert_eq!(records, [a, z], "{broken}");
        assert_eq!(problems, [format!("{problem}: {broken}")]);
    }
    for (first, problem) in [
        (r#"{"id":"b","x":{"y":1}"#, "cut_off"),
        (r#"{"id":"b"#, "cut_off"),
    ] {
        let (records, problems) = summary(&format!("{first}\n{a}\n{z}"));
        assert_eq!(
            records,
            [a, z],
            "also where the first line is the broken one: {first}"
        );
        assert_eq!(problems, [format!("{problem}: {first}")]);
    }
    let (records, problems) = summary(r#"[{"id":"a"},{"id" "b",,},{"id":"z"}]"#);
    assert_eq!(
        records,
        [a, r#"{"id" "b",,}"#, z],
        "what is in an element is the reader's matter"
    );
    assert_eq!(problems, Vec::<String>::new());
    let (records, problems) = summary(r#"[{"id":"a"}{"id":"z"},]"#);
    assert_eq!(records, [a, z]);
    assert_eq!(problems, ["no_comma", "trailing_comma"]);
    let (records, problems) = summary(r#"[{"id":"a"},, oops, {"id":"z"}]"#);
    assert_eq!(records, [a, z]);
    assert_eq!(problems, ["extra_comma", "no_object: oops"]);
}

#[test]
fn a_truncated_stream_gives_what_there_is() {
    let (records, problems) = summary(r#"{"data":[{"id":"a"},{"id":"b"},{"id":"#);
    assert_eq!(records, [r#"{"id":"a"}"#, r#"{"id":"b"}"#]);
    assert_eq!(
        problems,
        [r#"cut_off: {"id":"#, "cut_off"],
        "the record, then what is around it"
    );
    let (records, problems) = summary(r#"[{"id":"a"}"#);
    assert_eq!(records, [r#"{"id":"a"}"#]);
    assert_eq!(problems, ["cut_off"]);
}

#[test]
fn lines_may_be_followed_by_objects_over_several_lines() {
    let stream = "{\"id\":\"a\"}\n{\n  \"id\": \"b\",\n  \"x\": [\n    {\"y\": 1}\n  ]\n}\n";
    let (records, problems) = summary(stream);
    assert_eq!(records, [r#"{"id":"a"}"#, stream[11..].trim_end()]);
    assert_eq!(
        problems,
        Vec::<String>::new(),
        "an indented brace may go on with the record"
    );
}

#[test]
fn a_record_that_is_too_large_is_a_finding() {
    let large = format!(r#"{{"id":"{}"}}"#, "x".repeat(500));
    let stream = format!("[{{\"id\":\"a\"}},{large},{{\"id\":\"z\"}}]");
    for size in [7, 100, 4096] {
        let (found, _) = split(stream.as_bytes(), size, 100);
        let [
            Found::Record(..),
            Found::Broken(offset, length, problem, text),
            Found::Record(..),
        ] = found.as_slice()
        else {
            panic!("{found:?}")
        };
        assert_eq!((*offset, *length, problem.as_str()), (12, 509, "too_large"));
        assert_eq!(*text, large[..100], "the first bytes are given");
    }
}

#[test]
fn a_record_that_is_too_large_ends_at_the_same_line_in_any_blocks() {
    // What is kept of it ends in a colon, behind which a brace would go on with it.
    let stream = b"{\"a\":1111\n{\"b\":1}\n";
    let (whole, _) = split(stream, stream.len(), 5);
    assert_eq!(
        whole.len(),
        2,
        "the line breaks off before the next one: {whole:?}"
    );
    for size in 1..stream.len() {
        assert_eq!(split(stream, size, 5).0, whole, "blocks of {size} bytes");
    }
}

#[test]
fn notes_are_bounded() {
    let (found, _) = split(&vec![b','; 100_000], 1 << 16, 1 << 20);
    assert_eq!(
        found.len(),
        100,
        "a stream of commas is described well enough by a hundred"
    );
}

#[test]
fn memory_is_bounded_by_record_and_block() {
    let mut splitter = Splitter::with_record_max(1_000);
    let block = vec![b'x'; 1 << 20];
    let mut found = Vec::new();
    take(&mut splitter.feed(b"{\"id\":\""), &mut found);
    for _ in 0..16 {
        take(&mut splitter.feed(&block), &mut found);
    }
    take(&mut splitter.finish(), &mut found);
    let [Found::Broken(0, length, problem, text)] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (*length, problem.as_str(), text.len()),
        (7 + (16 << 20), "too_large", 1_000)
    );
}

/// JSON-like noise: the bytes that matter for splitting, and some that do not.
fn noise() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        "\"",
        ",",
        ":",
        "\n",
        "\r\n",
        " ",
        "\\",
        "\\\"",
        "1",
        "null",
        "é",
        "{\"id\":\"a\"}",
        "{\"data\":",
        "\"data\"",
        "\"status_code\"",
        "{\"id\":\"b\"}\n",
        "\u{feff}",
    ]);
    prop::collection::vec(words, 0..60).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn any_block_size_gives_the_same(stream in noise(), size in 1_usize..70) {
        let whole = split(stream.as_bytes(), usize::MAX, 1 << 20);
        prop_assert_eq!(split(stream.as_bytes(), size, 1 << 20), whole.clone());
        prop_assert_eq!(split(stream.as_bytes(), 1, 1 << 20), whole);
    }

    #[test]
    fn no_bytes_make_it_panic_and_pieces_do_not_overlap(
        stream in prop::collection::vec(any::<u8>(), 0..400),
        size in 1_usize..70,
    ) {
        let mut splitter = Splitter::with_record_max(64);
        let mut ranges = Vec::new();
        let mut drain = |pieces: &mut ocpi::stream::Pieces<'_>| {
            while let Some(piece) = pieces.next() {
                if let Piece::Record(raw) | Piece::Broken(raw, _) = piece {
                    ranges.push((raw.offset, raw.length, raw.bytes.to_vec()));
                }
            }
        };
        for block in stream.chunks(size) {
            drain(&mut splitter.feed(block));
        }
        drain(&mut splitter.finish());
        let mut end = 0;
        for (offset, length, bytes) in ranges {
            prop_assert!(offset >= end, "pieces come in order and do not overlap");
            end = offset + length;
            prop_assert!(end <= stream.len() as u64);
            let start = usize::try_from(offset).expect("small");
            prop_assert_eq!(&stream[start..start + bytes.len()], &bytes[..], "bytes as they came");
        }
    }

    #[test]
    fn whole_records_are_found_in_any_form(
        ids in prop::collection::vec("[a-z{}\\[\\],\\\\\" é]{0,40}", 1..8),
        form in 0_usize..5,
        size in 1_usize..200,
    ) {
        let records: Vec<String> = ids
            .iter()
            .map(|id| serde_json::json!({"id": id, "list": [{"deep": id}]}).to_string())
            .collect();
        let stream = match form {
            0 => records.concat(),
            1 => records.join("\n"),
            2 => format!("[{}]", records.join(",")),
            3 => format!(r#"{{"status_code":1000,"data":[{}]}}"#, records.join(" , ")),
            _ => format!("{{\"data\":{}}}", records.join("}\r\n{\"data\":")),
        };
        let (found, _) = split(stream.as_bytes(), size, 1 << 20);
        let texts: Vec<String> = found
            .into_iter()
            .map(|piece| match piece {
                Found::Record(_, text) => text,
                other => panic!("{other:?}"),
            })
            .collect();
        prop_assert_eq!(texts, records);
    }
}
