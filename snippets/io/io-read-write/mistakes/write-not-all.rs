//! `write` takes a part of the bytes, and the number that it returns is thrown away.
use tokio::io::{AsyncWriteExt, duplex};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (mut client, _server) = duplex(4);
    // Four bytes arrive; `write_all` is what was meant.
    client.write(b"hello world").await?;
    Ok(())
}
