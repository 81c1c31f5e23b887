//! Running other programs: where, with what, and what to say when they fail.

use std::fmt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A step that did not work, in words for the person at the terminal.
#[derive(Debug)]
pub struct Failure(pub String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Failure(error.to_string())
    }
}

/// The project's top folder.
pub fn root() -> PathBuf {
    let here = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo runs this"));
    here.ancestors()
        .nth(3)
        .expect("xtask lies three folders below the top")
        .to_owned()
}

/// One program to run from the project's top folder (or another), with arguments and environment.
pub struct Step {
    program: String,
    args: Vec<String>,
    folder: PathBuf,
    env: Vec<(String, String)>,
}

impl Step {
    /// A program without arguments.
    pub fn new(program: impl Into<String>) -> Step {
        Step {
            program: program.into(),
            args: Vec::new(),
            folder: root(),
            env: Vec::new(),
        }
    }

    /// The cargo that runs us, with these arguments.
    pub fn cargo<'a>(args: impl IntoIterator<Item = &'a str>) -> Step {
        Step::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned())).args(args)
    }

    /// npm in the page's folder.
    pub fn npm<'a>(args: impl IntoIterator<Item = &'a str>) -> Step {
        Step::new("npm").args(args).within("ui")
    }

    /// Adds an argument.
    pub fn arg(mut self, arg: impl Into<String>) -> Step {
        self.args.push(arg.into());
        self
    }

    /// Adds arguments.
    pub fn args<'a>(mut self, args: impl IntoIterator<Item = &'a str>) -> Step {
        self.args.extend(args.into_iter().map(str::to_owned));
        self
    }

    /// Runs in a folder below the top.
    pub fn within(mut self, folder: &str) -> Step {
        self.folder = root().join(folder);
        self
    }

    /// Sets an environment variable.
    pub fn env(mut self, name: &str, value: impl Into<String>) -> Step {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    /// The command as a person would type it.
    pub fn shown(&self) -> String {
        let program = self.program.rsplit('/').next().unwrap_or(&self.program);
        let mut line = program.to_owned();
        for arg in &self.args {
            line.push(' ');
            line.push_str(arg);
        }
        line
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.args).current_dir(&self.folder);
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs it on our terminal.
    pub fn run(&self) -> Result<(), Failure> {
        let status = self.command().status().map_err(|e| self.not_started(&e))?;
        if status.success() {
            return Ok(());
        }
        Err(Failure(format!("{} ended with {status}", self.shown())))
    }

    /// Runs it quietly and returns what it wrote.
    pub fn output_bytes(&self) -> Result<Vec<u8>, Failure> {
        let output = self.command().output().map_err(|e| self.not_started(&e))?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        Err(Failure(format!(
            "{} ended with {}: {said}",
            self.shown(),
            output.status
        )))
    }

    /// The started program, its standard output and error joined to ours or piped.
    pub fn spawn(&self, out: Stdio, err: Stdio) -> Result<std::process::Child, Failure> {
        self.command()
            .stdout(out)
            .stderr(err)
            .spawn()
            .map_err(|e| self.not_started(&e))
    }

    /// Whether it can be started and ends well.
    pub fn works(&self) -> bool {
        let mut command = self.command();
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    fn not_started(&self, error: &std::io::Error) -> Failure {
        Failure(format!("could not start {}: {error}", self.shown()))
    }
}
