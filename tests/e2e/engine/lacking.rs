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

#[test]
fn a_proxy_that_answers_nothing_is_not_waited_for() {
    let (folder, cache, home) = (
        TempDir::new().unwrap(),
        TempDir::new().unwrap(),
        TempDir::new().unwrap(),
    );
    // It takes connections and says nothing; it lives as long as this test.
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    let begun = Instant::now();
    let ended = tokio_cmd(folder.path())
        .args(["check", "timeouts"])
        .env("TOKIO_CMD_CACHE", cache.path())
        .env("CARGO_HOME", home.path())
        .env("CARGO_HTTP_PROXY", &address)
        .ends();
    assert_refused(&ended, "could not be fetched", "the proxy");
    let most = Duration::from_secs(15) + AT_ONCE;
    assert!(begun.elapsed() < most, "{:?}", begun.elapsed());
}

#[test]
fn a_compiler_that_was_replaced_is_noticed() {
    let sysroot = crate::invoke::start(Path::new("rustc"), Path::new("/"))
        .args(["--print", "sysroot"])
        .passes();
    let sysroot = Path::new(sysroot.stdout.trim());
    // A toolchain as a distribution installs it: the compiler with its libraries beside it.
    let (toolchain, folder) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let bin = toolchain.path().join("bin");
    std::fs::create_dir(&bin).unwrap();
    std::fs::copy(sysroot.join("bin/rustc"), bin.join("rustc")).unwrap();
    std::os::unix::fs::symlink(sysroot.join("lib"), toolchain.path().join("lib")).unwrap();
    let check = || {
        tokio_cmd(folder.path())
            .args(["check", "timeouts"])
            .env("PATH", format!("{}:/usr/bin:/bin", bin.display()))
            .ends()
    };
    // The second time its identity is known.
    for _ in 0..2 {
        let ended = check();
        assert_eq!(ended.code, Some(0), "{ended}");
    }
    std::fs::remove_file(bin.join("rustc")).unwrap();
    tool(&bin, "rustc", "echo 'error: replaced' >&2; exit 1\n");
    assert_refused(&check(), "replaced", "install the toolchain");
}

#[test]
fn a_toolchain_that_a_folder_asks_for_is_noticed() {
    let folder = TempDir::new().unwrap();
    // What is no shim of rustup's reads no such file, and takes what is asked for from its own place.
    let rustup = crate::invoke::start(Path::new("rustc"), folder.path())
        .env("RUSTUP_TOOLCHAIN", "1.2.3-absent")
        .ends();
    let has_rustup = rustup.code != Some(0);
    let check = || tokio_cmd(folder.path()).args(["check", "timeouts"]);
    for _ in 0..2 {
        check().passes();
    }
    let expected = if has_rustup { Some(4) } else { Some(0) };
    let ended = check().env("RUSTUP_TOOLCHAIN", "1.2.3-absent").ends();
    assert_eq!(ended.code, expected, "{ended}");
    // Cargo, which runs this test, may have set the variable, and it beats the file.
    let code = || {
        let mut command = check().command();
        let ended = command.env_remove("RUSTUP_TOOLCHAIN").output().unwrap();
        ended.status.code()
    };
    for _ in 0..2 {
        assert_eq!(code(), Some(0));
    }
    let file = folder.path().join("rust-toolchain.toml");
    folders::write(&file, "[toolchain]\nchannel = \"1.2.3-absent\"\n");
    assert_eq!(code(), expected);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(code(), Some(0));
}
