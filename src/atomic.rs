//! Whole files, moved into place: readers see the old text or the new one, and a killed program leaves neither half.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

/// Writes a file, in the place of the old one where there is one. Its folder is made.
///
/// # Errors
/// Of the file system.
pub fn replace(path: &Path, text: impl AsRef<[u8]>) -> io::Result<()> {
    beside(path, text.as_ref())?
        .persist(path)
        .map(drop)
        .map_err(|error| error.error)
}

/// Writes a file where there is none.
///
/// # Errors
/// Of the file system; `AlreadyExists` when something is there.
pub fn create(path: &Path, text: impl AsRef<[u8]>) -> io::Result<()> {
    beside(path, text.as_ref())?
        .persist_noclobber(path)
        .map(drop)
        .map_err(|error| error.error)
}

fn beside(path: &Path, text: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".tokio-cmd-");
    // Temporary files are closed to everybody else; these must not be. The user's umask takes away from this.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text)?;
    Ok(file)
}
