//! A thread of our own spawns a task although it knows no runtime.

use std::thread;

#[tokio::main]
async fn main() {
    let thread = thread::spawn(|| {
        tokio::spawn(async {});
    });
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}
