//! Run futures that need Tokio on an executor that is not Tokio's.
//!
//! Use it when the main loop belongs to something else (a GUI, a game engine, another executor) and
//! some of its futures use Tokio's timers, sockets or `spawn`.
//!
//! Prevents: "there is no reactor running" inside a future that another executor polls.

use std::error::Error;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinError;
use tokio::time::sleep;
use tokio_util::context::{RuntimeExt, TokioContext};

/// The smallest foreign executor: it polls on this thread and parks until it is woken.
fn foreign_block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// Uses a timer and a task of Tokio's, wherever it is polled.
async fn work() -> Result<u32, JoinError> {
    sleep(Duration::from_millis(5)).await;
    tokio::spawn(async { 6 * 7 }).await
}

/// Drives timers and sockets, and runs spawned tasks, on a thread of its own: a current-thread
/// runtime would need somebody inside its `block_on`.
///
/// Keep it until the last wrapped future has ended.
fn background_runtime() -> io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
}

fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let runtime = background_runtime()?;
    // Each poll happens inside the runtime's context; the polling itself stays where it is.
    println!(
        "wrapped by the runtime: {}",
        foreign_block_on(runtime.wrap(work()))?
    );
    // The same where only a handle is at hand.
    let wrapped = TokioContext::new(work(), runtime.handle().clone());
    println!("wrapped by a handle: {}", foreign_block_on(wrapped)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrapped_future_runs_on_a_foreign_executor() {
        let runtime = background_runtime().unwrap();
        assert_eq!(foreign_block_on(runtime.wrap(work())).unwrap(), 42);
    }

    #[test]
    fn it_is_polled_on_the_foreign_thread() {
        let runtime = background_runtime().unwrap();
        let here = thread::current().id();
        let polled = runtime.wrap(async {
            sleep(Duration::from_millis(1)).await;
            thread::current().id()
        });
        assert_eq!(foreign_block_on(polled), here);
    }
}
