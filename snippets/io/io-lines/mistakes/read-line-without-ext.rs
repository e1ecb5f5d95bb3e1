//! `read_line` belongs to `AsyncBufReadExt`; `AsyncReadExt` is another trait.
use tokio::io::{AsyncReadExt, BufReader};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let mut reader = BufReader::new("first\nsecond".as_bytes());
    let mut line = String::new();
    reader.read_line(&mut line).await?;
    let mut rest = String::new();
    reader.read_to_string(&mut rest).await?;
    println!("{line}{rest}");
    Ok(())
}
