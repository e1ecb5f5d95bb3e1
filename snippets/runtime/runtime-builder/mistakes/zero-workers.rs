//! The number of workers comes from a file that says zero, which was to mean "choose yourself".

use tokio::runtime::Builder;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let workers: usize = "0".parse()?;
    let runtime = Builder::new_multi_thread()
        .worker_threads(workers)
        .build()?;
    runtime.block_on(async { println!("running") });
    Ok(())
}
