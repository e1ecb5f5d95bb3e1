//! What the crate that the user stands in has to do with an entry: what it lacks for it, what it has instead.

use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use crate::catalog::entry::{self, Entry};
use crate::catalog::manifest::{Dependency, Proof, Workspace};
use crate::project::surroundings;
use crate::project::user_crate::{self, Declared, UserCrate};
use crate::render::dependencies::{self, Resolved};

/// Lines for the foot of a snippet's page; none where the user stands in no crate.
pub(super) fn on(entry: &Entry, proof: Option<&Proof>, context: &Context<'_>) -> Vec<String> {
    let folder = context.catalog.working_folder();
    let mut notes = Vec::new();
    // Read only where there is something to say about it.
    let workspace = LazyCell::new(|| entry::workspace().ok());
    match user_crate::around(folder) {
        Some(Ok(user)) => {
            if let Some(workspace) = workspace.as_ref() {
                notes.extend(instead(entry, &user, workspace));
                notes.extend(lacking(entry, &user, workspace));
            }
            notes.extend(edition(&user));
        }
        Some(Err(why)) => notes.push(format!("Your crate was not looked at: {why}")),
        None => {}
    }
    notes.extend(locked(entry, proof, folder, || workspace.as_ref()));
    notes
}

/// One line on the tokio in the user's own lock file, where it is not the proven one.
fn locked<'a>(
    entry: &Entry,
    proof: Option<&Proof>,
    folder: &std::path::Path,
    workspace: impl FnOnce() -> Option<&'a Workspace>,
) -> Option<String> {
    let locked = surroundings::locked_tokio(folder)?;
    let needs = entry.manifest.min_tokio.as_deref();
    if let Some(needs) =
        needs.filter(|needs| surroundings::numbers(&locked) < surroundings::numbers(needs))
    {
        return Some(format!(
            "Your Cargo.lock has tokio {locked}: this needs {needs} or newer (`cargo update -p tokio`)."
        ));
    }
    let proven = &proof?.tokio;
    if locked == *proven {
        return None;
    }
    // `tests/it/data/versions.tsv` has the record of it.
    let tried = || Some(workspace()?.workspace.lowest_tokio.as_str());
    let lowest = needs.or_else(tried)?;
    let builds = surroundings::numbers(&locked) >= surroundings::numbers(lowest);
    let builds = if builds {
        format!("builds with {lowest} or newer, and ")
    } else {
        String::new()
    };
    Some(format!(
        "Your Cargo.lock has tokio {locked}: this {builds}was proven with {proven}."
    ))
}

fn edition(user: &UserCrate) -> Option<String> {
    matches!(user.edition.as_str(), "2015" | "2018").then(|| {
        format!(
            "Your crate has edition {}: this was proven with 2024 (`cargo fix --edition` takes a crate on).",
            user.edition
        )
    })
}

fn instead(entry: &Entry, user: &UserCrate, workspace: &Workspace) -> Option<String> {
    let crates = workspace.instead.get(&entry.id)?;
    let has = crates
        .iter()
        .find(|name| user.dependencies.contains_key(*name))?;
    Some(format!(
        "Your crate has `{has}` already, which does this job."
    ))
}

/// The `cargo add` lines for what is missing.
fn lacking(entry: &Entry, user: &UserCrate, workspace: &Workspace) -> Option<String> {
    let has = turned_on(&user.dependencies, workspace);
    let missing = missing(&entry.manifest.dependencies, &has, workspace);
    if missing.is_empty() {
        return None;
    }
    let lines = dependencies::cargo_add(&missing);
    let lines: Vec<_> = lines.iter().map(|line| format!("`{line}`")).collect();
    Some(format!(
        "Your Cargo.toml lacks for it: {}",
        lines.join(", ")
    ))
}

/// What of the wanted is not there: whole crates, or features of those that are.
fn missing(
    wanted: &BTreeMap<String, Dependency>,
    has: &BTreeMap<String, BTreeSet<String>>,
    workspace: &Workspace,
) -> Vec<Resolved> {
    let mut missing = dependencies::resolve(workspace, wanted, false);
    missing.retain_mut(|dependency| {
        let package = dependency.package.as_ref().unwrap_or(&dependency.name);
        let Some(features) = has.get(package) else {
            return true;
        };
        dependency
            .features
            .retain(|feature| !features.contains(feature));
        // The user's own version and switches stay as they are.
        dependency.version.clear();
        dependency.default_features = true;
        !dependency.features.is_empty()
    });
    missing
}

/// Crate -> features that are on, the implied ones included; a crate that none declares is not there.
fn turned_on(
    declared: &BTreeMap<String, Declared>,
    workspace: &Workspace,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut on: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut to_do: Vec<(String, String)> = Vec::new();
    for (name, declared) in declared {
        on.entry(name.clone()).or_default();
        let defaults = declared.default_features.then(|| "default".to_owned());
        let in_any_case = String::new();
        let features = declared.features.iter().cloned().chain(defaults);
        let features = features.chain([in_any_case]);
        to_do.extend(features.map(|feature| (name.clone(), feature)));
    }
    while let Some((name, feature)) = to_do.pop() {
        let Some(features) = on.get_mut(&name) else {
            // Another crate brings it, but it cannot be named in the code.
            continue;
        };
        if !features.insert(feature.clone()) {
            continue;
        }
        let implied = workspace.implies.get(&name).and_then(|of| of.get(&feature));
        to_do.extend(
            implied
                .into_iter()
                .flatten()
                .map(|implied| match implied.split_once('/') {
                    Some((other, feature)) => (other.to_owned(), feature.to_owned()),
                    None => (name.clone(), implied.clone()),
                }),
        );
    }
    on
}
