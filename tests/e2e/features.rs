//! Which feature turns on which: what the catalogue says of it is what cargo says.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tempfile::TempDir;
use tokio_cmd::catalog::entry;
use tokio_cmd::render::dependencies;

use crate::folders;
use crate::invoke::{cargo, items, kept, repository, text, tokio_cmd};

type Implied = BTreeMap<String, BTreeSet<String>>;

/// What cargo knows of the packages of the family `core`.
fn metadata() -> Value {
    let fixture = TempDir::new().unwrap();
    let fixture = fixture.path();
    // Its crates are fetched with this.
    tokio_cmd(fixture).args(["check", "timeouts"]).passes();
    let lock = folders::read(&repository().join("snippets/families/core/Cargo.lock"));
    folders::write(&fixture.join("Cargo.lock"), &lock);
    let workspace = entry::workspace().unwrap();
    let family = &workspace.families["core"].dependencies;
    let family = dependencies::resolve(&workspace, family, false);
    folders::write(
        &fixture.join("Cargo.toml"),
        &format!(
            "[package]\nname = \"fixture\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\n{}",
            dependencies::manifest_lines(&family)
        ),
    );
    folders::write(&fixture.join("src/lib.rs"), "");
    let told = cargo(fixture, &kept("fixture-target"))
        .args(["metadata", "--format-version", "1", "--offline"])
        .passes();
    serde_json::from_str(&told.stdout).unwrap()
}

/// Of a package: feature -> other features of its own, and Tokio's. Under the empty name what it turns on in any case.
fn implied(package: &Value) -> Implied {
    let features = package["features"].as_object().unwrap();
    // A feature that stands for an optional dependency alone is nothing to ask for.
    let is_switch = |name: &str| match features.get(name) {
        Some(inside) => {
            items(inside).any(|one| text(one) != format!("dep:{name}"))
                || items(inside).count() == 0
        }
        None => name.starts_with("tokio/"),
    };
    let mut implied: Implied = features
        .iter()
        .filter(|(name, _)| !name.starts_with("__"))
        .map(|(name, inside)| {
            let inside = items(inside).map(text).filter(|one| is_switch(one));
            (name.clone(), inside.map(str::to_owned).collect())
        })
        .collect();
    let always = items(&package["dependencies"])
        .filter(|one| {
            text(&one["name"]) == "tokio" && one["kind"].is_null() && one["optional"] == false
        })
        .flat_map(|one| items(&one["features"]).map(|feature| format!("tokio/{}", text(feature))));
    implied.insert(String::new(), always.collect());
    implied.retain(|_, inside| !inside.is_empty());
    implied
}

#[test]
fn what_implies_what_is_as_cargo_says() {
    let metadata = metadata();
    let workspace = entry::workspace().unwrap();
    for (name, said) in &workspace.implies {
        let mut packages = items(&metadata["packages"]);
        let package = packages.find(|package| text(&package["name"]) == name.as_str());
        let said: Implied = said
            .iter()
            .map(|(feature, inside)| (feature.clone(), inside.iter().cloned().collect()))
            .collect();
        assert_eq!(said, implied(package.unwrap()), "{name}");
    }
    assert!(workspace.implies.len() >= 3);
}
