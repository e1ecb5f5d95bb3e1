//! `read_line` appends to the string, so each line still holds those before it.
use tokio::io::{AsyncBufReadExt, BufReader};

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let mut reader = BufReader::new("one\ntwo\n".as_bytes());
    let mut line = String::new();
    // `line.clear()` is missing in the loop.
    while reader.read_line(&mut line).await? > 0 {
        println!("line: {line:?}");
    }
    Ok(())
}
