//! Splits and reads a file of OCPI JSON and prints what was found.
//!
//! `cargo run --release -p tallywatt-ocpi --example read_file -- cdrs.ndjson [2.1.1 [NL-ABC]]`

use std::collections::BTreeMap;
use std::error::Error;

use ocpi::stream::{Piece, Splitter};
use ocpi::{Hint, Object, Reader};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let path = arguments.first().ok_or("which file?")?;
    let hint = Hint {
        version: arguments.get(1).map(|text| text.parse()).transpose()?,
        kind: None,
        party: arguments.get(2).map(|text| text.parse()).transpose()?,
    };
    let bytes = std::fs::read(path)?;
    let (mut splitter, mut reader) = (Splitter::new(), Reader::new());
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut count = |what: String| *counts.entry(what).or_default() += 1;
    let mut drain = |pieces: &mut ocpi::stream::Pieces<'_>| {
        while let Some(piece) = pieces.next() {
            let findings = match piece {
                Piece::Record(raw) => {
                    let read = reader.read(raw.bytes, &hint);
                    count(match read.object {
                        Some(Object::Cdr(_)) => "CDRs".to_owned(),
                        Some(Object::Session(_)) => "sessions".to_owned(),
                        Some(Object::Tariff(_)) => "tariffs".to_owned(),
                        Some(Object::Location(_)) => "locations".to_owned(),
                        Some(Object::Token(_)) => "tokens".to_owned(),
                        None => "unusable records".to_owned(),
                    });
                    read.findings
                }
                Piece::Broken(_, finding) | Piece::Note(finding) => vec![finding],
            };
            for finding in findings {
                count(format!("{} at {}", finding.code, finding.at));
            }
        }
    };
    for block in bytes.chunks(1 << 20) {
        drain(&mut splitter.feed(block));
    }
    drain(&mut splitter.finish());
    for (what, number) in counts {
        println!("{number:>9}  {what}");
    }
    Ok(())
}
