//! A listener is made on a runtime that has already ended.

use tokio::runtime::Builder;
use tokio::signal::unix::{SignalKind, signal};

fn main() -> std::io::Result<()> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    let handle = runtime.handle().clone();
    drop(runtime);
    let _entered = handle.enter();
    if let Err(error) = signal(SignalKind::terminate()) {
        println!("not listening for SIGTERM: {error}");
    }
    Ok(())
}
