//! What can be typed. Types only: what is done with them stands in `commands`.

mod building;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use self::building::{Build, Check, Run, Test};

/// Tokio code that has been compiled, linted, run and tested.
#[derive(Debug, Parser)]
#[command(
    name = "tokio-cmd",
    version,
    about,
    max_term_width = 100,
    after_help = "\
Exit codes: 0 done; 1 the answer is no; 2 usage; 3 refused so that nothing is lost; 4 environment.
`run` ends with its program's own code, 128+n by signal, 124 time limit, 125 not built, 130 Ctrl-C."
)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Clone, Args)]
pub struct Global {
    /// How answers are written; without it: text on a terminal, Markdown otherwise
    #[arg(long, global = true, value_enum)]
    pub format: Option<Format>,
    /// When to colour
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    /// Never use the network
    #[arg(long, global = true)]
    pub offline: bool,
    /// Say nothing but the answer
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say on stderr what is done
    #[arg(short, long, global = true)]
    pub verbose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Markdown,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answer words, a question or a pasted error
    Ask(Ask),
    /// Name what there is
    List(List),
    /// Show one entry
    Show(Show),
    /// Compile-check entries in the scratch workspace
    Check(Check),
    /// Build and run a snippet
    Run(Run),
    /// Prove entries: tests, output and mistakes
    Test(Test),
    /// Copy a snippet's module with its tests into your crate
    Add(Add),
    /// Make a project from a template
    New(New),
    /// Install the /tokio skill for an agent
    Install(Install),
    /// Remove what `install` wrote
    Uninstall(Uninstall),
    /// The folder with built dependencies
    Cache(Cache),
    /// Print a completion script
    Completions {
        #[arg(value_enum)]
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

#[derive(Debug, Args)]
pub struct Ask {
    /// Read the question from standard input, as data
    #[arg(long)]
    pub stdin: bool,
    /// At most this many characters (200 to 9500)
    #[arg(long, default_value_t = 6000, value_parser = clap::value_parser!(u32).range(200..=9500))]
    pub budget: u32,
    /// A topic, a question or an error message
    #[arg(value_name = "WORDS")]
    pub words: Vec<OsString>,
}

#[derive(Debug, Args)]
pub struct List {
    /// Only entries of this sort
    #[arg(value_enum)]
    pub sort: Option<ListSort>,
    /// Only entries of this topic
    #[arg(long)]
    pub topic: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListSort {
    Topics,
    Snippets,
    Templates,
    Mistakes,
}

#[derive(Debug, Args)]
pub struct Show {
    /// A name; `snippet`, `topic`, `mistake` or `template` may stand before it
    #[arg(required = true, num_args = 1..=2, value_name = "NAME")]
    pub name: Vec<String>,
    /// Change a parameter
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// The code alone, valid Rust
    #[arg(long)]
    pub code_only: bool,
    /// With the tests
    #[arg(long)]
    pub with_tests: bool,
    /// The module, or one file with the module inlined
    #[arg(long, value_enum, default_value_t = Form::Module)]
    pub form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Form {
    Module,
    Program,
}

#[derive(Debug, Args)]
pub struct Add {
    /// The snippet
    pub name: String,
    /// The folder to copy into
    #[arg(long, default_value = "src")]
    pub to: PathBuf,
    /// Change a parameter
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Write nothing, say what would be written
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct New {
    /// The template: `tokio-cmd list templates`
    #[arg(long)]
    pub template: String,
    /// The folder to make; its last part is the crate's name
    pub path: PathBuf,
    /// Change a parameter
    #[arg(long, value_name = "NAME=VALUE")]
    pub set: Vec<String>,
    /// Write nothing, say what would be written
    #[arg(long)]
    pub dry_run: bool,
    /// Version control of the new project; without it: git, unless it already lies in a repository
    #[arg(long, value_enum)]
    pub vcs: Option<Vcs>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Vcs {
    Git,
    None,
}

#[derive(Debug, Args)]
pub struct Install {
    /// The agent
    #[arg(long, value_enum)]
    pub agent: Agent,
    /// For this project or for this user
    #[arg(long, value_enum, default_value_t = Scope::Project)]
    pub scope: Scope,
    /// Write nothing, say what would be written
    #[arg(long)]
    pub dry_run: bool,
    /// Replace an edited file; a copy of it is kept beside
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
pub struct Uninstall {
    /// The agent
    #[arg(long, value_enum)]
    pub agent: Agent,
    /// For this project or for this user
    #[arg(long, value_enum, default_value_t = Scope::Project)]
    pub scope: Scope,
    /// Remove nothing, say what would be removed
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Agent {
    Claude,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scope {
    Project,
    User,
}

#[derive(Debug, Args)]
pub struct Cache {
    #[command(subcommand)]
    pub action: CacheAction,
}

#[derive(Debug, Clone, Copy, Subcommand)]
pub enum CacheAction {
    /// Where it is
    Path,
    /// How large it is
    Size,
    /// Remove it
    Clean,
    /// Fetch and build the dependencies now
    Warm,
}
