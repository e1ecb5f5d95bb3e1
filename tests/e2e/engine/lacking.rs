//! Machines that lack something: the error names it and the cure, at once.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::settings::fetched;
use super::shell::Shell;
use crate::folders;
use crate::invoke::{Ended, tokio_cmd};

/// What takes longer than this waits for something.
const AT_ONCE: Duration = Duration::from_secs(10);

/// Puts a program of that name, a script, into a folder.
pub(super) fn tool(folder: &Path, name: &str, script: &str) {
    let path = folder.join(name);
    folders::write(&path, &format!("#!/bin/sh\n{script}"));
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

/// Checks a snippet with these tools on the PATH.
fn check_with(tools: &Path) -> Ended {
    let (folder, cache) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    folders::write(
        &folder.path().join("rust-toolchain.toml"),
        "[toolchain]\nchannel = \"1.2.3-absent\"\n",
    );
    let begun = Instant::now();
    let ended = tokio_cmd(folder.path())
        .args(["check", "timeouts"])
        .env("TOKIO_CMD_CACHE", cache.path())
        .env("PATH", format!("{}:/usr/bin:/bin", tools.display()))
        .ends();
    assert!(begun.elapsed() < AT_ONCE, "{:?}\n{ended}", begun.elapsed());
    ended
}

fn assert_refused(ended: &Ended, words: &str, cure: &str) {
    assert_eq!(ended.code, Some(4), "{ended}");
    let (error, hint) = ended.stderr.split_once("\n\nhint: ").expect("a hint");
    assert!(
        error.starts_with("error: ") && error.contains(words),
        "{words:?}\n{ended}"
    );
    assert!(hint.contains(cure), "{cure:?}\n{ended}");
    assert_eq!(ended.stdout, "", "{ended}");
}

#[test]
fn a_missing_compiler_is_named_with_its_cure() {
    let tools = TempDir::new().unwrap();
    let without = tools.path().join("none");
    let (folder, cache) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let run = || {
        tokio_cmd(folder.path())
            .args(["run", "timeouts"])
            .env("TOKIO_CMD_CACHE", cache.path())
            .env("PATH", &without)
    };
    assert_refused(&run().ends(), "`rustc` was not found", "install Rust");
    let ended = run().args(["--format", "json"]).ends();
    assert_eq!(
        (ended.code, ended.error().as_str()),
        (Some(4), "tool-missing"),
        "{ended}"
    );

    // A compiler without its cargo.
    tool(
        tools.path(),
        "rustc",
        "case $1 in -vV) printf 'rustc 1.95.0\\nhost: x86_64-unknown-linux-gnu\\nrelease: 1.95.0\\n';; *) echo /none;; esac\n",
    );
    assert_refused(
        &check_with(tools.path()),
        "`cargo` was not found",
        "install Rust",
    );
}

#[test]
fn a_compiler_that_does_not_work_is_told_with_its_own_words() {
    let tools = TempDir::new().unwrap();
    for (script, words, cure) in [
        // As rustup says it, in the user's own folder.
        (
            "cat rust-toolchain.toml >/dev/null || exit 0\necho \"error: toolchain '1.2.3-absent' is not installed\" >&2\nexit 1\n",
            "toolchain '1.2.3-absent' is not installed",
            "install the toolchain",
        ),
        (
            "exit 1\n",
            "it failed without a word",
            "install the toolchain",
        ),
        (
            "kill -SEGV $$\n",
            "it failed without a word",
            "install the toolchain",
        ),
        ("exit 0\n", "does not answer as rustc does", "install Rust"),
        ("yes\n", "does not answer as rustc does", "install Rust"),
    ] {
        let script = script.replace("yes\n", "yes | head -c 10000000\n");
        tool(tools.path(), "rustc", &script);
        assert_refused(&check_with(tools.path()), words, cure);
    }
    folders::write(&tools.path().join("rustc"), "no program");
    assert_refused(
        &check_with(tools.path()),
        "`rustc` cannot be started",
        "install Rust",
    );
}

#[test]
fn missing_crates_are_named_when_the_network_is_forbidden() {
    let (folder, cache, home) = (
        TempDir::new().unwrap(),
        TempDir::new().unwrap(),
        TempDir::new().unwrap(),
    );
    let begun = Instant::now();
    let offline = || {
        tokio_cmd(folder.path())
            .args(["check", "timeouts", "--offline"])
            .env("TOKIO_CMD_CACHE", cache.path())
            .env("CARGO_HOME", home.path())
    };
    assert_refused(
        &offline().ends(),
        "`--offline` forbids",
        "`tokio-cmd cache warm`",
    );
    assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
    let ended = offline().args(["--format", "json"]).ends();
    assert_eq!(ended.error(), "not-cached-offline", "{ended}");
    // What needs no crate needs no network.
    let ended = Shell::new()
        .run(&["--offline"], "echo works")
        .env("TOKIO_CMD_CACHE", cache.path())
        .env("CARGO_HOME", home.path())
        .passes();
    assert_eq!(ended.stdout, "works\n");
}

#[test]
fn a_registry_that_cannot_be_reached_is_named() {
    let (folder, cache, home) = (
        TempDir::new().unwrap(),
        TempDir::new().unwrap(),
        TempDir::new().unwrap(),
    );
    // Nothing listens on port 1.
    folders::write(
        &home.path().join("config.toml"),
        "[source.crates-io]\nreplace-with = \"gone\"\n[source.gone]\nregistry = \"sparse+http://127.0.0.1:1/index/\"\n",
    );
    let begun = Instant::now();
    let ended = tokio_cmd(folder.path())
        .args(["check", "timeouts"])
        .env("TOKIO_CMD_CACHE", cache.path())
        .env("CARGO_HOME", home.path())
        .ends();
    assert_refused(&ended, "127.0.0.1", "check the network");
    let most = Duration::from_secs(15) + AT_ONCE;
    assert!(begun.elapsed() < most, "{:?}", begun.elapsed());
    // The crates of this machine were not in the way.
    assert_ne!(fetched(), home.path());
}
