//! What was just written is read back from where the writing ended.
use std::hash::{BuildHasher, RandomState};
use std::{env, process};
use tokio::fs::{self, File};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let unique = RandomState::new().hash_one(process::id());
    let path = env::temp_dir().join(format!("read-after-write-{unique:x}"));
    let mut file = File::options()
        .read(true)
        .write(true)
        .create_new(true)
        .open(&path)
        .await?;
    file.write_all(b"hello").await?;
    file.flush().await?;
    let mut text = String::new();
    file.read_to_string(&mut text).await?;
    fs::remove_file(&path).await?;
    println!("written 5 bytes, read {}", text.len());
    Ok(())
}
