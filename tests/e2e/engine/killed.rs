//! Signals at any moment, SIGKILL among them: what was started is gone soon, and the next call is right.

use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tempfile::TempDir;

use super::process::{Running, is_gone, name, pid, processes_of};
use super::shell::{Shell, entry};
use crate::invoke::Invocation;
use crate::overlay::Overlay;

/// Nothing of a killed `tokio-cmd` may live for longer.
const SOON: Duration = Duration::from_secs(2);
const SIGNALS: [Signal; 3] = [Signal::INT, Signal::TERM, Signal::KILL];

/// How many moments are tried: all of them are the long proof.
fn moments() -> u32 {
    if std::env::var_os("TOKIO_CMD_LONG_PROOF").is_some() {
        10
    } else {
        3
    }
}

fn gone_soon(what: &str, mut are_gone: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !are_gone() {
        assert!(begun.elapsed() < SOON, "not gone: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_kill_ends_a_run_with_all_it_has_started() {
    let shell = Shell::new();
    shell.run(&[], "true").passes();
    for ignores in ["", "trap '' INT TERM HUP QUIT; "] {
        // The last one has left the group: it is known by the mark in its environment.
        let script = format!(
            "{ignores}sleep 1000 & echo child $!; setsid sleep 1000 & echo stray $!; echo own $$; wait"
        );
        for options in [&["--time-limit=1h"][..], &["--time-limit=1h", "--stdin"]] {
            let mut running = Running::start(shell.run(options, &script));
            let pids = ["child ", "stray ", "own "].map(|who| pid(&running.says(who)));
            running.signal(Signal::KILL);
            assert_eq!(running.ends().code(), None);
            for pid in pids {
                gone_soon(&script, || is_gone(pid));
            }
        }
    }
}

/// Sends each signal at moments spread over how long the work takes, and sees that nothing is left and the next call is right.
fn at_moments(prepare: impl Fn() -> (Overlay, TempDir), takes: &str) {
    let run = |overlay: &Overlay, cache: &TempDir| -> Invocation {
        let run = overlay.tokio_cmd().args(["run", "team:it"]);
        run.env("TOKIO_CMD_CACHE", cache.path())
    };
    let (overlay, cache) = prepare();
    let begun = Instant::now();
    run(&overlay, &cache).passes();
    let whole = begun.elapsed();
    for moment in 1..=moments() {
        for signal in SIGNALS {
            let (overlay, cache) = prepare();
            let running = Running::start(run(&overlay, &cache));
            thread::sleep(whole * moment / (moments() + 1));
            // On a busy machine it may be quicker than it was before, and be done.
            running.signal(signal);
            running.ends();
            gone_soon(&format!("{takes}, {signal:?} at {moment}"), || {
                let left = processes_of(cache.path());
                left.into_iter()
                    .all(|one| is_gone(one) || name(one).is_empty())
            });
            let ended = run(&overlay, &cache).passes();
            assert_eq!(
                ended.stdout, "works 1\n",
                "{takes}, {signal:?} at {moment}\n{ended}"
            );
        }
    }
}

const MAIN: &str =
    "//! Works.\nfn main() { println!(\"works {}\", bytes::Bytes::from_static(b\"1\").len()); }\n";

fn with_one_crate(main: &str) -> Overlay {
    let overlay = entry("it", main);
    overlay.write(
        "it",
        "snippet.toml",
        "[dependencies]\nbytes = { workspace = true }\n",
    );
    overlay
}

#[test]
fn a_cold_build_may_be_ended_at_any_moment() {
    at_moments(
        || (with_one_crate(MAIN), TempDir::new().unwrap()),
        "a cold build",
    );
}

#[test]
fn a_warm_build_and_a_run_may_be_ended_at_any_moment() {
    at_moments(
        || {
            let (overlay, cache) = (with_one_crate(MAIN), TempDir::new().unwrap());
            let other = MAIN.replace("works", "other");
            overlay.write("it", "main.rs", &other);
            let run = overlay.tokio_cmd().args(["run", "team:it"]);
            run.env("TOKIO_CMD_CACHE", cache.path()).passes();
            overlay.write("it", "main.rs", MAIN);
            (overlay, cache)
        },
        "a warm build",
    );
    at_moments(
        || {
            let slow = MAIN.replace(
                "{ println!",
                "{ std::thread::sleep(std::time::Duration::from_millis(200)); println!",
            );
            let (overlay, cache) = (with_one_crate(&slow), TempDir::new().unwrap());
            let run = overlay.tokio_cmd().args(["run", "team:it"]);
            run.env("TOKIO_CMD_CACHE", cache.path()).passes();
            (overlay, cache)
        },
        "a run",
    );
}
