//! A pipeline: stages in tasks of their own, joined by bounded channels.
//!
//! Use it when each item goes through several steps that take time: all steps work at once, each
//! on another item, and the slowest sets the pace. The order of the items is kept.
//!
//! Prevents: a failed stage whose error nobody sees, stages that go on for a consumer who has gone,
//! and circles of bounded channels, which stand still.

use std::future::Future;
use std::panic::resume_unwind;
use tokio::sync::mpsc::{Receiver, channel};
use tokio::task::JoinSet;

/// Items that may wait between two stages.
pub const CAPACITY: usize = 8;

/// The running stages. Dropping it aborts them.
#[derive(Debug)]
pub struct Pipeline<E> {
    stages: JoinSet<Result<(), E>>,
    capacity: usize,
}

impl<E: Send + 'static> Default for Pipeline<E> {
    fn default() -> Self {
        Self::new(CAPACITY)
    }
}

impl<E: Send + 'static> Pipeline<E> {
    /// A pipeline without stages; a capacity of 0 works like 1.
    pub fn new(capacity: usize) -> Self {
        Self {
            stages: JoinSet::new(),
            capacity: capacity.max(1),
        }
    }

    /// Adds a task of any form, such as a source or a sink.
    ///
    /// A source has to end when `send` fails, and while it waits for its items also when
    /// [`Sender::closed`](tokio::sync::mpsc::Sender::closed) returns: then nobody wants them any
    /// more, and [`Pipeline::finish`] waits for it.
    pub fn spawn(&mut self, task: impl Future<Output = Result<(), E>> + Send + 'static) {
        self.stages.spawn(task);
    }

    /// Adds a stage that turns each item of `input` into one of the receiver that this returns.
    ///
    /// It ends when the input has ended, when `work` fails (what it made before that arrives), or
    /// when its own output is no longer received, also while it waits for input. Each of these
    /// makes its neighbours end in the same way.
    pub fn stage<I, O, F>(
        &mut self,
        mut input: Receiver<I>,
        mut work: impl FnMut(I) -> F + Send + 'static,
    ) -> Receiver<O>
    where
        I: Send + 'static,
        O: Send + 'static,
        F: Future<Output = Result<O, E>> + Send,
    {
        let (output, receiver) = channel(self.capacity);
        self.spawn(async move {
            loop {
                let next = tokio::select! {
                    biased;
                    () = output.closed() => None,
                    item = input.recv() => item,
                };
                let Some(item) = next else { return Ok(()) };
                let item = work(item).await?;
                if output.send(item).await.is_err() {
                    return Ok(());
                }
            }
        });
        receiver
    }

    /// Waits until all stages have ended. Receive the output first, or meanwhile.
    ///
    /// Not cancel safe: a future that is dropped, by a timeout for instance, aborts the stages.
    ///
    /// # Errors
    ///
    /// The error of the stage that failed first.
    ///
    /// # Panics
    ///
    /// If a stage panicked, with its panic.
    pub async fn finish(mut self) -> Result<(), E> {
        let mut outcome = Ok(());
        while let Some(stage) = self.stages.join_next().await {
            match stage {
                Ok(result) => outcome = outcome.and(result),
                Err(error) => {
                    if let Ok(panic) = error.try_into_panic() {
                        resume_unwind(panic);
                    }
                }
            }
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;
    use tokio::sync::oneshot;
    use tokio::time::{Instant, sleep, timeout};

    const STEP: Duration = Duration::from_millis(100);

    /// A source of `0..count` that counts what it could send.
    fn source(line: &mut Pipeline<&'static str>, count: u32) -> (Receiver<u32>, Arc<AtomicU32>) {
        let (sender, items) = channel(line.capacity);
        let sent = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&sent);
        line.spawn(async move {
            for item in 0..count {
                if sender.send(item).await.is_err() {
                    break;
                }
                counter.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        });
        (items, sent)
    }

    async fn collect<T>(mut items: Receiver<T>) -> Vec<T> {
        let mut all = Vec::new();
        while let Some(item) = items.recv().await {
            all.push(item);
        }
        all
    }

    #[tokio::test(start_paused = true)]
    async fn the_stages_work_at_once_and_keep_the_order() {
        let mut line = Pipeline::new(1);
        let (items, _) = source(&mut line, 4);
        let step = |item| async move {
            sleep(STEP).await;
            Ok(item + 10)
        };
        let items = line.stage(items, step);
        let items = line.stage(items, step);
        let items = line.stage(items, step);
        let begun = Instant::now();
        assert_eq!(collect(items).await, [30, 31, 32, 33]);
        assert_eq!(begun.elapsed(), STEP * 6, "4 items, and 2 more stages");
        assert_eq!(line.finish().await, Ok(()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_stage_ends_both_sides_and_its_error_is_given() {
        let mut line = Pipeline::new(2);
        let (items, sent) = source(&mut line, 1000);
        let items = line.stage(items, |item| ready(Ok(item)));
        let items = line.stage(items, |item| {
            ready(if item < 5 { Ok(item) } else { Err("bad") })
        });
        let items = line.stage(items, |item| ready(Ok(item * 2)));
        assert_eq!(collect(items).await, [0, 2, 4, 6, 8]);
        assert_eq!(line.finish().await, Err("bad"));
        assert!(sent.load(Ordering::Relaxed) < 20);
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_error_is_given() {
        let mut line = Pipeline::<&str>::default();
        line.spawn(async {
            sleep(STEP).await;
            Err("late")
        });
        line.spawn(async { Err("early") });
        assert_eq!(line.finish().await, Err("early"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_stage_that_waits_for_input_ends_with_its_consumer() {
        let mut line = Pipeline::<&str>::default();
        let (sender, items) = channel::<u32>(1);
        let items = line.stage(items, |item| ready(Ok(item)));
        let items = line.stage(items, |item| ready(Ok(item)));
        tokio::task::yield_now().await;
        drop(items);
        assert_eq!(line.finish().await, Ok(()));
        assert!(sender.is_closed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_source_that_waits_ends_with_its_consumer() {
        let mut line = Pipeline::new(1);
        let (sender, items) = channel(1);
        line.spawn(async move {
            let _ = sender.send(1).await;
            // Nothing more comes, so it never learns by `send` that nobody wants it.
            sender.closed().await;
            Ok(())
        });
        let items = line.stage(items, |_: u32| ready(Err::<u32, _>("bad")));
        assert_eq!(collect(items).await, [0; 0]);
        assert_eq!(line.finish().await, Err("bad"));
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_consumer_holds_up_the_source() {
        let mut line = Pipeline::new(2);
        let (items, sent) = source(&mut line, 1000);
        let mut items = line.stage(items, |item| ready(Ok(item)));
        sleep(STEP).await;
        assert_eq!(sent.load(Ordering::Relaxed), 5, "2 + 2, and 1 in the stage");
        assert_eq!(items.recv().await, Some(0));
        sleep(STEP).await;
        assert_eq!(sent.load(Ordering::Relaxed), 6);
    }

    #[tokio::test(start_paused = true)]
    #[should_panic(expected = "broken stage")]
    async fn a_panic_is_passed_on() {
        let mut line = Pipeline::<&str>::default();
        let (items, _) = source(&mut line, 3);
        let items = line.stage(items, |item| async move {
            assert!(item < 1, "broken stage");
            Ok(item)
        });
        assert_eq!(collect(items).await, [0]);
        let _ = line.finish().await;
    }

    #[tokio::test(start_paused = true)]
    async fn dropping_it_aborts_the_stages() {
        let mut line = Pipeline::<&str>::default();
        let (alive, ended) = oneshot::channel::<()>();
        line.spawn(async move {
            let _alive = alive;
            pending().await
        });
        assert!(timeout(STEP, line.finish()).await.is_err());
        assert!(ended.await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn no_stages_no_items_no_capacity() {
        assert_eq!(Pipeline::<&str>::new(0).finish().await, Ok(()));
        let mut line = Pipeline::new(0);
        let (items, _) = source(&mut line, 0);
        let items = line.stage(items, |item| ready(Ok(item)));
        assert_eq!(collect(items).await, [0; 0]);
        assert_eq!(line.finish().await, Ok(()));
    }
}
