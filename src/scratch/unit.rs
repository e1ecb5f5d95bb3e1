//! One file of an entry through rustc or clippy: built once for its content, toolchain, lock file and features, and kept.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::family::Externs;
use super::key::Key;
use super::supervise::Command;
use super::{Engine, diagnostics, files};
use crate::error::Problem;
use crate::render::parameters::Files;
use crate::report::Diagnostic;

/// The file that makes a unit's folder complete.
pub(crate) const VERDICT: &str = "verdict.json";
const PROGRAM: &str = "program";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Types and borrows, no code.
    Check,
    Program,
    Tests,
    Lint,
    LintTests,
}

impl Mode {
    const fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Program => "program",
            Self::Tests => "tests",
            Self::Lint => "lint",
            Self::LintTests => "lint-tests",
        }
    }

    fn is_lint(self) -> bool {
        matches!(self, Self::Lint | Self::LintTests)
    }

    pub(crate) fn needs_test_externs(self) -> bool {
        matches!(self, Self::Tests | Self::LintTests)
    }
}

/// What is given to the compiler.
pub(crate) struct Unit<'a> {
    /// The entry's folder as diagnostics name it: `snippets/channels/channels-mpsc`.
    pub(crate) shown_as: &'a str,
    pub(crate) files: &'a Files,
    /// The file to compile, below the entry's folder.
    pub(crate) main: &'a str,
    pub(crate) mode: Mode,
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Built {
    pub(crate) passed: bool,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) program: PathBuf,
    pub(crate) cached: bool,
}

#[derive(Serialize, Deserialize)]
struct Verdict {
    passed: bool,
    /// The program's size in bytes: one that was cut short is not run.
    size: u64,
    diagnostics: Vec<Diagnostic>,
}

/// The house's lints, for everything that is handed out.
const LINTS: [&str; 13] = [
    "-Dwarnings",
    "-Wclippy::pedantic",
    "-Wclippy::allow_attributes",
    "-Wclippy::allow_attributes_without_reason",
    "-Wclippy::dbg_macro",
    "-Wclippy::incompatible_msrv",
    "-Wclippy::large_futures",
    "-Wclippy::todo",
    "-Wclippy::unwrap_used",
    "-Wmissing_docs",
    "-Wunsafe_code",
    "-Aclippy::module_name_repetitions",
    "-Aclippy::must_use_candidate",
];

/// 1.85 is tokio's own; tests may unwrap.
const CLIPPY_TOML: &str = "\
msrv = \"1.85\"
allow-expect-in-tests = true
allow-panic-in-tests = true
allow-unwrap-in-tests = true
";

/// rustc's words for dependencies that do not fit each other or are damaged.
const MISFIT: [&str; 4] = ["E0460", "E0462", "E0463", "E0514"];

impl Engine {
    /// Builds a unit, or gives what was kept of the very same.
    ///
    /// # Errors
    /// [`Problem`] when the compiler cannot be run or the cache cannot be written; a program that does not compile is
    /// no error.
    pub(crate) async fn build(&self, unit: &Unit<'_>, externs: &Externs) -> anyhow::Result<Built> {
        let compiler = if unit.mode.is_lint() {
            self.toolchain.clippy_driver()?
        } else {
            self.toolchain.rustc.clone()
        };
        let folder = self.cache.units().join(self.key_of(unit, externs));
        if !self.fresh
            && let Some(built) = kept(&folder)
        {
            return Ok(built);
        }
        let work = self.cache.scratch_folder()?;
        let place = |error: std::io::Error| Problem::io(work.path(), &error);
        files::write_all(&work.path().join(unit.shown_as), unit.files).map_err(place)?;
        let mut command = Command::new(compiler)
            .folder(work.path())
            .arguments(&self.arguments(unit, externs))
            .without_variable("RUSTC_WRAPPER")
            .without_variable("RUSTC_WORKSPACE_WRAPPER");
        if unit.mode.is_lint() {
            let conf = work.path().join("conf");
            files::write(&conf.join("clippy.toml"), CLIPPY_TOML).map_err(place)?;
            command = command.variable("CLIPPY_CONF_DIR", conf);
        }
        self.listener.detail(&format!(
            "{} {}/{}",
            unit.mode.name(),
            unit.shown_as,
            unit.main
        ));
        let ended = self.supervisor.capture(command).await?;
        let diagnostics = diagnostics::of_rustc(&ended.stderr_text());
        if let Some(missing) = diagnostics
            .iter()
            .find(|d| d.message.starts_with("linker `") && d.message.ends_with("not found"))
        {
            return Err(Problem::environment(
                "tool-missing",
                missing.message.clone(),
                "install a C compiler: rustc links with it",
            )
            .into());
        }
        let program = work.path().join(PROGRAM);
        let size = std::fs::metadata(&program).map_or(0, |meta| meta.len());
        let passed = ended.succeeded();
        let verdict = Verdict {
            passed,
            size,
            diagnostics,
        };
        files::write(&work.path().join(VERDICT), serde_json::to_vec(&verdict)?).map_err(place)?;
        if self.fresh {
            let _ = std::fs::remove_dir_all(&folder);
        }
        files::move_into_place(work, &folder).map_err(|error| Problem::io(&folder, &error))?;
        Ok(Built {
            passed,
            diagnostics: verdict.diagnostics,
            program: folder.join(PROGRAM),
            cached: false,
        })
    }

