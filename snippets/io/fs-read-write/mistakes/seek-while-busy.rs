//! A hand-written seek is started while the last write is still under way.
use std::hash::{BuildHasher, RandomState};
use std::io::SeekFrom;
use std::pin::Pin;
use std::{env, process};
use tokio::fs::{File, remove_file};
use tokio::io::{AsyncSeek, AsyncWriteExt};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let unique = RandomState::new().hash_one(process::id());
    let path = env::temp_dir().join(format!("seek-while-busy-{unique:x}"));
    let mut file = File::create(&path).await?;
    file.write_all(b"header").await?;
    if let Err(error) = Pin::new(&mut file).start_seek(SeekFrom::Start(0)) {
        println!("{error}");
    }
    remove_file(&path).await
}
