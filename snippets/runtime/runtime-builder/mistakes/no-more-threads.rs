//! The stack of every thread is a petabyte: a size in bytes was taken for one in mebibytes.

use tokio::runtime::Builder;

/// A gibibyte.
const STACK: usize = 1 << 30;

fn main() -> std::io::Result<()> {
    let runtime = Builder::new_multi_thread()
        .thread_stack_size(STACK * (1 << 20))
        .build()?;
    runtime.block_on(async { println!("running") });
    Ok(())
}
