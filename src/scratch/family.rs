//! The dependencies of a family: built once by cargo with the lock file that ships, then named to rustc directly.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::cargo::{self, Ask};
use super::diagnostics::CargoLine;
use super::key::Key;
use super::lock::{Held, Share};
use super::{Engine, cache, files};
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

/// Families in the variants that are needed.
pub(crate) type Wanted = Vec<(String, Variant)>;

/// Where rustc finds the crates of a family.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Externs {
    /// What was built: part of the key of everything that is built against it.
    pub(crate) key: String,
    /// When it was built, for telling one build from the next.
    pub(crate) built: u128,
    crates: BTreeMap<String, PathBuf>,
    search: Vec<PathBuf>,
    /// Everything that cargo made, with its size: what was cut short or is gone is built again.
    made: BTreeMap<PathBuf, u64>,
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

    fn is_whole(&self) -> bool {
        let whole = |(path, size): (&PathBuf, &u64)| {
            std::fs::metadata(path).is_ok_and(|meta| meta.len() == *size)
        };
        !self.crates.is_empty() && self.made.iter().all(whole)
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
    /// The crates of a family, if they are built and whole; asks nobody.
    pub(crate) fn built_family(
        &self,
        family: &str,
        variant: Variant,
    ) -> anyhow::Result<Option<Externs>> {
        let package = self.package(family, variant)?;
        let kept = std::fs::read(package.folder.join(EXTERNS)).ok();
        let externs: Option<Externs> = kept.and_then(|text| serde_json::from_slice(&text).ok());
        Ok(externs.filter(|externs| externs.key == package.key && externs.is_whole()))
    }

    /// The lock with others, while these families are built and whole; builds them before, where they are not.
    ///
    /// # Errors
    /// [`Problem`] when crates cannot be fetched or do not build.
    pub(crate) async fn share(&self, wanted: &Wanted) -> anyhow::Result<Held> {
        // Another invocation may clean or damage it between the two locks, but not every time.
        for _ in 0..3 {
            let held = self.lock(Share::Together).await?;
            if self.missing(wanted)?.is_empty() {
                return Ok(held);
            }
            drop(held);
            self.ensure_families(wanted).await?;
        }
        Err(Problem::environment(
            "dependencies",
            format!(
                "what is built in {} is gone again each time",
                crate::error::shown(self.cache.root())
            ),
            "end what else changes this folder, or set TOKIO_CMD_CACHE to another one",
        )
        .into())
    }

    /// Builds what of the families is not built yet, alone in the cache.
    ///
    /// # Errors
    /// [`Problem`] when crates cannot be fetched or do not build.
    pub(crate) async fn ensure_families(&self, wanted: &Wanted) -> anyhow::Result<()> {
        if self.missing(wanted)?.is_empty() {
            return Ok(());
        }
        let _alone = self.lock(Share::Alone).await?;
        self.cache.remove_unfinished()?;
        // Another invocation may have built it while this one waited.
        for (family, variant) in self.missing(wanted)? {
            self.build_family(family, *variant).await?;
        }
        Ok(())
    }

    fn missing<'a>(&self, wanted: &'a Wanted) -> anyhow::Result<Vec<&'a (String, Variant)>> {
        let mut missing = Vec::new();
        for one in wanted {
            if self.built_family(&one.0, one.1)?.is_none() {
                missing.push(one);
            }
        }
        Ok(missing)
    }

    async fn build_family(&self, family: &str, variant: Variant) -> anyhow::Result<()> {
        let package = self.package(family, variant)?;
        let path = package.folder.join(EXTERNS);
        if path.exists() {
            // It was built and is damaged. Cargo would look at no more than times.
            self.listener
                .note("the built dependencies are damaged; they are built again");
            self.cache.remove_built()?;
        }
        let begun = std::time::Instant::now();
        self.listener.progress(match variant {
            Variant::Run => "building tokio once, about 15 s",
            Variant::Test => "building tokio once for tests, about 10 s",
        });
        let sources = [
            ("src/lib.rs", ""),
            ("Cargo.toml", package.manifest.as_str()),
            ("Cargo.lock", package.lock),
        ];
        files::settle(&package.folder, sources.into_iter(), false)
            .map_err(|error| cache::problem(&package.folder, &error))?;
        let what = match variant {
            Variant::Run => "--lib",
            Variant::Test => "--tests",
        };
        let arguments = [
            "build",
            what,
            "--locked",
            "--profile",
            "scratch",
            "--message-format",
            "json",
        ];
        let built = self.cargo(&Ask::new(&package.folder, &arguments)).await?;
        if !built.ended.succeeded() {
            let errors = built.diagnostics().into_iter();
            let mut errors = errors.filter(|found| found.level == "error");
            let first = errors.next();
            let what = first.map_or_else(|| cargo::said(&built.ended), |found| found.rendered);
            return Err(Problem::environment(
                "dependencies",
                format!("the dependencies could not be built: {what}"),
                "`tokio-cmd cache clean` and try again; `-v` says what is run",
            )
            .into());
        }
        let externs = self.externs(family, package.key, &built.lines)?;
        let text = serde_json::to_vec_pretty(&externs)?;
        crate::atomic::replace(&path, text).map_err(|error| cache::problem(&path, &error))?;
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
        let (mut crates, mut made) = (BTreeMap::new(), BTreeMap::new());
        for line in lines {
            let CargoLine::CompilerArtifact(artifact) = line else {
                continue;
            };
            // What rustc reads lies in `deps`; what lies elsewhere, another build may replace.
            let paths = artifact.filenames.iter().map(PathBuf::from);
            for path in paths.filter(|path| path.parent().is_some_and(|p| p.ends_with("deps"))) {
                let meta = std::fs::metadata(&path);
                let size = meta.map_err(|error| cache::problem(&path, &error))?.len();
                made.insert(path, size);
            }
            let name = artifact.target.name.replace('-', "_");
            let mut libraries = artifact.filenames.iter();
            if wanted.contains(&name)
                && let Some(library) = libraries.find(|path| !path.ends_with(".rmeta"))
            {
                crates.insert(name, PathBuf::from(library));
            }
        }
        let target = self.cache.target();
        let search = vec![
            target.join(&self.toolchain.host).join("scratch/deps"),
            target.join("scratch/deps"),
        ];
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Ok(Externs {
            key,
            built: since.map_or(0, |since| since.as_nanos()),
            crates,
            search,
            made,
        })
    }

    fn package(&self, family: &str, variant: Variant) -> anyhow::Result<Package> {
        let manifest = family_manifest(family)?;
        let lock = entry::family_lock(family)
            .ok_or_else(|| anyhow::anyhow!("family `{family}` ships no lock file"))?;
        let key = Key::new("family")
            .with(family)
            .with(variant.name())
            .with(&manifest)
            .with(lock)
            .with(cargo::profile())
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
