//! A batcher: requests of many tasks become one query, each gets its own answer.
//!
//! Use it when one query for many items costs little more than one for a single item, as with a
//! database or a remote service, and callers can bear to wait some milliseconds.
//!
//! Prevents: a query for each item, a last few items that wait for a full batch for ever, and items
//! that are lost when a timer cuts off their collection.

use std::future::Future;
use std::{error::Error, fmt, sync::Arc, time::Duration};
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, timeout};

/// Items of a full batch, which is processed at once.
pub const BATCH_SIZE: usize = 100;
/// How long the first item of a batch waits for more.
pub const MAX_DELAY: Duration = Duration::from_millis(5);

/// The batch with this item gave no answer for it: it panicked, or answered too few.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoAnswer;

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the batch gave no answer for this item")
    }
}

impl Error for NoAnswer {}

/// Collects items of type `I` into batches, and hands the answers out. Clones share the batches.
#[derive(Debug)]
pub struct Batcher<I, O> {
    items: mpsc::Sender<Item<I, O>>,
}

type Item<I, O> = (I, (oneshot::Sender<O>, Instant));

impl<I, O> Clone for Batcher<I, O> {
    fn clone(&self) -> Self {
        let items = self.items.clone();
        Self { items }
    }
}

impl<I: Send + 'static, O: Send + 'static> Batcher<I, O> {
    /// Starts the task that collects; it ends when all clones are dropped.
    ///
    /// `process` gives an answer for each item, in their order. One batch is processed at a time;
    /// meanwhile the next one fills, and beyond that callers wait. A `size` of 0 works like 1.
    ///
    /// # Panics
    ///
    /// Outside of a Tokio runtime, or if `size` is more than `Semaphore::MAX_PERMITS`.
    pub fn new<F>(
        size: usize,
        max_delay: Duration,
        process: impl Fn(Vec<I>) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Vec<O>> + Send + 'static,
    {
        let size = size.max(1);
        let (items, mut queue) = mpsc::channel::<Item<I, O>>(size);
        let process = Arc::new(process);
        tokio::spawn(async move {
            loop {
                let mut batch = collect(&mut queue, size, max_delay).await;
                if batch.is_empty() {
                    return;
                }
                batch.retain(|(_, (caller, _))| !caller.is_closed());
                if batch.is_empty() {
                    continue;
                }
                let (batch, callers): (Vec<I>, Vec<_>) = batch.into_iter().unzip();
                let process = Arc::clone(&process);
                // In a task of its own, so that a panic ends this batch only.
                let answers = tokio::spawn(async move { process(batch).await }).await;
                for ((caller, _), answer) in callers.into_iter().zip(answers.unwrap_or_default()) {
                    let _ = caller.send(answer);
                }
            }
        });
        Self { items }
    }

    /// The answer for one item.
    ///
    /// A future that is dropped withdraws the item, unless its batch is being processed already.
    ///
    /// # Errors
    ///
    /// [`NoAnswer`] if the batch failed; an error of the query is part of the answer.
    pub async fn call(&self, item: I) -> Result<O, NoAnswer> {
        let (caller, answer) = oneshot::channel();
        let sent = self.items.send((item, (caller, Instant::now()))).await;
        sent.map_err(|_| NoAnswer)?;
        answer.await.map_err(|_| NoAnswer)
    }
}

/// The next batch; an empty one at the end.
async fn collect<I, O>(
    queue: &mut mpsc::Receiver<Item<I, O>>,
    size: usize,
    delay: Duration,
) -> Vec<Item<I, O>> {
    let mut batch = Vec::new();
    queue.recv_many(&mut batch, size).await;
    let waited = batch.first().map(|(_, (_, since))| since.elapsed());
    let fill = async {
        while (1..size).contains(&batch.len()) {
            let room = size - batch.len();
            if queue.recv_many(&mut batch, room).await == 0 {
                break;
            }
        }
    };
    // One limit, from the first call. `batch` is not in what is dropped, so nothing is lost.
    let _ = timeout(delay.saturating_sub(waited.unwrap_or_default()), fill).await;
    batch
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;
    use tokio::task::{JoinSet, yield_now};
    use tokio::time::sleep;

    const DELAY: Duration = Duration::from_millis(50);

    type Seen = Arc<Mutex<Vec<(Vec<u64>, Duration)>>>;

    /// Answers with the double, after `work`, and notes each batch with its time.
    fn doubling(size: usize, delay: Duration, work: Duration) -> (Batcher<u64, u64>, Seen) {
        let seen = Seen::default();
        let (notes, begun) = (Arc::clone(&seen), Instant::now());
        let double = move |batch: Vec<u64>| {
            let note = (batch.clone(), begun.elapsed());
            notes.lock().unwrap().push(note);
            async move {
                if !work.is_zero() {
                    sleep(work).await;
                }
                batch.into_iter().map(|item| item * 2).collect()
            }
        };
        (Batcher::new(size, delay, double), seen)
    }

    fn millis(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    async fn call_all(batcher: &Batcher<u64, u64>, items: std::ops::Range<u64>) {
        let mut calls = JoinSet::new();
        for item in items {
            let batcher = batcher.clone();
            calls.spawn(async move { batcher.call(item).await == Ok(item * 2) });
        }
        assert!(calls.join_all().await.iter().all(|&right| right));
    }

    #[tokio::test(start_paused = true)]
    async fn a_full_batch_goes_at_once_the_rest_after_the_delay() {
        let (batcher, seen) = doubling(3, DELAY, Duration::ZERO);
        call_all(&batcher, 0..4).await;
        sleep(millis(100)).await;
        call_all(&batcher, 9..10).await;
        let expected = [
            (vec![0, 1, 2], millis(0)),
            (vec![3], millis(50)),
            (vec![9], millis(200)),
        ];
        assert_eq!(*seen.lock().unwrap(), expected);
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_item_does_not_wait_longer_because_more_come() {
        let (batcher, seen) = doubling(100, DELAY, Duration::ZERO);
        let mut calls = JoinSet::new();
        for item in 0..8 {
            let batcher = batcher.clone();
            calls.spawn(async move { batcher.call(item).await });
            sleep(millis(20)).await;
        }
        calls.join_all().await;
        let expected = [
            (vec![0, 1, 2], millis(50)),
            (vec![3, 4, 5], millis(110)),
            (vec![6, 7], millis(170)),
        ];
        assert_eq!(*seen.lock().unwrap(), expected);
    }

    #[tokio::test(start_paused = true)]
    async fn while_one_is_processed_the_next_one_fills() {
        let (batcher, seen) = doubling(3, DELAY, millis(500));
        call_all(&batcher, 0..9).await;
        let seen = seen.lock().unwrap();
        let expected = [
            (vec![0, 1, 2], millis(0)),
            (vec![3, 4, 5], millis(500)),
            (vec![6, 7, 8], millis(1000)),
        ];
        assert_eq!(*seen, expected);
    }

    #[tokio::test(start_paused = true)]
    async fn what_waited_during_another_batch_waits_no_longer() {
        let (batcher, seen) = doubling(3, DELAY, millis(500));
        tokio::join!(call_all(&batcher, 0..3), async {
            sleep(millis(100)).await;
            call_all(&batcher, 3..4).await;
        });
        let expected = [(vec![0, 1, 2], millis(0)), (vec![3], millis(500))];
        assert_eq!(*seen.lock().unwrap(), expected);
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_gone_is_left_out() {
        let (batcher, seen) = doubling(3, DELAY, Duration::ZERO);
        let gone = timeout(millis(10), batcher.call(1)).await;
        assert!(gone.is_err());
        sleep(DELAY).await;
        assert!(seen.lock().unwrap().is_empty(), "no batch for nobody");
        let (gone, served) = tokio::join!(timeout(millis(10), batcher.call(1)), batcher.call(2));
        assert_eq!((gone.is_err(), served), (true, Ok(4)));
        assert_eq!(seen.lock().unwrap()[0].0, [2]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_batch_that_panics_takes_no_other_with_it() {
        let batcher = Batcher::new(2, DELAY, |batch: Vec<u32>| {
            assert!(batch[0] != 0, "before the future");
            async move {
                yield_now().await;
                assert!(batch[0] != 1, "in the future");
                batch
            }
        });
        for item in [0, 1] {
            let both = tokio::join!(batcher.call(item), batcher.call(item));
            assert_eq!(both, (Err(NoAnswer), Err(NoAnswer)));
        }
        assert_eq!(batcher.call(2).await, Ok(2));
        assert!(NoAnswer.to_string().contains("no answer"));
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_too_few_is_an_error_for_the_last() {
        let batcher = Batcher::new(2, DELAY, |batch: Vec<u32>| async move {
            batch.into_iter().take(1).collect::<Vec<_>>()
        });
        let both = tokio::join!(batcher.call(1), batcher.call(2));
        assert_eq!(both, (Ok(1), Err(NoAnswer)));
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_collected_when_the_last_handle_goes_is_processed_at_once() {
        let (batcher, seen) = doubling(3, DELAY, Duration::ZERO);
        let call = tokio::spawn(async move {
            let (caller, answer) = oneshot::channel();
            let item = (1, (caller, Instant::now()));
            batcher.items.send(item).await.unwrap();
            drop(batcher);
            answer.await
        });
        assert_eq!(call.await.unwrap(), Ok(2));
        assert_eq!(*seen.lock().unwrap(), [(vec![1], millis(0))]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_size_of_zero_works_like_one_and_any_delay_will_do() {
        let (batcher, seen) = doubling(0, Duration::MAX, Duration::ZERO);
        call_all(&batcher, 0..2).await;
        assert_eq!(seen.lock().unwrap().len(), 2);
        let (batcher, seen) = doubling(2, Duration::MAX, Duration::ZERO);
        call_all(&batcher, 0..2).await;
        assert_eq!(*seen.lock().unwrap(), [(vec![0, 1], millis(0))]);
    }
}
