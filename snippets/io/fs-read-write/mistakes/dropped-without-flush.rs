//! A `BufWriter` that is dropped throws away what it has not written.
use std::{env, io, process};
use tokio::fs::{self, File};
use tokio::io::{AsyncWriteExt, BufWriter};

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let path = env::temp_dir().join(format!("dropped-without-flush-{}", process::id()));
    let mut writer = BufWriter::new(File::create(&path).await?);
    writer.write_all(b"hello").await?;
    // `writer.flush().await?` is missing; `Drop` cannot await.
    drop(writer);
    let written = fs::read(&path).await?.len();
    fs::remove_file(&path).await?;
    println!("{written} of 5 bytes are in the file");
    Ok(())
}
