//! A multi-thread runtime with its own settings.
//!
//! Use it when `#[tokio::main]` is not enough: the number of workers comes from configuration, threads
//! need a recognisable name, or something must happen before the runtime starts or after it ends.
//!
//! Prevents: the panics "timers are disabled" and "IO is disabled" (a runtime built by hand has no
//! drivers until `enable_all`), and several runtimes whose threads are all `tokio-rt-worker` in `top`.

use std::error::Error;
use std::io;
use std::thread;
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};

/// Threads that run tasks. Without it Tokio takes one per available core, or `TOKIO_WORKER_THREADS`.
const WORKER_THREADS: usize = 2;
/// Upper bound on the threads for `spawn_blocking` and file access; Tokio's own default is 512.
const MAX_BLOCKING_THREADS: usize = 64;
/// How long an idle blocking thread is kept; Tokio's own default is 10 seconds.
const THREAD_KEEP_ALIVE: Duration = Duration::from_secs(10);
/// Name of every thread of the runtime. Linux tools show its first 15 bytes.
const THREAD_NAME: &str = "app-worker";

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let runtime = runtime()?;

    let thread_name = runtime.block_on(async {
        let metrics = Handle::current().metrics();
        let flavor = Handle::current().runtime_flavor();
        println!("flavor={flavor:?} workers={}", metrics.num_workers());

        // Only a spawned task runs on a worker; this block runs on the thread of `main`.
        tokio::spawn(async { thread::current().name().map(str::to_owned) }).await
    })?;
    println!("thread={}", thread_name.as_deref().unwrap_or("unnamed"));
    Ok(())
}

/// Builds the runtime of the program.
///
/// # Errors
///
/// When the operating system refuses a thread or an event queue.
fn runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(WORKER_THREADS)
        .max_blocking_threads(MAX_BLOCKING_THREADS)
        .thread_keep_alive(THREAD_KEEP_ALIVE)
        .thread_name(THREAD_NAME)
        .enable_all()
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;
    use tokio::runtime::RuntimeFlavor;

    #[test]
    fn the_settings_reach_the_runtime() -> io::Result<()> {
        let runtime = runtime()?;
        assert_eq!(
            runtime.handle().runtime_flavor(),
            RuntimeFlavor::MultiThread
        );
        assert_eq!(runtime.metrics().num_workers(), WORKER_THREADS);
        Ok(())
    }

    #[test]
    fn every_thread_of_the_runtime_has_the_name() -> Result<(), Box<dyn Error>> {
        let runtime = runtime()?;
        let name = || thread::current().name().map(str::to_owned);
        let worker = runtime.block_on(runtime.spawn(async move { name() }))?;
        let blocking = runtime.block_on(runtime.spawn_blocking(name))?;
        assert_eq!(worker.as_deref(), Some(THREAD_NAME));
        assert_eq!(blocking.as_deref(), Some(THREAD_NAME));
        Ok(())
    }

    #[test]
    fn timers_and_sockets_work() -> io::Result<()> {
        runtime()?.block_on(async {
            tokio::time::sleep(Duration::from_millis(1)).await;
            TcpListener::bind("127.0.0.1:0").await.map(drop)
        })
    }
}
