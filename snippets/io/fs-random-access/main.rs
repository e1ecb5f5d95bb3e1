//! Records of one size in a file, read and written by number.
//!
//! Use it when a file holds equal records and only some of them are needed: an index, a ring, a
//! table on disk.
//!
//! Prevents: reads from where the last write ended, a seek that loses buffered bytes, and a whole
//! file in memory for one record.

use std::error::Error;
use std::io::{self, SeekFrom};
use std::path::PathBuf;
use std::{env, process};

use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt};

/// The size of a record in bytes.
const RECORD: usize = 8;

/// A file of numbers.
struct Table(File);

impl Table {
    /// Opens the file, or makes it.
    async fn open(path: &PathBuf) -> io::Result<Self> {
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        Ok(Self(options.open(path).await?))
    }

    /// How many whole records there are.
    async fn len(&mut self) -> io::Result<u64> {
        Ok(self.0.seek(SeekFrom::End(0)).await? / RECORD as u64)
    }

    /// A file has one position for reading and writing: every access begins with a seek.
    async fn get(&mut self, number: u64) -> io::Result<u64> {
        self.0.seek(SeekFrom::Start(number * RECORD as u64)).await?;
        self.0.read_u64().await
    }

    async fn set(&mut self, number: u64, value: u64) -> io::Result<()> {
        self.0.seek(SeekFrom::Start(number * RECORD as u64)).await?;
        self.0.write_u64(value).await?;
        // `File` writes in the background: without this the error of the last write is lost.
        self.0.flush().await
    }
}

fn own_file(name: &str) -> PathBuf {
    env::temp_dir().join(format!("{name}-{}", process::id()))
}

async fn demo(path: &PathBuf) -> Result<(), Box<dyn Error + Send + Sync>> {
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

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let path = own_file("fs-random-access");
    let result = demo(&path).await;
    fs::remove_file(&path).await?;
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_set_is_there_when_it_is_opened_again() {
        let path = own_file("fs-random-access-again");
        Table::open(&path).await.unwrap().set(2, 7).await.unwrap();
        let mut table = Table::open(&path).await.unwrap();
        assert_eq!(table.len().await.unwrap(), 3);
        assert_eq!(table.get(2).await.unwrap(), 7);
        fs::remove_file(path).await.unwrap();
    }

    #[tokio::test]
    async fn accesses_do_not_disturb_each_other() {
        let path = own_file("fs-random-access-order");
        let mut table = Table::open(&path).await.unwrap();
        for number in [3, 0, 2, 1] {
            table.set(number, number * 10).await.unwrap();
        }
        for number in 0..4 {
            assert_eq!(table.get(number).await.unwrap(), number * 10);
        }
        fs::remove_file(path).await.unwrap();
    }
}
