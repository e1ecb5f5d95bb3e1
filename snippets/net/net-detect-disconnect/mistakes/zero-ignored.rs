//! The loop ends on an error, but the end of the stream is none.
use tokio::io::AsyncReadExt;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (client, mut server) = tokio::io::duplex(64);
    drop(client);
    let (mut buffer, mut empty) = ([0; 1024], 0);
    while let Ok(length) = server.read(&mut buffer).await {
        // `if length == 0 { break; }` is missing.
        empty += usize::from(length == 0);
        if empty == 1_000_000 {
            println!("{empty} empty reads from a peer that is gone");
            break; // A real one goes on for ever.
        }
    }
}