    fn key_of(&self, unit: &Unit<'_>, externs: &Externs) -> String {
        let mut key = Key::new("unit")
            .with(unit.mode.name())
            .with(&self.toolchain.identity)
            .with(&externs.key)
            .with(unit.shown_as)
            .with(unit.main);
        if unit.mode.is_lint() {
            key = LINTS.iter().fold(key.with(CLIPPY_TOML), Key::with);
        }
        for (path, text) in unit.files.iter().filter(|(path, _)| path.ends_with(".rs")) {
            key = key.with(path).with(text.as_bytes());
        }
        key.finish()
    }

    fn arguments(&self, unit: &Unit<'_>, externs: &Externs) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = vec![Path::new(unit.shown_as).join(unit.main).into()];
        arguments.extend(
            [
                "--edition=2024",
                "--crate-type=bin",
                "--error-format=json",
                "-Copt-level=0",
                "-Cdebuginfo=0",
                "-Cdebug-assertions=on",
                "-Cembed-bitcode=no",
            ]
            .map(OsString::from),
        );
        arguments.push(format!("--crate-name={}", crate_name(unit)).into());
        arguments.push(format!("--target={}", self.toolchain.host).into());
        arguments.extend(externs.arguments());
        if unit.mode.needs_test_externs() {
            arguments.push("--test".into());
        }
        if matches!(unit.mode, Mode::Program | Mode::Tests) {
            arguments.extend(["-o", PROGRAM].map(OsString::from));
        } else {
            arguments.extend(["--emit=metadata", "-o", "metadata.rmeta"].map(OsString::from));
        }
        if unit.mode.is_lint() {
            arguments.extend(LINTS.map(OsString::from));
        }
        arguments
    }
}

/// `channels-mpsc` as `channels_mpsc`; a mistake's file by its own name.
fn crate_name(unit: &Unit<'_>) -> String {
    let stem = Path::new(unit.main)
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or("main");
    let folder = Path::new(unit.shown_as)
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("entry");
    let name = if stem == "main" { folder } else { stem };
    let name: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    }
}

fn kept(folder: &Path) -> Option<Built> {
    let verdict: Verdict =
        serde_json::from_slice(&std::fs::read(folder.join(VERDICT)).ok()?).ok()?;
    let program = folder.join(PROGRAM);
    let whole = verdict.size == std::fs::metadata(&program).map_or(0, |meta| meta.len());
    whole.then_some(Built {
        passed: verdict.passed,
        diagnostics: verdict.diagnostics,
        program,
        cached: true,
    })
}

/// Whether the compiler complained of the dependencies rather than of the program.
pub(crate) fn is_misfit(built: &Built) -> bool {
    let mut codes = built
        .diagnostics
        .iter()
        .filter_map(|diagnostic| diagnostic.code.as_deref());
    !built.passed && codes.any(|code| MISFIT.contains(&code))
}
