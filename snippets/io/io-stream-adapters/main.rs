//! One body is saved and sent on, another one breaks off.

use save_body::{open, save};
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::{env, io, process};
use tokio::fs;
use tokio_stream::{StreamExt, iter};

pub mod save_body;

/// The largest body that is saved.
const MAX_SIZE: u64 = 64 * 1024 * 1024;

async fn demo(folder: &Path) -> io::Result<()> {
    // Stands for `response.bytes_stream()`, whose error needs a `map_err(io::Error::other)`.
    let body = iter([Ok("hello "), Ok("world")]);
    let chunks = body.map(|chunk: io::Result<_>| chunk.map(str::as_bytes));
    let path = folder.join("greeting.txt");
    println!("saved {} bytes", save(chunks, &path, MAX_SIZE).await?);

    // What `reqwest::Body::wrap_stream` or `axum::body::Body::from_stream` takes.
    let mut body = open(&path).await?;
    let mut sent = 0;
    while let Some(chunk) = body.next().await {
        sent += chunk?.len();
    }
    println!("sent {sent} bytes");

    let broken = iter([Ok(&b"half"[..]), Err(io::ErrorKind::ConnectionReset)]);
    if let Err(error) = save(broken, &folder.join("broken.txt"), MAX_SIZE).await {
        println!("broken: {error}");
    }
    let mut files = fs::read_dir(folder).await?;
    while let Some(file) = files.next_entry().await? {
        println!("there is {}", file.file_name().to_string_lossy());
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let unique = RandomState::new().hash_one(process::id());
    let folder = env::temp_dir().join(format!("io-stream-adapters-{unique:x}"));
    fs::create_dir(&folder).await?;
    let result = demo(&folder).await;
    let removed = fs::remove_dir_all(&folder).await;
    result.and(removed)
}
