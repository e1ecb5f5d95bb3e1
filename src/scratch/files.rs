//! Writing below the cache folder: whole files, whole folders, moved into place.

use std::fs;
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};

use super::cache;
use crate::error::Problem;
use crate::render::parameters::Files;

/// What changes when a file is written to or replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Stamp {
    size: u64,
    /// Nanoseconds since 1970.
    modified: u128,
}

impl Stamp {
    /// # Errors
    /// Of the file system.
    pub(crate) fn of(path: &Path) -> io::Result<Self> {
        let meta = fs::metadata(path)?;
        let modified = meta.modified()?.duration_since(UNIX_EPOCH);
        Ok(Self {
            size: meta.len(),
            modified: modified.map_or(0, |since| since.as_nanos()),
        })
    }
}

/// What a compiler may see of an entry: all but the record of its proof.
pub(crate) fn sources(files: &Files) -> impl Iterator<Item = (&str, &str)> {
    files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_ref()))
        .filter(|(path, _)| *path != "proof.toml")
}

/// Makes a folder hold these files. One that does already keeps its time; another invocation may read it meanwhile.
pub(crate) fn settle<'a>(
    folder: &Path,
    files: impl Iterator<Item = (&'a str, &'a str)>,
    again: bool,
) -> io::Result<()> {
    for (path, text) in files {
        let path = folder.join(path);
        let is_there = fs::read(&path).is_ok_and(|there| there == text.as_bytes());
        if again || !is_there {
            crate::atomic::replace(&path, text)?;
        }
    }
    Ok(())
}

/// Writes files into a folder that nobody else knows yet, and that is dropped with them.
pub(crate) fn lay_down<'a>(
    folder: &Path,
    files: impl Iterator<Item = (&'a str, &'a str)>,
) -> io::Result<()> {
    for (path, text) in files {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::File::create(path)?.write_all(text.as_bytes())?;
    }
    Ok(())
}

/// Removes a file, or a folder with all it holds.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}

/// The same where it may be gone already.
///
/// # Errors
/// [`Problem`] naming the path and the cure.
pub(crate) fn remove_if_there(path: &Path) -> Result<(), Problem> {
    match remove(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(cache::problem(path, &error)),
        _ => Ok(()),
    }
}

/// What lies in a folder; in none lies nothing.
pub(crate) fn entries_of(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let read = fs::read_dir(folder).into_iter().flatten();
    read.filter_map(Result::ok).map(|entry| entry.path())
}
