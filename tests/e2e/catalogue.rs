//! The whole catalogue through the real compiler: what is handed out compiles, is linted, runs and is tested, and what
//! is called a mistake fails.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::folders;
use crate::invoke::{cargo, ids, items, repository, text, tokio_cmd};
use crate::overlay::Overlay;

/// A set of `(kind, id)`, as a report of `check` or `test` names them.
type Names = BTreeSet<(String, String)>;

fn names(sorts: &[&'static str]) -> Names {
    sorts
        .iter()
        .flat_map(|sort| ids(sort).into_iter().map(|id| ((*sort).to_owned(), id)))
        .collect()
}

/// Asserts that a report speaks of these entries, all of them good.
fn assert_all_pass(report: &Value, expected: &Names) {
    let failed: Vec<_> = items(&report["entries"])
        .filter(|entry| entry["verdict"] != "pass")
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
    let found: Names = items(&report["entries"])
        .map(|entry| {
            (
                text(&entry["kind"]).to_owned(),
                text(&entry["id"]).to_owned(),
            )
        })
        .collect();
    assert_eq!(&found, expected);
    assert_eq!(report["passed"], expected.len());
    assert_eq!(report["failed"], 0);
}

#[test]
fn every_snippet_compiles_and_the_second_time_all_is_kept() {
    let empty = TempDir::new().unwrap();
    let check = || {
        tokio_cmd(empty.path())
            .args(["check", "--all", "--format", "json"])
            .passes()
            .json()
    };
    let snippets = names(&["snippet"]);
    assert_all_pass(&check(), &snippets);

    let again = check();
    assert_all_pass(&again, &snippets);
    let built: Vec<_> = items(&again["entries"])
        .filter(|entry| entry["cached"] != true)
        .collect();
    assert!(built.is_empty(), "{built:#?}");
}

#[test]
fn every_snippet_is_proven_and_every_mistake_fails_as_it_says() {
    let empty = TempDir::new().unwrap();
    let ended = tokio_cmd(empty.path())
        .args(["test", "--all", "--format", "json"])
        .ends();
    let expected = names(&["snippet", "mistake"]);
    assert_all_pass(&ended.json(), &expected);
    assert_eq!(ended.code, Some(0));
}

/// A family unifies the features of all; only a build of its own sees that a snippet forgot to name one.
#[test]
fn every_snippet_needs_no_more_than_it_declares() {
    let empty = TempDir::new().unwrap();
    let ended = tokio_cmd(empty.path())
        .args(["check", "--all", "--via-cargo", "--format", "json"])
        .ends();
    let report = ended.json();
    assert_all_pass(&report, &names(&["snippet"]));
    assert_eq!(ended.code, Some(0));
    // With fewer features something may be unused that is used with all.
    let said: Vec<_> = items(&report["entries"])
        .flat_map(|entry| items(&entry["diagnostics"]))
        .collect();
    assert!(said.is_empty(), "{said:#?}");
}

/// Cargo unifies the features of all that one call builds: a program checked together with its tests would get the
/// features of the dev-dependencies, which its user's program has not.
#[test]
fn a_feature_that_only_the_tests_declare_is_missed() {
    let overlay = Overlay::new();
    overlay.write(
        "borrows",
        "snippet.toml",
        "\
[dependencies]
tokio = { workspace = true, features = [\"macros\", \"rt\"] }
[dev-dependencies]
tokio = { workspace = true, features = [\"sync\"] }
",
    );
    overlay.write(
        "borrows",
        "main.rs",
        "\
//! Uses a feature that only its tests declare.
#[tokio::main(flavor = \"current_thread\")]
async fn main() {
    tokio::sync::Notify::new().notify_one();
}
#[cfg(test)]
mod tests {
    #[test]
    fn passes() {}
}
",
    );
    let ended = overlay
        .tokio_cmd()
        .args(["check", "team:borrows", "--via-cargo", "--format", "json"])
        .ends();
    assert_eq!(ended.code, Some(1), "{ended}");
    assert!(
        ended.stdout.contains("E0433") || ended.stdout.contains("E0603"),
        "{ended}"
    );
}

#[test]
fn a_program_prints_what_its_stdout_txt_says() {
    let empty = TempDir::new().unwrap();
    for (topic, id) in [
        ("time", "timeouts"),
        ("channels", "channels-mpsc"),
        ("net", "tcp-echo"),
        ("resilience", "circuit-breaker"),
        ("shutdown", "graceful-shutdown"),
    ] {
        let folder = repository().join("snippets").join(topic).join(id);
        let expected = folders::read(&folder.join("stdout.txt"));
        // Byte for byte is only asked of what has no placeholders.
        assert!(!expected.contains("[..]"), "choose another than {id}");
        let ended = tokio_cmd(empty.path())
            // Else it may say that it waits for another test that builds.
            .args(["run", "snippet", "--quiet", id])
            .passes();
        assert_eq!(ended.stdout, expected, "{id}");
        assert_eq!(ended.stderr, "", "{id}");
    }
    assert_eq!(fs::read_dir(empty.path()).unwrap().count(), 0);
}

/// What ships is what cargo itself would write: nothing is missing, and nothing is locked that no manifest asks for.
#[test]
fn the_shipped_locks_fit_their_families() {
    let workspace = tokio_cmd::catalog::entry::workspace().unwrap();
    assert!(!workspace.families.is_empty());
    for family in workspace.families.keys() {
        let folder = TempDir::new().unwrap();
        let folder = folder.path();
        let shipped = format!("snippets/families/{family}/Cargo.lock");
        let shipped = folders::read(&repository().join(shipped));
        let manifest = tokio_cmd::scratch::family_manifest(family).unwrap();
        folders::write(&folder.join("src/lib.rs"), "");
        folders::write(&folder.join("Cargo.toml"), &manifest);
        folders::write(&folder.join("Cargo.lock"), &shipped);
        let metadata =
            || cargo(folder, &folder.join("target")).args(["metadata", "--format-version=1"]);
        metadata().args(["--locked"]).passes();
        metadata().passes();
        let kept = folders::read(&folder.join("Cargo.lock"));
        assert_eq!(kept, shipped, "{family}");
    }
}
