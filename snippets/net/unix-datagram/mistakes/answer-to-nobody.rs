//! The server answers a client that was never bound.

use std::path::PathBuf;

use tokio::net::UnixDatagram;

/// Removes its file whatever happens.
struct Socket(PathBuf);

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let path = std::env::temp_dir().join(format!("answer-to-nobody-{}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let server = UnixDatagram::bind(&path)?;
    let _socket = Socket(path.clone());

    let client = UnixDatagram::unbound()?;
    client.connect(&path)?;
    client.send(b"are you there?").await?;

    let (_, sender) = server.recv_from(&mut [0; 64]).await?;
    server
        .send_to(b"yes", sender.as_pathname().unwrap())
        .await?;
    Ok(())
}
