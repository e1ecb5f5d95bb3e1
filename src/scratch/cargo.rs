//! Calls cargo so that nothing of the user's settings changes what it builds, offline first and then, if something is
//! missing and allowed, with the network once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::diagnostics::{self, CargoLine};
use super::progress::{self, Crates};
use super::supervise::{Command, Ended};
use super::toolchain::INSTALL_RUST;
use super::{Engine, trouble};
use crate::error::Problem;
use crate::report::Diagnostic;

/// The profile of all that is built. Given on the command line it beats every configuration file; every setting is given.
const PROFILE: [(&str, &str); 11] = [
    ("inherits", "\"dev\""),
    ("opt-level", "0"),
    ("debug", "false"),
    ("split-debuginfo", "\"off\""),
    ("strip", "\"debuginfo\""),
    ("debug-assertions", "true"),
    ("overflow-checks", "true"),
    ("lto", "\"off\""),
    ("panic", "\"unwind\""),
    ("incremental", "false"),
    ("codegen-units", "256"),
];

/// How cargo hands on what compilers say: as JSON, with their colours.
pub(crate) const MESSAGES: &str = "json-diagnostic-rendered-ansi";

/// The profile as part of a key.
pub(crate) fn profile() -> String {
    PROFILE
        .iter()
        .map(|(name, value)| format!("{name}={value}\n"))
        .collect()
}

/// What cargo is asked to do in a folder of ours.
#[derive(Clone, Copy)]
pub(crate) struct Ask<'a> {
    pub(crate) folder: &'a Path,
    /// The subcommand and its own arguments; what all calls need is added.
    pub(crate) arguments: &'a [&'a str],
    /// Clippy checks in rustc's place, with these arguments and the configuration in this folder.
    pub(crate) lints: Option<(&'a [&'a str], &'a Path)>,
    /// Builds many crates, so that each is told of; `cargo tree` counts them along these edges.
    pub(crate) edges: Option<&'a str>,
}

impl<'a> Ask<'a> {
    pub(crate) fn new(folder: &'a Path, arguments: &'a [&'a str]) -> Self {
        Self {
            folder,
            arguments,
            lints: None,
            edges: None,
        }
    }

    /// Whether the output is also that of the programs which cargo runs.
    fn runs_programs(&self) -> bool {
        self.arguments.first() == Some(&"test") && !self.arguments.contains(&"--no-run")
    }
}

/// What a cargo call gave.
#[derive(Debug)]
pub(crate) struct CargoRun {
    pub(crate) ended: Ended,
    pub(crate) lines: Vec<CargoLine>,
}

impl CargoRun {
    fn of(ended: Ended) -> Self {
        Self {
            lines: diagnostics::of_cargo(&ended.stdout_text()),
            ended,
        }
    }

    /// What the compiler said, each once: a file is compiled as program and as test.
    pub(crate) fn diagnostics(&self) -> Vec<Diagnostic> {
        let mut found: Vec<Diagnostic> = Vec::new();
        for line in &self.lines {
            if let CargoLine::CompilerMessage(message) = line
                && let Some(diagnostic) = message.diagnostic()
                && !found.contains(&diagnostic)
            {
                found.push(diagnostic);
            }
        }
        found
    }

    /// How many bytes it has made or found made.
    fn made(&self) -> u64 {
        let files = self.lines.iter().flat_map(|line| match line {
            CargoLine::CompilerArtifact(artifact) => &artifact.filenames[..],
            _ => &[],
        });
        files
            .filter_map(|file| std::fs::metadata(file).ok())
            .map(|meta| meta.len())
            .sum()
    }

    /// The last program that it built.
    pub(crate) fn executable(&self) -> Option<PathBuf> {
        self.lines
            .iter()
            .rev()
            .find_map(|line| match line {
                CargoLine::CompilerArtifact(artifact) => artifact.executable.as_ref(),
                _ => None,
            })
            .map(PathBuf::from)
    }
}

impl Engine {
    /// Runs a cargo subcommand that builds, offline; where crates are missing, fetches once and runs it again.
    ///
    /// # Errors
    /// [`Problem`] when crates are missing and cannot be fetched, or cargo cannot work.
    pub(crate) async fn cargo(&self, ask: &Ask<'_>) -> anyhow::Result<CargoRun> {
        let run = self.run_cargo(ask, true).await?;
        let is_answer = run.ended.succeeded()
            || ask.runs_programs()
            || !is_missing_crates(&run.ended.stderr_text());
        if is_answer {
            return Ok(run);
        }
        if self.offline {
            return Err(Problem::environment(
                "not-cached-offline",
                format!("crates are missing, and `--offline` forbids to fetch them: {}", said(&run.ended)),
                "run it once without `--offline`; `tokio-cmd cache warm` fetches and builds everything",
            )
            .into());
        }
        self.listener.progress("fetching crates");
        // A lock file that does not fit its manifest must not be put right on the way.
        let fetch: &[&str] = if ask.arguments.contains(&"--locked") {
            &["fetch", "--locked"]
        } else {
            &["fetch"]
        };
        let fetch = Ask::new(ask.folder, fetch);
        let fetched = self.run_cargo(&fetch, false).await?;
        if !fetched.ended.succeeded() {
            return Err(Problem::environment(
                "no-network",
                format!("crates are missing and could not be fetched: {}", said(&fetched.ended)),
                "check the network, the proxy and the mirrors of cargo's configuration, then try again",
            )
            .into());
        }
        self.run_cargo(ask, true).await
    }

