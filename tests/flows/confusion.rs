//! What was planted in generated data beside what we find: each kind of fault, and every record in
//! one bucket. The same on more data and other seeds: `cargo xtask bench --confusion`.

use acceptance::confusion::{book, generate, table, truth};

/// Kinds that need findings which compare a whole month.
const PENDING: &[&str] = &[];

#[test]
fn every_kind_of_fault_is_found_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let count = std::env::var("CONFUSION_COUNT").map_or(20_000, |text| text.parse().unwrap());
    let seed = std::env::var("CONFUSION_SEED").map_or(1, |text| text.parse().unwrap());
    if generate(folder.path(), count, seed).is_none() {
        println!("shared/ is absent: not run");
        return;
    }
    let truth = truth(folder.path());
    let desk = book(folder.path(), &truth);
    let table = table(&desk, folder.path(), &truth);
    println!("{}", table.text());
    for line in table.wrong.iter().take(40) {
        println!("{line:?}");
    }
    println!("{:?}", &table.unsorted[..table.unsorted.len().min(5)]);
    let short = table
        .scores()
        .into_iter()
        .filter(|score| !score.reaches(99));
    let short: Vec<String> = short.map(|score| score.kind).collect();
    let short: Vec<&String> = short
        .iter()
        .filter(|kind| !PENDING.contains(&kind.as_str()))
        .collect();
    assert!(short.is_empty(), "below 99 %: {short:?}");
    assert!(table.unsorted.is_empty(), "{:?}", table.unsorted);
}
