//! Where rustc finds the crates that cargo has built for a family, and whether they are still what cargo made.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::cache;
use super::diagnostics::{Artifact, CargoLine};
use super::files::{self, Stamp};
use crate::error::Problem;

const FILE: &str = "externs.json";

/// A crate in one of its versions: a lock file may hold several.
pub(crate) type Version = (String, String);

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Externs {
    /// What was built: part of the key of everything that is built against it.
    pub(crate) key: String,
    /// When it was built, for telling one build from the next.
    pub(crate) built: u128,
    crates: BTreeMap<String, PathBuf>,
    search: Vec<PathBuf>,
    /// Everything that cargo made: what was changed, cut short or is gone is built again.
    made: BTreeMap<PathBuf, Stamp>,
}

/// What lies where the crates of a family are written down.
pub(crate) enum State {
    Absent,
    Unreadable,
    There(Externs),
}

impl Externs {
    /// From what cargo said while it built. `direct` are the crates that the family names.
    ///
    /// # Errors
    /// [`Problem`] when something that cargo made is not there, or a crate was not made.
    pub(crate) fn of(
        key: String,
        direct: &BTreeSet<Version>,
        search: Vec<PathBuf>,
        lines: &[CargoLine],
    ) -> anyhow::Result<Self> {
        let (mut crates, mut made) = (BTreeMap::new(), BTreeMap::new());
        let mut found = BTreeSet::new();
        for line in lines {
            let CargoLine::CompilerArtifact(artifact) = line else {
                continue;
            };
            // What rustc reads lies in `deps`; what lies elsewhere, another build may replace.
            let paths = artifact.filenames.iter().map(PathBuf::from);
            for path in paths.filter(|path| path.parent().is_some_and(|p| p.ends_with("deps"))) {
                let stamp = Stamp::of(&path).map_err(|error| cache::problem(&path, &error))?;
                made.insert(path, stamp);
            }
            let Some(version) = version_of(&artifact.package_id) else {
                continue;
            };
            if direct.contains(&version)
                && let Some(library) = library(artifact, search.first())
            {
                crates.insert(artifact.target.name.replace('-', "_"), library);
                found.insert(version);
            }
        }
        if let Some((name, version)) = direct.difference(&found).next() {
            return Err(Problem::environment(
                "dependencies",
                format!("cargo did not say where it has put `{name}` {version}"),
                "`tokio-cmd cache clean` and try again; `-v` says what is run",
            )
            .into());
        }
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Ok(Self {
            key,
            built: since.map_or(0, |since| since.as_nanos()),
            crates,
            search,
            made,
        })
    }

    pub(crate) fn read(folder: &Path) -> State {
        match fs::read(folder.join(FILE)) {
            Ok(text) => serde_json::from_slice(&text).map_or(State::Unreadable, State::There),
            Err(_) => State::Absent,
        }
    }

    /// # Errors
    /// [`Problem`] when the cache cannot be written.
    pub(crate) fn keep(&self, folder: &Path) -> anyhow::Result<()> {
        let path = folder.join(FILE);
        let text = serde_json::to_vec(self)?;
        Ok(crate::atomic::replace(&path, text).map_err(|error| cache::problem(&path, &error))?)
    }

    pub(crate) fn arguments(&self) -> Vec<OsString> {
        let mut arguments = Vec::new();
        for folder in &self.search {
            let mut argument = OsString::from("-Ldependency=");
            argument.push(folder);
            arguments.push(argument);
        }
        for (name, path) in &self.crates {
            let mut argument = OsString::from(format!("--extern={name}="));
            argument.push(path);
            arguments.push(argument);
        }
        arguments
    }

    pub(crate) fn is_whole(&self) -> bool {
        !self.crates.is_empty() && self.damaged().next().is_none()
    }

    /// Removes what is damaged, or all that was made, so that cargo makes just that again. Other families that share some of
    /// it are written down anew when they are needed.
    ///
    /// # Errors
    /// [`Problem`] naming the file and the cure.
    pub(crate) fn unmake(&self, all: bool, families: &Path) -> Result<(), Problem> {
        let gone: Vec<_> = if all {
            self.made.keys().collect()
        } else {
            self.damaged().collect()
        };
        for folder in files::entries_of(families) {
            let shares = match Self::read(&folder) {
                State::Absent => false,
                State::Unreadable => true,
                State::There(other) => gone.iter().any(|path| other.made.contains_key(*path)),
            };
            if shares {
                files::remove_if_there(&folder.join(FILE))?;
            }
        }
        gone.into_iter()
            .try_for_each(|path| files::remove_if_there(path))
    }

    fn damaged(&self) -> impl Iterator<Item = &PathBuf> {
        let is_damaged =
            |(path, stamp): &(&PathBuf, &Stamp)| !Stamp::of(path).is_ok_and(|now| now == **stamp);
        self.made.iter().filter(is_damaged).map(|(path, _)| path)
    }
}

/// Where cargo puts libraries: those for what is built first, then those that the compiler itself loads.
pub(crate) fn search(target: &Path, host: &str) -> Vec<PathBuf> {
    vec![
        target.join(host).join("scratch/deps"),
        target.join("scratch/deps"),
    ]
}

