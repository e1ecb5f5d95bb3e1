//! Wrong: each call has its own buffer, and what came behind the first line goes with it.

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, duplex};

async fn read_line(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Option<String>> {
    let mut buffer = [0; 1024];
    let read = stream.read(&mut buffer).await?;
    let text = String::from_utf8_lossy(&buffer[..read]);
    Ok(text.split_once('\n').map(|(line, _)| line.to_owned()))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (mut client, mut server) = duplex(1024);
    let mut lines = Vec::new();
    for sent_together in ["one\ntwo\nthree\n", "four\n"] {
        client.write_all(sent_together.as_bytes()).await?;
        lines.extend(read_line(&mut server).await?);
    }
    println!("lines {lines:?}");
    Ok(())
}
