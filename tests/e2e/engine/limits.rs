//! The time limit ends all that a program has started, and a program that prints without end fills no memory.

use std::fs;
use std::process::Stdio;

use rustix::process::Pid;

use super::process::{Running, end_of, is_gone, pid, wait_until};
use super::shell::Shell;

const SOON: &str = "--time-limit=1s";

#[test]
fn the_limit_ends_a_program_whatever_it_does() {
    let shell = Shell::new();
    for script in [
        "while :; do :; done",
        "exec sleep 1000",
        "trap '' TERM INT HUP; while :; do sleep 1; done",
        "exec yes >&3",
        "exec yes >&2",
        "exec >&- 2>&-; while :; do sleep 1; done",
        "kill -STOP $$",
    ] {
        let script = format!("echo $$; exec 3>/dev/null; {script}");
        let ended = shell.run(&[SOON], &script).ends();
        assert_eq!(ended.code, Some(124), "{script}");
        assert!(is_gone(pid(&ended.stdout)), "{script}");
        let told = "time limit: `team:shell` was ended after 1s\n";
        assert!(ended.stderr.ends_with(told), "{script}");
    }
}

#[test]
fn the_limit_is_an_outcome_with_what_was_said_before_it() {
    let script = "echo before; exec sleep 1000";
    let shell = Shell::new();
    let ended = shell.run(&[SOON, "--format=json"], script).ends();
    assert_eq!(ended.code, Some(124));
    let report = ended.json();
    assert_eq!(report["outcome"], "time-limit");
    assert_eq!(report["stdout"], "before\n");
    assert!(report["code"].is_null(), "{report}");
}

#[test]
fn the_limit_does_not_wait_for_a_reader_that_does_not_read() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let script = format!("echo $$ >{}; exec yes", file.path().display());
    let shell = Shell::new();
    let mut command = shell.run(&[SOON], &script).command();
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let unread = child.stdout.take();
    assert_eq!(end_of(&mut child).code(), Some(124));
    assert!(is_gone(pid(&fs::read_to_string(file.path()).unwrap())));
    drop(unread);
}

/// Each prints the ids of its processes, the last as `last`.
const FAMILIES: [&str; 4] = [
    "sleep 1000 & echo $!; echo last $$",
    "(sleep 1000 & echo $!; sleep 1000 & echo $!); echo last $$",
    // These leave the group.
    "setsid sleep 1000 & echo $!; echo last $$",
    "setsid sh -c 'echo $$; sleep 1000 & echo $!; while :; do echo y; sleep 0.01; done' & sleep 0.2; echo last $$",
];

fn all_gone(said: &str) {
    let numbers = said.lines().filter(|line| *line != "y");
    let pids: Vec<Pid> = numbers
        .map(|line| pid(line.trim_start_matches("last ")))
        .collect();
    assert!(pids.len() > 1, "{said}");
    for one in pids {
        assert!(is_gone(one), "{one:?} of {said}");
    }
}

#[test]
fn the_limit_ends_children_and_grandchildren() {
    let shell = Shell::new();
    for family in FAMILIES {
        let script = format!("{family}; wait; exec sleep 1000");
        let ended = shell.run(&["--time-limit=1s"], &script).ends();
        assert_eq!(ended.code, Some(124), "{family}");
        all_gone(&ended.stdout);
    }
}

#[test]
fn children_that_hold_the_pipe_open_end_with_their_parent() {
    let shell = Shell::new();
    for family in FAMILIES {
        // The limit is not what ends it.
        for options in [
            &["--time-limit=1h"][..],
            &["--time-limit=1h", "--format=json"],
        ] {
            let ended = shell.run(options, &format!("{family}; exit 5")).ends();
            assert_eq!(ended.code, Some(5), "{family}");
            let said = match options {
                [_] => ended.stdout,
                _ => ended.json()["stdout"].as_str().unwrap().to_owned(),
            };
            assert!(said.contains("last"), "{said}");
            all_gone(&said);
        }
    }
}

#[test]
fn a_program_that_prints_without_end_fills_no_memory() {
    const MOST: u64 = 40_000;
    let shell = Shell::new();
    for (options, stdout) in [
        (&["--time-limit=2s"][..], Stdio::null()),
        (&["--time-limit=2s", "--format=json"], Stdio::piped()),
    ] {
        // Bytes that are no UTF-8 take the most room, as text and in JSON.
        let script = r"tr '\0' '\377' </dev/zero >&2 & exec tr '\0' '\1' </dev/zero";
        let mut command = shell.run(options, script).command();
        let child = command.stdout(stdout).stderr(Stdio::null());
        let mut child = child.spawn().unwrap();
        let reader = child.stdout.take().map(|mut stdout| {
            std::thread::spawn(move || std::io::copy(&mut stdout, &mut std::io::sink()))
        });
        let mut highest = 0;
        wait_until("it ends", || {
            let status = fs::read_to_string(format!("/proc/{}/status", child.id()));
            let line = status.unwrap_or_default();
            let line = line.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let number = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
            highest = number.unwrap_or(highest).max(highest);
            child.try_wait().unwrap().is_some()
        });
        assert_eq!(child.wait().unwrap().code(), Some(124));
        assert!(
            highest > 0 && highest < MOST,
            "{highest} kB with {options:?}"
        );
        drop(reader);
    }
}

#[test]
fn a_server_that_runs_keeps_nobody_from_building() {
    let shell = Shell::new();
    let mut server = Running::start(shell.run(&["--time-limit=1h"], "echo up; exec sleep 1000"));
    server.says("up");
    // Dependencies are built, and the cache is cleaned, by one alone: what runs must not hold the lock.
    let lock = fs::File::open(crate::invoke::kept("cache").join("v1/lock")).unwrap();
    wait_until("the lock is free", || lock.try_lock().is_ok());
    drop(lock);
    server.signal(rustix::process::Signal::TERM);
    assert_eq!(server.ends().code(), Some(128 + 15));
}
