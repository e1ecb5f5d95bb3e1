//! The thread is joined while the sender that it waits for still lives.

use std::thread;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (jobs, mut queue) = mpsc::channel::<u32>(8);
    let thread = thread::spawn(move || while queue.blocking_recv().is_some() {});
    let _ = jobs.send(1).await;
    println!("reached");
    let _ = spawn_blocking(|| thread.join()).await;
    drop(jobs);
    println!("thread ended");
}
