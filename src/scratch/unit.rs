//! One file of an entry through rustc or clippy: built once for its content, toolchain, lock file and features, and kept.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::externs::Externs;
use super::family::Variant;
use super::kept::{PROGRAM, Said};
use super::key::Key;
use super::supervise::Command;
use super::toolchain::INSTALL_RUST;
use super::{Engine, cache, diagnostics, files, misfit, trouble};
use crate::error::Problem;
use crate::render::parameters::Files;
use crate::report::Diagnostic;

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
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Program => "program",
            Self::Tests => "tests",
            Self::Lint => "lint",
            Self::LintTests => "lint-tests",
        }
    }

    pub(crate) fn is_lint(self) -> bool {
        matches!(self, Self::Lint | Self::LintTests)
    }

    pub(crate) fn makes_program(self) -> bool {
        matches!(self, Self::Program | Self::Tests)
    }

    pub(crate) fn is_of_tests(self) -> bool {
        matches!(self, Self::Tests | Self::LintTests)
    }

    pub(crate) fn variant(self) -> Variant {
        if self.is_of_tests() {
            Variant::Test
        } else {
            Variant::Run
        }
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
    /// There if it passed and a program was asked for.
    pub(crate) program: PathBuf,
    pub(crate) cached: bool,
}

/// How everything is compiled. The standard library's own debug information would make two thirds of a program.
const SETTINGS: [&str; 9] = [
    "--edition=2024",
    "--crate-type=bin",
    "--error-format=json",
    "--json=diagnostic-rendered-ansi",
    "-Copt-level=0",
    "-Cdebuginfo=0",
    "-Cdebug-assertions=on",
    "-Cembed-bitcode=no",
    "-Cstrip=debuginfo",
];

