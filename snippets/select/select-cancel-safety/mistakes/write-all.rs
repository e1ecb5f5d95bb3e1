//! Wrong: `write_all` loses the race half way, and the second try begins at the beginning.

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (mut output, mut peer) = duplex(4);
    let message = b"0123456789";

    tokio::select! {
        biased;
        written = output.write_all(message) => println!("{written:?}"),
        () = std::future::ready(()) => {}
    }

    tokio::spawn(async move { output.write_all(message).await });
    let mut received = String::new();
    peer.read_to_string(&mut received).await?;
    println!("peer got {received:?}");
    Ok(())
}
