//! Dependencies as `cargo add` lines and as lines of a manifest.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use crate::catalog::manifest::{Dependency, DependencyTable, Workspace};

pub type Dependencies = BTreeMap<String, Dependency>;

/// A dependency with its version looked up.
#[derive(Debug, Clone, Serialize)]
pub struct Resolved {
    pub name: String,
    pub version: String,
    pub features: Vec<String>,
    pub default_features: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
    pub dev: bool,
}

/// Looks the versions of `workspace = true` up.
pub fn resolve(workspace: &Workspace, dependencies: &Dependencies, dev: bool) -> Vec<Resolved> {
    dependencies
        .iter()
        .map(|(name, dependency)| {
            let table = dependency.table();
            let shared = table
                .workspace
                .then(|| {
                    workspace
                        .workspace
                        .dependencies
                        .get(name)
                        .map(Dependency::table)
                })
                .flatten()
                .unwrap_or_else(DependencyTable::default);
            Resolved {
                name: name.clone(),
                version: table
                    .version
                    .or(shared.version)
                    .unwrap_or_else(|| "*".to_owned()),
                features: table.features,
                default_features: table
                    .default_features
                    .or(shared.default_features)
                    .unwrap_or(true),
                package: table.package.or(shared.package),
                dev,
            }
        })
        .collect()
}

/// One `cargo add` line for each.
pub fn cargo_add(dependencies: &[Resolved]) -> Vec<String> {
    dependencies
        .iter()
        .map(|dependency| {
            let mut line = "cargo add ".to_owned();
            if dependency.dev {
                line.push_str("--dev ");
            }
            let package = dependency.package.as_ref().unwrap_or(&dependency.name);
            line.push_str(package);
            // An empty version leaves the one that is there.
            let versioned = !dependency.dev || dependency.version != "*";
            if versioned && !dependency.version.is_empty() {
                let _ = write!(line, "@{}", dependency.version);
            }
            if dependency.package.is_some() {
                let _ = write!(line, " --rename {}", dependency.name);
            }
            if !dependency.default_features {
                line.push_str(" --no-default-features");
            }
            if !dependency.features.is_empty() {
                let _ = write!(line, " --features {}", dependency.features.join(","));
            }
            line
        })
        .collect()
}

/// The lines of a `[dependencies]` table.
pub fn manifest_lines(dependencies: &[Resolved]) -> String {
    let mut out = String::new();
    for dependency in dependencies {
        let _ = write!(
            out,
            "{} = {{ version = {:?}",
            dependency.name, dependency.version
        );
        if !dependency.default_features {
            out.push_str(", default-features = false");
        }
        if let Some(package) = &dependency.package {
            let _ = write!(out, ", package = {package:?}");
        }
        if !dependency.features.is_empty() {
            let _ = write!(out, ", features = {:?}", dependency.features);
        }
        out.push_str(" }\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_name_version_and_features() {
        let tokio = Resolved {
            name: "tokio".into(),
            version: "1.54.1".into(),
            features: vec!["macros".into(), "rt".into()],
            default_features: true,
            package: None,
            dev: false,
        };
        assert_eq!(
            cargo_add(std::slice::from_ref(&tokio)),
            ["cargo add tokio@1.54.1 --features macros,rt"]
        );
        assert_eq!(
            manifest_lines(std::slice::from_ref(&tokio)),
            "tokio = { version = \"1.54.1\", features = [\"macros\", \"rt\"] }\n"
        );
    }
}
