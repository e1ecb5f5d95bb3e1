//! A reader that goes away is a normal end, as `tokio-cmd list | head -1` shows every day.

use std::io::Read;
use std::process::Stdio;

use crate::program::tokio_cmd;

const PRINTING: [&[&str]; 7] = [
    &["list"],
    &["list", "--format", "json"],
    &["show", "circuit-breaker", "--with-tests"],
    &["show", "timeouts", "--code-only"],
    &["ask", "channels"],
    &["completions", "bash"],
    &["--help"],
];

#[test]
fn a_closed_stdout_is_a_normal_end() {
    let folder = tempfile::tempdir().unwrap();
    for args in PRINTING {
        let (reader, writer) = std::io::pipe().unwrap();
        // Nobody reads from the very beginning: no write can get through.
        drop(reader);
        let mut command = tokio_cmd(folder.path()).args(args).command();
        let child = command
            .stdout(writer)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(command);
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*stderr), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn a_reader_that_takes_one_line_and_goes_is_a_normal_end() {
    let folder = tempfile::tempdir().unwrap();
    // A page larger than any pipe holds: the program is still writing when its reader goes.
    let args = ["completions", "zsh"];
    let mut command = tokio_cmd(folder.path()).args(args).command();
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut first = [0; 16];
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*stderr), (Some(0), ""));
    assert!(first.starts_with(b"#compdef"), "{first:?}");
}

/// A full disk is no reader that went away: what was asked for was not handed out.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut command = tokio_cmd(folder.path()).args(["list"]).command();
    let child = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap();
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{stderr}");
    assert!(stderr.starts_with("error: stdout: "), "{stderr}");
}

/// No channel for errors is no reason to fail at what can be done.
#[test]
fn a_closed_stderr_changes_no_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    for (args, code) in [(&["list"][..], 0), (&["show", "no-such"], 2), (&["lst"], 2)] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = tokio_cmd(folder.path()).args(args).command();
        let mut child = command
            .stdout(Stdio::null())
            .stderr(writer)
            .spawn()
            .unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{args:?}");
    }
}
