//! Ctrl-C and its like at the wrong moment: nothing is left behind, and the next call works.

use std::fs::{self, File};
use std::path::Path;

use rustix::process::Signal;
use tempfile::TempDir;

use super::process::{Running, is_gone, name, pid, processes_of, wait_until};
use super::shell::{Shell, entry};
use crate::invoke::tokio_cmd;

#[test]
fn a_signal_ends_a_run_with_all_it_has_started() {
    let shell = Shell::new();
    for (signal, code) in [
        (Signal::INT, 130),
        (Signal::TERM, 143),
        (Signal::HUP, 129),
        (Signal::QUIT, 131),
    ] {
        for ignores in ["", "trap '' INT TERM HUP QUIT; "] {
            let script = format!(
                "{ignores}sleep 1000 & echo child $!; setsid sleep 1000 & echo stray $!; echo own $$; wait"
            );
            let mut running = Running::start(shell.run(&["--time-limit=1h"], &script));
            let pids = ["child ", "stray ", "own "].map(|who| pid(&running.says(who)));
            running.signal(signal);
            let (status, _, told) = running.ends_with_output();
            assert_eq!(status.code(), Some(code), "{script}");
            assert_eq!(told, "", "{script}");
            for pid in pids {
                assert!(is_gone(pid), "{pid:?} of {script}");
            }
        }
    }
}

#[test]
fn a_program_that_stops_cleanly_may_show_it() {
    let script = "trap 'echo stopped; exit 0' INT; echo up; while :; do sleep 0.01; done";
    let shell = Shell::new();
    let mut running = Running::start(shell.run(&["--time-limit=1h"], script));
    running.says("up");
    running.signal(Signal::INT);
    running.says("stopped");
    assert_eq!(running.ends().code(), Some(130));
}

/// Waits until a compiler works for this cache, asks its `tokio-cmd` to end, and sees that nothing goes on.
fn interrupt_while_compiling(running: Running, cache: &Path, signal: Signal, code: i32) {
    wait_until("a compiler works", || {
        processes_of(&cache.join("v1/target"))
            .into_iter()
            .any(|pid| name(pid) == "rustc")
    });
    running.signal(signal);
    assert_eq!(running.ends().code(), Some(code));
    let left = processes_of(cache);
    assert!(
        left.is_empty(),
        "{:?}",
        left.into_iter().map(name).collect::<Vec<_>>()
    );
}

#[test]
fn a_signal_while_dependencies_are_built_leaves_a_cache_that_works() {
    let (folder, cache) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let run = || {
        tokio_cmd(folder.path())
            .args(["run", "timeouts"])
            .env("TOKIO_CMD_CACHE", cache.path())
    };
    interrupt_while_compiling(Running::start(run()), cache.path(), Signal::INT, 130);
    interrupt_while_compiling(Running::start(run()), cache.path(), Signal::TERM, 143);
    let ended = run().passes();
    assert!(ended.stdout.starts_with("fast: done\n"), "{ended}");
    let left: Vec<_> = fs::read_dir(cache.path().join("v1/tmp")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_signal_while_an_entry_is_compiled_leaves_a_cache_that_works() {
    let endless = "//! Takes for ever to compile.\n#![allow(long_running_const_eval)]\n\
        const fn count() -> u64 { let mut i = 0; while i < u64::MAX { i += 1; } i }\n\
        const LARGE: u64 = count();\nfn main() { println!(\"{LARGE}\"); }\n";
    let overlay = entry("endless", endless);
    let cache = TempDir::new().unwrap();
    for verb in ["check", "run", "test"] {
        let invocation = overlay
            .tokio_cmd()
            .args([verb, "team:endless"])
            .env("TOKIO_CMD_CACHE", cache.path());
        interrupt_while_compiling(Running::start(invocation), cache.path(), Signal::INT, 130);
    }
    let ended = Shell::new()
        .run(&[], "echo works")
        .env("TOKIO_CMD_CACHE", cache.path())
        .passes();
    assert_eq!(ended.stdout, "works\n");
}

#[test]
fn a_signal_ends_the_wait_for_another_invocation() {
    let cache = TempDir::new().unwrap();
    let shell = Shell::new();
    let run = || {
        shell
            .run(&[], "echo works")
            .env("TOKIO_CMD_CACHE", cache.path())
    };
    run().passes();
    let lock = File::open(cache.path().join("v1/lock")).unwrap();
    lock.lock().unwrap();
    let mut waiting = Running::start(run());
    waiting.tells("waiting for another tokio-cmd that is building");
    waiting.signal(Signal::INT);
    let (status, said, _) = waiting.ends_with_output();
    assert_eq!((status.code(), said.as_str()), (Some(130), ""));

    let mut waiting = Running::start(run());
    waiting.tells("waiting for another tokio-cmd that is building");
    drop(lock);
    waiting.says("works");
    assert_eq!(waiting.ends().code(), Some(0));
}
