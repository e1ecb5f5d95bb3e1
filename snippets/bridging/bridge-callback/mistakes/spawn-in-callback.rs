//! A callback spawns a task on the thread of the library that calls it.

use std::panic::resume_unwind;
use std::thread;
use tokio::runtime::Runtime;

fn library(callback: impl Fn() + Send + 'static) -> thread::JoinHandle<()> {
    thread::spawn(callback)
}

fn main() -> std::io::Result<()> {
    let _runtime = Runtime::new()?;
    let thread = library(|| {
        tokio::spawn(async { println!("called back") });
    });
    if let Err(payload) = thread.join() {
        resume_unwind(payload);
    }
    Ok(())
}
