//! A runtime built by hand without its time driver.

use std::time::Duration;
use tokio::runtime::Builder;

fn main() -> std::io::Result<()> {
    let runtime = Builder::new_multi_thread().worker_threads(1).build()?;
    runtime.block_on(async { tokio::time::sleep(Duration::from_millis(1)).await });
    Ok(())
}
