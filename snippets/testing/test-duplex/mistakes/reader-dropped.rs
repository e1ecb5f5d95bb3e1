//! The reading half of an in-memory pipe is thrown away at once.

use tokio::io::AsyncWriteExt;
use tokio_util::io::simplex;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (mut writer, _) = simplex::new(64);
    if let Err(error) = writer.write_all(b"hello").await {
        println!("{error}");
    }
}
