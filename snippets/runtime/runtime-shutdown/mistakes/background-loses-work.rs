//! `shutdown_background` waits for nothing, not even for what would be done in a moment.

use std::sync::mpsc;

use tokio::runtime::Builder;

fn main() -> std::io::Result<()> {
    let runtime = Builder::new_multi_thread().build()?;
    let (go, wait) = mpsc::channel::<()>();
    let (saved, is_saved) = mpsc::channel();
    runtime.spawn_blocking(move || {
        let _ = wait.recv();
        let _ = saved.send(());
    });

    runtime.shutdown_background();
    println!(
        "saved before the end of main: {}",
        is_saved.try_recv().is_ok()
    );
    drop(go);
    Ok(())
}
