//! Writing below the cache folder: whole files, whole folders, moved into place.

use std::fs;
use std::io;
use std::path::Path;

use crate::render::parameters::Files;

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

/// Removes a file, or a folder with all it holds.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    }
}
