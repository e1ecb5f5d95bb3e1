//! The long proof of versions: the lowest minor version of tokio that each snippet builds with, and that on the lines with
//! long-term support it also does what it says. What was found stands in `tests/it/data/versions.tsv`; a law compares its
//! hashes, and what snippets declare (`min-tokio`) with it.
//!
//!     cargo test --test e2e -- --ignored versions::     # proves what changed, and writes the record
//!
//! Built in edition 2021 with any of the lower versions, and in 2024 with the supported ones. Of crates other than tokio,
//! cargo takes the newest that goes with it, or what [`HELD_BACK`] says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;
use tokio_cmd::catalog::entry::{self, Entry};
use tokio_cmd::catalog::manifest::{Dependency, Workspace};
use tokio_cmd::render::dependencies::{self, Dependencies};
use tokio_cmd::render::lift;

use crate::folders;
use crate::invoke::{Ended, cargo, items, kept, start, text};
use crate::proven::{Record, entries};

/// The lines that get fixes still (tokio's README, "Release schedule"): 1.51 until March 2027, 1.53 until September 2027.
const SUPPORTED: [u64; 2] = [51, 53];

/// (crate, below this tokio 1.x, the requirement): where cargo's own choice does not build, though it may be chosen.
const HELD_BACK: [(&str, u64, &str); 2] = [
    // tokio-util 0.7.16 says that tokio 1.28 is enough, and names `task::Id`, which is stable since 1.41.
    ("tokio-util", 41, ">=0.7.11, <0.7.16"),
    // From 0.7.17 it says that 1.44 is enough, and names what of `task::coop` is public since 1.47.
    ("tokio-util", 47, ">=0.7.11, <0.7.17"),
];

/// Where more is asked for than to build: (entry, the lowest tokio 1.x that does it, what it is).
const BEHAVES: [(&str, u64, &str); 1] = [(
    "process-output-timeout",
    44,
    "`Child::kill` of a child that has ended is no error",
)];

/// `1.38` -> 38
fn minor(version: &str) -> u64 {
    version.split('.').nth(1).unwrap().parse().unwrap()
}

/// What cargo may take in place of a version: whatever is compatible with it.
fn compatible(version: &str) -> String {
    let numbers: Vec<_> = version.split('.').collect();
    let count = if numbers[0] == "0" { 2 } else { 1 };
    numbers[..count].join(".")
}

/// One crate with each entry as a program of its own.
struct Programs<'a> {
    entries: &'a [&'a Entry],
    tokio: u64,
    edition: &'static str,
    with_tests: bool,
    workspace: &'a Workspace,
}

