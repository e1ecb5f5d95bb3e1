//! Wrong: a flush after each message makes the buffer useless.

use tokio::io::{AsyncWriteExt, BufWriter, sink};
use tokio_util::io::InspectWriter;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let mut writes = 0;
    let mut writer = BufWriter::new(InspectWriter::new(sink(), |_| writes += 1));
    for _ in 0..1000 {
        writer.write_all(b"message\n").await?;
        writer.flush().await?;
    }
    drop(writer);
    println!("1000 messages, {writes} writes");
    Ok(())
}
