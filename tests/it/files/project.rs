//! `new`: whole or not at all, never over anything.

use std::fs;
use std::path::PathBuf;

use super::{changes_nothing, exits, state, user};
use crate::program::{no_cache, tokio_cmd};

const NEW: &str = "new --template echo-server --vcs none demo";

#[test]
fn new_is_never_made_over_anything() {
    let folder = user();
    let demo = folder.path().join("demo");
    fs::create_dir(&demo).unwrap();
    changes_nothing(folder.path(), NEW, 3).is_a_clean_refusal();
    fs::remove_dir(&demo).unwrap();
    fs::write(&demo, "mine").unwrap();
    changes_nothing(folder.path(), NEW, 3).is_a_clean_refusal();
    fs::remove_file(&demo).unwrap();
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("nowhere", &demo).unwrap();
        changes_nothing(folder.path(), NEW, 3).is_a_clean_refusal();
        fs::remove_file(&demo).unwrap();
    }
    // What is in the way of its parents is the user's, too.
    changes_nothing(folder.path(), &NEW.replace("demo", "src/main.rs/demo"), 4)
        .is_a_clean_refusal();
    assert!(!no_cache().exists());
}

#[test]
fn new_writes_its_folder_and_nothing_beside_it() {
    let folder = user();
    let before = state(folder.path());
    changes_nothing(folder.path(), &format!("{NEW} --dry-run"), 0);
    exits(folder.path(), NEW, 0);
    let mut after = state(folder.path());
    after.retain(|path, _| !path.starts_with("demo"));
    assert_eq!(after, before);
    // The same again is refused, and leaves the first as it is.
    changes_nothing(folder.path(), NEW, 3);
}

#[test]
fn what_dry_run_lists_is_what_new_writes() {
    let folder = user();
    let listed = exits(folder.path(), &format!("{NEW} --dry-run --format json"), 0).json();
    let written = exits(folder.path(), &format!("{NEW} --format json"), 0).json();
    assert_eq!(listed["files"], written["files"]);
    assert_eq!(
        (&listed["written"], &written["written"]),
        (&false.into(), &true.into())
    );
    let there = state(&folder.path().join("demo"));
    let there: Vec<_> = there
        .iter()
        .filter(|(_, what)| *what != "folder")
        .map(|(path, _)| path.display().to_string())
        .collect();
    let mut files: Vec<_> = written["files"].as_array().unwrap().iter().collect();
    files.sort_by_key(|file| file.as_str().map(PathBuf::from));
    assert_eq!(files, there.iter().collect::<Vec<_>>());
}

#[test]
fn a_refused_value_of_new_leaves_nothing_behind() {
    let folder = user();
    changes_nothing(folder.path(), &format!("{NEW} --set max_connections=0"), 2);
    changes_nothing(folder.path(), &format!("{NEW} --set bind=here"), 2);
}

#[test]
fn a_new_project_is_a_repository_unless_it_lies_in_one() {
    let folder = user();
    let git = |path: &str| folder.path().join(path).join(".git");
    exits(folder.path(), "new --template echo-server inside", 0);
    assert!(
        !git("inside").exists(),
        "the repository around it is enough"
    );
    exits(
        folder.path(),
        "new --template echo-server --vcs git asked",
        0,
    );
    assert!(git("asked").join("HEAD").is_file());
    fs::remove_dir(git("")).unwrap();
    exits(folder.path(), "new --template echo-server alone", 0);
    assert!(git("alone").join("HEAD").is_file());
    exits(
        folder.path(),
        "new --template echo-server --vcs none without",
        0,
    );
    assert!(!git("without").exists());
}

#[test]
fn without_git_a_project_is_made_unless_git_was_asked_for() {
    let folder = user();
    fs::remove_dir(folder.path().join(".git")).unwrap();
    let before = state(folder.path());
    let new = |more: &[&str]| {
        let new = tokio_cmd(folder.path()).args(["new", "--template", "echo-server", "demo"]);
        new.args(more).env("PATH", folder.path())
    };
    let refused = new(&["--vcs", "git"]).exits(4);
    refused.is_a_clean_refusal();
    assert!(
        refused.stderr.contains("`git` was not found"),
        "{}",
        refused.stderr
    );
    assert_eq!(state(folder.path()), before);
    let made = new(&[]).exits(0);
    assert!(
        made.text().contains("note: no git repository was made"),
        "{}",
        made.text()
    );
}