impl<'a> Programs<'a> {
    /// As an older crate has them.
    fn bare(entries: &'a [&'a Entry], tokio: u64, workspace: &'a Workspace) -> Self {
        Self {
            entries,
            tokio,
            edition: "2021",
            with_tests: false,
            workspace,
        }
    }

    fn with_tests(entries: &'a [&'a Entry], tokio: u64, workspace: &'a Workspace) -> Self {
        Self {
            edition: "2024",
            with_tests: true,
            ..Self::bare(entries, tokio, workspace)
        }
    }

    /// The union of what the entries declare. All of tokio, so that it is built once for every crate.
    fn table(&self, dev: bool) -> String {
        let mut union = Dependencies::new();
        for entry in self.entries {
            let declared = if dev {
                &entry.manifest.dev_dependencies
            } else {
                &entry.manifest.dependencies
            };
            for (name, dependency) in declared {
                let mut table = dependency.table();
                if let Some(there) = union.get(name) {
                    table.features.extend(there.table().features);
                }
                table.features.sort();
                table.features.dedup();
                union.insert(name.clone(), Dependency::Table(table));
            }
        }
        let mut needs = dependencies::resolve(self.workspace, &union, dev);
        for need in &mut needs {
            let held = HELD_BACK
                .iter()
                .find(|(name, below, _)| need.name == *name && self.tokio < *below);
            need.version = match held {
                _ if need.name == "tokio" => format!("~1.{}", self.tokio),
                Some((_, _, requirement)) => (*requirement).to_owned(),
                None => compatible(&need.version),
            };
            if need.name == "tokio" && !dev {
                need.features.push("full".to_owned());
            }
        }
        dependencies::manifest_lines(&needs)
    }

    fn lay_out(&self, folder: &Path) {
        let mut manifest = format!(
            "[package]\nname = \"programs\"\nversion = \"0.0.0\"\nedition = {:?}\n\n[workspace]\n\n\
             [profile.dev]\ndebug = false\n\n[dependencies]\n{}\n",
            self.edition,
            self.table(false),
        );
        if self.with_tests {
            manifest += &format!("[dev-dependencies]\n{}", self.table(true));
        }
        folders::write(&folder.join("Cargo.toml"), &manifest);
        for entry in self.entries {
            for (path, file) in &entry.files {
                let is_source = !path.ends_with(".toml") && !path.starts_with("mistakes/");
                let place = folder.join("src/bin").join(&entry.id).join(path);
                if is_source && path.ends_with(".rs") && !self.with_tests {
                    folders::write(&place, &lift::without_tests(file));
                } else if is_source {
                    folders::write(&place, file);
                }
            }
        }
    }

    /// `None` where no set of crates goes with this tokio.
    fn cargo(folder: &Path, arguments: &[&str]) -> Option<Ended> {
        let ended = cargo(folder, &kept("versions-target"))
            .args(arguments)
            .args(["--message-format", "json"])
            .ends();
        let is_resolved = ended.stdout.contains("\"reason\":\"build-finished\"");
        assert!(
            is_resolved || ended.stderr.contains("failed to select a version"),
            "{ended}"
        );
        is_resolved.then_some(ended)
    }

    /// The entries that build. A dependency that does not build takes those with it that need it.
    fn that_build(&self) -> BTreeSet<String> {
        let folder = TempDir::new().unwrap();
        self.lay_out(folder.path());
        let checked = Self::cargo(folder.path(), &["check", "--bins", "--keep-going"]);
        let lines = checked.map(|ended| messages(&ended)).unwrap_or_default();
        let made = lines
            .iter()
            .filter(|line| line["reason"] == "compiler-artifact" && is_program(&line["target"]));
        made.map(|line| text(&line["target"]["name"]).to_owned())
            .collect()
    }

    /// The executables by entry: the programs, or their tests.
    fn executables(folder: &Path, arguments: &[&str]) -> BTreeMap<String, PathBuf> {
        let built = Self::cargo(folder, arguments).unwrap();
        assert_eq!(built.code, Some(0), "{built}");
        messages(&built)
            .iter()
            .filter(|line| line["reason"] == "compiler-artifact" && is_program(&line["target"]))
            .filter(|line| line["executable"].is_string())
            .map(|line| {
                let name = text(&line["target"]["name"]).to_owned();
                (name, PathBuf::from(text(&line["executable"])))
            })
            .collect()
    }
}

fn messages(ended: &Ended) -> Vec<Value> {
    let lines = ended.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn is_program(target: &Value) -> bool {
    items(&target["kind"]).any(|kind| kind == "bin")
}

/// Entries that need the same of crates: what cargo cannot find for one must not be missing to another.
fn by_crates<'a>(entries: &[&'a Entry]) -> Vec<Vec<&'a Entry>> {
    let mut groups: BTreeMap<Vec<(&String, Vec<String>)>, Vec<&Entry>> = BTreeMap::new();
    for entry in entries {
        // Of tokio all have everything.
        let crates = entry.manifest.dependencies.iter();
        let crates = crates.filter(|(name, _)| *name != "tokio");
        let needs = crates
            .map(|(name, dependency)| (name, dependency.table().features))
            .collect();
        groups.entry(needs).or_default().push(entry);
    }
    groups.into_values().collect()
}

