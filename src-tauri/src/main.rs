//! The desktop program.

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(done) = office::old_sheets::run_if_asked() {
        return done;
    }
    #[cfg(target_os = "linux")]
    linux::settle_renderer();
    tallywatt_desktop::run();
    ExitCode::SUCCESS
}

/// What Linux needs before the first window.
#[cfg(target_os = "linux")]
mod linux {
    use std::os::unix::process::CommandExt;
    use std::process::Command;

    /// WebKit's GPU buffers: slow without a GPU, broken with many drivers. Off unless set.
    const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

    /// Starts this program again with the switch set, in the same process. A running program
    /// cannot change its own environment safely once threads may read it.
    pub fn settle_renderer() {
        if std::env::var_os(SWITCH).is_some() {
            return;
        }
        let Ok(program) = std::env::current_exe() else {
            return;
        };
        let args = std::env::args_os().skip(1);
        // `exec` comes back only when it failed; then the window opens without the switch.
        let problem = Command::new(program).args(args).env(SWITCH, "1").exec();
        eprintln!("could not set {SWITCH}: {problem}");
    }
}
