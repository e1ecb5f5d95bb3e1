//! Wrong: room is made for as many bytes as the peer says there will be.

use tokio::io::{AsyncRead, AsyncReadExt};

async fn read_frame(mut input: impl AsyncRead + Unpin) -> std::io::Result<Vec<u8>> {
    let length = input.read_u32().await?;
    let mut frame = Vec::with_capacity(length as usize);
    println!("4 bytes received, {} reserved", frame.capacity());
    input.take(length.into()).read_to_end(&mut frame).await?;
    Ok(frame)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let from_a_stranger = 1_073_741_824_u32.to_be_bytes();
    read_frame(&from_a_stranger[..]).await?;
    Ok(())
}