/// What does not do with this tokio what it says.
fn failures(programs: &Programs<'_>) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    programs.lay_out(folder.path());
    let mut failures = Vec::new();
    let built = Programs::executables(folder.path(), &["build", "--bins"]);
    let tests = Programs::executables(folder.path(), &["test", "--bins", "--no-run"]);
    for entry in programs.entries {
        let place = TempDir::new().unwrap();
        let ran = start(&built[&entry.id], place.path()).ends();
        let expected = &entry.files["stdout.txt"];
        if ran.code != Some(0) || ran.stdout != **expected {
            failures.push(format!("{} with 1.{}: {ran}", entry.id, programs.tokio));
        }
        let tested = start(&tests[&entry.id], place.path()).ends();
        if tested.code != Some(0) {
            failures.push(format!("{} with 1.{}: {tested}", entry.id, programs.tokio));
        }
    }
    failures
}

/// The lowest minor version that each builds with, or [`BEHAVES`] as it should.
fn lowest<'a>(
    changed: &[&'a Entry],
    versions: RangeInclusive<u64>,
    workspace: &Workspace,
) -> BTreeMap<&'a str, u64> {
    let mut lowest: BTreeMap<&str, u64> = BTreeMap::new();
    for tokio in versions {
        // What was found is tried once more with the next: a supported line gets what the one after it may lack.
        let open: Vec<&Entry> = changed
            .iter()
            .copied()
            .filter(|entry| {
                lowest
                    .get(entry.id.as_str())
                    .is_none_or(|found| found + 1 == tokio)
            })
            .collect();
        for group in by_crates(&open) {
            let programs = Programs::bare(&group, tokio, workspace);
            let build = programs.that_build();
            for entry in group {
                if !build.contains(&entry.id) {
                    lowest.remove(entry.id.as_str());
                } else if !lowest.contains_key(entry.id.as_str()) {
                    lowest.insert(&entry.id, tokio);
                }
            }
        }
    }
    for (id, tokio, _) in BEHAVES {
        if let Some(found) = lowest.get_mut(id) {
            *found = tokio;
        }
    }
    lowest
}

#[test]
#[ignore = "long proof: every snippet is built with each of several versions of tokio"]
fn each_snippet_builds_with_the_lowest_tokio_that_it_says_and_works_on_the_supported_lines() {
    let workspace = entry::workspace().unwrap();
    let newest = workspace.workspace.dependencies["tokio"].table().version;
    let newest = minor(&newest.unwrap());
    let floor = minor(&workspace.workspace.lowest_tokio);
    let entries = entries();
    let mut record = Record::read("versions", "id\thash\tlowest\tworks with", &entries);
    let changed: Vec<&Entry> = entries.iter().filter(|entry| !record.has(entry)).collect();

    let lowest = lowest(&changed, floor..=newest, &workspace);
    let mut wrong = Vec::new();
    for entry in &changed {
        let said = entry.manifest.min_tokio.as_deref().map_or(floor, minor);
        let found = lowest.get(entry.id.as_str());
        if found != Some(&said) {
            let id = &entry.id;
            wrong.push(format!("{id} says 1.{said}, builds from 1.{found:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");

    for tokio in SUPPORTED {
        let can: Vec<&Entry> = changed
            .iter()
            .copied()
            .filter(|entry| lowest[entry.id.as_str()] <= tokio)
            .collect();
        for group in by_crates(&can) {
            let programs = Programs::with_tests(&group, tokio, &workspace);
            wrong.extend(failures(&programs));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));

    for entry in changed {
        let lowest = lowest[entry.id.as_str()];
        let works: Vec<_> = SUPPORTED
            .iter()
            .filter(|line| **line >= lowest)
            .map(|line| format!("1.{line}"))
            .collect();
        record.keep(entry, &[&format!("1.{lowest}"), &works.join(",")]);
    }
}
