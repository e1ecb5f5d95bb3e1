//! A server takes over the file of one that crashed, answers, and leaves nothing behind.

use socket_file::SocketFile;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::{env, io, process};
use tokio::fs;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};

pub mod socket_file;

async fn demo(path: &Path) -> io::Result<()> {
    // A server that crashed leaves its file, as every Unix listener does.
    drop(UnixListener::bind(path)?);

    let server = SocketFile::bind(path).await?;
    let mut client = UnixStream::connect(path).await?;
    server.accept().await?.write_all(b"hello").await?;
    let mut greeting = String::new();
    client.read_to_string(&mut greeting).await?;
    println!("the client: {greeting}");

    if let Err(error) = SocketFile::bind(path).await {
        println!("a second server: {error}");
    }
    drop(server);
    println!("the file: {}", fs::try_exists(path).await?);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let unique = RandomState::new().hash_one(process::id());
    let folder = env::temp_dir().join(format!("unix-socket-{unique:x}"));
    fs::create_dir(&folder).await?;
    let result = demo(&folder.join("socket")).await;
    fs::remove_dir_all(&folder).await?;
    result
}
