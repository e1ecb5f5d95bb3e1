//! `lines` keeps a line in memory until its newline comes, and this client sends none.
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    // It stops at 4 MiB to let the demonstration end; a client need not.
    let client = tokio::io::repeat(b'x').take(4 * 1024 * 1024);
    let mut lines = BufReader::new(client).lines();
    while let Some(line) = lines.next_line().await? {
        println!("one line, {} bytes in memory", line.len());
    }
    Ok(())
}
