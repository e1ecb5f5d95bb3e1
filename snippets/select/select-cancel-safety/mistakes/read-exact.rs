//! Wrong: `read_exact` loses the race half way, and the bytes it had are gone.

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (mut peer, mut input) = duplex(64);
    peer.write_all(b"ab").await?;

    let mut frame = [0; 4];
    tokio::select! {
        biased;
        read = input.read_exact(&mut frame) => println!("{read:?}"),
        () = std::future::ready(()) => {}
    }

    peer.write_all(b"cdef").await?;
    input.read_exact(&mut frame).await?;
    println!("read {:?}", String::from_utf8_lossy(&frame));
    Ok(())
}
