//! Reads xls and ods in a process of its own, which may use only so much memory and time.
//!
//! The readers of these formats are not ours and build whole tables in memory; a legal file of a
//! few kilobytes can ask for more than any machine has, and no error can be made of that in the
//! process it happens in. So the program starts itself again with a hidden argument ([`ARGUMENT`])
//! and gets the cells over a pipe; whatever happens over there is an [`Error`] here.
//!
//! The limit on memory holds on Linux and the BSDs. macOS takes the limit but does not enforce
//! it, and on Windows there is none: there, the limit on time and the bounded answer remain.

use std::ffi::OsString;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::error::Error;
use crate::format::Format;
use crate::grid::Grids;
use crate::{limits, old, wire};

/// The argument by which a program is asked to be the reader. It stands in no help.
pub const ARGUMENT: &str = "--read-old-spreadsheet";

/// The program that reads xls and ods when started with these arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spawn {
    /// Its path.
    pub program: PathBuf,
    /// What it is started with.
    pub args: Vec<OsString>,
}

impl Spawn {
    /// This very program, which must call [`run_if_asked`] first of all.
    pub fn this_program() -> io::Result<Spawn> {
        Ok(Spawn {
            program: std::env::current_exe()?,
            args: vec![ARGUMENT.into()],
        })
    }
}

/// Is the reader, if the program was started as one; else `None`, and the program goes on.
pub fn run_if_asked() -> Option<ExitCode> {
    let is_asked = std::env::args_os()
        .nth(1)
        .is_some_and(|arg| arg == ARGUMENT);
    is_asked.then(run)
}

/// Is the reader: limits its own memory, reads from standard input, answers on standard output.
pub fn run() -> ExitCode {
    limit_memory();
    let answered = serve(io::stdin().lock(), io::stdout().lock());
    if answered.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Answers one request: the file comes in, its cells go out.
///
/// # Errors
/// Where the request is none, or nobody takes the answer. A file that cannot be read is an answer.
pub fn serve(input: impl Read, output: impl Write) -> io::Result<()> {
    let (format, bytes) = wire::take_request(&mut BufReader::new(input))?;
    let answer = old::read(format, &bytes);
    wire::send_answer(&mut BufWriter::with_capacity(1 << 16, output), answer)
}

/// Lets this process have what is mapped already (the program itself, its libraries), and 400 MiB
/// more. Does nothing on Windows.
#[cfg(unix)]
pub fn limit_memory() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmSize:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    let limit = kib.unwrap_or(0) * 1024 + limits::CHILD_MEMORY;
    // Where the system refuses, the limit on time remains.
    let _ = rlimit::setrlimit(rlimit::Resource::AS, limit, limit);
}

/// Does nothing: the limits on time and on the answer remain.
#[cfg(not(unix))]
pub fn limit_memory() {}

/// Asks another process to read a file.
pub(crate) fn ask(spawn: &Spawn, format: Format, bytes: &[u8]) -> Result<Grids, Error> {
    let limit = Duration::from_secs(limits::CHILD_SECONDS);
    ask_within(spawn, format, bytes, limit)
}

fn ask_within(
    spawn: &Spawn,
    format: Format,
    bytes: &[u8],
    limit: Duration,
) -> Result<Grids, Error> {
    crate::grid::within(bytes.len(), limits::OLD_FILE, "bytes")?;
    let mut child = start(spawn).map_err(|error| Error::NoReader(error.to_string()))?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let (Some(mut stdin), Some(stdout)) = (stdin, stdout) else {
        return Err(Error::NoReader("it has no pipes".to_owned()));
    };
    let (tell, told) = mpsc::channel();
    let (answer, status) = thread::scope(|scope| {
        // It may end before it has read all: what it answers matters, not whether it listened.
        scope.spawn(move || drop(wire::send_request(&mut stdin, format, bytes)));
        scope.spawn(move || {
            let answer = wire::take_answer(&mut BufReader::with_capacity(1 << 16, stdout), format);
            // Nobody waits any more after the time is over.
            let _ = tell.send(answer);
        });
        let answer = told.recv_timeout(limit);
        // One that answered is done; how one that broke off ended says why.
        let patience = match &answer {
            Ok(Ok(_)) => Duration::from_millis(20),
            Ok(Err(_)) => Duration::from_secs(1),
            Err(_) => Duration::ZERO,
        };
        (answer, end(&mut child, patience))
    });
    match answer {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => Err(silence(format, status, &error)),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Err(Error::TooSlow {
            format: format.as_str(),
            seconds: limit.as_secs(),
        }),
    }
}

fn start(spawn: &Spawn) -> io::Result<Child> {
    let mut command = Command::new(&spawn.program);
    command
        .args(&spawn.args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    #[cfg(windows)]
    {
        use std::os::windows::process::CommandExt;
        /// Without a console window of its own.
        const CREATE_NO_WINDOW: u32 = 0x0800_0000;
        command.creation_flags(CREATE_NO_WINDOW);
    }
    command.spawn()
}

/// Ends the process. How it ended, if it did so by itself within a moment; its pipes close with
/// it.
fn end(child: &mut Child, patience: Duration) -> Option<ExitStatus> {
    let step = Duration::from_millis(1);
    let mut waited = Duration::ZERO;
    while waited < patience {
        if let Ok(Some(status)) = child.try_wait() {
            return Some(status);
        }
        thread::sleep(step);
        waited += step;
    }
    // Where it has ended after all, there is nothing to do.
    let _ = child.kill();
    let _ = child.wait();
    None
}

/// Why no answer came: a process that cannot have more memory aborts.
fn silence(format: Format, status: Option<ExitStatus>, error: &io::Error) -> Error {
    if status.is_some_and(|status| status.code().is_none()) {
        return Error::TooMuchMemory {
            format: format.as_str(),
            mib: limits::CHILD_MEMORY >> 20,
        };
    }
    Error::NoReader(error.to_string())
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn shell(script: &str, limit: Duration) -> Error {
        let spawn = Spawn {
            program: "/bin/sh".into(),
            args: vec!["-c".into(), script.into()],
        };
        ask_within(&spawn, Format::Xls, &vec![0; 100_000], limit).expect_err("no reader")
    }

    #[test]
    fn whatever_happens_over_there_is_an_error_here() {
        let minute = Duration::from_mins(1);
        let memory = Error::TooMuchMemory {
            format: "xls",
            mib: 400,
        };
        assert_eq!(shell("kill -ABRT $$", minute), memory);
        let words = |script| shell(script, minute).to_string();
        assert!(words("exit 3").contains("the reader of old spreadsheets failed"));
        assert!(words("echo TWSHEET1 and nonsense").contains("reader of old spreadsheets failed"));
        assert!(words("cat /dev/zero").contains("did not answer as agreed"));
        let slow = Error::TooSlow {
            format: "xls",
            seconds: 0,
        };
        assert_eq!(shell("exec sleep 1000", Duration::ZERO), slow);
        let nothing = Spawn {
            program: "/no/such/program".into(),
            args: Vec::new(),
        };
        let error = ask(&nothing, Format::Xls, b"x").expect_err("no reader");
        assert!(matches!(error, Error::NoReader(_)), "{error}");
    }
}
