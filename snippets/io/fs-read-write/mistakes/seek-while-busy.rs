//! A hand-written seek is started while the last write is still under way.

use std::io::SeekFrom;
use std::pin::Pin;

use tokio::fs::{File, remove_file};
use tokio::io::{AsyncSeek, AsyncWriteExt};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let path = std::env::temp_dir().join(format!("seek-while-busy-{}", std::process::id()));
    let mut file = File::create(&path).await?;
    file.write_all(b"header").await?;
    if let Err(error) = Pin::new(&mut file).start_seek(SeekFrom::Start(0)) {
        println!("{error}");
    }
    remove_file(&path).await
}
