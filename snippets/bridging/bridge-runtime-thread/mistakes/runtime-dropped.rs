//! The runtime lives in the function that starts the job, which returns at once.

use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::runtime::Builder;
use tokio::sync::oneshot;

static DONE: AtomicUsize = AtomicUsize::new(0);

fn start(data: oneshot::Receiver<u32>) -> std::io::Result<()> {
    let runtime = Builder::new_current_thread().build()?;
    runtime.block_on(async {
        tokio::spawn(async {
            if data.await.is_ok() {
                DONE.fetch_add(1, Ordering::Relaxed);
            }
        });
    });
    Ok(())
}

fn main() -> std::io::Result<()> {
    let (sender, data) = oneshot::channel();
    start(data)?;
    let _ = sender.send(7);
    println!("jobs done: {}", DONE.load(Ordering::Relaxed));
    Ok(())
}
