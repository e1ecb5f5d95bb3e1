//! The `Handle` is kept, but the runtime behind it is dropped.

use std::time::Duration;
use tokio::runtime::{Handle, Runtime};

fn start() -> std::io::Result<Handle> {
    let runtime = Runtime::new()?;
    Ok(runtime.handle().clone())
}

fn main() -> std::io::Result<()> {
    let handle = start()?;
    handle.block_on(async { tokio::time::sleep(Duration::from_millis(1)).await });
    Ok(())
}
