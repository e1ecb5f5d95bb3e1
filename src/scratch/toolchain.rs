//! The toolchain that `rustc` stands for in the working directory: found by asking it, called without its shim.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::cache::Cache;
use super::supervise::{Command, Ending, Output, Supervisor};
use super::trouble;
use super::witness::Witness;
use crate::error::Problem;

#[derive(Debug, Clone)]
pub(crate) struct Toolchain {
    /// What `rustc -vV` says, and where it lies: the identity of every result.
    pub(crate) identity: String,
    /// `rustc 1.95.0`.
    pub(crate) version: String,
    pub(crate) host: String,
    pub(crate) rustc: PathBuf,
    pub(crate) cargo: PathBuf,
    /// What `PATH` is for these tools: their own companions come first, and not those of another toolchain.
    pub(crate) path: OsString,
    sysroot: PathBuf,
}

pub(crate) const INSTALL_RUST: &str =
    "install Rust (https://rustup.rs), or put `rustc` and `cargo` on the PATH";
/// rustc answers at once; a disk that sleeps may take a while.
const LIMIT: Duration = Duration::from_secs(30);
const ANSWER: usize = 64 * 1024;

impl Toolchain {
    /// What is known already is not asked again, as long as nothing that it depends on has changed.
    ///
    /// # Errors
    /// [`Problem`] when there is no usable `rustc`.
    pub(crate) async fn find(
        supervisor: &Supervisor,
        cache: &Cache,
        folder: &Path,
    ) -> anyhow::Result<Self> {
        let witness = Witness::look(folder);
        if let Some(known) = witness.as_ref().and_then(|witness| witness.known(cache)) {
            return Self::of(&known.says, &known.sysroot);
        }
        let (says, sysroot) = tokio::try_join!(
            ask(supervisor, folder, &["-vV"]),
            ask(supervisor, folder, &["--print", "sysroot"]),
        )?;
        let found = Self::of(&says, sysroot.trim())?;
        if let Some(witness) = witness {
            witness.keep(cache, says, &found.sysroot);
        }
        Ok(found)
    }

    fn of(says: &str, sysroot: &str) -> anyhow::Result<Self> {
        let line = |prefix: &str| {
            let found = says.lines().find_map(|line| line.strip_prefix(prefix));
            found.map(|rest| rest.trim().to_owned())
        };
        let sysroot = PathBuf::from(sysroot);
        let (Some(host), Some(release), true) =
            (line("host:"), line("release:"), sysroot.is_absolute())
        else {
            return Err(Problem::environment(
                "toolchain",
                "`rustc -vV` does not answer as rustc does",
                INSTALL_RUST,
            )
            .into());
        };
        let own = |tool: &str| {
            let path = tool_of(&sysroot, tool);
            if path.is_file() {
                path
            } else {
                PathBuf::from(tool)
            }
        };
        Ok(Self {
            version: format!("rustc {release}"),
            host,
            rustc: own("rustc"),
            cargo: own("cargo"),
            path: path_of(&sysroot),
            identity: format!("{says}{}", sysroot.display()),
            sysroot,
        })
    }

    /// # Errors
    /// [`Problem`] when the toolchain has no clippy.
    pub(crate) fn clippy_driver(&self) -> Result<PathBuf, Problem> {
        let path = tool_of(&self.sysroot, "clippy-driver");
        if path.is_file() {
            return Ok(path);
        }
        Err(Problem::tool_missing(
            "clippy-driver",
            "`rustup component add clippy` installs it",
        ))
    }
}

fn tool_of(sysroot: &Path, tool: &str) -> PathBuf {
    sysroot
        .join("bin")
        .join(format!("{tool}{}", std::env::consts::EXE_SUFFIX))
}

fn path_of(sysroot: &Path) -> OsString {
    let users = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(sysroot.join("bin")).chain(std::env::split_paths(&users));
    std::env::join_paths(folders).unwrap_or(users)
}

async fn ask(supervisor: &Supervisor, folder: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    // The shim must not begin to download a toolchain: that is the user's to decide, and takes minutes.
    let command = Command::tool("rustc")
        .arguments(arguments)
        .folder(folder)
        .variable("RUSTUP_AUTO_INSTALL", "0");
    let ended = supervisor
        .run(&command, Output::Captured(ANSWER), Some(LIMIT))
        .await
        .map_err(|error| trouble::not_started("rustc", INSTALL_RUST, error))?;
    if ended.succeeded() {
        return Ok(ended.stdout_text());
    }
    let said = ended.stderr_text();
    let why = match ended.ending {
        Ending::TimeLimit => "it does not answer",
        _ => said
            .lines()
            .next()
            .unwrap_or("it failed without a word")
            .trim_start_matches("error: "),
    };
    Err(Problem::environment(
        "toolchain",
        format!("`rustc` does not work in this folder: {why}"),
        "install the toolchain that it asks for, or correct `rust-toolchain.toml` or RUSTUP_TOOLCHAIN",
    )
    .into())
}
