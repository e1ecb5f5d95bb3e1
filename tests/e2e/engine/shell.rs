//! `team:shell`, a program that becomes whatever shell script it is given: any behaviour, built once.

use std::path::PathBuf;

use crate::invoke::Invocation;
use crate::overlay::Overlay;

const MAIN: &str = r#"//! Becomes a shell with the script that it is given.
use std::os::unix::process::CommandExt;

fn main() {
    let arguments = std::env::args_os().skip(1);
    let error = std::process::Command::new("sh").arg("-c").args(arguments).exec();
    panic!("no shell: {error}");
}
"#;

pub(super) struct Shell(Overlay);

impl Shell {
    pub(super) fn new() -> Self {
        Self(entry("shell", MAIN))
    }

    pub(super) fn folder(&self) -> PathBuf {
        folder(&self.0)
    }

    /// `tokio-cmd run team:shell` with options, and the script behind them.
    pub(super) fn run(&self, options: &[&str], script: &str) -> Invocation {
        self.0
            .tokio_cmd()
            .args(["run", "team:shell"])
            .args(options)
            .args(["--", script])
    }
}

/// A team's entry of one file that needs no crate.
pub(super) fn entry(name: &str, main: &str) -> Overlay {
    let overlay = Overlay::new();
    overlay.write(name, "snippet.toml", "");
    overlay.write(name, "main.rs", main);
    overlay
}

/// Where an overlay lies: where its program stands.
pub(super) fn folder(overlay: &Overlay) -> PathBuf {
    let command = overlay.tokio_cmd().command();
    command.get_current_dir().expect("it is set").to_owned()
}
