//! Files: whole ones in one call, big ones through buffers that are flushed.
//!
//! Use it when a program reads or writes files next to other async work. Each call on a
//! `tokio::fs::File` goes to a blocking thread, so make few big ones, not many small ones.
//!
//! Prevents: a lost tail, because a `BufWriter` was dropped without a flush; an error of a `File`'s
//! last write that nobody sees; slow code that hands every few bytes to another thread.

use std::hash::{BuildHasher, RandomState};
use std::path::{Path, PathBuf};
use std::{env, io, process};
use tokio::fs::{self, File, OpenOptions};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, BufWriter};

/// Writes many small records through one buffer, and returns when they are on the disk. The name
/// of a new file may not be there yet: `fs-atomic-write` sees to that.
async fn write_records(path: &Path, records: u32) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(path).await?);
    for record in 0..records {
        file.write_all(format!("record {record}\n").as_bytes())
            .await?;
    }
    // What is in the buffer when it is dropped is lost, and so are the errors.
    file.flush().await?;
    // Only needed if the data must survive a crash of the machine.
    file.get_ref().sync_all().await
}

/// Appends a line, and returns when the operating system has it.
async fn append(path: &Path, line: &str) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .await?;
    // In one call, newline included: what another process appends does not come in between.
    file.write_all(format!("{line}\n").as_bytes()).await?;
    file.flush().await
}

/// Counts lines without having the whole file in memory.
async fn count_lines(path: &Path) -> io::Result<usize> {
    let mut lines = BufReader::new(File::open(path).await?).lines();
    let mut count = 0;
    while lines.next_line().await?.is_some() {
        count += 1;
    }
    Ok(count)
}

async fn demo(folder: &Path) -> io::Result<()> {
    let path = folder.join("records.txt");
    write_records(&path, 1000).await?;
    append(&path, "the end").await?;
    println!("lines: {}", count_lines(&path).await?);

    // A file that fits into memory needs none of this.
    let note = folder.join("note.txt");
    fs::write(&note, "hello").await?;
    println!("note: {}", fs::read_to_string(&note).await?);
    Ok(())
}

/// A folder for temporary files, with a name that no other run uses.
fn temporary_folder() -> PathBuf {
    let unique = RandomState::new().hash_one(process::id());
    env::temp_dir().join(format!("fs-read-write-{unique:x}"))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let folder = temporary_folder();
    fs::create_dir(&folder).await?;
    let result = demo(&folder).await;
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
    async fn written_records_are_all_there() -> io::Result<()> {
        let folder = Folder::new()?;
        let path = folder.0.join("records.txt");
        write_records(&path, 1000).await?;
        let text = fs::read_to_string(&path).await?;
        assert_eq!(text.lines().count(), 1000);
        assert_eq!(text.lines().last(), Some("record 999"));
        Ok(())
    }

    #[tokio::test]
    async fn writing_again_replaces_and_appending_adds() -> io::Result<()> {
        let folder = Folder::new()?;
        let path = folder.0.join("log.txt");
        append(&path, "one").await?;
        append(&path, "two").await?;
        assert_eq!(fs::read_to_string(&path).await?, "one\ntwo\n");
        write_records(&path, 1).await?;
        assert_eq!(fs::read_to_string(&path).await?, "record 0\n");
        Ok(())
    }

    #[tokio::test]
    async fn a_last_line_without_newline_counts() -> io::Result<()> {
        let folder = Folder::new()?;
        let path = folder.0.join("text.txt");
        for (text, lines) in [("", 0), ("one", 1), ("one\n", 1), ("one\ntwo", 2)] {
            fs::write(&path, text).await?;
            assert_eq!(count_lines(&path).await?, lines, "{text:?}");
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_missing_file_is_an_error() {
        let missing = env::temp_dir()
            .join("fs-test-that-nobody-makes")
            .join("file");
        let error = count_lines(&missing).await.expect_err("no such file");
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(write_records(&missing, 1).await.is_err());
    }
}
