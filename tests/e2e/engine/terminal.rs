//! On a terminal: progress is told, and a program may read it. Nowhere else.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::Stdio;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use tempfile::TempDir;

use super::shell::Shell;
use crate::invoke::{Invocation, tokio_cmd};

/// Our side of a pseudo terminal, and the side that a program is given.
fn terminal() -> (File, File) {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo terminal");
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let name = ptsname(&ours, Vec::new()).unwrap().into_string().unwrap();
    let theirs = OpenOptions::new()
        .read(true)
        .write(true)
        .open(Path::new(&name))
        .unwrap();
    (File::from(ours), theirs)
}

/// What stderr says on a terminal.
fn told_to_a_terminal(invocation: Invocation) -> String {
    let (mut ours, theirs) = terminal();
    let mut command = invocation.command();
    command.stdout(Stdio::null()).stderr(theirs);
    let mut child = command.spawn().unwrap();
    // Only the child's own ends of it are left, so that its end is ours.
    drop(command);
    let mut told = Vec::new();
    // Linux tells the end of a terminal with an error.
    let _ = ours.read_to_end(&mut told);
    assert_eq!(child.wait().unwrap().code(), Some(0));
    String::from_utf8(told).unwrap()
}

#[test]
fn progress_is_told_on_a_terminal_and_nowhere_else() {
    let cache = TempDir::new().unwrap();
    let shell = Shell::new();
    let run = |options: &[&str]| {
        shell
            .run(options, "exit 0")
            .env("TOKIO_CMD_CACHE", cache.path())
    };
    let told = told_to_a_terminal(run(&["--fresh"]));
    assert!(told.contains("building `team:shell`"), "{told:?}");
    assert_eq!(told_to_a_terminal(run(&["--fresh", "--quiet"])), "");
    let ended = run(&["--fresh"]).passes();
    assert_eq!((ended.stdout.as_str(), ended.stderr.as_str()), ("", ""));
    // What is done can be asked for.
    let ended = run(&["--fresh", "--verbose"]).passes();
    assert!(ended.stderr.contains("cargo build --bins"), "{ended}");
    assert!(
        ended.stderr.contains(cache.path().to_str().unwrap()),
        "{ended}"
    );
}

/// The first build of the dependencies is the longest wait of all: a line says how far it is, and goes when it is over.
#[test]
fn each_crate_of_the_dependencies_is_told_of_on_one_line() {
    let (folder, cache) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let run = |terminal: &str, args: &[&str]| {
        let run = tokio_cmd(folder.path()).args(args);
        let run = run
            .env("TOKIO_CMD_CACHE", cache.path())
            .env("NO_COLOR", "1");
        told_to_a_terminal(run.env("TERM", terminal))
    };
    let told = run("xterm", &["run", "timeouts"]);
    let steps: Vec<_> = told.split("\r\u{1b}[K").collect();
    let far = |step: &str| -> Option<(usize, usize)> {
        let (done, rest) = step.trim_start().split_once(" of ")?;
        let (total, _) = rest.split_once(" crates: ")?;
        Some((done.parse().ok()?, total.parse().ok()?))
    };
    let (last, building) = steps.split_last().unwrap();
    assert!(last.starts_with("built in "), "{told:?}");
    let (first, building) = building.split_first().unwrap();
    assert!(first.contains("building the dependencies of `core` once"));
    let seen: Vec<_> = building.iter().filter_map(|step| far(step)).collect();
    let total = seen[0].1;
    assert!(total > 10, "{told:?}");
    // The first of them stands on the line after what is built.
    assert!(
        seen.iter()
            .copied()
            .eq((2..=total).map(|done| (done, total))),
        "{told:?}"
    );
    // A terminal that cannot take a line back is told no more than what begins and ends.
    let told = run("dumb", &["check", "--fresh", "timeouts"]);
    assert!(!told.contains(" of "), "{told:?}");
}

#[test]
fn quiet_leaves_nothing_but_the_answer() {
    let ended = Shell::new()
        .run(
            &["--quiet", "--time-limit=1s"],
            "echo answer; exec sleep 1000",
        )
        .ends();
    assert_eq!(ended.code, Some(124));
    assert_eq!(
        (ended.stdout.as_str(), ended.stderr.as_str()),
        ("answer\n", "")
    );
}

#[test]
fn a_program_reads_the_terminal_only_when_it_is_asked_to() {
    let shell = Shell::new();
    let ended = |options: &[&str], script: &str| {
        let (mut ours, theirs) = terminal();
        let mut command = shell.run(options, script).command();
        let child = command
            .stdin(theirs)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        drop(command);
        ours.write_all(b"typed\n").unwrap();
        let output = child.wait_with_output().unwrap();
        (
            output.status.code(),
            String::from_utf8(output.stdout).unwrap(),
        )
    };
    assert_eq!(ended(&[], "cat; echo end"), (Some(0), "end\n".to_owned()));
    let read = "read line; echo got $line";
    assert_eq!(
        ended(&["--stdin"], read),
        (Some(0), "got typed\n".to_owned())
    );
    // It is in our own group then, and what it starts ends with it all the same.
    let (code, said) = ended(
        &["--stdin", "--time-limit=1s"],
        "sleep 1000 & echo $!; wait",
    );
    assert_eq!(code, Some(124));
    assert!(
        super::process::is_gone(super::process::pid(&said)),
        "{said}"
    );
}
