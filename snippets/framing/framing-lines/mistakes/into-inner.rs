//! Wrong: what came in one piece with the greeting is thrown away with the codec's buffer.

use futures_util::StreamExt;
use tokio::io::AsyncReadExt;
use tokio_util::codec::{FramedRead, LinesCodec, LinesCodecError};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), LinesCodecError> {
    let input = &b"HELLO v2\nbinary from here"[..];
    let mut lines = FramedRead::new(input, LinesCodec::new());
    println!("greeting: {:?}", lines.next().await);

    let mut rest = String::new();
    lines.into_inner().read_to_string(&mut rest).await?;
    println!("after the greeting: {rest:?}");
    Ok(())
}
