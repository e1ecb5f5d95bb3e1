//! The package that stands for a family: what it needs, and what its builds depend on.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::family::Variant;
use crate::catalog::entry;
use crate::render::dependencies;

/// The package whose dependencies are the family's.
pub(super) struct Package {
    pub(super) folder: PathBuf,
    pub(super) key: String,
    pub(super) lock: &'static str,
}

/// The packages that a family names, by cargo's own names for them.
pub(super) fn wanted_crates(family: &str, variant: Variant) -> anyhow::Result<BTreeSet<String>> {
    let workspace = entry::workspace()?;
    let table = workspace
        .families
        .get(family)
        .ok_or_else(|| anyhow::anyhow!("no family `{family}`"))?;
    let mut found = dependencies::resolve(&workspace, &table.dependencies, false);
    if variant == Variant::Test {
        found.extend(dependencies::resolve(
            &workspace,
            &table.dev_dependencies,
            true,
        ));
    }
    if let Some(renamed) = found.iter().find(|one| one.package.is_some()) {
        anyhow::bail!("family `{family}` names `{}` by another name", renamed.name);
    }
    Ok(found.into_iter().map(|one| one.name).collect())
}

/// The manifest of the package that stands for a family.
///
/// # Errors
/// When the shared `workspace.toml` is broken or has no such family.
pub fn family_manifest(family: &str) -> anyhow::Result<String> {
    let workspace = entry::workspace()?;
    let table = workspace
        .families
        .get(family)
        .ok_or_else(|| anyhow::anyhow!("no family `{family}`"))?;
    let normal = dependencies::resolve(&workspace, &table.dependencies, false);
    let dev = dependencies::resolve(&workspace, &table.dev_dependencies, true);
    Ok(format!(
        "[package]\nname = \"family-{family}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\n{}\n[dev-dependencies]\n{}",
        dependencies::manifest_lines(&normal),
        dependencies::manifest_lines(&dev),
    ))
}
