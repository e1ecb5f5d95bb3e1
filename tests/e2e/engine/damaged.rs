//! A damaged cache is built again, and never believed.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use super::shell::Shell;
use crate::folders;
use crate::invoke::{Invocation, tokio_cmd};

/// Every file below a folder that is called so.
fn files(folder: &Path, is_called: impl Fn(&str) -> bool) -> Vec<PathBuf> {
    let paths = folders::contents(folder).into_keys();
    let found: Vec<_> = paths
        .filter(|path| {
            path.file_name()
                .is_some_and(|name| is_called(&name.to_string_lossy()))
        })
        .map(|path| folder.join(path))
        .collect();
    assert!(!found.is_empty(), "{}", folder.display());
    found
}

/// What is done to a file.
type Damage = fn(&Path);

fn cut_short(path: &Path) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_len(file.metadata().unwrap().len() / 2).unwrap();
}

/// The program that is kept, and the one that cargo keeps.
fn cut_with_cargos_own(program: &Path) {
    cut_short(program);
    let target = program.ancestors().nth(3).unwrap().join("target");
    for made in files(&target, |name| {
        name.starts_with("alone") && !name.contains('.')
    }) {
        cut_short(&made);
    }
}

#[test]
fn a_damaged_verdict_or_program_is_built_again() {
    let cache = TempDir::new().unwrap();
    let shell = Shell::new();
    let run = || {
        let ended = shell
            .run(&["--format", "json"], "echo right")
            .env("TOKIO_CMD_CACHE", cache.path())
            .ends();
        let report = ended.json();
        assert_eq!(
            (ended.code, &report["stdout"]),
            (Some(0), &"right\n".into()),
            "{ended}"
        );
        report["cached"] == true
    };
    let one = |name: &str| files(&cache.path().join("v1/units"), |n| n == name).remove(0);
    assert!(!run());
    assert!(run());
    let damages: [(&str, Damage); 7] = [
        ("verdict.json", |path| folders::write(path, "")),
        ("verdict.json", |path| {
            folders::write(path, "{\"said\":{}}");
        }),
        ("verdict.json", |path| {
            let text = folders::read(path);
            assert!(text.contains("\"passed\":true"), "{text}");
            folders::write(path, &text.replace("\"passed\":true", "\"passed\":false"));
        }),
        ("verdict.json", |path| fs::remove_file(path).unwrap()),
        ("program", cut_short),
        ("program", cut_with_cargos_own),
        ("program", |path| fs::remove_file(path).unwrap()),
    ];
    for (name, damage) in damages {
        damage(&one(name));
        assert!(!run(), "a damaged {name} was taken");
        assert!(run());
    }
}

#[test]
fn damaged_dependencies_are_built_again() {
    let (folder, cache) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let mut limit = 100;
    // A program of its own each time, so that the compiler has to read the dependencies.
    let mut run = || {
        limit += 1;
        let ended = run_with(folder.path(), cache.path(), limit).passes();
        let expected = format!("slow: timed out at {limit}ms\n");
        assert!(ended.stdout.contains(&expected), "{ended}");
        ended.stderr
    };
    run();
    let deps = || {
        let is_tokio = |name: &str| name.starts_with("libtokio-") && name.ends_with(".rlib");
        files(&cache.path().join("v1/target"), is_tokio).remove(0)
    };
    // Seen by its size.
    cut_short(&deps());
    let told = run();
    assert!(
        told.contains("damaged; what is damaged is built again"),
        "{told}"
    );
    // Seen by the compiler alone.
    let bytes = fs::read(deps()).unwrap();
    let zeroed = vec![0; bytes.len()];
    let overwrite = || {
        let mut file = File::options().write(true).open(deps()).unwrap();
        std::io::Write::write_all(&mut file, &zeroed).unwrap();
        file
    };
    let modified = fs::metadata(deps()).unwrap().modified().unwrap();
    overwrite().set_modified(modified).unwrap();
    let told = run();
    assert!(told.contains("do not fit"), "{told}");
    // Seen by its time; other crates are left as they are.
    overwrite();
    let bytes_crate = || {
        let is_bytes = |name: &str| name.starts_with("libbytes-") && name.ends_with(".rlib");
        let found = files(&cache.path().join("v1/target"), is_bytes).remove(0);
        fs::metadata(found).unwrap().modified().unwrap()
    };
    let before = bytes_crate();
    let told = run();
    assert!(
        told.contains("damaged; what is damaged is built again"),
        "{told}"
    );
    assert_eq!(bytes_crate(), before);
    // Found again by cargo.
    for externs in files(&cache.path().join("v1/families"), |name| {
        name == "externs.json"
    }) {
        folders::write(&externs, "");
    }
    run();
    assert_eq!(run(), "");
}

fn run_with(folder: &Path, cache: &Path, limit: u32) -> Invocation {
    tokio_cmd(folder)
        .args(["run", "timeouts", "--set"])
        .args([format!("timeout={limit}ms")])
        .env("TOKIO_CMD_CACHE", cache)
}

/// What is kept is of another version of this program: its files have a field more, or one less, and lie where ours do.
#[test]
fn what_an_older_or_a_newer_version_keeps_is_no_trouble() {
    let (folder, cache) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let works = || {
        for verb in ["check", "run"] {
            let ended = tokio_cmd(folder.path())
                .args([verb, "timeouts"])
                .env("TOKIO_CMD_CACHE", cache.path())
                .passes();
            let said = if verb == "run" { "fast: done" } else { "pass" };
            assert!(ended.stdout.starts_with(said), "{ended}");
        }
    };
    works();
    let newer: fn(&mut serde_json::Map<String, Value>) = |fields| {
        fields.insert("newer".to_owned(), Value::from(1));
    };
    let older: fn(&mut serde_json::Map<String, Value>) = |fields| {
        let first = fields.keys().next().cloned();
        first.map(|name| fields.remove(&name));
    };
    for version in [newer, older] {
        let kept = cache.path().join("v1");
        for part in ["units", "families"] {
            for path in files(&kept.join(part), |name| name.ends_with(".json")) {
                let mut document: Value = serde_json::from_str(&folders::read(&path)).unwrap();
                version(document.as_object_mut().unwrap());
                folders::write(&path, &document.to_string());
            }
        }
        works();
    }
}
