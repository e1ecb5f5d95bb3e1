//! Content is as rustfmt would write it: what people paste must not change at their next `cargo fmt`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tokio_cmd::project::plan;

use crate::content::{files_below, templates};

/// A name that sorts elsewhere than the templates' own: the order of `use` lines must not depend on it.
const ANOTHER_NAME: &str = "zz-demo";

#[test]
fn every_snippet_and_every_generated_project_is_formatted() {
    let projects = tempfile::tempdir().unwrap();
    let mut files: Vec<PathBuf> = files_below("snippets")
        .into_iter()
        .map(|(_, path)| path)
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs"))
        .collect();
    for template in templates() {
        for name in [template.id, ANOTHER_NAME] {
            let folder = projects.path().join(template.id).join(name);
            for (path, text) in plan::files(&template, name, &[]).unwrap() {
                let path = folder.join(path);
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, text.as_bytes()).unwrap();
                if path.extension().is_some_and(|ending| ending == "rs") {
                    files.push(path);
                }
            }
        }
    }
    assert!(files.len() > 150, "only {} files", files.len());
    let complaints = rustfmt(&files);
    assert!(
        complaints.is_empty(),
        "`rustfmt --edition 2024` would change:\n{complaints}"
    );
}

#[test]
fn the_check_sees_a_file_that_is_not_formatted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("main.rs");
    fs::write(&path, "fn main () {}\n").unwrap();
    assert!(rustfmt(&[path]).contains("main.rs"));
}

/// What rustfmt would do to these files, in one call.
fn rustfmt(files: &[PathBuf]) -> String {
    // Away from every rustfmt.toml but the content's own, of which there is none.
    let run = Command::new("rustfmt")
        .args(["--check", "--edition", "2024", "--color", "never"])
        .args(files)
        .current_dir(Path::new(env!("CARGO_TARGET_TMPDIR")))
        .output()
        .unwrap_or_else(|error| {
            panic!("rustfmt does not start ({error}): `rustup component add rustfmt` brings it")
        });
    let said = String::from_utf8_lossy(&run.stdout) + String::from_utf8_lossy(&run.stderr);
    assert!(
        run.status.success() || !said.trim().is_empty(),
        "rustfmt failed without a word: {}",
        run.status
    );
    said.into_owned()
}
