//! Opens each file that is made to harm in a process of its own, and prints what came of it, how
//! long it took and how much memory: `cargo run -p tallywatt-sheet --example hostile [NAME]`.

#[path = "../tests/hostile/files.rs"]
#[allow(dead_code, unreachable_pub)] // the tests use the rest
mod files;

use std::error::Error;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use tallywatt_sheet::{Hint, guess, open, read};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [one, file] = args.as_slice()
        && one == "--file"
    {
        return measure(Path::new(file));
    }
    let wanted = args.first().map_or("", String::as_str);
    let file = std::env::temp_dir().join(format!("hostile-{}", std::process::id()));
    for (name, make, _) in files::FILES.concat() {
        if !name.contains(wanted) {
            continue;
        }
        std::fs::write(&file, make())?;
        let mut child = Command::new(std::env::current_exe()?);
        let done = child.arg("--file").arg(&file).output()?;
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        println!("{name}: {}", said.trim_end());
        if !done.status.success() {
            println!("  ended: {}", String::from_utf8_lossy(&done.stderr));
        }
    }
    std::fs::remove_file(&file)?;
    Ok(())
}

fn measure(file: &Path) -> Result<(), Box<dyn Error>> {
    let bytes = std::fs::read(file)?;
    let mib = bytes.len() >> 20;
    let began = Instant::now();
    let came = match rows(bytes) {
        Ok(rows) => format!("{rows} rows read"),
        Err(error) => error.to_string(),
    };
    let (took, cpu) = (began.elapsed().as_millis(), cpu_ms());
    println!(
        "{took} ms ({cpu} ms running), peak {} MiB, of {mib} MiB: {came}",
        peak_mib()
    );
    Ok(())
}

fn rows(bytes: Vec<u8>) -> Result<usize, Box<dyn Error>> {
    let hint = Hint {
        party: "DE-ABC".parse()?,
        zone: domain::Tz::Europe__Berlin,
        currency: domain::Currency::EUR,
    };
    let book = open(bytes)?;
    let guess = guess(&book, &hint)?;
    Ok(read(&book, &guess.template, &hint)?.count())
}

/// The processor time of this process, from the kernel's ticks of 10 ms; 0 where it does not tell.
fn cpu_ms() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    let ticks = ticks.filter_map(|tick| tick.parse::<u64>().ok());
    ticks.sum::<u64>() * 10
}

/// The most memory this process ever had in use, from the kernel; 0 where it does not tell.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or(0) / 1024
}
