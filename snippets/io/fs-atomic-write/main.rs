//! A state file is replaced while somebody has the old one open, and by a task that is cancelled.

use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read};
use std::path::Path;
use std::{env, fs, process};

pub mod atomic_write;

async fn demo(path: &Path) -> io::Result<()> {
    atomic_write::write(path, "version 1").await?;
    let mut reader = fs::File::open(path)?;

    atomic_write::write(path, "version 2").await?;
    let mut old = String::new();
    reader.read_to_string(&mut old)?;
    println!("opened before: {old}");
    println!("opened now: {}", fs::read_to_string(path)?);

    let write = tokio::spawn(atomic_write::write(path.to_owned(), "version 3"));
    tokio::task::yield_now().await;
    write.abort();
    // What has begun is not cut off; nobody waits for it any more, that is all.
    while fs::read_to_string(path)? == "version 2" {
        tokio::task::yield_now().await;
    }
    println!("after the abort: {}", fs::read_to_string(path)?);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let unique = RandomState::new().hash_one(process::id());
    let folder = env::temp_dir().join(format!("fs-atomic-write-{unique:x}"));
    fs::create_dir(&folder)?;
    let result = demo(&folder.join("state")).await;
    let removed = fs::remove_dir_all(&folder);
    result.and(removed)
}
