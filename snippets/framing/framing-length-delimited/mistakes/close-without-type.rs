//! Wrong: a codec that encodes several types is a sink of each, so `close` must say of which.

use futures_util::SinkExt;
use tokio_util::codec::{FramedWrite, LengthDelimitedCodec};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let mut frames = FramedWrite::new(tokio::io::sink(), LengthDelimitedCodec::new());
    frames.send(&b"hello"[..]).await?;
    frames.close().await
}
