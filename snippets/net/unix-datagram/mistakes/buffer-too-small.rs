//! The message is longer than the buffer, and nobody is told.

use tokio::net::UnixDatagram;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let (near, far) = UnixDatagram::pair()?;
    near.send(b"a message of 23 letters").await?;
    let mut buffer = [0; 14];
    let length = far.recv(&mut buffer).await?;
    println!("received: {:?}", String::from_utf8_lossy(&buffer[..length]));
    Ok(())
}