/// The house's lints, for everything that is handed out.
pub(crate) const LINTS: [&str; 13] = [
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

/// The oldest compiler that snippets hold, and where `expect` and `panic` are the point.
pub(crate) const CLIPPY_TOML: &str = "\
msrv = \"1.85\"
allow-expect-in-tests = true
allow-panic-in-tests = true
allow-unwrap-in-tests = true
";

impl Engine {
    /// Builds a unit, or gives what was kept of the very same. The cache's lock is held.
    ///
    /// # Errors
    /// [`Problem`] when the compiler cannot work or the cache cannot be written, [`misfit::Misfit`] when the dependencies do
    /// not fit; a program that does not compile is no error.
    pub(crate) async fn build(&self, unit: &Unit<'_>, externs: &Externs) -> anyhow::Result<Built> {
        let key = self.key_of(unit, &externs.key);
        if let Some(built) = self.kept(&key) {
            return Ok(built);
        }
        let work = self.cache.scratch_folder()?;
        let place = |error: std::io::Error| cache::problem(work.path(), &error);
        let folder = work.path().join(unit.shown_as);
        files::lay_down(&folder, files::sources(unit.files)).map_err(place)?;
        self.listener.detail(&format!(
            "{} {}/{}",
            unit.mode.name(),
            unit.shown_as,
            unit.main
        ));
        let root = Path::new(unit.shown_as).join(unit.main);
        let said = self
            .compile(&root, &crate_name(unit), unit.mode, externs, work.path())
            .await?;
        let program = unit.mode.makes_program().then(|| work.path().join(PROGRAM));
        self.keep(&key, said, program.as_deref())
    }

    /// Has a crate compiled in a folder of its own; `root` is its first file below that.
    ///
    /// # Errors
    /// As for [`Self::build`].
    pub(crate) async fn compile(
        &self,
        root: &Path,
        name: &str,
        mode: Mode,
        externs: &Externs,
        work: &Path,
    ) -> anyhow::Result<Said> {
        let command = self
            .compiler(mode, work)?
            .argument(root)
            .arguments(&self.arguments(name, mode, externs));
        let ended = self.supervisor.capture(&command).await;
        let ended = ended.map_err(|error| trouble::not_started("rustc", INSTALL_RUST, error))?;
        let (mut diagnostics, strays) = diagnostics::of_rustc(&ended.stderr_text());
        let folder = self.cache.root();
        if let Some(problem) = trouble::of("rustc", folder, &ended, &strays, &diagnostics) {
            return Err(problem.into());
        }
        if !ended.succeeded() {
            misfit::look(&diagnostics, true, Some(externs.built))?;
            fails_to_link(&diagnostics)?;
            if !strays.is_empty() {
                diagnostics.push(diagnostics::plain(&strays));
            }
        }
        Ok(Said {
            passed: ended.succeeded(),
            diagnostics,
        })
    }

    fn compiler(&self, mode: Mode, work: &Path) -> anyhow::Result<Command> {
        let program = if mode.is_lint() {
            self.toolchain.clippy_driver()?
        } else {
            self.toolchain.rustc.clone()
        };
        let command = Command::tool(program)
            .folder(work)
            .variable("PATH", &self.toolchain.path);
        if !mode.is_lint() {
            return Ok(command);
        }
        Ok(command.variable("CLIPPY_CONF_DIR", self.clippy_conf()?))
    }

    /// The folder with clippy's configuration.
    pub(crate) fn clippy_conf(&self) -> Result<PathBuf, Problem> {
        let key = Key::new("clippy").with(CLIPPY_TOML).finish();
        let conf = self.cache.alone().join(format!("clippy-{key}"));
        files::settle(&conf, std::iter::once(("clippy.toml", CLIPPY_TOML)), false)
            .map_err(|error| cache::problem(&conf, &error))?;
        Ok(conf)
    }

    /// The name under which a unit is kept that is built against the dependencies of this key.
    pub(crate) fn key_of(&self, unit: &Unit<'_>, dependencies: &str) -> String {
        let mut key = Key::new("unit")
            .with(unit.mode.name())
            .with(&self.toolchain.identity)
            .with(dependencies)
            .with(unit.shown_as)
            .with(unit.main);
        key = SETTINGS.iter().fold(key, Key::with);
        if unit.mode.is_lint() {
            key = LINTS.iter().fold(key.with(CLIPPY_TOML), Key::with);
        }
        for (path, text) in files::sources(unit.files) {
            key = key.with(path).with(text);
        }
        key.finish()
    }

    fn arguments(&self, name: &str, mode: Mode, externs: &Externs) -> Vec<OsString> {
        let mut arguments: Vec<OsString> = SETTINGS.map(OsString::from).into();
        arguments.push(format!("--crate-name={name}").into());
        arguments.push(format!("--target={}", self.toolchain.host).into());
        arguments.extend(externs.arguments());
        if mode.is_of_tests() {
            arguments.push("--test".into());
        }
        if mode.makes_program() {
            arguments.extend(["-o", PROGRAM].map(OsString::from));
        } else {
            arguments.extend(["--emit=metadata", "-o", "metadata.rmeta"].map(OsString::from));
        }
        if mode.is_lint() {
            arguments.extend(LINTS.map(OsString::from));
        }
        arguments
    }
}

/// What the catalogue holds links; where it does not, the fault lies with the machine.
fn fails_to_link(diagnostics: &[Diagnostic]) -> Result<(), Problem> {
    let failed = diagnostics
        .iter()
        .find(|diagnostic| diagnostic.message.starts_with("linking with `"));
    failed.map_or(Ok(()), |failed| {
        Err(Problem::environment(
            "compiler",
            failed.rendered.trim_end(),
            "look at the linker's own words; `tokio-cmd cache clean` has the dependencies built anew",
        ))
    })
}

/// `channels-mpsc` as `channels_mpsc`; a mistake's file by its own name.
fn crate_name(unit: &Unit<'_>) -> String {
    let stem = |path: &str| {
        let stem = Path::new(path).file_stem().and_then(|stem| stem.to_str());
        stem.unwrap_or("entry").to_owned()
    };
    let name = match stem(unit.main).as_str() {
        "main" => stem(unit.shown_as),
        own => own.to_owned(),
    };
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
