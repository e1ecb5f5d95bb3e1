//! Names that are none: refused with the usual code, nothing built, nothing written, nothing printed that steers a
//! terminal.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use crate::program::{no_cache, tokio_cmd};

fn hostile() -> Vec<OsString> {
    let long = "x".repeat(300);
    let names = [
        "../x",
        "..",
        ".",
        "/tmp/x",
        "/",
        "a/../../x",
        "con",
        "fn",
        "",
        " ",
        long.as_str(),
        "a b",
        "channels\nevil",
        "\u{1b}[31mred\u{7}",
        "«evil»",
        "team:",
        "team:x/../../y",
        "Timeouts.rs",
    ];
    let mut names: Vec<OsString> = names.map(OsString::from).into();
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStringExt;
        names.push(OsString::from_vec(b"x\xff".to_vec()));
    }
    names
}

/// Every path below a folder, to see that nothing was written.
fn paths(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            found.push(path.display().to_string());
            if path.is_dir() {
                open.push(path);
            }
        }
    }
    found.sort();
    found
}

/// `before` and `after` are what stands around the name.
#[track_caller]
fn are_refused(before: &[&str], after: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir_all(inner.join("src")).unwrap();
    let there = paths(folder.path());
    for name in hostile() {
        let ended = tokio_cmd(&inner)
            .args(before)
            .args([&name])
            .args(after)
            .exits(2);
        ended.is_a_clean_refusal();
        assert_eq!(paths(folder.path()), there, "{before:?} {}", name.display());
        assert!(ended.stderr.len() < 1000, "{}", ended.stderr);
    }
    assert!(!no_cache().exists(), "{before:?} began to build");
}

#[test]
fn show_refuses_what_is_no_name() {
    are_refused(&["show"], &[]);
    are_refused(&["show", "mistake"], &[]);
}

#[test]
fn add_refuses_what_is_no_name() {
    are_refused(&["add"], &[]);
    are_refused(&["add"], &["--dry-run"]);
}

#[test]
fn run_refuses_what_is_no_name() {
    are_refused(&["run"], &[]);
    are_refused(&["run", "snippet"], &[]);
    are_refused(&["run", "timeouts", "--mistake"], &[]);
}

#[test]
fn check_and_test_refuse_what_is_no_name() {
    are_refused(&["check"], &[]);
    are_refused(&["check", "snippet"], &[]);
    are_refused(&["check", "template"], &[]);
    are_refused(&["check", "snippet", "timeouts"], &[]);
    are_refused(&["test"], &[]);
}

#[test]
fn new_refuses_what_is_no_name() {
    are_refused(&["new", "--vcs", "none", "--template", "echo-server"], &[]);
    are_refused(&["new", "--dry-run", "--template", "echo-server"], &[]);
    are_refused(&["new", "demo", "--template"], &[]);
}

#[test]
fn list_refuses_what_is_no_topic() {
    are_refused(&["list", "--topic"], &[]);
}

/// What comes back as JSON is one document, on stderr.
#[test]
fn as_json_a_refusal_is_a_document_on_stderr() {
    let folder = tempfile::tempdir().unwrap();
    for (args, code, exit) in [
        (&["show", "chanels"][..], "unknown-name", 2),
        (
            &["show", "timeouts", "--set", "limit=1"],
            "unknown-parameter",
            2,
        ),
        (
            &["show", "timeouts", "--set", "timeout=soon"],
            "bad-value",
            2,
        ),
        (
            &["show", "timeouts", "--set", "timeout=86401s"],
            "out-of-bounds",
            2,
        ),
        (&["add", "timeouts"], "not-a-module", 2),
        (&["new", "--template", "echo-server", "../x"], "bad-name", 2),
        (&["run", "timeouts", "--time-limit", "0s"], "bad-value", 2),
        (&["lst"], "usage", 2),
        (&["new", "--template", "echo-server", "."], "bad-name", 2),
    ] {
        let ended = tokio_cmd(folder.path())
            .args(args)
            .args(["--format", "json"])
            .exits(exit);
        assert!(ended.stdout.is_empty(), "{args:?}");
        let json: serde_json::Value = serde_json::from_str(&ended.stderr).expect(&ended.stderr);
        assert_eq!(
            (&json["format"], &json["error"]["code"]),
            (&1.into(), &code.into())
        );
        for field in ["message", "hint"] {
            let text = json["error"][field].as_str();
            assert!(
                text.is_some_and(|text| !text.is_empty()),
                "{args:?}: {json}"
            );
        }
    }
}

#[test]
fn values_that_are_none_are_refused_by_every_command_that_takes_them() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("src")).unwrap();
    let there = paths(folder.path());
    for command in [
        &["show", "timeouts"][..],
        &["run", "timeouts"],
        &["check", "timeouts"],
    ] {
        for set in [
            "timeout=1); evil('",
            "timeout=",
            "timeout",
            "=1s",
            "timeout=-1s",
            "no=1",
        ] {
            let ended = tokio_cmd(folder.path())
                .args(command)
                .args(["--set", set])
                .exits(2);
            ended.is_a_clean_refusal();
        }
    }
    let new = ["new", "--template", "echo-server", "demo", "--set"];
    for set in [
        "bind=localhost:80",
        "max_connections=0",
        "buffer_size=1GiB",
        "nothing=1",
    ] {
        tokio_cmd(folder.path())
            .args(new)
            .args([set])
            .exits(2)
            .is_a_clean_refusal();
    }
    assert_eq!(paths(folder.path()), there);
    assert!(!no_cache().exists(), "something was built");
}
