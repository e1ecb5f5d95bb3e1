//! What lies in the user's folders afterwards: all of it, to the byte. Console sessions show that the right files come to
//! be; here it is shown that nothing else does, and that nothing of the user's is lost.

mod module;
mod project;
mod skill;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::program::{Ended, tokio_cmd};

/// Everything below a folder: files with their bytes, folders and links as such.
fn state(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            let what = if path.is_symlink() {
                format!("link to {}", fs::read_link(&path).unwrap().display())
            } else if path.is_dir() {
                open.push(path.clone());
                "folder".to_owned()
            } else {
                fs::read_to_string(&path).unwrap()
            };
            found.insert(path.strip_prefix(folder).unwrap().to_owned(), what);
        }
    }
    found
}

/// A folder with a crate in a repository.
fn user() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for path in ["src", ".git"] {
        fs::create_dir(folder.path().join(path)).unwrap();
    }
    fs::write(folder.path().join("src/main.rs"), "fn main() {}\n").unwrap();
    folder
}

#[track_caller]
fn exits(folder: &Path, line: &str, code: i32) -> Ended {
    tokio_cmd(folder).args(line.split(' ')).exits(code)
}

/// Ends with this code and leaves everything as it was.
#[track_caller]
fn changes_nothing(folder: &Path, line: &str, code: i32) -> Ended {
    let before = state(folder);
    let ended = exits(folder, line, code);
    assert_eq!(state(folder), before, "{line}");
    ended
}
