//! What the crate around a folder depends on, by its `Cargo.toml` alone: no process is started.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// A crate of the user's, as far as its manifest tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct UserCrate {
    /// By package name; features as they are written.
    pub dependencies: BTreeMap<String, Declared>,
    pub dev_dependencies: BTreeMap<String, Declared>,
    /// cargo's default is 2015.
    pub edition: String,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Declared {
    pub features: BTreeSet<String>,
    pub default_features: bool,
}

/// The crate whose folder this is or lies in; an error names the manifest that cannot be read and why.
pub fn around(folder: &Path) -> Option<Result<UserCrate, String>> {
    let (path, text) = folder.ancestors().find_map(|folder| {
        let path = folder.join("Cargo.toml");
        Some((path.clone(), fs::read_to_string(path).ok()?))
    })?;
    Some(read(&path, &text))
}

fn read(path: &Path, text: &str) -> Result<UserCrate, String> {
    let manifest = parse(path, text)?;
    let package = manifest.get("package").and_then(Value::as_table);
    let shared = Shared {
        manifest: workspace(path, &manifest)?,
    };
    let mut found = UserCrate {
        edition: edition(package, &shared),
        ..UserCrate::default()
    };
    shared.collect(&manifest, "dependencies", &mut found.dependencies);
    shared.collect(&manifest, "dev-dependencies", &mut found.dev_dependencies);
    for target in table(&manifest, "target")
        .into_iter()
        .flat_map(Table::values)
    {
        if let Some(target) = target.as_table() {
            shared.collect(target, "dependencies", &mut found.dependencies);
            shared.collect(target, "dev-dependencies", &mut found.dev_dependencies);
        }
    }
    Ok(found)
}

fn parse(path: &Path, text: &str) -> Result<Table, String> {
    text.parse::<Table>().map_err(|error| {
        let line = error.span().map_or(1, |span| {
            text.bytes()
                .take(span.start)
                .filter(|b| *b == b'\n')
                .count()
                + 1
        });
        format!("{}:{line}: {}", path.display(), error.message())
    })
}

fn table<'a>(of: &'a Table, key: &str) -> Option<&'a Table> {
    of.get(key).and_then(Value::as_table)
}

/// The manifest of the workspace that the crate inherits from: its own, or one above it.
fn workspace(path: &Path, manifest: &Table) -> Result<Option<Table>, String> {
    if manifest.contains_key("workspace") {
        return Ok(Some(manifest.clone()));
    }
    let folder = path.parent().unwrap_or(path);
    let named = table(manifest, "package").and_then(|package| package.get("workspace"));
    let roots: Vec<PathBuf> = match named.and_then(Value::as_str) {
        Some(root) => vec![folder.join(root)],
        None => folder.ancestors().skip(1).map(Path::to_owned).collect(),
    };
    for root in roots {
        let path = root.join("Cargo.toml");
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        let manifest = parse(&path, &text)?;
        if manifest.contains_key("workspace") {
            return Ok(Some(manifest));
        }
    }
    Ok(None)
}

fn edition(package: Option<&Table>, shared: &Shared) -> String {
    let own = package.and_then(|package| package.get("edition"));
    let inherited = || {
        let package = table(shared.manifest.as_ref()?, "workspace")?;
        table(package, "package")?.get("edition")?.as_str()
    };
    let edition = match own {
        Some(Value::String(edition)) => Some(edition.as_str()),
        Some(_) => inherited(),
        None => None,
    };
    edition.unwrap_or("2015").to_owned()
}

/// What the workspace shares with its members.
struct Shared {
    manifest: Option<Table>,
}

impl Shared {
    fn dependency(&self, name: &str) -> Option<&Value> {
        let workspace = table(self.manifest.as_ref()?, "workspace")?;
        table(workspace, "dependencies")?.get(name)
    }

    /// Adds the dependencies of one table of a manifest.
    fn collect(&self, manifest: &Table, key: &str, into: &mut BTreeMap<String, Declared>) {
        for (name, value) in table(manifest, key).into_iter().flatten() {
            let own = value.as_table();
            let inherits = own.and_then(|own| own.get("workspace")) == Some(&Value::Boolean(true));
            let shared = inherits.then(|| self.dependency(name)).flatten();
            let tables = || own.into_iter().chain(shared.and_then(Value::as_table));
            let package = tables().find_map(|table| table.get("package")?.as_str());
            let no_defaults = |table: &Table| {
                let switch = table
                    .get("default-features")
                    .or_else(|| table.get("default_features"));
                switch == Some(&Value::Boolean(false))
            };
            let features = tables()
                .filter_map(|table| table.get("features")?.as_array())
                .flatten()
                .filter_map(Value::as_str)
                .map(str::to_owned);
            let declared = into.entry(package.unwrap_or(name).to_owned()).or_default();
            declared.features.extend(features);
            declared.default_features |= !tables().any(no_defaults);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features<'a>(of: &'a UserCrate, name: &str) -> Vec<&'a str> {
        let declared = &of.dependencies[name].features;
        declared.iter().map(String::as_str).collect()
    }

    #[test]
    fn what_is_inherited_is_added() {
        let text = "[workspace.dependencies]\ntokio = { version = \"1\", features = [\"rt\"] }\n\
                    [workspace.package]\nedition = \"2021\"\n[package]\nname = \"a\"\nedition.workspace = true\n\
                    [dependencies]\ntokio = { workspace = true, features = [\"time\"] }\n\
                    [target.'cfg(unix)'.dependencies]\ntokio = { workspace = true, features = [\"signal\"] }\n\
                    other = { package = \"bytes\", version = \"1\", default-features = false }\n";
        let found = read(Path::new("Cargo.toml"), text).unwrap();
        assert_eq!(features(&found, "tokio"), ["rt", "signal", "time"]);
        assert_eq!(found.edition, "2021");
        assert!(!found.dependencies["bytes"].default_features);
    }

    #[test]
    fn a_broken_manifest_names_its_line() {
        let error = read(Path::new("a/Cargo.toml"), "[package]\nname = \n").unwrap_err();
        assert!(error.starts_with("a/Cargo.toml:2: "), "{error}");
    }
}
