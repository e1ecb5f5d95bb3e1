//! Several invocations at once share one cache and do not hurt each other.

use tempfile::TempDir;

use super::process::Running;
use super::shell::{Shell, entry};
use crate::invoke::{Invocation, tokio_cmd};
use crate::overlay::Overlay;

/// Starts all before it waits for any; gives what each said, on stdout and on stderr.
fn at_once(invocations: Vec<Invocation>) -> Vec<(String, String)> {
    let running: Vec<_> = invocations.into_iter().map(Running::start).collect();
    let ended = running.into_iter().map(Running::ends_with_output);
    ended
        .map(|(status, said, told)| {
            assert_eq!(status.code(), Some(0), "{said}\n{told}");
            (said, told)
        })
        .collect()
}

#[test]
fn sixteen_on_an_empty_cache_build_the_dependencies_once() {
    let (folder, cache) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let run = || {
        tokio_cmd(folder.path())
            .args(["run", "timeouts", "--verbose"])
            .env("TOKIO_CMD_CACHE", cache.path())
    };
    let ended = at_once((0..16).map(|_| run()).collect());
    let builds: usize = ended
        .iter()
        .map(|(_, told)| told.matches("cargo build").count())
        .sum();
    assert_eq!(builds, 1, "{ended:#?}");
    for (said, _) in &ended {
        assert!(said.starts_with("fast: done\n"), "{said}");
    }
}

#[test]
fn sixteen_at_once_are_all_right() {
    let folder = TempDir::new().unwrap();
    let runs = (0..12).map(|number| {
        // The program is another each time: it is built, not kept.
        let setting = format!("timeout={}ms", 300 + number);
        tokio_cmd(folder.path()).args(["run", "timeouts", "--fresh", "--set", &setting])
    });
    let checks = [
        "timeouts",
        "channels-mpsc",
        "channels-oneshot",
        "time-interval",
    ]
    .map(|name| tokio_cmd(folder.path()).args(["check", "--fresh", name]));
    let ended = at_once(runs.chain(checks).collect());
    for (number, (said, _)) in ended[..12].iter().enumerate() {
        let expected = format!("slow: timed out at {}ms", 300 + number);
        assert!(said.contains(&expected), "{said}");
    }
    for (said, _) in &ended[12..] {
        assert!(said.contains("1 passed, 0 failed"), "{said}");
    }
}

#[test]
fn entries_that_are_built_at_the_same_time_stay_apart() {
    let cache = TempDir::new().unwrap();
    let names = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta"];
    let overlays = names.map(|name| {
        let main = format!("//! Says who it is.\nfn main() {{ println!(\"{name}\"); }}\n");
        entry("same", &main)
    });
    let run = |overlay: &Overlay| {
        overlay
            .tokio_cmd()
            .args(["run", "team:same"])
            .env("TOKIO_CMD_CACHE", cache.path())
    };
    let said = at_once(overlays.iter().map(run).collect());
    let said: Vec<_> = said.iter().map(|(said, _)| said.as_str()).collect();
    assert_eq!(said, names);
}

#[test]
fn one_entry_that_several_build_for_the_first_time_is_whole_for_all() {
    let cache = TempDir::new().unwrap();
    let shell = Shell::new();
    let run = || {
        shell
            .run(&[], "echo whole")
            .env("TOKIO_CMD_CACHE", cache.path())
    };
    for (said, _) in at_once((0..4).map(|_| run()).collect()) {
        assert_eq!(said, "whole");
    }
}
