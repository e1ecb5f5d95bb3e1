//! Every answer that the program can give. The whole JSON schema stands here; `output.rs` turns it into text.

use serde::Serialize;

use crate::error::Exit;

#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Report {
    Answer(Answer),
    List {
        entries: Vec<Listed>,
    },
    Show(Show),
    Check(Checks),
    Run(Ran),
    Add(Added),
    New(Created),
    Install(Installed),
    Cache(CacheState),
    /// Something that has only one form: code, completions, a manual page.
    Text {
        text: String,
    },
}

impl Report {
    pub fn exit(&self) -> Exit {
        match self {
            Self::Check(checks) if checks.failed > 0 => Exit::No,
            Self::Run(ran) => Exit::Program(ran.exit),
            _ => Exit::Done,
        }
    }
}

#[derive(Debug, Serialize)]
pub struct Answer {
    pub query: String,
    pub confidence: String,
    pub hits: Vec<HitView>,
    pub markdown: String,
}

#[derive(Debug, Serialize)]
pub struct HitView {
    pub kind: &'static str,
    pub id: String,
    /// Home first.
    pub topics: Vec<String>,
    pub score: f64,
    /// The snippet that a mistake belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct Listed {
    pub kind: &'static str,
    pub id: String,
    pub topics: Vec<String>,
    pub title: String,
}

#[derive(Debug, Serialize)]
pub struct Show {
    pub entries: Vec<Shown>,
    pub markdown: String,
}

#[derive(Debug, Serialize)]
pub struct Shown {
    pub kind: &'static str,
    pub id: String,
    pub topics: Vec<String>,
    pub title: String,
    pub parameters: Vec<ParameterView>,
    pub dependencies: Vec<DependencyView>,
    pub files: Vec<FileView>,
}

#[derive(Debug, Serialize)]
pub struct ParameterView {
    pub name: String,
    pub help: String,
    /// How a value is written: `usize`, `duration`, ...
    pub value: String,
    pub default: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bounds: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct DependencyView {
    pub name: String,
    pub version: String,
    pub features: Vec<String>,
    pub dev: bool,
}

#[derive(Debug, Serialize)]
pub struct FileView {
    pub path: String,
    pub text: String,
}

/// What `check` and `test` found.
#[derive(Debug, Serialize)]
pub struct Checks {
    pub entries: Vec<Checked>,
    pub passed: usize,
    pub failed: usize,
    /// Names the toolchain, as `rustc` names itself.
    pub toolchain: String,
    /// `check` or `test`, for the summary in words.
    #[serde(skip)]
    pub verb: &'static str,
}

#[derive(Debug, Serialize)]
pub struct Checked {
    #[serde(rename = "kind")]
    pub sort: &'static str,
    pub id: String,
    pub verdict: Verdict,
    pub cached: bool,
    pub seconds: f64,
    pub diagnostics: Vec<Diagnostic>,
    /// What a test found other than diagnostics: a wrong output, a failed test.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Pass,
    Fail,
    /// It could not be found out.
    Error,
}

/// One message of rustc or clippy, at the entry's own file and line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Diagnostic {
    pub level: String,
    pub code: Option<String>,
    pub message: String,
    pub file: Option<String>,
    /// Counted from 1.
    pub line: Option<u32>,
    /// Counted from 1.
    pub column: Option<u32>,
    pub rendered: String,
    /// As `rendered`, with the compiler's own colours; empty where it gave none.
    #[serde(skip)]
    pub coloured: String,
}

#[derive(Debug, Serialize)]
pub struct Ran {
    pub id: String,
    pub outcome: Outcome,
    /// The program's own exit code, where it exited.
    pub code: Option<i32>,
    pub cached: bool,
    pub build_seconds: f64,
    pub run_seconds: f64,
    pub stdout: String,
    pub stderr: String,
    pub truncated: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Diagnostic>,
    /// What this program exits with in turn.
    #[serde(skip)]
    pub exit: u8,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Exited,
    Signalled,
    TimeLimit,
    NotBuilt,
    Refused,
}

#[derive(Debug, Serialize)]
pub struct Added {
    pub id: String,
    pub path: String,
    pub action: AddAction,
    pub mod_line: String,
    pub cargo_add: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AddAction {
    Written,
    WouldBeWritten,
    /// The very same text is there already.
    Unchanged,
}

#[derive(Debug, Serialize)]
pub struct Created {
    pub template: String,
    pub path: String,
    pub written: bool,
    pub files: Vec<String>,
    pub notes: Vec<String>,
    pub next_steps: Vec<String>,
}

/// What `install` and `uninstall` did, file by file.
#[derive(Debug, Serialize)]
pub struct Installed {
    pub files: Vec<InstalledFile>,
    pub notes: Vec<String>,
    pub dry_run: bool,
}

#[derive(Debug, Serialize)]
pub struct InstalledFile {
    pub path: String,
    pub action: &'static str,
}

#[derive(Debug, Serialize)]
pub struct CacheState {
    pub path: String,
    pub bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub freed: Option<u64>,
    #[serde(skip)]
    pub text: String,
}

/// Who is told what goes on while a command works. Nothing of it is an answer.
pub trait Listener: Sync {
    /// Something long has begun or goes on; said on a terminal only.
    fn progress(&self, line: &str);
    /// How far something long is; the next line takes its place.
    fn step(&self, line: &str);
    /// Whether anybody sees progress and steps.
    fn watches(&self) -> bool;
    /// Said on stderr unless quiet.
    fn note(&self, line: &str);
    /// Said on stderr when asked for with `-v`.
    fn detail(&self, line: &str);
}
