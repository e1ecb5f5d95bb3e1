//! Every `UnexpectedEof` is taken for the end of the stream.

use std::io::{ErrorKind, Result};
use tokio::io::{AsyncRead, AsyncReadExt};

async fn read_frame(stream: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>> {
    let mut frame = vec![0; usize::from(stream.read_u16().await?)];
    stream.read_exact(&mut frame).await?;
    Ok(frame)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut stream = &b"\0\x03abc\0\x03ab"[..];
    let mut received = 0;
    loop {
        match read_frame(&mut stream).await {
            Ok(_) => received += 1,
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => break,
            Err(error) => return Err(error),
        }
    }
    println!("received {received} of 2 frames, no error");
    Ok(())
}
