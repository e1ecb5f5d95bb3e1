//! The size of a buffer comes from a setting that is zero.

use tokio::io::{AsyncReadExt, BufReader};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let buffer_size = 0;
    let mut input = BufReader::with_capacity(buffer_size, &b"hello"[..]);
    println!("{:?}", input.read_u8().await?);
    Ok(())
}
