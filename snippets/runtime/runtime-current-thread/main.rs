//! A single-threaded runtime, and what stands still outside `block_on`.
//!
//! Use it when one core is enough: command line tools, tests, clients inside a synchronous program, or
//! one such runtime per core. No thread is started for it.
//!
//! Prevents: background tasks that freeze because nobody is inside `block_on`, and the belief that
//! `Runtime::new()` is single-threaded (it builds the multi-thread scheduler).

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::runtime::Builder;

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;

    let runs = Arc::new(AtomicUsize::new(0));
    let task = runtime.spawn({
        let runs = Arc::clone(&runs);
        async move { runs.fetch_add(1, Ordering::Relaxed) }
    });

    // The task is queued, but its only thread is this one, and this one is not in `block_on`.
    println!("before block_on: {}", runs.load(Ordering::Relaxed));
    runtime.block_on(task)?;
    println!("after: {}", runs.load(Ordering::Relaxed));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::thread;
    use tokio::runtime::RuntimeFlavor;
    use tokio::sync::oneshot;

    #[test]
    fn tasks_run_on_the_thread_that_blocks() -> Result<(), Box<dyn Error>> {
        let runtime = Builder::new_current_thread().build()?;
        assert_eq!(
            runtime.handle().runtime_flavor(),
            RuntimeFlavor::CurrentThread
        );
        let id = runtime.block_on(runtime.spawn(async { thread::current().id() }))?;
        assert_eq!(id, thread::current().id());
        Ok(())
    }

    #[test]
    fn a_ready_task_stands_still_until_block_on() -> Result<(), Box<dyn Error>> {
        let runtime = Builder::new_current_thread().build()?;
        let (go, gate) = oneshot::channel();
        let task = runtime.spawn(gate);
        let value: u8 = 7;
        go.send(value).map_err(|_| "the task is gone")?;
        assert!(
            !task.is_finished(),
            "its value is there, but nothing polls it"
        );
        assert_eq!(runtime.block_on(task)??, value);
        Ok(())
    }

    #[test]
    fn another_thread_may_spawn_into_a_running_block_on() -> io::Result<()> {
        let runtime = Builder::new_current_thread().build()?;
        let handle = runtime.handle().clone();
        let (reply, answer) = oneshot::channel();
        let other = thread::spawn(move || drop(handle.spawn(async { reply.send(5) })));
        assert_eq!(runtime.block_on(answer), Ok(5));
        assert!(other.join().is_ok());
        Ok(())
    }
}
