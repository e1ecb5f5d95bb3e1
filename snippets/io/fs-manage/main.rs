//! Folders, copies, links and times: managing files asynchronously.
//!
//! Use it when a service lays out folders, copies, renames or removes files while it serves others:
//! each call runs on a thread for blocking work, so it holds up no task.
//!
//! Prevents: `std::fs` calls that hold up a worker, a check before the act that is out of date by
//! then, and links that are followed when the link itself was meant.

use std::hash::{BuildHasher, RandomState};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tokio::fs;

/// A folder of one's own below the temporary one.
async fn own_folder(name: &str) -> io::Result<PathBuf> {
    // Not the process id alone: it comes again.
    let unique = RandomState::new().hash_one(std::process::id());
    let folder = std::env::temp_dir().join(format!("{name}-{unique:x}"));
    // The mode is set as the folder is made: there is no moment in which others may look inside.
    fs::DirBuilder::new().mode(0o700).create(&folder).await?;
    Ok(folder)
}

/// Makes `to` an exact copy of `from`, its permissions included, with the same time of change.
async fn copy_with_time(from: &Path, to: &Path) -> io::Result<u64> {
    // Before the copy: what changes meanwhile must look newer than it.
    let changed = fs::metadata(from).await?.modified()?;
    let bytes = fs::copy(from, to).await?;
    set_changed(to, changed).await?;
    Ok(bytes)
}

async fn set_changed(path: &Path, changed: SystemTime) -> io::Result<()> {
    let times = fs::FileTimes::new().set_modified(changed);
    // To read: its owner may set the times, and the copy of a read-only file is read-only.
    fs::File::open(path).await?.set_times(times).await
}

/// Removes a file, and says whether it was there: to look first would be out of date by then.
async fn remove_if_there(path: &Path) -> io::Result<bool> {
    match fs::remove_file(path).await {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

async fn lay_out(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder.join("data/2026")).await?;
    let report = folder.join("data/2026/report.txt");
    fs::write(&report, "42\n").await?;

    println!(
        "copied {} bytes",
        copy_with_time(&report, &folder.join("copy.txt")).await?
    );
    // A second name for the same bytes, and a pointer to a name.
    fs::hard_link(&report, folder.join("same.txt")).await?;
    fs::symlink("data/2026/report.txt", folder.join("latest.txt")).await?;

    println!(
        "link to {}",
        fs::read_link(folder.join("latest.txt")).await?.display()
    );
    let target = fs::canonicalize(folder.join("latest.txt")).await?;
    println!(
        "which is the report: {}",
        target == fs::canonicalize(&report).await?
    );

    fs::rename(folder.join("copy.txt"), folder.join("old.txt")).await?;
    println!(
        "removed: {}",
        remove_if_there(&folder.join("old.txt")).await?
    );
    println!("again: {}", remove_if_there(&folder.join("old.txt")).await?);
    // Only empty folders; `remove_dir_all` takes everything.
    println!(
        "data is empty: {}",
        fs::remove_dir(folder.join("data")).await.is_ok()
    );
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let folder = own_folder("fs-manage").await?;
    let laid_out = lay_out(&folder).await;
    let removed = fs::remove_dir_all(&folder).await;
    laid_out.and(removed)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::time::Duration;

    use super::*;

    /// Removed also when the test fails.
    struct Folder(PathBuf);

    impl Folder {
        async fn new() -> Self {
            Self(own_folder("fs-manage-test").await.unwrap())
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[tokio::test]
    async fn a_copy_keeps_the_time_of_a_read_only_file_too() {
        let folder = Folder::new().await;
        let (from, to) = (folder.0.join("a"), folder.0.join("b"));
        fs::write(&from, "x").await.unwrap();
        let read_only = PermissionsExt::from_mode(0o444);
        fs::set_permissions(&from, read_only).await.unwrap();
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        set_changed(&from, long_ago).await.unwrap();
        assert_eq!(copy_with_time(&from, &to).await.unwrap(), 1);
        let copy = fs::metadata(&to).await.unwrap();
        assert_eq!(copy.modified().unwrap(), long_ago);
        assert!(copy.permissions().readonly());
    }

    #[tokio::test]
    async fn a_folder_of_ones_own_is_never_another_ones() {
        let (one, other) = (Folder::new().await, Folder::new().await);
        assert_ne!(one.0, other.0);
        let mode = fs::metadata(&one.0).await.unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0);
    }

    #[tokio::test]
    async fn removing_twice_is_no_error() {
        let folder = Folder::new().await;
        let file = folder.0.join("a");
        fs::write(&file, "").await.unwrap();
        assert!(remove_if_there(&file).await.unwrap());
        assert!(!remove_if_there(&file).await.unwrap());
        let error = remove_if_there(&folder.0).await;
        assert!(error.is_err(), "a folder is no file");
    }
}
