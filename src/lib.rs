//! `tokio-cmd`: Tokio code that has been compiled, linted, run and tested.
//!
//! The map, each layer standing only on those below it (`tests/it/layers.rs` holds it):
//!
//! ```text
//! main     hands the arguments over
//! lib      parses them, lets a command execute, prints its report
//! commands one file a command: arguments -> Report; never print, never name each other
//! output   Report or error -> text, Markdown or JSON: the only printer
//! scratch  compiles, runs, tests: the only place that starts processes, the only async code
//! project  files for the user's folders: planned, then written, never over what is there
//! agents   what `install` writes
//! render   lift, values, engine (the only place that names tera), pages
//! catalog  the embedded content (the only place that names include_dir), look-up, search, overlays
//! atomic, cli, error, report   leaves
//! ```
//!
//! This is a program: the library serves its binary and its tests, and promises nothing to others.

pub mod agents;
pub mod atomic;
pub mod catalog;
pub mod cli;
pub mod commands;
pub mod error;
pub mod output;
pub mod project;
pub mod render;
pub mod report;
pub mod scratch;

use std::ffi::OsString;

use clap::Parser;

use catalog::Catalog;
use cli::Cli;
use commands::Context;
use error::{Exit, Problem};
use output::Console;
use report::Listener;

/// Runs the program with these arguments (the program's name first); gives its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if scratch::guards(&arguments, std::io::stdin) {
        return Exit::Done.code();
    }
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return Console::of_arguments(&arguments).clap(&error).code(),
    };
    let console = Console::new(&cli.global);
    let folder = match std::env::current_dir() {
        Ok(folder) => folder,
        Err(error) => {
            let problem = Problem::environment(
                "folder",
                format!("the working directory cannot be used: {error}"),
                "`cd` to one that exists",
            );
            return console.problem(&problem).code();
        }
    };
    let catalog = Catalog::new(folder);
    let context = Context {
        catalog: &catalog,
        console,
        offline: cli.global.offline,
    };
    let result = commands::execute(&cli.command, &context);
    for line in catalog.left_out() {
        console.note(line);
    }
    match result {
        Ok(report) => console.report(&report).code(),
        Err(error) => match scratch::interrupted_by(&error) {
            Some(signal) => Exit::Program(u8::try_from(128 + signal).unwrap_or(130)).code(),
            None => console.error(&error).code(),
        },
    }
}
