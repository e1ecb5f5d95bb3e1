//! The long proof of minimal features: without any one of them a snippet does not build, unless another of its dependencies
//! turns that feature on in any case. What was found stands in `tests/it/data/minimal.tsv`; a law compares its hashes.
//!
//!     cargo test --test e2e -- --ignored minimal::     # proves what changed, and writes the record

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use tempfile::TempDir;
use tokio_cmd::catalog::entry::{self, Entry};
use tokio_cmd::catalog::index::SNIPPETS;
use tokio_cmd::catalog::lookup;
use tokio_cmd::catalog::manifest::{Dependency, Workspace};
use tokio_cmd::render::{dependencies, lift};
use tokio_cmd::report::{Listener, Verdict};
use tokio_cmd::scratch::{self, Job, Options};

use crate::folders;
use crate::invoke::{cargo, items, kept, repository, start, text};

const RECORD: &str = "tests/it/data/minimal.tsv";

struct Deaf;

impl Listener for Deaf {
    fn progress(&self, _line: &str) {}
    fn step(&self, _line: &str) {}
    fn watches(&self) -> bool {
        false
    }
    fn note(&self, _line: &str) {}
    fn detail(&self, _line: &str) {}
}

/// A crate and a feature of it.
type Feature = (String, String);

/// The features that are declared.
fn declared(entry: &Entry) -> BTreeSet<Feature> {
    let of_crate = |(name, dependency): (&String, &Dependency)| {
        let features = dependency.table().features;
        let name = name.clone();
        features
            .into_iter()
            .map(move |feature| (name.clone(), feature))
    };
    entry
        .manifest
        .dependencies
        .iter()
        .flat_map(of_crate)
        .collect()
}

/// The snippet as its user has it, without tests and what only they need, and without one feature.
fn reduced(entry: &Entry, without: &Feature) -> Job {
    let mut entry = entry.clone();
    entry.manifest.mistake.clear();
    entry.manifest.dev_dependencies.clear();
    let dependency = entry.manifest.dependencies.get_mut(&without.0).unwrap();
    let mut table = dependency.table();
    table.features.retain(|feature| *feature != without.1);
    *dependency = Dependency::Table(table);
    let files = entry.files.iter().map(|(path, text)| {
        let text = if path.ends_with(".rs") {
            Cow::Owned(lift::without_tests(text))
        } else {
            text.clone()
        };
        (path.clone(), text)
    });
    Job {
        files: files.collect(),
        entry,
    }
}

/// The platform that is built for.
fn host() -> String {
    let told = start(Path::new("rustc"), repository())
        .args(["-vV"])
        .passes();
    let line = told
        .stdout
        .lines()
        .find_map(|line| line.strip_prefix("host: "));
    line.unwrap().to_owned()
}

/// Whether cargo turns the feature on all the same, because of another feature or another crate.
fn is_implied(reduced: &Job, without: &Feature, workspace: &Workspace) -> bool {
    let folder = TempDir::new().unwrap();
    let folder = folder.path();
    let family = reduced.entry.family.as_deref().unwrap();
    let needs = dependencies::resolve(workspace, &reduced.entry.manifest.dependencies, false);
    let manifest = format!(
        "[package]\nname = \"reduced\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[dependencies]\n{}",
        dependencies::manifest_lines(&needs)
    );
    folders::write(&folder.join("Cargo.toml"), &manifest);
    folders::write(
        &folder.join("Cargo.lock"),
        entry::family_lock(family).unwrap(),
    );
    folders::write(&folder.join("src/lib.rs"), "");
    let told = cargo(folder, &kept("fixture-target"))
        .args(["metadata", "--format-version", "1", "--offline"])
        .args(["--filter-platform", &host()])
        .passes();
    let told: Value = serde_json::from_str(&told.stdout).unwrap();
    let package = items(&told["packages"]).find(|one| text(&one["name"]) == without.0);
    let id = &package.unwrap()["id"];
    let node = items(&told["resolve"]["nodes"]).find(|node| node["id"] == *id);
    items(&node.unwrap()["features"]).any(|feature| text(feature) == without.1)
}

fn builds(job: Job) -> bool {
    let folder = TempDir::new().unwrap();
    let options = Options {
        folder: folder.path().to_owned(),
        cache: Some(kept("cache")),
        offline: false,
        fresh: false,
        memory: None,
        listener: Arc::new(Deaf),
    };
    let checks = scratch::check(&options, vec![job], true).unwrap();
    checks.entries[0].verdict == Verdict::Pass
}

fn listed(features: &[Feature]) -> String {
    let names: Vec<_> = features
        .iter()
        .map(|(name, feature)| format!("{name}/{feature}"))
        .collect();
    names.join(",")
}

#[test]
#[ignore = "long proof: cargo builds the dependencies of every entry once for each of its features"]
fn every_declared_feature_is_needed_or_implied() {
    let workspace = entry::workspace().unwrap();
    let path = repository().join(RECORD);
    let old = folders::read(&path);
    // Rows of entries that are as they were.
    let mut rows: BTreeMap<String, String> = old
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(id, row)| (id.to_owned(), row.to_owned()))
        .collect();
    rows.retain(|id, row| {
        let entry = lookup::snippet(id).map(|snippet| Entry::read(snippet).unwrap());
        entry.is_some_and(|entry| row.starts_with(&scratch::hash(&entry)))
    });
    let mut unneeded = String::new();
    for snippet in SNIPPETS {
        if rows.contains_key(snippet.id) {
            continue;
        }
        let entry = Entry::read(snippet).unwrap();
        let (implied, asked): (Vec<_>, Vec<_>) = declared(&entry)
            .into_iter()
            .partition(|feature| is_implied(&reduced(&entry, feature), feature, &workspace));
        let (idle, needed): (Vec<_>, Vec<_>) = asked
            .into_iter()
            .partition(|feature| builds(reduced(&entry, feature)));
        if !idle.is_empty() {
            println!("{} builds without {}", entry.id, listed(&idle));
            writeln!(unneeded, "{} builds without {}", entry.id, listed(&idle)).unwrap();
            continue;
        }
        let (hash, needed, implied) = (scratch::hash(&entry), listed(&needed), listed(&implied));
        rows.insert(entry.id, format!("{hash}\t{needed}\t{implied}"));
        // What is proven is kept, also when this is ended early.
        let lines: String = rows
            .iter()
            .map(|(id, row)| format!("{id}\t{row}\n"))
            .collect();
        folders::write(&path, &format!("id\thash\tneeded\timplied\n{lines}"));
    }
    assert!(unneeded.is_empty(), "{unneeded}");
}
