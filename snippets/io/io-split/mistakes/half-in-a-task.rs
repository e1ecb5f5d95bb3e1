//! The halves of `split` borrow the stream, and a task may live longer than it.
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let mut socket = TcpStream::connect("127.0.0.1:80").await?;
    let (mut reader, mut writer) = socket.split();
    let reply = tokio::spawn(async move {
        let mut reply = String::new();
        reader.read_to_string(&mut reply).await?;
        std::io::Result::Ok(reply)
    });
    writer.write_all(b"hello").await?;
    println!("{}", reply.await??);
    Ok(())
}
