//! The dependencies of a family: built once by cargo with the lock file that ships, then named to rustc directly.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::cargo::{self, Ask};
use super::externs::{self, Externs, State};
use super::key::Key;
use super::lock::{Held, Share};
use super::package::{Package, family_manifest, wanted_crates};
use super::{Engine, cache, files, misfit};
use crate::catalog::entry;
use crate::error::Problem;

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

/// What of the families need not be found out again.
#[derive(Clone, Default)]
pub(crate) struct Known(Arc<Mutex<Facts>>);

#[derive(Default)]
struct Facts {
    packages: BTreeMap<(String, Variant), Arc<Package>>,
    /// Only as long as the lock is held under which they were found.
    externs: BTreeMap<(String, Variant), Arc<Externs>>,
}

impl Known {
    fn lock(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// What of a family goes into the key of all that is built against it.
    pub(crate) fn family_key(&self, family: &str, variant: Variant) -> anyhow::Result<String> {
        Ok(self.package(family, variant)?.key.clone())
    }

    /// The crates of a family, as they were found when the lock was taken.
    pub(crate) fn externs(&self, family: &str, variant: Variant) -> anyhow::Result<Arc<Externs>> {
        let one = (family.to_owned(), variant);
        if let Some(found) = self.known.lock().externs.get(&one) {
            return Ok(Arc::clone(found));
        }
        let Some(externs) = self.built_family(family, variant)? else {
            return Err(misfit::vanished(family).into());
        };
        let externs = Arc::new(externs);
        self.known.lock().externs.insert(one, Arc::clone(&externs));
        Ok(externs)
    }

    /// The crates of a family, if they are built and whole; asks nobody.
    pub(crate) fn built_family(
        &self,
        family: &str,
        variant: Variant,
    ) -> anyhow::Result<Option<Externs>> {
        let package = self.package(family, variant)?;
        Ok(match Externs::read(&package.folder) {
            State::There(externs) if externs.key == package.key && externs.is_whole() => {
                Some(externs)
            }
            _ => None,
        })
    }

    /// The lock with others, while these families are built and whole; builds them before, where they are not.
    ///
    /// # Errors
    /// [`Problem`] when crates cannot be fetched or do not build.
    pub(crate) async fn share(&self, wanted: &Wanted) -> anyhow::Result<Held> {
        // Another invocation may clean or damage it between the two locks, but not every time.
        for _ in 0..3 {
            let held = self.lock(Share::Together).await?;
            self.known.lock().externs.clear();
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
        self.unmake_damaged(family, &package.folder)?;
        let begun = std::time::Instant::now();
        let purpose = match variant {
            Variant::Run => "",
            Variant::Test => " for tests",
        };
        let before = self.cache.took(&took_name(family, variant));
        let about = before.map_or_else(String::new, |seconds| {
            format!("; it took {seconds:.0} s last time")
        });
        self.listener.progress(&format!(
            "building the dependencies of `{family}` once{purpose}{about}"
        ));
        let manifest = family_manifest(family)?;
        let sources = [
            ("src/lib.rs", ""),
            ("Cargo.toml", manifest.as_str()),
            ("Cargo.lock", package.lock),
        ];
        files::settle(&package.folder, sources.into_iter(), false)
            .map_err(|error| cache::problem(&package.folder, &error))?;
        let (what, edges) = match variant {
            Variant::Run => ("--lib", "normal,build"),
            Variant::Test => ("--tests", "normal,build,dev"),
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
        let mut ask = Ask::new(&package.folder, &arguments);
        ask.edges = Some(edges);
        let built = self.cargo(&ask).await?;
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
        let wanted = wanted_crates(family, variant)?;
        let direct = externs::direct(&format!("family-{family}"), package.lock, |name| {
            wanted.contains(name)
        })?;
        let search = externs::search(&self.cache.target(), &self.toolchain.host);
        Externs::of(package.key.clone(), &direct, search, &built.lines)?.keep(&package.folder)?;
        let seconds = begun.elapsed().as_secs_f64();
        self.cache.keep_took(&took_name(family, variant), seconds);
        self.listener.progress(&format!("built in {seconds:.0} s"));
        Ok(())
    }

    /// Cargo would look at no more than times: what is damaged must be gone.
    fn unmake_damaged(&self, family: &str, folder: &Path) -> anyhow::Result<()> {
        let told = |what: &str| {
            self.listener.note(&format!(
                "the built dependencies of `{family}` are damaged; {what} again"
            ));
        };
        match Externs::read(folder) {
            State::Absent => {}
            State::There(externs) => {
                told("what is damaged is built");
                externs.unmake(false, &self.cache.families())?;
            }
            State::Unreadable => {
                told("all dependencies are built");
                self.cache.remove_built()?;
            }
        }
        Ok(())
    }

    fn package(&self, family: &str, variant: Variant) -> anyhow::Result<Arc<Package>> {
        let one = (family.to_owned(), variant);
        if let Some(known) = self.known.lock().packages.get(&one) {
            return Ok(Arc::clone(known));
        }
        let lock = entry::family_lock(family)
            .ok_or_else(|| anyhow::anyhow!("family `{family}` ships no lock file"))?;
        let key = Key::new("family")
            .with(family)
            .with(variant.name())
            // The manifest comes of it, and is made only where something is built.
            .with(entry::workspace_text())
            .with(lock)
            .with(cargo::profile())
            .with(&self.toolchain.identity)
            .finish();
        let folder = self
            .cache
            .families()
            .join(format!("{family}-{}-{key}", variant.name()));
        let package = Arc::new(Package { folder, key, lock });
        let mut known = self.known.lock();
        known.packages.insert(one, Arc::clone(&package));
        Ok(package)
    }
}

/// How long a build took is kept under this name.
fn took_name(family: &str, variant: Variant) -> String {
    format!("took-{family}-{}", variant.name())
}
