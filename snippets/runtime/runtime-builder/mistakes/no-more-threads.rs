//! The stack of every thread is a petabyte: somebody meant bytes and thought of megabytes.

use tokio::runtime::Builder;

fn main() -> std::io::Result<()> {
    let runtime = Builder::new_multi_thread()
        .thread_stack_size(1 << 50)
        .build()?;
    runtime.block_on(async { println!("running") });
    Ok(())
}
