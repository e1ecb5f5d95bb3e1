//! A line arrives that is Latin-1.

use tokio_stream::StreamExt;
use tokio_util::codec::{FramedRead, LinesCodec};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let input = &b"caf\xe9\n"[..];
    let mut lines = FramedRead::new(input, LinesCodec::new_with_max_length(8 * 1024));
    while let Some(line) = lines.next().await {
        match line {
            Ok(line) => println!("{line}"),
            Err(error) => println!("the connection ends: {error}"),
        }
    }
}
