//! A local runtime is asked of the multi-thread builder.

use tokio::runtime::{Builder, LocalOptions};

fn main() -> std::io::Result<()> {
    let runtime = Builder::new_multi_thread().build_local(LocalOptions::default())?;
    runtime.block_on(async { println!("running") });
    Ok(())
}
