//! What was planted in generated data beside what we find: each kind of fault, and every record in
//! one bucket. The same on more data and other seeds:
//! `cargo xtask bench --confusion`.

use acceptance::confusion::{PENDING, book, causes, generate, table, truth};

/// Events to generate: so many that each kind of fault is there.
const EVENTS: u32 = 20_000;

#[test]
fn every_kind_of_fault_is_found_and_its_cause_named() {
    let folder = tempfile::tempdir().unwrap();
    if generate(folder.path(), EVENTS, 1).is_none() {
        println!("shared/ is absent: not run");
        return;
    }
    let truth = truth(folder.path());
    let desk = book(folder.path(), &truth);
    let table = table(&desk, folder.path(), &truth);
    println!("{}", table.text());
    for (planted, found, id) in table.of_good().iter().take(20) {
        println!("{id}: {planted}, taken for {found}");
    }
    let named = causes(&desk, folder.path(), &truth);
    println!("{}", named.text());
    let pending = |kind: &String| PENDING.contains(&kind.as_str());
    let mut short = table.short(99);
    short.retain(|kind| !pending(kind));
    assert!(short.is_empty(), "below 99 %: {short:?}");
    // A session whose CDR ends in another year is billed by it, and counts as missing its CDR.
    let both = |line: &&String| line.ends_with("is billed and misses its CDR");
    let pending = |line: &&String| PENDING.contains(&"missing_cdr") && both(line);
    let unsorted: Vec<&String> = table
        .unsorted
        .iter()
        .filter(|line| !pending(line))
        .collect();
    assert!(unsorted.is_empty(), "one bucket each: {unsorted:?}");
    assert_eq!(named.below(95), Vec::<String>::new(), "causes");
}
