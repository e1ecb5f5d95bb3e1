//! A line that is too long is to be skipped, and with it the rest is lost.

use tokio_stream::StreamExt;
use tokio_util::codec::{FramedRead, LinesCodec};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let input = &b"much too long\nok\n"[..];
    let mut lines = FramedRead::new(input, LinesCodec::new_with_max_length(4));
    let mut read = Vec::new();
    while let Some(line) = lines.next().await {
        match line {
            Ok(line) => read.push(line),
            Err(error) => println!("skipped: {error}"),
        }
    }
    println!("read {read:?}");
}
