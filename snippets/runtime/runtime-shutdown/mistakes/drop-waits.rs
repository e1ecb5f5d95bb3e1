//! `main` is over, but the process stays: the runtime's end waits for a job that waits for ever.

use std::sync::mpsc;

#[tokio::main]
async fn main() {
    // Leaked, as a connection that never answers would be.
    let (answer, stuck) = mpsc::channel::<()>();
    std::mem::forget(answer);
    let (begin, begun) = mpsc::channel();
    tokio::task::spawn_blocking(move || {
        let _ = begin.send(());
        stuck.recv()
    });
    let _ = begun.recv();
    println!("reached");
}
