//! A tower stack in the right order: shed, time limit, queue, concurrency.
//!
//! Use it when calls to something slow need limits, and the code that makes them should not know.
//! A layer is wrapped by the one before it, so calls pass through them from top to bottom.
//!
//! Prevents: in another order callers wait where no time limit counts, and nothing is ever shed.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};
use tower::{BoxError, Service, ServiceBuilder, ServiceExt};

/// Calls that are worked on at once.
const CONCURRENCY: usize = 1;
/// Calls that wait for their turn; one more is in the hand of the buffer's task.
const QUEUE: usize = 1;
/// Longest wait for a reply, the time in the queue included.
const TIMEOUT: Duration = Duration::from_millis(250);

/// Wraps `service` in the limits above; all clones of the result share them.
///
/// Errors are those of `service`, `Overloaded` and `Elapsed`: ask with `error.is::<Overloaded>()`.
/// If `poll_ready` of `service` fails, or it panics, the buffer's task has ended and all later calls
/// fail (`tower::buffer::error`): make a new stack then.
/// Starts the buffer's task, so it panics outside of a runtime.
fn protect<S, R>(
    service: S,
) -> impl Service<R, Response = S::Response, Error = BoxError, Future: Send> + Clone + use<S, R>
where
    S: Service<R, Response: Send, Error: Into<BoxError> + Send + Sync, Future: Send>
        + Send
        + 'static,
    R: Send + 'static,
{
    ServiceBuilder::new()
        // A full queue is an error at once. Further down it would never see one.
        .load_shed()
        // Counts from here, so that a call does not wait in the queue for longer.
        .timeout(TIMEOUT)
        // Makes what is below cloneable, and passes calls on in their order.
        .buffer(QUEUE)
        .concurrency_limit(CONCURRENCY)
        .service(service)
}

#[derive(Debug, Default, PartialEq)]
struct Outcomes {
    ok: u32,
    overloaded: u32,
    elapsed: u32,
}

impl Outcomes {
    fn count<T>(&mut self, outcome: Result<T, BoxError>) -> Result<(), BoxError> {
        match outcome {
            Ok(_) => self.ok += 1,
            Err(error) if error.is::<tower::load_shed::error::Overloaded>() => self.overloaded += 1,
            Err(error) if error.is::<tower::timeout::error::Elapsed>() => self.elapsed += 1,
            Err(other) => return Err(other),
        }
        Ok(())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let replies = Arc::new(Semaphore::new(0));
    let (arrived, mut arrivals) = mpsc::unbounded_channel();
    let service = protect(tower::service_fn({
        let replies = Arc::clone(&replies);
        move |call: u32| {
            let (replies, arrived) = (Arc::clone(&replies), arrived.clone());
            async move {
                arrived.send(call)?;
                replies.acquire().await?.forget();
                Ok::<_, BoxError>(call)
            }
        }
    }));

    let mut outcomes = Outcomes::default();
    let first = tokio::spawn(service.clone().oneshot(1));
    arrivals.recv().await;
    let (queued, shed, ()) = tokio::join!(
        service.clone().oneshot(2),
        service.clone().oneshot(3),
        async { replies.add_permits(2) }
    );
    let unanswered = service.clone().oneshot(4).await;
    for outcome in [first.await?, queued, shed, unanswered] {
        outcomes.count(outcome)?;
    }
    println!("{outcomes:?}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use tokio::task::{JoinSet, yield_now};
    use tokio::time::{Instant, sleep};
    use tower::service_fn;

    /// Takes `work` for each call.
    async fn wait(work: Duration) -> Result<(), BoxError> {
        sleep(work).await;
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_in_the_queue_counts() {
        let service = protect(service_fn(wait));
        let mut first = JoinSet::new();
        for _ in 0..CONCURRENCY {
            first.spawn(service.clone().oneshot(TIMEOUT * 2));
            yield_now().await;
        }
        let start = Instant::now();
        let mut outcomes = Outcomes::default();
        outcomes.count(service.oneshot(TIMEOUT).await).unwrap();
        assert_eq!(start.elapsed(), TIMEOUT);
        for first in first.join_all().await {
            outcomes.count(first).unwrap();
        }
        assert_eq!(outcomes.elapsed as usize, CONCURRENCY + 1);
    }

    #[tokio::test(start_paused = true)]
    async fn what_fits_is_kept_and_the_rest_shed_at_once() {
        let service = protect(service_fn(|()| pending::<Result<(), BoxError>>()));
        let start = Instant::now();
        let mut calls = JoinSet::new();
        for _ in 0..CONCURRENCY + 1 + QUEUE + 7 {
            calls.spawn(service.clone().oneshot(()));
            // On one thread it lets all that can run until it waits.
            yield_now().await;
        }
        let mut outcomes = Outcomes::default();
        while let Some(call) = calls.try_join_next() {
            outcomes.count(call.unwrap()).unwrap();
        }
        let kept = u32::try_from(CONCURRENCY + 1 + QUEUE).unwrap();
        assert_eq!(outcomes.overloaded, 7);
        while let Some(call) = calls.join_next().await {
            outcomes.count(call.unwrap()).unwrap();
        }
        assert_eq!(outcomes.elapsed, kept);
        assert!(start.elapsed() < 2 * TIMEOUT);
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_ran_out_of_time_gives_its_place_back() {
        let service = protect(service_fn(wait));
        for _ in 0..3 {
            assert!(service.clone().oneshot(TIMEOUT * 2).await.is_err());
        }
        assert!(service.oneshot(TIMEOUT / 2).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn an_error_of_the_service_comes_through() {
        let service = protect(service_fn(|()| async {
            Err::<(), BoxError>("down".into())
        }));
        let error = service.oneshot(()).await.unwrap_err();
        assert_eq!(error.to_string(), "down");
        assert!(Outcomes::default().count(Err::<(), _>(error)).is_err());
    }
}
