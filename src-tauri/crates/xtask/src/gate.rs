//! `cargo xtask test`: everything that must hold, in the order in which it fails fastest.

use std::time::Instant;

use crate::counts::{Counts, run_counting, run_quietly, show_counting};
use crate::setup::{self, unattended};
use crate::shell::{Failure, Step};
use crate::tidy::tidy;

/// The one set of flags for every build of the workspace: another set would compile it again.
const WHOLE: [&str; 4] = [
    "--workspace",
    "--all-targets",
    "--features",
    "acceptance/desktop,tallywatt-desktop/window-tests",
];
/// The same for runners that choose their targets themselves.
const FEATURES: [&str; 3] = [
    "--workspace",
    "--features",
    "acceptance/desktop,tallywatt-desktop/window-tests",
];

/// How a step ended.
enum End {
    Passed,
    Failed(String),
    /// It could not run here; a failure when unattended.
    NotRun(String),
}

struct Done {
    name: &'static str,
    seconds: f64,
    end: End,
}

/// What ran so far.
#[derive(Default)]
struct Gate {
    done: Vec<Done>,
    counts: Counts,
}

impl Gate {
    /// Runs one step, whatever became of the others: one run shows all problems.
    fn step(&mut self, name: &'static str, work: impl FnOnce(&mut Counts) -> Result<(), Failure>) {
        println!("\n━━ {name}");
        let started = Instant::now();
        let end = match work(&mut self.counts) {
            Ok(()) => End::Passed,
            Err(failure) => {
                println!("━━ {name} FAILED: {failure}");
                End::Failed(failure.to_string())
            }
        };
        self.done.push(Done {
            name,
            seconds: started.elapsed().as_secs_f64(),
            end,
        });
    }

    /// Runs a test runner while `meanwhile` does other steps, then shows what it wrote: tests of
    /// the page and of the window leave a core to spare.
    fn beside(&mut self, name: &'static str, step: &Step, meanwhile: impl FnOnce(&mut Gate)) {
        let timed = || {
            let started = Instant::now();
            (run_quietly(step), started.elapsed())
        };
        let ((lines, end), took) = std::thread::scope(|scope| {
            let beside = scope.spawn(timed);
            meanwhile(self);
            beside.join().expect("a runner's reader does not panic")
        });
        self.step(name, |counts| {
            show_counting(&lines, counts);
            end
        });
        let done = self.done.last_mut().expect("the step was just noted");
        done.seconds = took.as_secs_f64();
    }

    fn not_run(&mut self, name: &'static str, why: &str) {
        println!("\n━━ {name}: not run: {why}");
        self.done.push(Done {
            name,
            seconds: 0.0,
            end: End::NotRun(why.to_owned()),
        });
    }

    /// The table of steps, the runners' own summaries, and the sum of what ran.
    fn finish(self) -> Result<(), Failure> {
        println!("\n━━ Summary\n");
        let mut bad = 0;
        for Done { name, seconds, end } in &self.done {
            let (mark, why) = match end {
                End::Passed => ("ok", ""),
                End::Failed(why) => ("FAILED", why.as_str()),
                End::NotRun(why) => ("not run", why.as_str()),
            };
            let fails = matches!(end, End::Failed(_)) || (mark == "not run" && unattended());
            bad += usize::from(fails);
            println!(
                "  {mark:<8} {seconds:>7.1} s  {name}  {}",
                why.lines().next().unwrap_or("")
            );
        }
        println!();
        for line in &self.counts.summaries {
            println!("{line}");
        }
        let failed = self.counts.failed.max(u32::from(bad > 0));
        println!("\n{} passed, {failed} failed", self.counts.passed);
        match bad {
            0 => Ok(()),
            n => Err(Failure(format!("{n} of {} steps failed", self.done.len()))),
        }
    }
}

/// Installs what is missing and runs every check there is.
pub fn test() -> Result<(), Failure> {
    let mut gate = Gate::default();
    gate.step("system packages", |_| {
        setup::packages(&[&setup::BUILD, &setup::TESTS])
    });
    gate.step("rust toolchain", |_| setup::toolchain());
    gate.step("page: libraries", |_| setup::page_libraries());
    gate.step("rust: format", |_| {
        Step::cargo(["fmt", "--all", "--check"]).run()
    });
    gate.step("house rules", |_| tidy());
    gate.step("page: types and build", |_| {
        Step::npm(["run", "--silent", "build"]).run()
    });
    gate.step("page: lint", |_| {
        Step::npm(["run", "--silent", "lint"]).run()
    });
    let page_tests = Step::npm(["run", "--silent", "test"]);
    gate.beside("page: tests", &page_tests, |gate| {
        gate.step("rust: build", |_| Step::cargo(["build"]).args(WHOLE).run());
        gate.step("rust: clippy", |_| {
            Step::cargo(["clippy"])
                .args(WHOLE)
                .args(["--", "-D", "warnings"])
                .run()
        });
    });
    match window_tests() {
        Ok(step) => gate.beside("window tests", &step, rust_tests),
        Err(why) => {
            rust_tests(&mut gate);
            gate.not_run("window tests", &why);
        }
    }
    gate.finish()
}

fn rust_tests(gate: &mut Gate) {
    gate.step("rust: tests", |counts| run_counting(&unit_tests(), counts));
    gate.step("rust: doc examples", |counts| {
        run_counting(&Step::cargo(["test", "--doc"]).args(FEATURES), counts)
    });
}

/// Unit, golden, property, store and binding tests: by nextest where it is installed.
fn unit_tests() -> Step {
    if nextest() {
        let filter = ["-E", "not binary_id(acceptance::window)"];
        return Step::cargo(["nextest", "run"])
            .args(FEATURES)
            .args(filter)
            .arg("--no-fail-fast");
    }
    // cargo cannot leave one test program out, but it leaves out what lacks its feature.
    Step::cargo([
        "test",
        "--workspace",
        "--lib",
        "--bins",
        "--tests",
        "--no-fail-fast",
    ])
    .args(["--features", "tallywatt-desktop/window-tests"])
}

fn nextest() -> bool {
    Step::cargo(["nextest", "--version"]).works()
}

/// The tests through the real window, on a display of their own.
fn window_tests() -> Result<Step, String> {
    if !Step::new("which")
        .args(["xvfb-run", "WebKitWebDriver"])
        .works()
    {
        return Err("needs xvfb-run and WebKitWebDriver (Linux)".to_owned());
    }
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let display = ["-a", "-s", "-screen 0 1440x960x24"];
    let step = Step::new("xvfb-run").args(display).arg(cargo).arg("test");
    // One window at a time: two cores, and each window is a browser.
    Ok(step
        .args(FEATURES)
        .args(["--test", "window", "--", "--test-threads", "1"]))
}

/// Writes the pictures in `docs/screenshots` anew, from the running app.
pub fn screenshots() -> Result<(), Failure> {
    Step::cargo(["build"]).args(WHOLE).run()?;
    let step = window_tests().map_err(Failure)?;
    step.arg("pictured").env("UPDATE_SCREENSHOTS", "1").run()
}
