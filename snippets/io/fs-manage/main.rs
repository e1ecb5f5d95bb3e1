//! Folders, copies, links and times: managing files asynchronously.
//!
//! Use it when a service lays out folders, copies, renames or removes files while it serves others:
//! each call runs on a thread for blocking work, so it holds up no task.
//!
//! Prevents: `std::fs` calls that hold up a worker, a check before the act that is out of date by
//! then, and links that are followed when the link itself was meant.

use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tokio::fs;

/// A folder of one's own below the temporary one.
async fn own_folder(name: &str) -> io::Result<PathBuf> {
    let folder = std::env::temp_dir().join(format!("{name}-{}", std::process::id()));
    // The mode is set as the folder is made: there is no moment in which others may look inside.
    fs::DirBuilder::new().mode(0o700).create(&folder).await?;
    Ok(folder)
}

/// Makes `to` an exact copy of `from`, its permissions included, with the same time of change.
async fn copy_with_time(from: &Path, to: &Path) -> io::Result<u64> {
    let bytes = fs::copy(from, to).await?;
    let changed = fs::metadata(from).await?.modified()?;
    set_changed(to, changed).await?;
    Ok(bytes)
}

async fn set_changed(path: &Path, changed: SystemTime) -> io::Result<()> {
    let times = fs::FileTimes::new().set_modified(changed);
    fs::File::options()
        .write(true)
        .open(path)
        .await?
        .set_times(times)
        .await
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
    fs::remove_dir_all(&folder).await?;
    laid_out
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_copy_keeps_the_time() {
        let folder = own_folder("fs-manage-times").await.unwrap();
        let (from, to) = (folder.join("a"), folder.join("b"));
        fs::write(&from, "x").await.unwrap();
        let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
        set_changed(&from, long_ago).await.unwrap();
        assert_eq!(copy_with_time(&from, &to).await.unwrap(), 1);
        assert_eq!(
            fs::metadata(&to).await.unwrap().modified().unwrap(),
            long_ago
        );
        fs::remove_dir_all(folder).await.unwrap();
    }

    #[tokio::test]
    async fn a_folder_of_ones_own_is_never_another_ones() {
        let folder = own_folder("fs-manage-own").await.unwrap();
        let again = own_folder("fs-manage-own").await.unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        fs::remove_dir(folder).await.unwrap();
    }

    #[tokio::test]
    async fn removing_twice_is_no_error() {
        let folder = own_folder("fs-manage-remove").await.unwrap();
        let file = folder.join("a");
        fs::write(&file, "").await.unwrap();
        assert!(remove_if_there(&file).await.unwrap());
        assert!(!remove_if_there(&file).await.unwrap());
        assert!(
            remove_if_there(&folder).await.is_err(),
            "a folder is no file"
        );
        fs::remove_dir(folder).await.unwrap();
    }
}
