//! One file a command: arguments and catalogue in, a report out. Commands never print and never name each other.

mod add;
mod advice;
mod ask;
mod cache;
mod check;
mod completions;
mod install;
mod jobs;
mod list;
mod man;
mod new;
mod run;
mod show;
mod shown;
mod test;
mod uninstall;

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::cli::{Build, Command};
use crate::output::Console;
use crate::report::Report;
use crate::scratch;

/// What every command may use.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    pub catalog: &'a Catalog,
    pub console: Console,
    pub offline: bool,
}

impl Context<'_> {
    fn scratch(&self, build: Build) -> scratch::Options {
        scratch::Options {
            folder: self.catalog.working_folder().to_owned(),
            cache: None,
            offline: self.offline,
            fresh: build.fresh,
            memory: None,
            listener: Arc::new(self.console),
        }
    }
}

impl From<crate::cli::Scope> for crate::agents::Scope {
    fn from(scope: crate::cli::Scope) -> Self {
        match scope {
            crate::cli::Scope::Project => Self::Project,
            crate::cli::Scope::User => Self::User,
        }
    }
}

/// Executes a command.
///
/// # Errors
/// [`crate::error::Problem`] for what the user can put right.
pub fn execute(command: &Command, context: &Context<'_>) -> anyhow::Result<Report> {
    match command {
        Command::Ask(args) => ask::execute(args, context),
        Command::List(args) => list::execute(args, context),
        Command::Show(args) => show::execute(args, context),
        Command::Check(args) => check::execute(args, context),
        Command::Run(args) => run::execute(args, context),
        Command::Test(args) => test::execute(args, context),
        Command::Add(args) => add::execute(args, context),
        Command::New(args) => new::execute(args, context),
        Command::Install(args) => install::execute(args, context),
        Command::Uninstall(args) => uninstall::execute(args, context),
        Command::Cache(args) => cache::execute(args, context),
        Command::Completions { shell } => Ok(completions::execute(*shell)),
        Command::Man => man::execute(),
    }
}
