//! Records of one size in a file, read and written by number.
//!
//! Use it when a file holds equal records and only some of them are needed: an index, a ring, a
//! table on disk.
//!
//! Prevents: reads from where the last write ended, an error of the last write that nobody sees, and
//! a whole file in memory for one record.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, SeekFrom};
use std::path::{Path, PathBuf};
use std::{env, process};

use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

/// The size of a record in bytes.
const RECORD: usize = 8;

/// A file of numbers.
struct Table(File);

impl Table {
    /// Opens the file, or makes it.
    async fn open(path: &Path) -> io::Result<Self> {
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        Ok(Self(options.open(path).await?))
    }

    /// How many whole records there are.
    async fn len(&mut self) -> io::Result<u64> {
        Ok(self.0.seek(SeekFrom::End(0)).await? / RECORD as u64)
    }

    /// A file has one position for reading and writing: every access begins with a seek.
    async fn seek_to(&mut self, number: u64) -> io::Result<()> {
        let offset = number.checked_mul(RECORD as u64);
        let offset = offset.ok_or(io::ErrorKind::InvalidInput)?;
        self.0.seek(SeekFrom::Start(offset)).await.map(drop)
    }

    async fn get(&mut self, number: u64) -> io::Result<u64> {
        self.seek_to(number).await?;
        self.0.read_u64().await
    }

    async fn set(&mut self, number: u64, value: u64) -> io::Result<()> {
        self.seek_to(number).await?;
        self.0.write_u64(value).await?;
        // `File` writes in the background: without this the error of the last write is lost.
        self.0.flush().await
    }
}

async fn demo(path: &Path) -> io::Result<()> {
    let mut table = Table::open(path).await?;
    table.set(0, 10).await?;
    table.set(3, 40).await?;
    println!("records {}", table.len().await?);
    // What was skipped is zeros.
    println!(
        "{} {} {}",
        table.get(0).await?,
        table.get(1).await?,
        table.get(3).await?
    );
    match table.get(4).await {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => println!("no record 4"),
        other => println!("{other:?}"),
    }
    Ok(())
}

/// A folder for temporary files, with a name that no other run uses.
fn temporary_folder() -> PathBuf {
    let unique = RandomState::new().hash_one(process::id());
    env::temp_dir().join(format!("fs-random-access-{unique:x}"))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let folder = temporary_folder();
    fs::create_dir(&folder).await?;
    let result = demo(&folder.join("table")).await;
    let removed = fs::remove_dir_all(&folder).await;
    result.and(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of the test's own, removed also when the test fails.
    struct Folder(PathBuf);

    impl Folder {
        fn new() -> io::Result<Self> {
            let folder = temporary_folder();
            std::fs::create_dir(&folder)?;
            Ok(Self(folder))
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[tokio::test]
    async fn what_is_set_is_there_when_it_is_opened_again() -> io::Result<()> {
        let folder = Folder::new()?;
        let path = folder.0.join("table");
        Table::open(&path).await?.set(2, 7).await?;
        let mut table = Table::open(&path).await?;
        assert_eq!(table.len().await?, 3);
        assert_eq!(table.get(2).await?, 7);
        Ok(())
    }

    #[tokio::test]
    async fn accesses_do_not_disturb_each_other() -> io::Result<()> {
        let folder = Folder::new()?;
        let mut table = Table::open(&folder.0.join("table")).await?;
        for number in [3, 0, 2, 1] {
            table.set(number, number * 10).await?;
        }
        for number in 0..4 {
            assert_eq!(table.get(number).await?, number * 10);
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_number_beyond_every_file_is_refused_and_reaches_no_other_record() -> io::Result<()> {
        let folder = Folder::new()?;
        let mut table = Table::open(&folder.0.join("table")).await?;
        // Times the size of a record, this is 0 again.
        let beyond = 1 << 61;
        let error = table.set(beyond, 7).await.expect_err("too far");
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
        assert!(table.get(beyond).await.is_err());
        assert_eq!(table.len().await?, 0);
        Ok(())
    }
}
