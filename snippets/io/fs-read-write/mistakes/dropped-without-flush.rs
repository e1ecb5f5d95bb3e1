//! A `BufWriter` that is dropped throws away what it has not written.
use std::hash::{BuildHasher, RandomState};
use std::{env, io, process};
use tokio::fs::{self, File};
use tokio::io::{AsyncWriteExt, BufWriter};

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let unique = RandomState::new().hash_one(process::id());
    let path = env::temp_dir().join(format!("dropped-without-flush-{unique:x}"));
    let mut writer = BufWriter::new(File::create(&path).await?);
    writer.write_all(b"hello").await?;
    // `writer.flush().await?` is missing; `Drop` cannot await.
    drop(writer);
    let written = fs::read(&path).await?.len();
    fs::remove_file(&path).await?;
    println!("{written} of 5 bytes are in the file");
    Ok(())
}
