//! The bridge is used in a task, where nothing may block.

use std::io::Read;

use tokio_util::io::SyncIoBridge;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let mut text = String::new();
    SyncIoBridge::new(&b"hello"[..]).read_to_string(&mut text)?;
    println!("{text}");
    Ok(())
}
