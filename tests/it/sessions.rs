//! Console sessions: `tests/cmd/*.trycmd`, and the README's own.
//!
//! A session with a folder `NAME.in` runs in it, and with one called `NAME.out` in a copy, whose files must be those of
//! `NAME.out` afterwards (`.keep` files stand for empty folders). `[..]` stands for anything within a line, `...` alone on
//! a line for any lines. `TRYCMD=overwrite` writes what was said into the sessions.

use std::fs;
use std::path::Path;

use crate::content::text_of;
use crate::program::no_cache;

/// Where what README.md builds is kept, the slow tests' own: nothing is built twice.
const SHARED_CACHE: &str = "cache";

#[test]
fn every_console_session_is_as_it_is_written() {
    sessions()
        .env("TOKIO_CMD_CACHE", shown(&no_cache()))
        .case("tests/cmd/*.trycmd")
        .run();
    assert!(
        !no_cache().exists(),
        "a session of tests/cmd began to build"
    );
}

/// In a crate of its own, so that what it writes is written there.
#[test]
fn every_console_session_of_the_readme_is_as_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let place = |path: &str| folder.path().join(path);
    for path in ["README.in/src", "README.in/.git", "README.out"] {
        fs::create_dir_all(place(path)).unwrap();
    }
    for path in [
        "README.in/src/.keep",
        "README.in/.git/.keep",
        "README.out/.keep",
    ] {
        fs::write(place(path), "").unwrap();
    }
    fs::write(place("README.md"), text_of("README.md")).unwrap();
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join(SHARED_CACHE);
    sessions()
        .env("TOKIO_CMD_CACHE", shown(&cache))
        .case(place("README.md"))
        .run();
}

/// Nothing of this user's settings reaches the program.
fn sessions() -> trycmd::TestCases {
    let cases = trycmd::TestCases::new();
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("nobody");
    cases
        .register_bin("tokio-cmd", Path::new(env!("CARGO_BIN_EXE_tokio-cmd")))
        .env("HOME", shown(&home))
        .env("CLAUDE_CONFIG_DIR", "")
        .env("RUST_BACKTRACE", "1")
        .env("NO_COLOR", "");
    cases
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
