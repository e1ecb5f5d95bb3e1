//! The folder where built things are kept.

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;

use super::{Options, files};
use crate::error::{self, Problem};

/// Raised when what is kept changes its form; an older one is left to `cache clean`.
const LAYOUT: &str = "v1";
/// What a layout holds beside its locks.
const PARTS: [&str; 8] = [
    "units", "families", "alone", "locks", "projects", "target", "tmp", "facts",
];
/// Backup programs pass such folders by.
const TAG: &str =
    "Signature: 8a477f597d28d172789f06886806bc55\n# Built by tokio-cmd; safe to remove.\n";

#[derive(Debug, Clone)]
pub(crate) struct Cache {
    root: PathBuf,
    folder: PathBuf,
}

impl Cache {
    /// Where the cache is, whether it exists or not.
    ///
    /// # Errors
    /// [`Problem`] when neither `TOKIO_CMD_CACHE` nor the system tells, or cargo could not use it.
    pub(crate) fn locate(working_folder: &Path, asked: Option<&Path>) -> Result<Self, Problem> {
        let named = std::env::var_os("TOKIO_CMD_CACHE").filter(|path| !path.is_empty());
        let named = asked.map(PathBuf::from).or(named.map(PathBuf::from));
        let root = match named {
            Some(path) => working_folder.join(path),
            None => etcetera::choose_base_strategy()
                .map(|base| base.cache_dir().join("tokio-cmd"))
                .map_err(|_| {
                    Problem::environment(
                        "no-cache",
                        "no cache folder: there is no home folder",
                        "set HOME or TOKIO_CMD_CACHE",
                    )
                })?,
        };
        if root.to_str().is_none() {
            return Err(Problem::environment(
                "no-cache",
                format!(
                    "{}: cargo needs a path in UTF-8 for the cache",
                    error::shown(&root)
                ),
                "set TOKIO_CMD_CACHE to one",
            ));
        }
        Ok(Self {
            folder: root.join(LAYOUT),
            root,
        })
    }

    /// Locates the cache and makes sure that it is there.
    ///
    /// # Errors
    /// [`Problem`] naming the folder and the cure.
    pub(crate) fn open(options: &Options) -> Result<Self, Problem> {
        let cache = Self::locate(&options.folder, options.cache.as_deref())?;
        for part in PARTS {
            let folder = cache.folder.join(part);
            fs::create_dir_all(&folder).map_err(|error| problem(&folder, &error))?;
        }
        let tag = cache.root.join("CACHEDIR.TAG");
        if !tag.exists() {
            crate::atomic::replace(&tag, TAG).map_err(|error| problem(&tag, &error))?;
        }
        Ok(cache)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where the locks between invocations lie.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What rustc made of one file, by everything that it depends on.
    pub(crate) fn units(&self) -> PathBuf {
        self.folder.join("units")
    }

    /// The packages whose dependencies are the families'.
    pub(crate) fn families(&self) -> PathBuf {
        self.folder.join("families")
    }

    /// The packages of entries that cargo builds alone.
    pub(crate) fn alone(&self) -> PathBuf {
        self.folder.join("alone")
    }

    /// The versions that a team's entries were first built with, by their dependencies.
    pub(crate) fn team_locks(&self) -> PathBuf {
        self.folder.join("locks")
    }

    /// Generated projects, by their content.
    pub(crate) fn projects(&self) -> PathBuf {
        self.folder.join("projects")
    }

    /// Cargo's target folder, one for all.
    pub(crate) fn target(&self) -> PathBuf {
        self.folder.join("target")
    }

    /// Small things that were found out: they can be found out again.
    pub(crate) fn facts(&self) -> PathBuf {
        self.folder.join("facts")
    }

    /// How many seconds something took last time.
    pub(crate) fn took(&self, name: &str) -> Option<f64> {
        let text = fs::read_to_string(self.facts().join(name)).ok()?;
        text.parse().ok()
    }

    pub(crate) fn keep_took(&self, name: &str, seconds: f64) {
        // No more than a word of progress depends on it.
        let _ = crate::atomic::replace(&self.facts().join(name), seconds.to_string());
    }

    /// A folder for work that is moved into place or dropped.
    ///
    /// # Errors
    /// [`Problem`] naming the folder and the cure.
    pub(crate) fn scratch_folder(&self) -> Result<tempfile::TempDir, Problem> {
        let folder = self.folder.join("tmp");
        tempfile::Builder::new()
            .prefix("w")
            .tempdir_in(&folder)
            .map_err(|error| problem(&folder, &error))
    }

    /// How many bytes the folder holds.
    pub(crate) fn size(&self) -> u64 {
        size(&self.root)
    }

    /// Drops what cargo has built, which no one may be using.
    ///
    /// # Errors
    /// [`Problem`] naming the folder and the cure.
    pub(crate) fn remove_built(&self) -> Result<(), Problem> {
        [self.target(), self.families()]
            .iter()
            .try_for_each(|folder| empty(folder))
    }

    /// Removes what was left by invocations that were killed. No one may be working.
    ///
    /// # Errors
    /// [`Problem`] naming the folder and the cure.
    pub(crate) fn remove_unfinished(&self) -> Result<(), Problem> {
        empty(&self.folder.join("tmp"))
    }

    /// Removes what this program keeps, and nothing else that may lie beside it. The folders and the locks stay, since
    /// others may wait for them.
    ///
    /// # Errors
    /// [`Problem`] naming the folder and the cure.
    pub(crate) fn remove(&self) -> Result<(), Problem> {
        let layouts = fs::read_dir(&self.root).map_err(|error| problem(&self.root, &error))?;
        for layout in layouts.filter_map(Result::ok) {
            let name = layout.file_name();
            let number = name.to_str().and_then(|name| name.strip_prefix('v'));
            let is_ours = number.is_some_and(|number| {
                !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
            }) && layout.path().join("lock").is_file();
            if is_ours {
                for part in PARTS {
                    empty(&layout.path().join(part))?;
                }
            }
        }
        Ok(())
    }
}

/// A file or folder of the cache that cannot be used.
pub(crate) fn problem(path: &Path, error: &io::Error) -> Problem {
    match error.kind() {
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => Problem::environment(
            "io",
            format!("{}: {error}", error::shown(path)),
            "a file is in the place of a folder: move it away, or set TOKIO_CMD_CACHE to another folder",
        ),
        ErrorKind::FileTooLarge => Problem::environment(
            "io",
            format!("{}: {error}", error::shown(path)),
            "raise the limit on the size of files (`ulimit -f`), or free some space",
        ),
        _ => Problem::io(path, error),
    }
}

/// Removes what a folder holds; the folder stays. That there is none is well, too.
fn empty(folder: &Path) -> Result<(), Problem> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(problem(folder, &error)),
    };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        files::remove(&path).map_err(|error| problem(&path, &error))?;
    }
    Ok(())
}

pub(crate) fn size(path: &Path) -> u64 {
    let Ok(read) = fs::read_dir(path) else {
        return 0;
    };
    read.filter_map(Result::ok)
        .map(|entry| match entry.metadata() {
            Ok(meta) if meta.is_dir() => size(&entry.path()),
            Ok(meta) => meta.len(),
            Err(_) => 0,
        })
        .sum()
}
