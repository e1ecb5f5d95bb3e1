//! One library, two runtimes that its user chose.

pub mod client;

use std::error::Error;

use client::connect;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::runtime::Builder;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    for runtime in [
        Builder::new_current_thread().build()?,
        Builder::new_multi_thread().worker_threads(2).build()?,
    ] {
        let answer = runtime.block_on(greet())?;
        println!("{:?}: {answer}", runtime.handle().runtime_flavor());
    }
    Ok(())
}

async fn greet() -> Result<String, Box<dyn Error + Send + Sync>> {
    let (stream, mut peer) = duplex(64);
    let (client, connection) = connect(stream);
    // The user spawns it, and so can also await, abort, count or trace it.
    let connection = tokio::spawn(connection.run());
    let peer = tokio::spawn(async move {
        let mut question = [0; 6];
        peer.read_exact(&mut question).await?;
        peer.write_all(b"hi, user\n").await
    });
    let answer = client.ask("hello").await?;
    drop(client);
    peer.await??;
    connection.await??;
    Ok(answer)
}
