//! A callback blocks, but the library calls it on the caller's thread, which works for the runtime.

use tokio::runtime::Runtime;
use tokio::sync::mpsc;

fn library(callback: impl Fn(u32)) {
    callback(7);
}

fn main() -> std::io::Result<()> {
    Runtime::new()?.block_on(async {
        let (events, mut received) = mpsc::channel(1);
        library(|event| {
            let _ = events.blocking_send(event);
        });
        println!("{:?}", received.recv().await);
    });
    Ok(())
}
