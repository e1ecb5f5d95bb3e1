//! Leave a runtime without waiting for what does not end.
//!
//! Use it when `spawn_blocking` jobs may be stuck at the end of the program, and the process has to
//! go all the same.
//!
//! Prevents: a process that hangs after `main` behind such a job.

use std::io;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};

/// How long running blocking jobs may still take. Tasks are dropped at their next `.await`.
const GRACE: Duration = Duration::from_millis(50);

/// Ends the runtime, at the latest after `grace`, and says whether that was cut short.
///
/// Jobs that are still running go on in their threads until the process ends, and nobody learns
/// of their results. Jobs that have not begun never run.
///
/// # Panics
///
/// In asynchronous code, which may not wait. There only `shutdown_background` may be called.
fn shut_down(runtime: Runtime, grace: Duration) -> bool {
    let begun = Instant::now();
    runtime.shutdown_timeout(grace);
    begun.elapsed() >= grace
}

fn main() -> io::Result<()> {
    let runtime = Builder::new_multi_thread().enable_all().build()?;

    // A blocking call that nobody answers: a dead disk, a lock that is never released.
    let (answer, stuck) = mpsc::channel::<()>();
    let (started, has_started) = mpsc::channel();
    runtime.spawn_blocking(move || {
        // The receiver is in `main`, which waits for this.
        let _ = started.send(());
        stuck.recv()
    });
    let _ = has_started.recv();

    println!("cut short: {}", shut_down(runtime, GRACE));
    drop(answer);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than any of this takes.
    const LONG: Duration = Duration::from_secs(60);

    fn runtime() -> Runtime {
        Builder::new_multi_thread()
            .worker_threads(1)
            .build()
            .unwrap()
    }

    #[test]
    fn an_idle_runtime_ends_at_once() {
        assert!(!shut_down(runtime(), LONG));
    }

    #[test]
    fn a_job_that_ends_in_time_is_waited_for() {
        let runtime = runtime();
        let (done, waited) = mpsc::channel();
        let (started, has_started) = mpsc::channel();
        runtime.spawn_blocking(move || {
            started.send(()).unwrap();
            std::thread::sleep(Duration::from_millis(20));
            done.send(()).unwrap();
        });
        has_started.recv().unwrap();
        assert!(!shut_down(runtime, LONG));
        assert!(waited.try_recv().is_ok());
    }

    #[test]
    fn a_stuck_job_is_left_behind() {
        let runtime = runtime();
        let (_answer, stuck) = mpsc::channel::<()>();
        let (started, has_started) = mpsc::channel();
        runtime.spawn_blocking(move || {
            started.send(()).unwrap();
            stuck.recv()
        });
        has_started.recv().unwrap();
        assert!(shut_down(runtime, GRACE));
    }

    #[test]
    fn tasks_are_dropped_where_they_wait() {
        struct Guard(mpsc::Sender<&'static str>);
        impl Drop for Guard {
            fn drop(&mut self) {
                let _ = self.0.send("dropped");
            }
        }
        let runtime = runtime();
        let (said, heard) = mpsc::channel();
        runtime.spawn(async move {
            let _guard = Guard(said);
            std::future::pending::<()>().await;
        });
        assert!(!shut_down(runtime, LONG));
        assert_eq!(heard.recv(), Ok("dropped"));
    }
}
