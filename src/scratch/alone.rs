//! An entry built by cargo alone, with exactly the dependencies and features that it names: what a family, which unifies
//! features, cannot show.

use std::fs;
use std::path::PathBuf;

use super::cargo::{self, Ask, CargoRun};
use super::kept::{PROGRAM, Said};
use super::key::Key;
use super::unit::{Built, CLIPPY_TOML, LINTS};
use super::{Engine, cache, diagnostics, files, misfit};
use crate::catalog::entry::{self, Entry, Origin};
use crate::error::Problem;
use crate::render::dependencies::{self, Dependencies};
use crate::render::parameters::Files;

/// What cargo is asked to do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Alone {
    /// Program and tests are checked.
    Check,
    /// The program is checked, without its tests.
    CheckProgram,
    /// As that, by clippy with the house's lints.
    Lint,
    Program,
    Tests,
}

impl Alone {
    const fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Check => &["check", "--bins", "--tests"],
            Self::CheckProgram | Self::Lint => &["check", "--bins"],
            Self::Program => &["build", "--bins"],
            Self::Tests => &["test", "--no-run", "--bins"],
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::CheckProgram => "check-program",
            Self::Lint => "lint",
            Self::Program => "program",
            Self::Tests => "tests",
        }
    }
}

/// An entry as a package of its own.
struct Package {
    folder: PathBuf,
    shown_as: String,
    manifest: String,
    /// Everything that a build depends on but the versions.
    key: String,
    lock: Lock,
}

/// Where the versions come from.
enum Lock {
    /// The family's, which the catalogue is proven with.
    Shipped(&'static str),
    /// A team's entry keeps those of its first build, for as long as its dependencies stay as they are.
    Own(PathBuf),
}

impl Lock {
    fn text(&self) -> Option<String> {
        match self {
            Self::Shipped(text) => Some((*text).to_owned()),
            Self::Own(path) => fs::read_to_string(path).ok(),
        }
    }
}

impl Engine {
    /// Builds one file of an entry as the program of a package of its own, or gives what was kept of the very same. The
    /// cache's lock is held.
    ///
    /// # Errors
    /// [`Problem`] when crates are missing or cargo cannot work, [`misfit::Misfit`] when what is built of the
    /// dependencies is damaged; a program that does not compile is no error.
    pub(crate) async fn build_alone(
        &self,
        entry: &Entry,
        files: &Files,
        main: &str,
        replaced: Option<&Dependencies>,
        what: Alone,
    ) -> anyhow::Result<Built> {
        let package = self.package_alone(entry, files, main, replaced)?;
        let mut again = self.fresh;
        if let Some(lock) = package.lock.text() {
            let key = package.key_of(what, &lock);
            if let Some(built) = self.kept(&key) {
                return Ok(built);
            }
            // What was kept is damaged. What cargo made may be, too, and cargo looks at no more than times.
            again |= self.cache.units().join(&key).exists();
        }
        package.lay_out(files, again)?;
        let told = format!("building `{}` with its own dependencies", entry.id);
        self.listener.progress(&told);
        let mut arguments = what.arguments().to_vec();
        arguments.extend(["--profile", "scratch", "--message-format", cargo::MESSAGES]);
        let conf;
        let mut ask = Ask::new(&package.folder, &arguments);
        if what == Alone::Lint {
            conf = self.clippy_conf()?;
            ask.lints = Some((&LINTS, &conf));
        }
        let run = self.cargo(&ask).await?;
        let said = said(&run);
        if !said.passed {
            misfit::look(&said.diagnostics, false, None)?;
        }
        let key = package.key_of(what, &package.versions()?);
        // A copy: cargo's own is cargo's to change.
        let work = self.cache.scratch_folder()?;
        let copy = work.path().join(PROGRAM);
        let program = run.executable().filter(|_| said.passed);
        if let Some(made) = &program {
            fs::copy(made, &copy).map_err(|error| cache::problem(&copy, &error))?;
        }
        self.keep(&key, said, program.is_some().then_some(&copy))
    }

