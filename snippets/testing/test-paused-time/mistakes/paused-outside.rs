//! The clock is paused before there is a runtime.

use tokio::runtime::Builder;

fn main() -> std::io::Result<()> {
    tokio::time::pause();
    let runtime = Builder::new_current_thread().enable_time().build()?;
    runtime.block_on(async { println!("running") });
    Ok(())
}
