//! Reaching a runtime from threads that Tokio did not start.
//!
//! Use it when synchronous code (a plain thread, a callback, a foreign library) must start async work or
//! wait for it: clone a `Handle` where the runtime is known, and carry it along.
//!
//! Prevents: the panics "there is no reactor running" (no runtime on this thread) and "Cannot start a
//! runtime from within a runtime" (`block_on` where a runtime is already at work).

use std::error::Error;
use std::io;
use std::thread;

use tokio::runtime::{Handle, Runtime};
use tokio::task::JoinHandle;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let runtime = Runtime::new()?;
    println!("outside: {}", context());

    let handle = runtime.handle().clone();
    let thread = thread::spawn(move || {
        // Spawning never blocks. Waiting for the result does, which a plain thread may.
        let task: JoinHandle<u32> = handle.spawn(double(21));
        handle.block_on(task)
    });
    let answer = thread
        .join()
        .map_err(|_| io::Error::other("the thread panicked"))??;
    println!("from thread: {answer}");

    // `enter` is for functions that look for a runtime themselves, such as `tokio::spawn`.
    let entered = runtime.enter();
    println!("entered: {}", context());
    drop(entered);
    Ok(())
}

async fn double(number: u32) -> u32 {
    tokio::task::yield_now().await;
    number * 2
}

/// Says whether the current thread is inside a runtime, without the panic of `Handle::current`.
fn context() -> &'static str {
    match Handle::try_current() {
        Ok(_) => "runtime found",
        Err(error) if error.is_missing_context() => "missing context",
        Err(_) => "thread is ending",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_thread_has_a_context_only_while_it_entered_one() -> io::Result<()> {
        let runtime = Runtime::new()?;
        assert_eq!(context(), "missing context");
        let entered = runtime.enter();
        assert_eq!(context(), "runtime found");
        drop(entered);
        assert_eq!(context(), "missing context");
        Ok(())
    }

    #[tokio::test]
    async fn a_spawned_thread_does_not_inherit_the_runtime() {
        assert_eq!(context(), "runtime found");
        assert_eq!(thread::spawn(context).join().ok(), Some("missing context"));
    }

    #[tokio::test]
    async fn blocking_tasks_may_block_on_the_same_runtime() -> Result<(), tokio::task::JoinError> {
        let answer = tokio::task::spawn_blocking(|| Handle::current().block_on(double(4))).await?;
        assert_eq!(answer, 8);
        Ok(())
    }

    #[test]
    fn a_timer_made_inside_the_async_block_finds_its_runtime() -> io::Result<()> {
        Runtime::new()?.block_on(async { tokio::time::sleep(Duration::from_millis(1)).await });
        Ok(())
    }
}
