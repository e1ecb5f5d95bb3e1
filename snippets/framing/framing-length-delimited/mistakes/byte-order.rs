//! Wrong: the sender's length is little-endian, the receiver's settings say big-endian.

use futures_util::StreamExt;
use tokio_util::codec::{FramedRead, LengthDelimitedCodec};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut wire = 5_u32.to_le_bytes().to_vec();
    wire.extend_from_slice(b"hello");

    let mut frames = FramedRead::new(&wire[..], LengthDelimitedCodec::new());
    match frames.next().await {
        Some(Ok(frame)) => println!("a frame of {} bytes", frame.len()),
        Some(Err(error)) => println!("{error}"),
        None => println!("the end"),
    }
}
