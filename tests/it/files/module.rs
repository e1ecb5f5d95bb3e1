//! `add`: one file, never over another.

use std::fs;
use std::path::Path;

use super::{changes_nothing, exits, state, user};

const ADDED: &str = "src/circuit_breaker.rs";

#[test]
fn add_writes_one_file_and_the_same_again_is_nothing() {
    let folder = user();
    let before = state(folder.path());
    changes_nothing(folder.path(), "add circuit-breaker --dry-run", 0);
    exits(folder.path(), "add circuit-breaker", 0);
    let mut after = state(folder.path());
    let module = after.remove(Path::new(ADDED)).expect("it is there");
    assert_eq!(after, before);
    assert!(module.contains("#[cfg(test)]"), "with its tests");
    let again = changes_nothing(folder.path(), "add circuit-breaker", 0);
    assert!(again.text().contains("there already"), "{}", again.text());
    let again = changes_nothing(folder.path(), "add circuit-breaker --format json", 0);
    assert_eq!(again.json()["action"], "unchanged");
}

#[test]
fn add_is_never_made_over_anything() {
    let folder = user();
    let path = folder.path().join(ADDED);
    for dry_run in ["", " --dry-run"] {
        let line = format!("add circuit-breaker{dry_run}");
        fs::write(&path, "mine\n").unwrap();
        changes_nothing(folder.path(), &line, 3).is_a_clean_refusal();
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        changes_nothing(folder.path(), &line, 3).is_a_clean_refusal();
        fs::remove_dir(&path).unwrap();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("/nowhere/at/all", &path).unwrap();
            changes_nothing(folder.path(), &line, 3).is_a_clean_refusal();
            fs::remove_file(&path).unwrap();
        }
    }
    // Another value is another text, and the first stays.
    exits(folder.path(), "add circuit-breaker", 0);
    fs::write(&path, fs::read_to_string(&path).unwrap() + "// mine\n").unwrap();
    changes_nothing(folder.path(), "add circuit-breaker", 3);
}

#[test]
fn add_goes_only_to_folders_that_are_there_and_below() {
    let folder = user();
    for to in ["../src", "/tmp", "no/such", "src/main.rs", "src/../.."] {
        changes_nothing(folder.path(), &format!("add circuit-breaker --to {to}"), 2)
            .is_a_clean_refusal();
    }
    exits(folder.path(), "add circuit-breaker --to .", 0);
    assert!(folder.path().join("circuit_breaker.rs").is_file());
}
