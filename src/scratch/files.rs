//! Writing below the cache folder: whole files, whole folders, moved into place.

use std::fs;
use std::io;
use std::path::Path;

use crate::render::parameters::Files;

/// Writes a file; its folder is made.
#[expect(clippy::disallowed_methods, reason = "scratch writes through here")]
pub(crate) fn write(path: &Path, text: impl AsRef<[u8]>) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

/// Writes files below a folder.
pub(crate) fn write_all(folder: &Path, files: &Files) -> io::Result<()> {
    for (path, text) in files {
        write(&folder.join(path), text.as_bytes())?;
    }
    Ok(())
}

/// Moves a finished folder into place. Where one is already there, another invocation was quicker: its result is as good.
pub(crate) fn move_into_place(from: tempfile::TempDir, to: &Path) -> io::Result<()> {
    let made = from.keep();
    match fs::rename(&made, to) {
        Ok(()) => Ok(()),
        Err(_) if to.join(super::unit::VERDICT).is_file() => fs::remove_dir_all(&made),
        Err(_) => {
            // Half a folder, left by a crash of the system: nothing uses it.
            fs::remove_dir_all(to)
                .or_else(|error| if to.exists() { Err(error) } else { Ok(()) })?;
            fs::rename(&made, to)
        }
    }
}
