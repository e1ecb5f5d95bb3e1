//! Wrong: the end of the connection is taken for the end of the message.

use bytes::BytesMut;
use tokio::io::AsyncReadExt;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    // The peer wanted to say "transfer 1000000\n", and its connection broke.
    let mut stream = &b"transfer 100"[..];
    let mut buffer = BytesMut::new();
    while !buffer.ends_with(b"\n") {
        if stream.read_buf(&mut buffer).await? == 0 {
            break;
        }
    }
    println!("saved {:?}", String::from_utf8_lossy(&buffer));
    Ok(())
}
