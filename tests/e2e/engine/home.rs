//! Homes of all kinds: with blanks, not UTF-8, none at all.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::invoke::{Invocation, tokio_cmd};
use crate::overlay::Overlay;

/// A team's entry without dependencies: its cache is quickly filled.
fn overlay() -> Overlay {
    let overlay = Overlay::new();
    overlay.write("hello", "snippet.toml", "");
    let main = "//! Says hello.\n\nfn main() {\n    println!(\"hello\");\n}\n";
    overlay.write("hello", "main.rs", main);
    overlay
}

/// In this home, with the cache where the system keeps caches, and the toolchain where it is.
fn at_home(overlay: &Overlay, home: &Path) -> Invocation {
    let own = std::env::home_dir().unwrap();
    let place = |variable: &str, folder: &str| {
        std::env::var_os(variable).unwrap_or_else(|| own.join(folder).into_os_string())
    };
    let (cargo, rustup) = (
        place("CARGO_HOME", ".cargo"),
        place("RUSTUP_HOME", ".rustup"),
    );
    overlay
        .tokio_cmd()
        .env("HOME", home)
        .env("CARGO_HOME", cargo)
        .env("RUSTUP_HOME", rustup)
        // An empty one is as good as none.
        .env("TOKIO_CMD_CACHE", "")
        .env("XDG_CACHE_HOME", "")
}

fn home(below: &TempDir, name: &[u8]) -> PathBuf {
    let home = below.path().join(OsStr::from_bytes(name));
    fs::create_dir(&home).unwrap();
    home
}

#[test]
fn blanks_and_umlauts_in_a_home_are_nothing_special() {
    let (overlay, below) = (overlay(), TempDir::new().unwrap());
    let home = home(&below, "my höme".as_bytes());
    let ran = at_home(&overlay, &home)
        .args(["run", "team:hello"])
        .passes();
    assert_eq!(ran.stdout, "hello\n");
    assert!(home.join(".cache/tokio-cmd").is_dir());
}

#[test]
fn a_home_that_is_not_utf8_is_named_with_the_cure() {
    let (overlay, below) = (overlay(), TempDir::new().unwrap());
    let home = home(&below, b"h\xff\xfe");
    let ended = at_home(&overlay, &home).args(["run", "team:hello"]).ends();
    assert_eq!(ended.code, Some(4), "{ended}");
    assert!(ended.stderr.contains("TOKIO_CMD_CACHE"), "{ended}");
    assert_eq!(
        fs::read_dir(&home).unwrap().count(),
        0,
        "nothing is left there"
    );
    // What needs no cache works all the same.
    at_home(&overlay, &home).args(["ask", "channels"]).passes();
}

#[test]
fn without_a_home_a_named_cache_is_enough() {
    let overlay = overlay();
    let mut command = overlay.tokio_cmd().args(["ask", "channels"]).command();
    let asked = command.env_remove("HOME").output().unwrap();
    assert!(asked.status.success());
    let folder = TempDir::new().unwrap();
    let mut command = tokio_cmd(folder.path()).args(["cache", "path"]).command();
    let told = command.env_remove("HOME").output().unwrap();
    assert!(told.status.success());
}