    async fn run_cargo(&self, ask: &Ask<'_>, offline: bool) -> anyhow::Result<CargoRun> {
        let told = ask.arguments.join(" ");
        self.listener
            .detail(&format!("cargo {told} (in {})", ask.folder.display()));
        let command = self.cargo_command(ask, offline)?;
        let running = match ask.edges.filter(|_| self.listener.watches()) {
            Some(edges) => {
                let total = self.count_crates(ask.folder, edges).await?;
                let crates = Crates::new(Arc::clone(&self.listener), total);
                self.supervisor.watch(&command, Box::new(crates)).await
            }
            None => self.supervisor.capture(&command).await,
        };
        let ended = running.map_err(|error| trouble::not_started("cargo", INSTALL_RUST, error))?;
        let run = CargoRun::of(ended);
        self.cache.grew(run.made());
        if ask.runs_programs() {
            return Ok(run);
        }
        let said = run.ended.stderr_text();
        let found = trouble::of(
            "cargo",
            self.cache.root(),
            &run.ended,
            &said,
            &run.diagnostics(),
        );
        found.map_or(Ok(run), |problem| Err(problem.into()))
    }

    /// How many crates a package needs; `None` while not all of them are on this machine.
    async fn count_crates(&self, folder: &Path, edges: &str) -> anyhow::Result<Option<usize>> {
        let arguments = ["tree", "--locked", "--prefix", "none", "--edges", edges];
        let command = self.cargo_command(&Ask::new(folder, &arguments), true)?;
        let tree = self.supervisor.capture(&command).await?;
        let total = progress::count(&tree.stdout_text());
        Ok(total.filter(|_| tree.succeeded()))
    }

    fn cargo_command(&self, ask: &Ask<'_>, offline: bool) -> Result<Command, Problem> {
        let target = self.cache.target();
        let mut command = Command::tool(&self.toolchain.cargo)
            .folder(ask.folder)
            .arguments(ask.arguments);
        if offline {
            command = command.argument("--offline");
        }
        for (name, value) in PROFILE {
            command = command
                .argument("--config")
                .argument(format!("profile.scratch.{name}={value}"));
        }
        // A variable beats every configuration file, and an empty one says that there is none.
        let mut wrapper = PathBuf::new();
        if let Some((lints, conf)) = ask.lints {
            wrapper = self.toolchain.clippy_driver()?;
            let lints: String = lints
                .iter()
                .map(|lint| format!("{lint}__CLIPPY_HACKERY__"))
                .collect();
            command = command
                .variable("CLIPPY_ARGS", lints)
                .variable("CLIPPY_CONF_DIR", conf);
        }
        let host = self.toolchain.host.to_uppercase().replace(['-', '.'], "_");
        if cfg!(unix) {
            // A runner cannot be unset, but this one does nothing; and this is the linker that rustc takes by itself.
            command = command
                .variable(format!("CARGO_TARGET_{host}_RUNNER"), "env")
                .variable(format!("CARGO_TARGET_{host}_LINKER"), "cc");
        }
        Ok(command
            .variable("PATH", &self.toolchain.path)
            .variable("CARGO_TARGET_DIR", &target)
            .variable("CARGO_BUILD_BUILD_DIR", &target)
            .variable("CARGO_BUILD_TARGET", &self.toolchain.host)
            .variable("CARGO_ENCODED_RUSTFLAGS", "")
            .variable("CARGO_ENCODED_RUSTDOCFLAGS", "")
            .variable("CARGO_INCREMENTAL", "0")
            .variable("RUSTC", &self.toolchain.rustc)
            .variable("RUSTC_WRAPPER", "")
            .variable("RUSTC_WORKSPACE_WRAPPER", wrapper)
            .variable("CARGO_TERM_COLOR", "never")
            .variable("CARGO_TERM_PROGRESS_WHEN", "never")
            .variable("CARGO_TERM_QUIET", "false")
            .variable("CARGO_TERM_VERBOSE", "false")
            .variable("CARGO_NET_RETRY", "1")
            .variable("CARGO_HTTP_TIMEOUT", "6"))
    }
}

/// Cargo has no code for it; these are its words where a crate is not on this machine.
fn is_missing_crates(stderr: &str) -> bool {
    [
        "--offline",
        "no matching package",
        "failed to download",
        "unable to update",
        "failed to get `",
        "failed to load source",
    ]
    .iter()
    .any(|words| stderr.contains(words))
}

/// The first error of cargo, in one line, with the deepest cause it names.
pub(crate) fn said(ended: &Ended) -> String {
    let text = ended.stderr_text();
    let first = text
        .lines()
        .find_map(|line| line.strip_prefix("error: "))
        .unwrap_or("cargo failed");
    let cause = text
        .lines()
        .rev()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    if cause.is_empty() || cause.ends_with(first) {
        first.to_owned()
    } else {
        format!("{first} ({cause})")
    }
}