/// The crates that a package names itself and that are wanted, in the versions that its lock file gives them.
///
/// # Errors
/// When the lock file is none of this package's.
pub(crate) fn direct(
    package: &str,
    lock: &str,
    wanted: impl Fn(&str) -> bool,
) -> anyhow::Result<BTreeSet<Version>> {
    let lock: Lock = toml::from_str(lock)?;
    let own = lock.package.iter().find(|found| found.name == package);
    let own = own.ok_or_else(|| anyhow::anyhow!("no `{package}` in its lock file"))?;
    let version = |dependency: &String| {
        // The version stands there only where the lock file holds several.
        let mut words = dependency.split(' ');
        let name = words.next().unwrap_or_default();
        let version = words.next().or_else(|| {
            let found = lock.package.iter().find(|found| found.name == name);
            Some(found?.version.as_str())
        });
        let version = version.ok_or_else(|| anyhow::anyhow!("no `{name}` in the lock file"))?;
        Ok((name.to_owned(), version.to_owned()))
    };
    let all = own.dependencies.iter().map(version);
    all.filter(|one| one.as_ref().map_or(true, |(name, _)| wanted(name)))
        .collect()
}

#[derive(Deserialize)]
struct Lock {
    package: Vec<Locked>,
}

#[derive(Deserialize)]
struct Locked {
    name: String,
    version: String,
    #[serde(default)]
    dependencies: Vec<String>,
}

/// `registry+https://...#tokio@1.54.1`; without a name where the address ends with it.
fn version_of(package_id: &str) -> Option<Version> {
    let (source, rest) = package_id.rsplit_once('#')?;
    let (name, version) = match rest.split_once('@') {
        Some(both) => both,
        None => (source.rsplit('/').next()?, rest),
    };
    Some((name.to_owned(), version.to_owned()))
}

/// What is given to rustc. A crate may also have been built for a build script, elsewhere; a macro lies only there.
fn library(artifact: &Artifact, target: Option<&PathBuf>) -> Option<PathBuf> {
    let is_macro = artifact.target.kind.iter().any(|kind| kind == "proc-macro");
    let is_library = |kind: &String| kind == "lib" || kind == "rlib" || kind == "proc-macro";
    if !artifact.target.kind.iter().any(is_library) {
        return None;
    }
    let mut paths = artifact.filenames.iter().map(PathBuf::from);
    paths.find(|path| {
        path.extension()
            .is_some_and(|extension| extension != "rmeta")
            && (is_macro || path.parent() == target.map(PathBuf::as_path))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "version = 4\n\
        [[package]]\nname = \"family-web\"\nversion = \"0.0.0\"\ndependencies = [\"macros\", \"tower 0.5.2\"]\n\
        [[package]]\nname = \"macros\"\nversion = \"1.0.0\"\n\
        [[package]]\nname = \"tower\"\nversion = \"0.4.13\"\n\
        [[package]]\nname = \"tower\"\nversion = \"0.5.2\"\n";

    fn artifact(id: &str, kind: &str, file: &Path) -> CargoLine {
        crate::atomic::replace(file, id).expect("a file");
        let name = id.split(['#', '@']).nth(1);
        let line = serde_json::json!({
            "reason": "compiler-artifact", "package_id": id,
            "target": { "name": name, "kind": [kind] },
            "filenames": [file], "executable": null,
        });
        serde_json::from_value(line).expect("a line of cargo's")
    }

    #[test]
    fn of_several_versions_the_one_that_the_family_names_is_taken() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let search = search(folder.path(), "host");
        let (target, own) = (&search[0], &search[1]);
        let wanted = target.join("libtower-b.rlib");
        let lines = [
            artifact("registry+x#tower@0.5.2", "lib", &wanted),
            // For a build script; then an older one, which another crate needs.
            artifact(
                "registry+x#tower@0.5.2",
                "lib",
                &own.join("libtower-c.rlib"),
            ),
            artifact(
                "registry+x#tower@0.4.13",
                "lib",
                &target.join("libtower-a.rlib"),
            ),
            artifact(
                "registry+x#tower@0.5.2",
                "custom-build",
                &target.join("build"),
            ),
            artifact(
                "registry+x#macros@1.0.0",
                "proc-macro",
                &own.join("libmacros.so"),
            ),
        ];
        let direct = direct("family-web", LOCK, |_| true).expect("a lock file");
        let made = Externs::of("key".to_owned(), &direct, search.clone(), &lines);
        let externs = made.expect("all is there");
        let expected = [
            ("macros".to_owned(), own.join("libmacros.so")),
            ("tower".to_owned(), wanted.clone()),
        ];
        assert_eq!(externs.crates, BTreeMap::from(expected));
        assert!(externs.is_whole());
        crate::atomic::replace(&wanted, "else").expect("a file");
        assert!(!externs.is_whole());
        let error = Externs::of("key".to_owned(), &direct, search, &lines[1..]).err();
        let error = error.map(|error| error.to_string()).unwrap_or_default();
        assert!(error.contains("`tower` 0.5.2"), "{error}");
    }

    #[test]
    fn a_package_is_known_by_name_and_version() {
        let pair = |name: &str, version: &str| Some((name.to_owned(), version.to_owned()));
        assert_eq!(
            version_of("registry+https://a/b#tokio@1.2.3"),
            pair("tokio", "1.2.3")
        );
        assert_eq!(
            version_of("path+file:///a/tokio#1.2.3"),
            pair("tokio", "1.2.3")
        );
        assert_eq!(version_of("tokio"), None);
        let some = direct("family-web", LOCK, |name| name == "macros").expect("a lock file");
        assert_eq!(some.len(), 1);
        assert!(direct("family-core", LOCK, |_| true).is_err());
    }
}
