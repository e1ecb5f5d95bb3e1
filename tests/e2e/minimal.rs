//! The long proof of minimal features: without any one of them a snippet does not build, unless another of its dependencies
//! turns that feature on in any case. What was found stands in `tests/it/data/minimal.tsv`; a law compares its hashes.
//!
//!     cargo test --test e2e -- --ignored minimal::     # proves what changed, and writes the record

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use tempfile::TempDir;
use tokio_cmd::catalog::entry::{self, Entry};
use tokio_cmd::catalog::manifest::{Dependency, Workspace};
use tokio_cmd::render::{dependencies, lift};
use tokio_cmd::report::Verdict;
use tokio_cmd::scratch::{self, Job, Options};

use crate::folders;
use crate::invoke::{cargo, items, kept, repository, start, text};
use crate::proven::{Deaf, Record, entries};

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
    let entries = entries();
    let mut record = Record::read("minimal", "id\thash\tneeded\timplied", &entries);
    let mut unneeded = String::new();
    for entry in &entries {
        if record.has(entry) {
            continue;
        }
        let (implied, asked): (Vec<_>, Vec<_>) = declared(entry)
            .into_iter()
            .partition(|feature| is_implied(&reduced(entry, feature), feature, &workspace));
        let (idle, needed): (Vec<_>, Vec<_>) = asked
            .into_iter()
            .partition(|feature| builds(reduced(entry, feature)));
        if !idle.is_empty() {
            println!("{} builds without {}", entry.id, listed(&idle));
            writeln!(unneeded, "{} builds without {}", entry.id, listed(&idle)).unwrap();
            continue;
        }
        record.keep(entry, &[&listed(&needed), &listed(&implied)]);
    }
    assert!(unneeded.is_empty(), "{unneeded}");
}
