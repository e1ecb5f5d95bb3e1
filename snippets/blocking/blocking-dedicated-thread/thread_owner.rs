//! A thread of its own for a resource that blocks, asked from tasks.
//!
//! Use it when something synchronous lives as long as the program and must be used by one thread at
//! a time: a database connection, a serial port, a device handle. It need not be `Send`: it is made,
//! used and dropped on its thread.
//!
//! Prevents: endless loops in `spawn_blocking`, which occupy its threads and keep the runtime from
//! shutting down.

use std::{fmt, io, thread};
use tokio::sync::{mpsc, oneshot};

/// Calls that may wait before `call` does.
pub const QUEUE: usize = 32;

type Job<R> = Box<dyn FnOnce(&mut R) + Send>;

/// Asks the thread that owns an `R`. The thread ends with the last clone.
pub struct ThreadOwner<R> {
    jobs: mpsc::Sender<Job<R>>,
}

impl<R> Clone for ThreadOwner<R> {
    fn clone(&self) -> Self {
        let jobs = self.jobs.clone();
        Self { jobs }
    }
}

/// The thread has ended: the resource could not be made, or a call panicked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone;

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the thread that owns the resource has ended")
    }
}

impl std::error::Error for Gone {}

impl<R: 'static> ThreadOwner<R> {
    /// Starts a thread called `name` on which `make` opens the resource.
    ///
    /// Join the handle at the end, after the last clone was dropped, and not in async code: there
    /// use `spawn_blocking(|| thread.join())`. It gives the error of `make`.
    ///
    /// # Errors
    ///
    /// If the system gives no further thread.
    pub fn start<E: Send + 'static>(
        name: &str,
        make: impl FnOnce() -> Result<R, E> + Send + 'static,
    ) -> io::Result<(Self, thread::JoinHandle<Result<(), E>>)> {
        let (jobs, mut queue) = mpsc::channel::<Job<R>>(QUEUE);
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || {
                let mut resource = make()?;
                while let Some(job) = queue.blocking_recv() {
                    job(&mut resource);
                }
                Ok(())
            })?;
        Ok((Self { jobs }, thread))
    }

    /// Runs `job` on the thread, after those before it, and gives its result.
    ///
    /// # Errors
    ///
    /// [`Gone`] if the thread has ended, also if `job` itself panics.
    ///
    /// # Cancel safety
    ///
    /// A call dropped while it waits for a place in the queue does nothing. Later the job runs all
    /// the same, and its result is dropped.
    pub async fn call<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut R) -> T + Send + 'static,
    ) -> Result<T, Gone> {
        let (reply, mut result) = oneshot::channel();
        let job: Job<R> = Box::new(move |resource| {
            let _ = reply.send(job(resource));
        });
        self.jobs.send(job).await.map_err(|_| Gone)?;
        tokio::select! {
            biased;
            result = &mut result => result.map_err(|_| Gone),
            // What is sent while the thread ends may stay in the channel as long as its clones do.
            () = self.jobs.closed() => result.try_recv().map_err(|_| Gone),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use std::rc::Rc;
    use tokio::task::JoinSet;

    type Thread = thread::JoinHandle<Result<(), Infallible>>;

    async fn join<T: Send + 'static>(thread: thread::JoinHandle<T>) -> thread::Result<T> {
        let joined = tokio::task::spawn_blocking(|| thread.join()).await;
        joined.unwrap_or_else(|panic| Err(Box::new(panic)))
    }

    fn counter() -> io::Result<(ThreadOwner<Rc<u32>>, Thread)> {
        ThreadOwner::start("counter", || Ok(Rc::new(0)))
    }

    fn count(counter: &mut Rc<u32>) -> u32 {
        *counter = Rc::new(**counter + 1);
        **counter
    }

    #[tokio::test]
    async fn one_thread_does_all_calls_in_order() -> io::Result<()> {
        let (owner, thread) = counter()?;
        let (a, b, c) = tokio::join!(owner.call(count), owner.call(count), owner.call(count));
        assert_eq!((a, b, c), (Ok(1), Ok(2), Ok(3)));
        let name = owner
            .call(|_| thread::current().name().map(str::to_owned))
            .await;
        assert_eq!(name, Ok(Some("counter".to_owned())));
        drop(owner);
        assert!(join(thread).await.is_ok_and(|ended| ended.is_ok()));
        Ok(())
    }

    #[tokio::test]
    async fn more_calls_than_the_queue_holds_wait_their_turn() -> io::Result<()> {
        let (owner, thread) = counter()?;
        let mut calls = JoinSet::new();
        for _ in 0..3 * QUEUE {
            let owner = owner.clone();
            calls.spawn(async move { owner.call(count).await });
        }
        assert!(calls.join_all().await.iter().all(Result::is_ok));
        drop(owner);
        assert!(join(thread).await.is_ok());
        Ok(())
    }

    #[tokio::test]
    async fn what_was_sent_is_done_before_the_thread_ends() -> io::Result<()> {
        let (owner, thread) = counter()?;
        let (entered, is_in) = oneshot::channel();
        let (release, gate) = std::sync::mpsc::channel::<()>();
        let (done, is_done) = oneshot::channel();
        let busy = tokio::spawn({
            let owner = owner.clone();
            async move {
                let job = move |_: &mut Rc<u32>| {
                    let _ = entered.send(());
                    let _ = gate.recv();
                };
                owner.call(job).await
            }
        });
        is_in.await.map_err(io::Error::other)?;
        let queued = tokio::spawn(async move { owner.call(move |_| done.send(())).await });
        tokio::task::yield_now().await;
        // Both callers go, and with them the last clones.
        busy.abort();
        queued.abort();
        assert!(busy.await.is_err() && queued.await.is_err());
        drop(release);
        is_done.await.map_err(io::Error::other)?;
        assert!(join(thread).await.is_ok());
        Ok(())
    }

    #[tokio::test]
    async fn a_resource_that_cannot_be_made_is_gone_and_its_error_is_kept() -> io::Result<()> {
        let make = || Err::<(), _>(io::ErrorKind::NotFound);
        let (owner, thread) = ThreadOwner::start("broken", make)?;
        assert_eq!(owner.call(|()| ()).await, Err(Gone));
        assert_eq!(join(thread).await.ok(), Some(Err(io::ErrorKind::NotFound)));
        Ok(())
    }

    #[tokio::test]
    async fn a_panic_ends_the_thread_and_every_call() -> io::Result<()> {
        let (owner, thread) = counter()?;
        assert_eq!(owner.call(|_| panic!("a bug")).await, Err::<(), _>(Gone));
        assert_eq!(owner.call(count).await, Err(Gone));
        assert!(join(thread).await.is_err());
        Ok(())
    }
}
