//! Both sides write first and read afterwards: with full buffers neither comes to reading.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

async fn exchange(mut stream: UnixStream, question: &[u8]) -> std::io::Result<()> {
    stream.write_all(question).await?;
    let mut answer = vec![0; question.len()];
    stream.read_exact(&mut answer).await?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (one, other) = UnixStream::pair()?;
    let question = vec![7; 8 * 1024 * 1024];
    println!("reached");
    tokio::try_join!(exchange(one, &question), exchange(other, &question))?;
    Ok(())
}
