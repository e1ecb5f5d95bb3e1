//! A current-thread runtime is kept, but no thread is ever inside its `block_on`.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::sleep;
use std::time::Duration;
use tokio::runtime::Builder;

static DONE: AtomicUsize = AtomicUsize::new(0);

fn main() -> std::io::Result<()> {
    let runtime = Builder::new_current_thread().build()?;
    runtime.spawn(async { DONE.fetch_add(1, Ordering::Relaxed) });
    // Stands for the synchronous work of the program.
    sleep(Duration::from_millis(20));
    println!("jobs run: {}", DONE.load(Ordering::Relaxed));
    Ok(())
}
