//! The dependencies of a family: built once by cargo with the lock file that ships, then named to rustc directly.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::cargo::{self, PROFILE};
use super::diagnostics::CargoLine;
use super::key::Key;
use super::{Engine, files};
use crate::catalog::entry;
use crate::error::Problem;
use crate::render::dependencies;

/// Code that is handed out must not need `test-util`: what runs is built without it, what tests is built with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Variant {
    Run,
    Test,
}

impl Variant {
    const fn name(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Test => "test",
        }
    }
}

/// Where rustc finds the crates of a family.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Externs {
    /// The identity of this build: part of the key of everything that is built against it.
    pub(crate) key: String,
    crates: BTreeMap<String, PathBuf>,
    search: Vec<PathBuf>,
}

impl Externs {
    pub(crate) fn arguments(&self) -> Vec<std::ffi::OsString> {
        let mut arguments = Vec::new();
        for folder in &self.search {
            let mut argument = std::ffi::OsString::from("-Ldependency=");
            argument.push(folder);
            arguments.push(argument);
        }
        for (name, path) in &self.crates {
            let mut argument = std::ffi::OsString::from(format!("--extern={name}="));
            argument.push(path);
            arguments.push(argument);
        }
        arguments
    }

    fn are_there(&self) -> bool {
        self.crates.values().all(|path| path.is_file())
    }
}

const EXTERNS: &str = "externs.json";

/// The package whose dependencies are the family's.
struct Package {
    folder: PathBuf,
    key: String,
    manifest: String,
    lock: &'static str,
}

impl Engine {
    fn package(&self, family: &str, variant: Variant) -> anyhow::Result<Package> {
        let manifest = family_manifest(family)?;
        let lock = entry::family_lock(family)
            .ok_or_else(|| anyhow::anyhow!("family `{family}` ships no lock file"))?;
        let key = Key::new("family")
            .with(family)
            .with(variant.name())
            .with(&manifest)
            .with(lock)
            .with(&self.toolchain.identity)
            .finish();
        let folder = self
            .cache
            .families()
            .join(format!("{family}-{}-{key}", variant.name()));
        Ok(Package {
            folder,
            key,
            manifest,
            lock,
        })
    }

    /// The crates of a family if they are built; asks nobody.
    pub(crate) fn built_family(
        &self,
        family: &str,
        variant: Variant,
    ) -> anyhow::Result<Option<Externs>> {
        let package = self.package(family, variant)?;
        let kept = std::fs::read(package.folder.join(EXTERNS)).ok();
        let externs: Option<Externs> = kept.and_then(|text| serde_json::from_slice(&text).ok());
        Ok(externs.filter(|externs| externs.key == package.key && externs.are_there()))
    }

    /// Builds what of the families is not built yet, alone in the cache.
    ///
    /// # Errors
    /// [`Problem`] when crates cannot be fetched or do not build.
    pub(crate) async fn ensure_families(&self, wanted: &[(String, Variant)]) -> anyhow::Result<()> {
        let missing = |engine: &Self| -> anyhow::Result<bool> {
            for (family, variant) in wanted {
                if engine.built_family(family, *variant)?.is_none() {
                    return Ok(true);
                }
            }
            Ok(false)
        };
        if !missing(self)? {
            return Ok(());
        }
        let _alone = self
            .cache
            .lock(true, &self.supervisor, self.listener.as_ref())
            .await?;
        for (family, variant) in wanted {
            // Another invocation may have built it while this one waited.
            if self.built_family(family, *variant)?.is_none() {
                self.build_family(family, *variant).await?;
            }
        }
        Ok(())
    }

    async fn build_family(&self, family: &str, variant: Variant) -> anyhow::Result<()> {
        let package = self.package(family, variant)?;
        let begun = std::time::Instant::now();
        self.listener.progress(match variant {
            Variant::Run => "building tokio once, about 15 s",
            Variant::Test => "building tokio once for tests, about 10 s",
        });
        write_package(&package.folder, &package.manifest, Some(package.lock))
            .map_err(|error| Problem::io(&package.folder, &error))?;
        let target = ["--target", self.toolchain.host.as_str()];
        let what = if variant == Variant::Run {
            "--lib"
        } else {
            "--tests"
        };
        let mut arguments = vec![
            "build",
            what,
            "--locked",
            "--profile",
            "scratch",
            "--message-format",
            "json",
        ];
        arguments.extend(target);
        let built = self.cargo(&package.folder, &arguments).await?;
        if !built.ended.succeeded() {
            let first = built
                .diagnostics()
                .into_iter()
                .find(|d| d.level == "error")
                .map(|d| d.rendered);
            let what = first.unwrap_or_else(|| cargo::said(&built.ended));
            return Err(Problem::environment(
                "dependencies",
                format!("the dependencies could not be built: {what}"),
                "`tokio-cmd cache clean` and try again; `-v` says what is run",
            )
            .into());
        }
        let externs = self.externs(family, package.key, &built.lines)?;
        let text = serde_json::to_vec_pretty(&externs)?;
        let path = package.folder.join(EXTERNS);
        crate::atomic::replace(&path, text).map_err(|error| Problem::io(&path, &error))?;
        self.listener
            .progress(&format!("built in {:.0} s", begun.elapsed().as_secs_f64()));
        Ok(())
    }

    fn externs(&self, family: &str, key: String, lines: &[CargoLine]) -> anyhow::Result<Externs> {
        let workspace = entry::workspace()?;
        let family = workspace
            .families
            .get(family)
            .ok_or_else(|| anyhow::anyhow!("no family `{family}`"))?;
        let wanted: Vec<String> = family
            .dependencies
            .keys()
            .chain(family.dev_dependencies.keys())
            .map(|name| name.replace('-', "_"))
            .collect();
        let mut crates = BTreeMap::new();
        for line in lines {
            let CargoLine::CompilerArtifact(artifact) = line else {
                continue;
            };
            let name = artifact.target.name.replace('-', "_");
            if !wanted.contains(&name) {
                continue;
            }
            let library = artifact
                .filenames
                .iter()
                .find(|path| !path.ends_with(".rmeta"));
            crates.extend(library.map(|path| (name, PathBuf::from(path))));
        }
        let target = self.cache.target();
        let search = vec![
            target.join(&self.toolchain.host).join("scratch/deps"),
            target.join("scratch/deps"),
        ];
        Ok(Externs {
            key,
            crates,
            search,
        })
    }

    /// Drops every built dependency: they do not fit each other any more.
    ///
    /// # Errors
    /// When the folder cannot be removed.
    pub(crate) async fn drop_built(&self) -> anyhow::Result<()> {
        let _alone = self
            .cache
            .lock(true, &self.supervisor, self.listener.as_ref())
            .await?;
        for folder in [self.cache.target(), self.cache.families()] {
            if folder.exists() {
                std::fs::remove_dir_all(&folder).map_err(|error| Problem::io(&folder, &error))?;
            }
        }
        Ok(())
    }
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
        "[package]\nname = \"family-{family}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n{PROFILE}\n\
         [dependencies]\n{}\n[dev-dependencies]\n{}",
        dependencies::manifest_lines(&normal),
        dependencies::manifest_lines(&dev),
    ))
}

fn write_package(folder: &Path, manifest: &str, lock: Option<&str>) -> std::io::Result<()> {
    files::write(&folder.join("src/lib.rs"), "")?;
    files::write(&folder.join("Cargo.toml"), manifest)?;
    lock.map_or(Ok(()), |lock| {
        files::write(&folder.join("Cargo.lock"), lock)
    })
}
