//! Replacing a file: readers see the old content or the new, never half of it.
//!
//! Use it when a file is read by others or must survive a crash: a configuration, a state, a
//! cache. The new content goes into a file beside it, which then takes its name.
//!
//! Prevents: an empty or cut file after a crash, a full disk, or a task that was cancelled between
//! two writes.

use std::fs::{self, File};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tokio::task::spawn_blocking;

/// Replaces the content of `path`, or makes the file; returns when it is safe on the disk.
///
/// Dropping this future does not stop the write once it has begun. Of two writes at the same time
/// one wins, whole. The permissions of an old file are kept, its owner is not; a symbolic link is
/// replaced by a file, and other hard links keep the old content.
///
/// # Errors
///
/// Those of the file system; then `path` is as it was, except that after an error in the very last
/// step (syncing the folder) it has the new content, which a crash may still undo.
///
/// # Panics
///
/// Outside of a Tokio runtime.
pub async fn write(
    path: impl Into<PathBuf>,
    content: impl AsRef<[u8]> + Send + 'static,
) -> io::Result<()> {
    let path = path.into();
    // One trip to a blocking thread for all steps, and a cancel cannot come in between.
    spawn_blocking(move || replace(&path, content.as_ref())).await?
}

fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    let old = match fs::metadata(path) {
        Ok(old) => Some(old.permissions()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    // The same folder, as `rename` cannot cross file systems; a hidden name that is not in use.
    let unique = RandomState::new().hash_one(path);
    let name = name.to_string_lossy();
    let new = path.with_file_name(format!(".{name}.{unique:x}.tmp"));
    let file = create(&new, old.is_some())?;
    let renamed = fill(file, old, content).and_then(|()| fs::rename(&new, path));
    if renamed.is_err() {
        // The error that matters is the first one.
        let _ = fs::remove_file(&new);
    }
    renamed?;
    sync_folder(path)
}

/// `private` until it gets the permissions of the old file: who may not read that one must not
/// read the new one meanwhile.
fn create(path: &Path, private: bool) -> io::Result<File> {
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if private {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    options.open(path)
}

fn fill(mut file: File, old: Option<fs::Permissions>, content: &[u8]) -> io::Result<()> {
    file.write_all(content)?;
    if let Some(old) = old {
        file.set_permissions(old)?;
    }
    // Before the rename: else a crash may leave the new name with nothing behind it.
    file.sync_all()
}

/// Makes the new name survive a crash, too; only Unix has a way to.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    /// A folder of the test's own, removed also when the test fails.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> io::Result<Self> {
            let unique = RandomState::new().hash_one(std::process::id());
            let folder = std::env::temp_dir().join(format!("atomic-write-{unique:x}"));
            fs::create_dir(&folder)?;
            Ok(Self(folder))
        }

        fn count(&self) -> io::Result<usize> {
            Ok(fs::read_dir(&self.0)?.count())
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[tokio::test]
    async fn makes_replaces_and_empties_and_leaves_nothing_else() -> io::Result<()> {
        let folder = Folder::new()?;
        let path = folder.0.join("state");
        for content in ["one", "something longer", ""] {
            write(&path, content).await?;
            assert_eq!(fs::read_to_string(&path)?, content);
        }
        assert_eq!(folder.count()?, 1);
        Ok(())
    }

    #[tokio::test]
    async fn readers_see_whole_contents_only() -> io::Result<()> {
        let folder = Folder::new()?;
        let path = folder.0.join("state");
        let contents = [vec![b'a'; 100_000], vec![b'b'; 50_000]];
        write(&path, contents[0].clone()).await?;
        let (file, known) = (path.clone(), contents.clone());
        let reader = thread::spawn(move || {
            (0..200).all(|_| fs::read(&file).is_ok_and(|content| known.contains(&content)))
        });
        for round in 0..20 {
            write(&path, contents[round % 2].clone()).await?;
        }
        assert!(reader.join().expect("no panic"));
        Ok(())
    }

    #[tokio::test]
    async fn two_writers_at_once_do_not_mix() -> io::Result<()> {
        let folder = Folder::new()?;
        let path = folder.0.join("state");
        tokio::try_join!(write(&path, vec![1; 9999]), write(&path, vec![2; 9999]))?;
        let content = fs::read(&path)?;
        assert!(content == [1; 9999] || content == [2; 9999]);
        assert_eq!(folder.count()?, 1);
        Ok(())
    }

    #[tokio::test]
    async fn an_error_leaves_the_old_content_and_no_other_file() -> io::Result<()> {
        let folder = Folder::new()?;
        // A folder that is not empty cannot be replaced, so the last step fails.
        let path = folder.0.join("folder");
        fs::create_dir(&path)?;
        fs::write(path.join("file"), "old")?;
        assert!(write(&path, "new").await.is_err());
        assert_eq!(fs::read_to_string(path.join("file"))?, "old");
        assert_eq!(folder.count()?, 1);
        assert!(write(folder.0.join("missing/state"), "new").await.is_err());
        assert!(write("/", "new").await.is_err());
        Ok(())
    }

    #[tokio::test]
    async fn a_write_that_nobody_awaits_is_made_all_the_same() -> io::Result<()> {
        let folder = Folder::new()?;
        let path = folder.0.join("state");
        {
            let write = std::pin::pin!(write(&path, "new"));
            tokio::select! {
                biased;
                _ = write => {}
                () = std::future::ready(()) => {}
            }
        }
        while fs::read(&path).is_err() {
            tokio::task::yield_now().await;
        }
        assert_eq!(fs::read_to_string(&path)?, "new");
        Ok(())
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn permissions_stay() -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::new()?;
        let path = folder.0.join("state");
        write(&path, "one").await?;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640))?;
        write(&path, "two").await?;
        let mode = fs::metadata(&path)?.permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
        Ok(())
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_secret_is_never_readable_for_others() -> io::Result<()> {
        use std::os::unix::fs::PermissionsExt;
        let folder = Folder::new()?;
        let file = create(&folder.0.join("new"), true)?;
        assert_eq!(file.metadata()?.permissions().mode() & 0o077, 0);
        Ok(())
    }
}
