//! Buffered futures stand still while the loop body awaits.
//!
//! Use it when requests behind `buffered` or `buffer_unordered` time out, lose their connection or
//! take far longer than alone, although the peer answers at once.
//!
//! Prevents: a deadline that passes because nobody polls the future. The stream's futures run only
//! while the loop waits for the next item, not while its body awaits something else.

use futures_util::{Stream, StreamExt, stream};
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::{JoinError, yield_now};
use tokio_util::task::AbortOnDropHandle;

/// How many requests are under way at the same time.
const CONCURRENCY: usize = 3;

/// The trap: while `body` awaits, no request of the buffer moves on.
async fn stalling<T, F: Future<Output = T>>(
    requests: impl Stream<Item = F>,
    body: impl AsyncFn(T),
) {
    let mut results = pin!(requests.buffered(CONCURRENCY));
    while let Some(result) = results.next().await {
        body(result).await;
    }
}

/// Bodies one after the other and in order: every request is a task and goes on by itself.
async fn in_tasks<T: Send + 'static, F: Future<Output = T> + Send + 'static>(
    requests: impl Stream<Item = F>,
    body: impl AsyncFn(T),
) -> Result<(), JoinError> {
    // Leaving early must stop the requests that are under way.
    let tasks = requests.map(|request| AbortOnDropHandle::new(tokio::spawn(request)));
    let mut results = pin!(tasks.buffered(CONCURRENCY));
    while let Some(result) = results.next().await {
        body(result?).await;
    }
    Ok(())
}

/// Bodies in any order, several at a time: each is a part of the future that is polled.
async fn inside<T, F: Future<Output = T>>(requests: impl Stream<Item = F>, body: impl AsyncFn(T)) {
    let body = &body;
    requests
        .for_each_concurrent(CONCURRENCY, |request| async move {
            body(request.await).await;
        })
        .await;
}

static FINISHED: AtomicUsize = AtomicUsize::new(0);
static FINISHED_DURING_A_BODY: AtomicUsize = AtomicUsize::new(0);

/// Stands for requests that take more than one step each.
fn requests() -> impl Stream<Item = impl Future<Output = ()> + Send> {
    stream::iter(1..=5).map(|n| async move {
        for _ in 0..n * 10 {
            yield_now().await;
        }
        FINISHED.fetch_add(1, Ordering::Relaxed);
    })
}

/// Stands for work that takes longer than the requests.
async fn body((): ()) {
    let before = FINISHED.load(Ordering::Relaxed);
    for _ in 0..1000 {
        yield_now().await;
    }
    let finished = FINISHED.load(Ordering::Relaxed) - before;
    FINISHED_DURING_A_BODY.fetch_add(finished, Ordering::Relaxed);
}

fn report(form: &str) {
    let finished = FINISHED_DURING_A_BODY.swap(0, Ordering::Relaxed) > 0;
    println!("{form}: a request finished while a body awaited: {finished}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), JoinError> {
    stalling(requests(), body).await;
    report("stalling");
    in_tasks(requests(), body).await?;
    report("in tasks");
    inside(requests(), body).await;
    report("inside");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;
    use tokio::time::{Instant, error::Elapsed, sleep, timeout};

    const STEP: Duration = Duration::from_millis(100);
    const BODY: Duration = Duration::from_secs(2);

    /// Two steps, together a fifth of the limit.
    fn requests() -> impl Stream<Item = impl Future<Output = Result<u32, Elapsed>> + Send> {
        stream::iter(0..5).map(|n| {
            timeout(10 * STEP, async move {
                sleep(STEP).await;
                sleep(STEP).await;
                n
            })
        })
    }

    type Answers = Mutex<Vec<Option<u32>>>;

    async fn body(answers: &Answers, answer: Result<u32, Elapsed>) {
        sleep(BODY).await;
        answers.lock().expect("no panic").push(answer.ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_in_the_buffer_times_out_while_a_body_awaits() {
        let answers = Answers::default();
        stalling(requests(), async |answer| body(&answers, answer).await).await;
        let answers = answers.into_inner().expect("no panic");
        // One alone has always ended when its body begins.
        let in_time = |n: &u32| CONCURRENCY == 1 || (*n as usize) < CONCURRENCY;
        let expected: Vec<_> = (0..5).map(|n| Some(n).filter(in_time)).collect();
        assert_eq!(answers, expected);
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_goes_on_by_itself() {
        let (answers, start) = (Answers::default(), Instant::now());
        let done = in_tasks(requests(), async |answer| body(&answers, answer).await).await;
        assert!(done.is_ok());
        let answers = answers.into_inner().expect("no panic");
        assert_eq!(answers, [Some(0), Some(1), Some(2), Some(3), Some(4)]);
        assert_eq!(start.elapsed(), 2 * STEP + 5 * BODY);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_inside_runs_together_with_the_requests() {
        let (answers, start) = (Answers::default(), Instant::now());
        inside(requests(), async |answer| body(&answers, answer).await).await;
        let mut answers = answers.into_inner().expect("no panic");
        answers.sort_unstable();
        assert_eq!(answers, [Some(0), Some(1), Some(2), Some(3), Some(4)]);
        assert_eq!(start.elapsed(), 2 * (2 * STEP + BODY));
    }

    #[tokio::test(start_paused = true)]
    async fn leaving_early_stops_the_tasks() {
        let finished = Arc::new(AtomicUsize::new(0));
        let counted = stream::iter(0..5).map(|_| {
            let finished = Arc::clone(&finished);
            async move {
                sleep(STEP).await;
                finished.fetch_add(1, Ordering::Relaxed);
            }
        });
        let left = timeout(STEP / 2, in_tasks(counted, async |()| {})).await;
        assert!(left.is_err());
        sleep(BODY).await;
        assert_eq!(finished.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_panic_of_a_request_is_an_error() {
        let panics = stream::iter([0]).map(|_| async { panic!("request") });
        let done = in_tasks(panics, async |()| {}).await;
        assert!(done.expect_err("panicked").is_panic());
    }
}
