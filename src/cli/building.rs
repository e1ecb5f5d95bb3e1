//! The commands that build: `check`, `run`, `test`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

/// What `check` does not see.
const NOT_SEEN: &str = "`check` sees types and borrows. What shows only when code is made for a type (a `const` that \
    panics for one, a layout too large) and what shows only at run time, `run` and `test` find.";

#[derive(Debug, Args)]
#[command(after_help = NOT_SEEN)]
pub struct Check {
    /// Names; `snippet` or `template` may stand before them
    #[arg(
        value_name = "NAME",
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    pub names: Vec<String>,
    /// Every snippet of the catalogue
    #[arg(long)]
    pub all: bool,
    /// Change a parameter (one snippet only)
    #[arg(long, value_name = "NAME=VALUE", conflicts_with = "all")]
    pub set: Vec<String>,
    /// Build each alone, with exactly the dependencies and features that it names
    #[arg(long)]
    pub via_cargo: bool,
    #[command(flatten)]
    pub build: Build,
}

#[derive(Debug, Clone, Copy, Args)]
pub struct Build {
    /// Do not use kept results
    #[arg(long)]
    pub fresh: bool,
    /// Also the team's own entries
    #[arg(long)]
    pub overlay: bool,
}

#[derive(Debug, Args)]
pub struct Run {
    /// A name; `snippet` may stand before it
    #[arg(required = true, num_args = 1..=2, value_name = "NAME")]
    pub name: Vec<String>,
    /// Change a parameter
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Run one of its mistakes instead
    #[arg(long, value_name = "MISTAKE")]
    pub mistake: Option<String>,
    /// End it after this long: `500ms`, `30s`, `5m`
    #[arg(long, default_value = "30s", value_name = "DURATION")]
    pub time_limit: String,
    /// End it when one of its processes takes more memory than this: `512MiB` (Linux only)
    #[arg(long, value_name = "SIZE")]
    pub memory: Option<String>,
    /// Pass standard input on, also from a terminal
    #[arg(long)]
    pub stdin: bool,
    /// Do not use kept results
    #[arg(long)]
    pub fresh: bool,
    /// Arguments of the program
    #[arg(last = true)]
    pub args: Vec<OsString>,
}

#[derive(Debug, Args)]
pub struct Test {
    /// Names; `snippet` or `template` may stand before them
    #[arg(
        value_name = "NAME",
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    pub names: Vec<String>,
    /// Every snippet and mistake of the catalogue
    #[arg(long)]
    pub all: bool,
    /// Build once, run this many times
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub repeat: u32,
    /// End a program when one of its processes takes more memory than this: `512MiB` (Linux only)
    #[arg(long, value_name = "SIZE")]
    pub memory: Option<String>,
    /// Write what was proven into `proof.toml` beside each snippet of this folder
    #[arg(long, value_name = "SNIPPETS_FOLDER")]
    pub record: Option<PathBuf>,
    #[command(flatten)]
    pub build: Build,
}
