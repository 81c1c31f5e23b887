//! Every kind of fault that can be generated, beside what we find, on three seeds.

use std::path::Path;

use acceptance::confusion::{PENDING, book, causes, generate, table, truth};

/// Prints the tables of three seeds; what is below 99 % ends the program.
pub fn bench(folder: &Path, count: u32) {
    for seed in 1..=3 {
        let folder = folder.join(format!("seed-{seed}"));
        if generate(&folder, count, seed).is_none() {
            println!("bench: shared/tools/gen_cdrs is absent: not run");
            return;
        }
        let truth = truth(&folder);
        let desk = book(&folder, &truth);
        let table = table(&desk, &folder, &truth);
        let named = causes(&desk, &folder, &truth);
        println!(
            "{count} events, seed {seed}\n{}\n{}",
            table.text(),
            named.text()
        );
        let short: Vec<String> = table
            .short(99)
            .into_iter()
            .filter(|kind| !PENDING.contains(&kind.as_str()))
            .chain(named.below(95))
            .collect();
        assert!(short.is_empty(), "too few are found or named: {short:?}");
    }
}