    /// The same content gives the same folder, so that cargo finds what it has built.
    fn package_alone(
        &self,
        entry: &Entry,
        files: &Files,
        main: &str,
        replaced: Option<&Dependencies>,
    ) -> anyhow::Result<Package> {
        let workspace = entry::workspace()?;
        let normal = dependencies::resolve(
            &workspace,
            replaced.unwrap_or(&entry.manifest.dependencies),
            false,
        );
        let dev = match replaced {
            Some(_) => Vec::new(),
            None => dependencies::resolve(&workspace, &entry.manifest.dev_dependencies, true),
        };
        let needs = format!(
            "[dependencies]\n{}\n[dev-dependencies]\n{}",
            dependencies::manifest_lines(&normal),
            dependencies::manifest_lines(&dev),
        );
        let shown_as = super::shown_as(entry);
        let mut key = Key::new("alone")
            .with(&needs)
            .with(&shown_as)
            .with(main)
            .with(cargo::profile())
            .with(&self.toolchain.identity);
        for (path, text) in files::sources(files) {
            key = key.with(path).with(text);
        }
        let key = key.finish();
        // The target folder is shared: a name of its own keeps the programs apart.
        let manifest = format!(
            "[package]\nname = \"alone-{key}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [[bin]]\nname = \"alone-{key}\"\npath = {:?}\n\n{needs}",
            format!("{shown_as}/{main}"),
        );
        let shipped = entry.family.as_deref().and_then(entry::family_lock);
        Ok(Package {
            folder: self.cache.alone().join(&key),
            shown_as,
            manifest,
            key,
            lock: if let (Origin::Catalogue, Some(text)) = (&entry.origin, shipped) {
                Lock::Shipped(text)
            } else {
                let name = Key::new("lock").with(&needs).finish();
                Lock::Own(self.cache.team_locks().join(name))
            },
        })
    }
}

impl Package {
    /// Writes it. `again` gives its files a new time, so that cargo builds it again.
    fn lay_out(&self, files: &Files, again: bool) -> Result<(), Problem> {
        let place = |error: std::io::Error| cache::problem(&self.folder, &error);
        let below = self.folder.join(&self.shown_as);
        files::settle(&below, files::sources(files), again).map_err(place)?;
        let lock = self.folder.join("Cargo.lock");
        if !lock.is_file()
            && let Some(text) = self.lock.text()
        {
            crate::atomic::replace(&lock, text).map_err(place)?;
        }
        let manifest = [("Cargo.toml", self.manifest.as_str())];
        files::settle(&self.folder, manifest.into_iter(), false).map_err(place)
    }

    fn key_of(&self, what: Alone, lock: &str) -> String {
        let mut key = Key::new("alone-unit")
            .with(&self.key)
            .with(what.name())
            .with(lock);
        if what == Alone::Lint {
            key = LINTS.iter().fold(key.with(CLIPPY_TOML), Key::with);
        }
        key.finish()
    }

    /// The versions that were built with. The first build of a team's entry lays them down.
    fn versions(&self) -> anyhow::Result<String> {
        if let Lock::Own(path) = &self.lock
            && !path.is_file()
            && let Ok(text) = fs::read(self.folder.join("Cargo.lock"))
        {
            // Another invocation's first build may have been quicker; then its versions are the ones.
            if let Err(error) = crate::atomic::create(path, text)
                && error.kind() != std::io::ErrorKind::AlreadyExists
            {
                return Err(cache::problem(path, &error).into());
            }
        }
        Ok(self.lock.text().unwrap_or_default())
    }
}

/// What cargo and the compiler said.
fn said(run: &CargoRun) -> Said {
    let mut said = Said {
        passed: run.ended.succeeded(),
        diagnostics: run.diagnostics(),
    };
    let is_error = |found: &crate::report::Diagnostic| found.level == "error";
    if !said.passed && !said.diagnostics.iter().any(is_error) {
        let text = run.ended.stderr_text();
        said.diagnostics.push(diagnostics::plain(text.trim()));
    }
    said
}
