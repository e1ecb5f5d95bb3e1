//! `completions`: a script for a shell.

use clap::CommandFactory;

use crate::cli::Cli;
use crate::report::Report;

pub(super) fn execute(shell: clap_complete::Shell) -> Report {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "tokio-cmd", &mut script);
    Report::Text {
        text: String::from_utf8_lossy(&script).into_owned(),
    }
}
