//! The cache folder: where it is, that it can be used, cleaned and shared.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::Path;

use rustix::process::getuid;
use tempfile::TempDir;

use super::process::{Running, is_gone, pid};
use super::shell::Shell;
use crate::folders;
use crate::invoke::{Ended, Invocation, start, tokio_cmd};

fn works(invocation: Invocation) {
    let ended = invocation.passes();
    assert_eq!(ended.stdout, "works\n", "{ended}");
}

fn refused(ended: &Ended, words: &str, cure: &str) {
    assert_eq!(ended.code, Some(4), "{ended}");
    let told = &ended.stderr;
    assert!(
        told.starts_with("error: ") && told.contains(words),
        "{words:?}\n{ended}"
    );
    assert!(
        told.contains("\nhint: ") && told.contains(cure),
        "{cure:?}\n{ended}"
    );
}

#[test]
fn a_cache_is_made_where_it_is_wanted() {
    let shell = Shell::new();
    let home = TempDir::new().unwrap();
    let spaced = home.path().join("my home, äöü");
    fs::create_dir(&spaced).unwrap();
    works(
        shell
            .run(&[], "echo works")
            .env("TOKIO_CMD_CACHE", spaced.join("a/cache")),
    );
    // Relative: to where the user stands.
    works(shell.run(&[], "echo works").env("TOKIO_CMD_CACHE", "near"));
    let near = shell.folder().join("near");
    let tag = folders::read(&near.join("CACHEDIR.TAG"));
    assert!(
        tag.starts_with("Signature: 8a477f597d28d172789f06886806bc55\n"),
        "{tag}"
    );

    let path = |home: &Path| {
        let mut command = tokio_cmd(home).args(["cache", "path"]).command();
        command
            .env_remove("TOKIO_CMD_CACHE")
            .env_remove("XDG_CACHE_HOME")
            .env("HOME", home);
        String::from_utf8(command.output().unwrap().stdout).unwrap()
    };
    assert_eq!(
        path(&spaced),
        format!("{}\n", spaced.join(".cache/tokio-cmd").display())
    );
}

#[test]
fn a_file_in_the_place_of_the_cache_is_an_error_with_a_cure() {
    let shell = Shell::new();
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    folders::write(&file, "mine");
    for cache in [file.clone(), file.join("below")] {
        let ended = shell.run(&[], "").env("TOKIO_CMD_CACHE", &cache).ends();
        refused(
            &ended,
            file.to_str().unwrap(),
            "set TOKIO_CMD_CACHE to another folder",
        );
    }
    assert_eq!(folders::read(&file), "mine");
    // A file within it that should be a folder.
    folders::write(&folder.path().join("cache/v1/units"), "");
    let ended = shell
        .run(&[], "")
        .env("TOKIO_CMD_CACHE", folder.path().join("cache"))
        .ends();
    refused(&ended, "v1/units", "set TOKIO_CMD_CACHE to another folder");
}

#[test]
fn a_cache_that_cannot_be_written_is_an_error_with_a_cure() {
    let folder = TempDir::new().unwrap();
    let cache = folder.path().join("cache");
    fs::create_dir(&cache).unwrap();
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o555)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    // Permissions say nothing to root, and nobody else may reach the program where it was built.
    let program = folder.path().join("tokio-cmd");
    fs::copy(env!("CARGO_BIN_EXE_tokio-cmd"), &program).unwrap();
    let mut command = start(&program, folder.path())
        .args(["check", "timeouts"])
        .env("TOKIO_CMD_CACHE", &cache)
        .command();
    if getuid().is_root() {
        command.uid(65534).gid(65534);
    }
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let ended = Ended {
        code: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    };
    refused(
        &ended,
        "Permission denied",
        "make it writable, or set TOKIO_CMD_CACHE",
    );
}

#[test]
fn a_file_that_may_not_grow_is_an_error_and_no_verdict() {
    let cache = TempDir::new().unwrap();
    let shell = Shell::new();
    let run = || {
        shell
            .run(&[], "echo works")
            .env("TOKIO_CMD_CACHE", cache.path())
    };
    // Nothing at all; then the small files, but no program.
    for bytes in ["0", "100000"] {
        let wanted = run().command();
        let mut limited = start(Path::new("prlimit"), &shell.folder())
            .args([format!("--fsize={bytes}")])
            .args([wanted.get_program()])
            .args(wanted.get_args())
            .env("TOKIO_CMD_CACHE", cache.path());
        for (name, value) in wanted.get_envs() {
            if let Some(value) = value {
                limited = limited.env(name.to_str().unwrap(), value);
            }
        }
        refused(&limited.ends(), "too large", "`ulimit -f`");
    }
    works(run());
}

#[test]
fn cleaning_removes_what_is_kept_and_nothing_else() {
    let root = TempDir::new().unwrap();
    let shell = Shell::new();
    let run = || {
        shell
            .run(&[], "echo works")
            .env("TOKIO_CMD_CACHE", root.path())
    };
    let cache = |verb: &str| {
        let ended = tokio_cmd(&shell.folder())
            .env("TOKIO_CMD_CACHE", root.path())
            .args(["cache", verb, "--format", "json"])
            .passes();
        ended.json()
    };
    works(run());
    // What may lie beside it, and what another version of this program keeps.
    for mine in [
        "notes.txt",
        "v/notes.txt",
        "v2/target/notes.txt",
        "v1/notes.txt",
        "vault/lock",
    ] {
        folders::write(&root.path().join(mine), "mine");
    }
    folders::write(&root.path().join("v9/lock"), "");
    folders::write(&root.path().join("v9/units/old/program"), "old");

    let before = cache("size")["bytes"].as_u64().unwrap();
    assert!(before > 100_000, "{before}");
    let freed = cache("clean")["freed"].as_u64().unwrap();
    let after = cache("size")["bytes"].as_u64().unwrap();
    assert!(
        after < 1_000 && freed == before - after,
        "{before} {freed} {after}"
    );
    for mine in [
        "notes.txt",
        "v/notes.txt",
        "v2/target/notes.txt",
        "v1/notes.txt",
        "vault/lock",
    ] {
        assert_eq!(folders::read(&root.path().join(mine)), "mine");
    }
    assert!(!root.path().join("v9/units/old").exists());
    works(run());
}

#[test]
fn cleaning_does_not_hurt_a_program_that_runs() {
    let root = TempDir::new().unwrap();
    let shell = Shell::new();
    let script = "echo $$; read word; echo $word";
    let invocation = shell.run(&[], script).env("TOKIO_CMD_CACHE", root.path());
    let (mut running, mut stdin) = Running::start_with_stdin(invocation);
    let own = pid(&running.says(""));
    tokio_cmd(&shell.folder())
        .env("TOKIO_CMD_CACHE", root.path())
        .args(["cache", "clean"])
        .passes();
    assert!(!is_gone(own));
    std::io::Write::write_all(&mut stdin, b"still\n").unwrap();
    running.says("still");
    assert_eq!(running.ends().code(), Some(0));
    works(
        shell
            .run(&[], "echo works")
            .env("TOKIO_CMD_CACHE", root.path()),
    );
}
