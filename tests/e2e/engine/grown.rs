//! The cache stays below the size that it may have.

use tempfile::TempDir;

use super::shell::entry;
use crate::invoke::tokio_cmd;

#[test]
fn the_oldest_goes_when_the_cache_has_grown() {
    const LIMIT: u64 = 8 * 1024 * 1024;
    let cache = TempDir::new().unwrap();
    let overlay = entry("it", "");
    let size = || {
        let size = tokio_cmd(cache.path()).args(["cache", "size", "--format=json"]);
        let ended = size.env("TOKIO_CMD_CACHE", cache.path()).passes();
        ended.json()["bytes"].as_u64().unwrap()
    };
    let run = |number: u32| {
        let main = format!("//! Counts.\nfn main() {{ println!(\"{number}\"); }}\n");
        overlay.write("it", "main.rs", &main);
        let run = overlay
            .tokio_cmd()
            .args(["run", "team:it", "--format=json"]);
        let run = run.env("TOKIO_CMD_CACHE", cache.path());
        let report = run.env("TOKIO_CMD_CACHE_LIMIT", "8MiB").passes().json();
        assert_eq!(report["stdout"], format!("{number}\n"));
        report["cached"] == true
    };
    let mut highest = 0;
    for number in 0..20 {
        assert!(!run(number));
        highest = size().max(highest);
        assert!(highest < LIMIT, "{highest} after {number}");
    }
    assert!(highest > LIMIT / 2, "{highest}: nothing had to go");
    // The youngest is still there, the oldest is not.
    assert!(run(19));
    assert!(!run(0));
}

#[test]
fn a_limit_that_is_no_size_is_refused() {
    let folder = TempDir::new().unwrap();
    let check = tokio_cmd(folder.path()).args(["check", "timeouts"]);
    let ended = check.env("TOKIO_CMD_CACHE_LIMIT", "much").ends();
    assert_eq!(ended.code, Some(2), "{ended}");
    let expected = "`much` is no value for `TOKIO_CMD_CACHE_LIMIT`";
    assert!(ended.stderr.contains(expected), "{ended}");
}
