//! The clean-up is spawned when the runtime is about to end, and never runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::runtime::Builder;

struct Session(Arc<AtomicBool>);

impl Drop for Session {
    fn drop(&mut self) {
        let said = Arc::clone(&self.0);
        tokio::spawn(async move { said.store(true, Ordering::Relaxed) });
    }
}

fn main() -> std::io::Result<()> {
    let said = Arc::new(AtomicBool::new(false));
    let session = Session(Arc::clone(&said));
    let runtime = Builder::new_current_thread().build()?;
    runtime.block_on(async move { drop(session) });
    drop(runtime);
    println!("goodbye was said: {}", said.load(Ordering::Relaxed));
    Ok(())
}
