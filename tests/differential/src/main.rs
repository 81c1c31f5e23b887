//! `differential PEER [--pairs N] [--seed N]`: prices and speeds of both engines, in one run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use differential::cause::{CAUSES, Case, Total, explain, priced, same};
use differential::choose::Seeded;
use differential::make::{Manners, Pair, exact_hours, pair, with_tariff};
use differential::{peer, speed};
use domain::Cdr;
use ocpi::Hint;

/// What is asked for.
struct Asked {
    peer: PathBuf,
    pairs: usize,
    seed: u64,
}

fn main() -> ExitCode {
    let done = asked().and_then(|asked| {
        let unexplained = prices(&asked)?;
        speeds(&asked.peer)?;
        Ok(unexplained)
    });
    match done {
        Ok(0) => ExitCode::SUCCESS,
        Ok(count) => {
            eprintln!("{count} disagreements have no named cause");
            ExitCode::FAILURE
        }
        Err(why) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

fn asked() -> Result<Asked, String> {
    let mut arguments = std::env::args().skip(1);
    let peer = arguments
        .next()
        .ok_or("differential PEER [--pairs N] [--seed N]")?;
    let mut asked = Asked {
        peer: peer.into(),
        pairs: 1000,
        seed: 1,
    };
    while let Some(name) = arguments.next() {
        let value = arguments.next().and_then(|value| value.parse::<u64>().ok());
        let value = value.ok_or_else(|| format!("{name} needs a whole number"))?;
        match name.as_str() {
            "--pairs" => asked.pairs = usize::try_from(value).map_err(|why| why.to_string())?,
            "--seed" => asked.seed = value,
            _ => return Err(format!("{name} is not known")),
        }
    }
    Ok(asked)
}

/// A disagreement that no cause explains, or one example of a cause.
struct Example {
    pair: usize,
    ours: Option<Total>,
    peer: peer::Answer,
}

/// Prices all pairs with both; how many disagreements have no cause.
fn prices(asked: &Asked) -> Result<usize, String> {
    let mut from = Seeded(asked.seed);
    let pairs: Vec<Pair> = (0..asked.pairs)
        .map(|_| pair(&mut from, Manners::Sound))
        .collect();
    let stated: Vec<String> = pairs
        .iter()
        .map(|p| with_tariff(&p.cdr, &p.tariff))
        .collect();
    let exact: Vec<String> = stated.iter().map(|cdr| exact_hours(cdr)).collect();
    let failed = |why: std::io::Error| why.to_string();
    let of_stated = peer::totals(&asked.peer, &stated).map_err(failed)?;
    let of_exact = peer::totals(&asked.peer, &exact).map_err(failed)?;
    let mut agree = 0;
    let mut causes: BTreeMap<Vec<usize>, Vec<Example>> = BTreeMap::new();
    let mut unexplained: Vec<Example> = Vec::new();
    for (place, (cdr, (peer, exact))) in stated
        .iter()
        .zip(of_stated.into_iter().zip(of_exact))
        .enumerate()
    {
        let case = Case::new(read(cdr)?);
        let ours = priced(&case);
        if same(ours, peer.clone().ok()) {
            agree += 1;
            continue;
        }
        let answers = [peer.clone().ok(), exact.ok()];
        let example = Example {
            pair: place,
            ours,
            peer,
        };
        match explain(&case, &answers) {
            Some(places) => causes.entry(places).or_default().push(example),
            None => unexplained.push(example),
        }
    }
    println!(
        "{} pairs (seed {}), {agree} totals agree",
        asked.pairs, asked.seed
    );
    report(&causes);
    for example in &unexplained {
        println!("\nNO CAUSE {}", line(example));
        println!("{}", stated[example.pair]);
    }
    Ok(unexplained.len())
}

fn report(causes: &BTreeMap<Vec<usize>, Vec<Example>>) {
    let mut sorted: Vec<_> = causes.iter().collect();
    sorted.sort_by_key(|(_, examples)| std::cmp::Reverse(examples.len()));
    for (places, examples) in sorted {
        let numbers: Vec<&str> = places.iter().map(|place| CAUSES[*place].number).collect();
        println!(
            "\n{} disagreements: {}",
            examples.len(),
            numbers.join(" + ")
        );
        for place in places {
            println!("    the peer: {}", CAUSES[*place].peer);
        }
        for example in examples {
            println!("        {}", line(example));
        }
    }
}

fn line(example: &Example) -> String {
    let words = |total: &Total| {
        let gross = total
            .1
            .map_or_else(|| "-".to_owned(), |gross| gross.normalize().to_string());
        format!("{} / {gross}", total.0.normalize())
    };
    let ours = example
        .ours
        .as_ref()
        .map_or_else(|| "no price".to_owned(), words);
    let peer = example.peer.as_ref().map_or_else(Clone::clone, words);
    format!("pair {:>4}: ours {ours}, peer {peer}", example.pair)
}

fn read(cdr: &str) -> Result<Cdr, String> {
    let read = ocpi::read_cdr(cdr.as_bytes(), &Hint::default());
    read.value
        .ok_or_else(|| format!("a made-up CDR cannot be read: {:?}", read.findings))
}

/// Both engines on the same three inputs.
fn speeds(program: &Path) -> Result<(), String> {
    let inputs = speed::inputs();
    let cdrs: Vec<String> = inputs.iter().map(|input| input.cdr.clone()).collect();
    let totals = peer::totals(program, &cdrs).map_err(|why| why.to_string())?;
    let theirs = peer::speeds(program, &cdrs).map_err(|why| why.to_string())?;
    println!("\nprice only, per CPU second on one thread (an already read CDR)");
    println!(
        "{:<10} {:>12} {:>12} {:>8}  total",
        "input", "ours", "peer", "ratio"
    );
    for ((input, total), theirs) in inputs.iter().zip(totals).zip(theirs) {
        let cdr = read(&input.cdr)?;
        let ours = speed::ours(&cdr);
        let tenths = ours * 10 / theirs.max(1);
        let ratio = format!("{}.{}", tenths / 10, tenths % 10);
        let case = Case::new(cdr);
        let example = Example {
            pair: 0,
            ours: priced(&case),
            peer: total,
        };
        let total = line(&example);
        let total = total.split_once(": ").map_or("", |(_, total)| total);
        println!(
            "{:<10} {ours:>12} {theirs:>12} {ratio:>8}  {total}",
            input.name
        );
    }
    Ok(())
}
