//! A timer is awaited through the `Handle` while nobody drives the runtime.

use std::time::Duration;
use tokio::runtime::Builder;

fn main() -> std::io::Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    println!("reached");
    runtime
        .handle()
        .block_on(async { tokio::time::sleep(Duration::from_millis(1)).await });
    println!("the timer fired");
    Ok(())
}
