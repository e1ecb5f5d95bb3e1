//! What a conversation costs, counted on one side of it.

use std::io;

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

pub mod counted;

use counted::Counted;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let (client, mut server) = duplex(64);
    let mut client = Counted::new(client);

    client.write_all(b"ping").await?;
    server.write_all(b"hello world").await?;
    drop(server);
    let mut answer = String::new();
    client.read_to_string(&mut answer).await?;

    println!("written {}, read {}", client.written(), client.read());
    Ok(())
}
