//! A tower layer of your own: how long each call took, and how it ended.
//!
//! Use it when something has to happen around calls of any service (times, counts, identifiers).
//! Take it as a pattern: the service first, a layer that makes it, a future without a `Box`.
//!
//! Prevents: a `poll_ready` that says "ready" for a service that is not, which undoes the limits
//! below; a clone that is called in place of the one that was ready; and calls that are given up
//! and never reported.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::time::Instant;
use tower::{Layer, Service};

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// With a response.
    Ok,
    /// With an error.
    Failed,
    /// Its future was dropped: a timeout, a client that went away, a panic.
    GivenUp,
}

/// Wraps services in [`Timed`].
#[derive(Debug, Clone)]
pub struct TimedLayer<R> {
    report: R,
}

impl<R: Fn(End, Duration) + Clone> TimedLayer<R> {
    /// Calls `report` at the end of every call; it should be quick and must not panic.
    pub fn new(report: R) -> Self {
        Self { report }
    }
}

impl<S, R: Clone> Layer<S> for TimedLayer<R> {
    type Service = Timed<S, R>;

    fn layer(&self, inner: S) -> Self::Service {
        let report = self.report.clone();
        Timed { inner, report }
    }
}

/// Reports each call of `S`.
#[derive(Debug, Clone)]
pub struct Timed<S, R> {
    inner: S,
    report: R,
}

impl<S, R, Request> Service<Request> for Timed<S, R>
where
    S: Service<Request>,
    R: Fn(End, Duration) + Clone,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = TimedFuture<S::Future, R>;

    // Hands the pressure on: a limit further down makes its caller wait here.
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        TimedFuture {
            // Now and on this very `inner`, which `poll_ready` has asked. A clone is not ready.
            future: self.inner.call(request),
            call: Some(Call {
                report: self.report.clone(),
                start: Instant::now(),
                end: End::GivenUp,
            }),
        }
    }
}

/// Reports when it is dropped, so that no way out is missed.
struct Call<R: Fn(End, Duration)> {
    report: R,
    start: Instant,
    end: End,
}

impl<R: Fn(End, Duration)> Drop for Call<R> {
    fn drop(&mut self) {
        (self.report)(self.end, self.start.elapsed());
    }
}

pin_project! {
    /// The future of [`Timed`].
    pub struct TimedFuture<F, R: Fn(End, Duration)> {
        #[pin]
        future: F,
        call: Option<Call<R>>,
    }
}

impl<F, R, T, E> Future for TimedFuture<F, R>
where
    F: Future<Output = Result<T, E>>,
    R: Fn(End, Duration),
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let result = ready!(this.future.poll(cx));
        // Reports now: whoever holds this future may drop it much later.
        if let Some(mut call) = this.call.take() {
            call.end = if result.is_ok() { End::Ok } else { End::Failed };
        }
        Poll::Ready(result)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use tokio::time::{sleep, timeout};
    use tokio_test::{assert_pending, assert_ready_ok, task};
    use tower::{BoxError, ServiceBuilder, ServiceExt, service_fn};

    const SECOND: Duration = Duration::from_secs(1);

    type Reports = Arc<Mutex<Vec<(End, Duration)>>>;

    fn reports() -> (Reports, impl Fn(End, Duration) + Clone) {
        let reports = Reports::default();
        let sink = Arc::clone(&reports);
        (reports, move |end, time| {
            sink.lock().unwrap().push((end, time));
        })
    }

    async fn work(seconds: u32) -> Result<u32, BoxError> {
        sleep(SECOND * seconds).await;
        if seconds == 0 {
            Err("no work".into())
        } else {
            Ok(seconds)
        }
    }

    #[tokio::test(start_paused = true)]
    async fn every_end_is_reported_once() {
        let (reports, report) = reports();
        let service = TimedLayer::new(report).layer(service_fn(work));
        assert_eq!(service.clone().oneshot(2).await.unwrap(), 2);
        assert!(service.clone().oneshot(0).await.is_err());
        assert!(timeout(SECOND, service.oneshot(2)).await.is_err());
        let expected = [
            (End::Ok, 2 * SECOND),
            (End::Failed, Duration::ZERO),
            (End::GivenUp, SECOND),
        ];
        assert_eq!(*reports.lock().unwrap(), expected);
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_is_reported_and_a_call_that_was_never_polled_too() {
        let (reports, report) = reports();
        let panics = |()| async {
            if true {
                panic!("bug")
            } else {
                Ok::<_, BoxError>(())
            }
        };
        let mut service = TimedLayer::new(report).layer(service_fn(panics));
        drop(service.ready().await.unwrap().call(()));
        assert!(
            tokio::spawn(service.oneshot(()))
                .await
                .unwrap_err()
                .is_panic()
        );
        assert_eq!(
            *reports.lock().unwrap(),
            [(End::GivenUp, Duration::ZERO); 2]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_limit_below_is_felt_above() {
        let (reports, report) = reports();
        let mut service = ServiceBuilder::new()
            .layer(TimedLayer::new(report))
            .concurrency_limit(1)
            .service_fn(work);
        let mut other = service.clone();
        let mut first = task::spawn(service.ready().await.unwrap().call(1));
        assert_pending!(first.poll());
        let mut ready = task::spawn(async move { other.ready().await.is_ok() });
        assert_pending!(ready.poll());
        sleep(SECOND).await;
        assert_ready_ok!(first.poll());
        sleep(SECOND).await;
        drop(first);
        assert!(ready.is_woken());
        assert_eq!(ready.poll(), Poll::Ready(true));
        assert_eq!(*reports.lock().unwrap(), [(End::Ok, SECOND)]);
    }

    #[tokio::test]
    async fn an_error_of_poll_ready_comes_through() {
        struct Broken;
        impl Service<()> for Broken {
            type Response = ();
            type Error = &'static str;
            type Future = std::future::Ready<Result<(), &'static str>>;
            fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
                Poll::Ready(Err("broken"))
            }
            fn call(&mut self, (): ()) -> Self::Future {
                std::future::ready(Ok(()))
            }
        }
        let service = TimedLayer::new(|_, _| {}).layer(Broken);
        assert_eq!(service.oneshot(()).await, Err("broken"));
    }
}
