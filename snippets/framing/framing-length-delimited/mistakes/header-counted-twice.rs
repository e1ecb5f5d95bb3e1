//! The receiver takes off a header that the sender has not counted.

use tokio_stream::StreamExt;
use tokio_util::codec::LengthDelimitedCodec;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut frames = LengthDelimitedCodec::builder()
        .length_adjustment(-4)
        .new_read(&b"\0\0\0\x02hi"[..]);
    while let Some(frame) = frames.next().await {
        match frame {
            Ok(frame) => println!("{frame:?}"),
            Err(error) => println!("{error}"),
        }
    }
}
