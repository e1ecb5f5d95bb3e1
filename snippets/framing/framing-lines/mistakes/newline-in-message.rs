//! Wrong: text from outside goes into a line as it is, and its newline ends the line.

use futures_util::{SinkExt, StreamExt};
use tokio_util::codec::{FramedRead, FramedWrite, LinesCodec, LinesCodecError};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), LinesCodecError> {
    let (client, server) = tokio::io::duplex(1024);
    let typed_by_a_user = "first\nQUIT";

    let mut sender = FramedWrite::new(client, LinesCodec::new());
    sender.send(typed_by_a_user).await?;
    drop(sender);

    let mut received = Vec::new();
    let mut lines = FramedRead::new(server, LinesCodec::new());
    while let Some(line) = lines.next().await {
        received.push(line?);
    }
    println!("sent 1 message, received {received:?}");
    Ok(())
}
