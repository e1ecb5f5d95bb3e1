//! The toolchain that `rustc` stands for in the working directory: found by asking it, called without its shim.

use std::path::{Path, PathBuf};

use super::supervise::{Command, Supervisor};
use crate::error::Problem;

#[derive(Debug, Clone)]
pub(crate) struct Toolchain {
    /// What `rustc -vV` says: the identity of every result.
    pub(crate) identity: String,
    /// `rustc 1.95.0`.
    pub(crate) version: String,
    pub(crate) host: String,
    pub(crate) rustc: PathBuf,
    pub(crate) cargo: PathBuf,
    sysroot: PathBuf,
}

const INSTALL_RUST: &str = "install Rust (https://rustup.rs), or put `rustc` on the PATH";

impl Toolchain {
    /// # Errors
    /// [`Problem`] when there is no usable `rustc` or `cargo`.
    pub(crate) async fn find(supervisor: &Supervisor, folder: &Path) -> anyhow::Result<Self> {
        let (identity, sysroot) = tokio::try_join!(
            ask(supervisor, folder, &["-vV"]),
            ask(supervisor, folder, &["--print", "sysroot"]),
        )?;
        let line = |prefix: &str| {
            let found = identity.lines().find_map(|line| line.strip_prefix(prefix));
            found.map(|rest| rest.trim().to_owned())
        };
        let (Some(host), Some(release)) = (line("host:"), line("release:")) else {
            return Err(Problem::environment(
                "toolchain",
                "`rustc -vV` does not answer as rustc does",
                INSTALL_RUST,
            )
            .into());
        };
        let sysroot = PathBuf::from(sysroot.trim());
        let own = |tool: &str| {
            let path = sysroot
                .join("bin")
                .join(format!("{tool}{}", std::env::consts::EXE_SUFFIX));
            if path.is_file() {
                path
            } else {
                PathBuf::from(tool)
            }
        };
        let (rustc, cargo) = (own("rustc"), own("cargo"));
        Ok(Self {
            version: format!("rustc {release}"),
            host,
            rustc,
            cargo,
            identity,
            sysroot,
        })
    }

    /// # Errors
    /// [`Problem`] when the toolchain has no clippy.
    pub(crate) fn clippy_driver(&self) -> Result<PathBuf, Problem> {
        let path = self
            .sysroot
            .join("bin")
            .join(format!("clippy-driver{}", std::env::consts::EXE_SUFFIX));
        if path.is_file() {
            return Ok(path);
        }
        Err(Problem::tool_missing(
            "clippy-driver",
            "`rustup component add clippy` installs it",
        ))
    }
}

async fn ask(supervisor: &Supervisor, folder: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    // The shim must not begin to download a toolchain: that is the user's to decide, and takes minutes.
    let command = Command::new("rustc")
        .arguments(arguments)
        .folder(folder)
        .variable("RUSTUP_AUTO_INSTALL", "0");
    let ended = match supervisor.capture(command).await {
        Ok(ended) => ended,
        Err(error)
            if error
                .downcast_ref::<std::io::Error>()
                .is_some_and(|e| e.kind() == std::io::ErrorKind::NotFound) =>
        {
            return Err(Problem::tool_missing("rustc", INSTALL_RUST).into());
        }
        Err(error) => return Err(error),
    };
    if !ended.succeeded() {
        let said = ended.stderr_text();
        let first = said
            .lines()
            .next()
            .unwrap_or("it failed without a word")
            .trim_start_matches("error: ");
        return Err(Problem::environment(
            "toolchain",
            format!("`rustc` does not work in this folder: {first}"),
            "install the toolchain that it asks for, or correct `rust-toolchain.toml` or RUSTUP_TOOLCHAIN",
        )
        .into());
    }
    Ok(String::from_utf8_lossy(&ended.stdout).into_owned())
}
