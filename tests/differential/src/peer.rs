//! The peer, asked for many CDRs in one go.

use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::cause::Total;
use crate::make::ZONE;

/// What the peer answers to one CDR: no total at all is a total of nothing.
pub type Answer = Result<Total, String>;

/// Its totals, in the order of the CDRs.
pub fn totals(program: &Path, cdrs: &[String]) -> io::Result<Vec<Answer>> {
    Ok(ask(program, "price", cdrs)?
        .iter()
        .map(|line| answer(line))
        .collect())
}

/// How often it prices each CDR in a second of CPU time.
pub fn speeds(program: &Path, cdrs: &[String]) -> io::Result<Vec<u64>> {
    let lines = ask(program, "time", cdrs)?;
    let figure = |line: &String| line.parse().map_err(|_| io::Error::other(line.clone()));
    lines.iter().map(figure).collect()
}

fn answer(line: &str) -> Answer {
    let figures = line.split_once(' ').filter(|(first, _)| *first != "error");
    let (net, gross) = figures.ok_or_else(|| line.to_owned())?;
    if net == "-" {
        return Ok((0.into(), Some(0.into())));
    }
    let net = net.parse().map_err(|_| line.to_owned())?;
    Ok((net, gross.parse().ok()))
}

fn ask(program: &Path, what: &str, cdrs: &[String]) -> io::Result<Vec<String>> {
    let mut command = Command::new(program);
    command.args([ZONE.name(), what]);
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut input = child.stdin.take().expect("it is piped");
    let lines = cdrs.join("\n");
    // From a thread of its own: the peer answers while it is asked.
    let asking = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = child.wait_with_output()?;
    asking.join().expect("writing does not panic")?;
    let text = String::from_utf8_lossy(&output.stdout);
    let answers: Vec<String> = text.lines().map(str::to_owned).collect();
    if answers.len() == cdrs.len() {
        return Ok(answers);
    }
    let (got, asked) = (answers.len(), cdrs.len());
    Err(io::Error::other(format!(
        "the peer answered {got} of {asked}: {}",
        output.status
    )))
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[test]
    fn answers_are_read() {
        let net = rust_decimal_of("1.25");
        assert_eq!(answer("1.25 1.5"), Ok((net, Some(rust_decimal_of("1.5")))));
        assert_eq!(answer("1.25 -"), Ok((net, None)));
        assert_eq!(
            answer("- -"),
            Ok((0.into(), Some(0.into()))),
            "no total is nothing"
        );
        assert!(answer("error no tariff").is_err());
    }

    fn rust_decimal_of(text: &str) -> domain::Decimal {
        text.parse().expect("a figure")
    }
}
