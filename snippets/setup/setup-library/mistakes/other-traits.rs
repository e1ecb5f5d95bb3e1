//! A function asks for the trait of the futures crates and is given a type of Tokio's.

use futures_util::io::{AsyncRead, AsyncReadExt};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (_peer, stream) = tokio::io::duplex(64);
    println!("{}", read_all(stream).await?.len());
    Ok(())
}

async fn read_all(mut stream: impl AsyncRead + Unpin) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    Ok(bytes)
}
