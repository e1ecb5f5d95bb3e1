//! Writes into the user's folders: all or nothing, and never over anything that exists.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::atomic;
use crate::error::Problem;
use crate::render::parameters::Files;

/// A project that is written but not yet in its place. Dropped, it is gone.
#[derive(Debug)]
pub struct Prepared {
    _holder: tempfile::TempDir,
    pub folder: PathBuf,
    target: PathBuf,
}

/// Refuses a place where something is, be it a dangling link.
///
/// # Errors
/// [`Problem`] naming the place.
pub fn must_be_free(target: &Path) -> Result<(), Problem> {
    match fs::symlink_metadata(target) {
        Ok(_) => Err(occupied(target)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(Problem::io(target, &error)),
    }
}

/// Writes a project beside its place, where a killed program leaves at most a hidden folder.
///
/// # Errors
/// [`Problem`] naming what could not be written.
pub fn prepare(target: &Path, files: &Files) -> Result<Prepared, Problem> {
    must_be_free(target)?;
    let parent = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|error| Problem::io(parent, &error))?;
    let holder = tempfile::Builder::new()
        .prefix(".tokio-cmd-new-")
        .tempdir_in(parent)
        .map_err(|error| Problem::io(parent, &error))?;
    // A folder inside: the temporary one is closed to everybody else, the project must not be.
    let folder = holder.path().join("project");
    for (path, text) in files {
        let path = folder.join(path);
        let write = || -> io::Result<()> {
            fs::create_dir_all(path.parent().unwrap_or(&folder))?;
            fs::File::create_new(&path)?.write_all(text.as_bytes())
        };
        write().map_err(|error| Problem::io(&path, &error))?;
    }
    Ok(Prepared {
        _holder: holder,
        folder,
        target: target.to_owned(),
    })
}

impl Prepared {
    /// Moves the project into its place in one step.
    ///
    /// # Errors
    /// [`Problem`] when something came to be there meanwhile.
    pub fn commit(self) -> Result<(), Problem> {
        move_to_free_place(&self.folder, &self.target).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::DirectoryNotEmpty => {
                occupied(&self.target)
            }
            _ => Problem::io(&self.target, &error),
        })
    }
}

/// A plain rename would take the place of an empty folder.
#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn move_to_free_place(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // Some file systems do not know the flag.
        Err(rustix::io::Errno::INVAL | rustix::io::Errno::NOSYS) => fs::rename(from, to),
        other => Ok(other?),
    }
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn move_to_free_place(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)
}

/// Writes one file whole, never over another.
///
/// # Errors
/// [`Problem`] when something is there or the folder cannot be written.
pub fn add_file(path: &Path, text: &str) -> Result<(), Problem> {
    must_be_free(path)?;
    atomic::create(path, text).map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => occupied(path),
        _ => Problem::io(path, &error),
    })
}

fn occupied(place: &Path) -> Problem {
    Problem::exists(place, "take another name or folder, or move it away")
}
