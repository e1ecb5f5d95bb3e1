//! Calls cargo so that nothing of the user's settings changes what it builds, offline first and then, if something is
//! missing and allowed, with the network once.

use std::path::Path;

use super::supervise::{Command, Ended, Output};
use super::{Engine, diagnostics};
use crate::error::Problem;
use crate::report::Diagnostic;

/// A profile of our own: a `[profile.dev]` of the user's configuration has no say in it. Every setting is given.
pub(crate) const PROFILE: &str = "\
[profile.scratch]
inherits = \"dev\"
opt-level = 0
debug = false
split-debuginfo = \"off\"
strip = \"none\"
debug-assertions = true
overflow-checks = true
lto = \"off\"
panic = \"unwind\"
incremental = false
codegen-units = 256
";

/// What of the environment would change a build. `CARGO_HOME`, mirrors and proxies stay.
const REMOVED: [&str; 14] = [
    "RUSTFLAGS",
    "RUSTDOCFLAGS",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_BUILD_RUSTC",
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_BUILD_BUILD_DIR",
    "CARGO_TARGET_DIR",
    "CARGO_INCREMENTAL",
    "CARGO_BUILD_INCREMENTAL",
    "CARGO_BUILD_RUSTC_WRAPPER",
    "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER",
    "CARGO_ENCODED_RUSTFLAGS",
    "__CARGO_DEFAULT_LIB_METADATA",
];

/// What a cargo call gave.
#[derive(Debug)]
pub(crate) struct CargoRun {
    pub(crate) ended: Ended,
    pub(crate) lines: Vec<diagnostics::CargoLine>,
}

impl CargoRun {
    pub(crate) fn diagnostics(&self) -> Vec<Diagnostic> {
        self.lines
            .iter()
            .filter_map(|line| match line {
                diagnostics::CargoLine::CompilerMessage(message) => message.diagnostic(),
                _ => None,
            })
            .collect()
    }
}

impl Engine {
    /// `cargo ARGUMENTS` in a folder of ours, with the shared target folder. `--message-format` is the caller's to add.
    fn cargo_command(&self, folder: &Path, arguments: &[&str], offline: bool) -> Command {
        let target = self.cache.target();
        let quoted = |path: &Path| format!("{:?}", path.to_string_lossy());
        let mut command = Command::new(&self.toolchain.cargo)
            .folder(folder)
            .arguments(arguments);
        if offline {
            command = command.argument("--offline");
        }
        // A command-line setting beats every configuration file.
        for setting in [
            format!("build.target-dir={}", quoted(&target)),
            format!("build.build-dir={}", quoted(&target)),
            "build.rustc-wrapper=\"\"".to_owned(),
            "build.rustc-workspace-wrapper=\"\"".to_owned(),
            format!("build.rustc={}", quoted(&self.toolchain.rustc)),
        ] {
            command = command.argument("--config").argument(setting);
        }
        for name in REMOVED {
            command = command.without_variable(name);
        }
        command
            .variable("CARGO_ENCODED_RUSTFLAGS", "")
            .variable("RUSTC", &self.toolchain.rustc)
            .variable("RUSTC_WRAPPER", "")
            .variable("RUSTC_WORKSPACE_WRAPPER", "")
            .variable("CARGO_TERM_COLOR", "never")
            .variable("CARGO_TERM_PROGRESS_WHEN", "never")
            .variable("CARGO_NET_RETRY", "1")
            .variable("CARGO_HTTP_TIMEOUT", "10")
    }

    /// Runs a cargo subcommand that builds, offline; where crates are missing, fetches once and runs it again.
    ///
    /// # Errors
    /// [`Problem`] when crates are missing and cannot be fetched.
    pub(crate) async fn cargo(
        &self,
        folder: &Path,
        arguments: &[&str],
    ) -> anyhow::Result<CargoRun> {
        let ended = self.run_cargo(folder, arguments, true).await?;
        if ended.succeeded() || !is_missing_crates(&ended.stderr_text()) {
            return Ok(CargoRun {
                lines: diagnostics::of_cargo(&ended.stdout_text()),
                ended,
            });
        }
        if self.offline {
            return Err(Problem::environment(
                "not-cached-offline",
                format!("crates are missing, and `--offline` forbids to fetch them: {}", said(&ended)),
                "run it once without `--offline`; `tokio-cmd cache warm` fetches and builds everything",
            )
            .into());
        }
        self.listener.progress("fetching crates");
        let fetched = self.run_cargo(folder, &["fetch"], false).await?;
        if !fetched.succeeded() {
            return Err(Problem::environment(
                "no-network",
                format!("crates are missing and could not be fetched: {}", said(&fetched)),
                "check the network, the proxy and the mirrors of cargo's configuration, then try again",
            )
            .into());
        }
        let ended = self.run_cargo(folder, arguments, true).await?;
        Ok(CargoRun {
            lines: diagnostics::of_cargo(&ended.stdout_text()),
            ended,
        })
    }

    async fn run_cargo(
        &self,
        folder: &Path,
        arguments: &[&str],
        offline: bool,
    ) -> anyhow::Result<Ended> {
        self.listener.detail(&format!(
            "cargo {} (in {})",
            arguments.join(" "),
            folder.display()
        ));
        let command = self.cargo_command(folder, arguments, offline);
        match self.supervisor.run(command, Output::Captured, None).await {
            Err(error)
                if error
                    .downcast_ref::<std::io::Error>()
                    .is_some_and(|e| e.kind() == std::io::ErrorKind::NotFound) =>
            {
                Err(Problem::tool_missing(
                    "cargo",
                    "install Rust (https://rustup.rs), or put `cargo` on the PATH",
                )
                .into())
            }
            other => other,
        }
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
