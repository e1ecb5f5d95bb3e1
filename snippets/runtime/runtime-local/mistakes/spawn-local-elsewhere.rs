//! A local task is spawned from a blocking job, which runs on another thread.

use tokio::runtime::{Builder, LocalOptions, LocalRuntime};
use tokio::task::{spawn_blocking, spawn_local};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime: LocalRuntime =
        Builder::new_current_thread().build_local(LocalOptions::default())?;
    let job = runtime.block_on(async { spawn_blocking(|| drop(spawn_local(async {}))).await });
    if let Err(error) = job {
        std::panic::resume_unwind(error.into_panic());
    }
    Ok(())
}
