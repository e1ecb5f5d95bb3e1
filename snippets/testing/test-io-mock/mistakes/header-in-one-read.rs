//! The two bytes of the header are expected from a single `read`.

use tokio::io::AsyncReadExt;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    // `chain` ends a read where its first part ends, as a packet may.
    let mut stream = (&b"\0"[..]).chain(&b"\x03abc"[..]);
    let mut header = [0; 2];
    stream.read(&mut header).await?;
    let length = u16::from_be_bytes(header);
    println!("length {length} of a frame of 3 bytes");
    Ok(())
}
