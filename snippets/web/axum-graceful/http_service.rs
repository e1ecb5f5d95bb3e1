//! An axum service with a time limit, a load limit and a bounded drain.
//!
//! Use it when a router goes into production: requests that take too long answer 408, those beyond
//! the limit 503 at once, and a stop waits for open requests, but not for ever.
//!
//! Prevents: `with_graceful_shutdown` alone waits without limit for one slow request or one open
//! event stream, until the container is killed.

use std::fmt::Debug;
use std::future::IntoFuture;
use std::io;
use std::time::Duration;

use axum::http::StatusCode;
use axum::serve::Listener;
use axum::{BoxError, Router, error_handling::HandleErrorLayer};
use tokio_util::sync::CancellationToken;
use tower::ServiceBuilder;
use tower::limit::GlobalConcurrencyLimitLayer;
use tower_http::timeout::TimeoutLayer;

/// Requests that are worked on at once.
pub const CONCURRENCY: usize = 512;
/// From a request's head to that of its response; less than [`DRAIN`], so that a stop cuts none.
pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a stop waits; less than the 10 s that Docker gives.
pub const DRAIN: Duration = Duration::from_secs(8);

/// Limits all routes of `router` together; a route added afterwards (health) is free of them.
///
/// Both limits end at the response's head: a body that is streamed is not counted.
pub fn limited(router: Router, concurrency: usize, timeout: Duration) -> Router {
    let overloaded = |_: BoxError| async { (StatusCode::SERVICE_UNAVAILABLE, "overloaded") };
    router.layer(
        // The first is the outermost: it turns the error of `load_shed` into a response.
        ServiceBuilder::new()
            .layer(HandleErrorLayer::new(overloaded))
            .load_shed()
            // Not `concurrency_limit`, which axum would apply to each route for itself.
            .layer(GlobalConcurrencyLimitLayer::new(concurrency))
            .layer(TimeoutLayer::with_status_code(
                StatusCode::REQUEST_TIMEOUT,
                timeout,
            )),
    )
}

/// Serves until `stop` is cancelled, then at most for `drain` more.
///
/// axum limits neither connections nor how slowly a request's head may come: that is for a proxy.
///
/// # Errors
///
/// `TimedOut` when requests were still open at the end of `drain`. Their tasks go on until the
/// runtime ends, so return from `main`.
pub async fn serve<L>(
    listener: L,
    router: Router,
    stop: CancellationToken,
    drain: Duration,
) -> io::Result<()>
where
    L: Listener<Addr: Debug>,
{
    let stopped = stop.clone().cancelled_owned();
    let server = axum::serve(listener, router).with_graceful_shutdown(stopped);
    tokio::select! {
        result = server.into_future() => result,
        () = async { stop.cancelled().await; tokio::time::sleep(drain).await } => {
            Err(io::ErrorKind::TimedOut.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{body::Body, http::Request, routing::get};
    use std::future::pending;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::sync::mpsc;
    use tokio::time::{Instant, sleep};
    use tower::ServiceExt;

    const LIMIT: Duration = Duration::from_secs(10);
    const SLOW: Duration = Duration::from_secs(3);

    fn router(concurrency: usize) -> Router {
        let router = Router::new()
            .route("/", get(|| async { "hello" }))
            .route("/slow", get(|| sleep(SLOW)))
            .route("/stuck", get(pending::<()>));
        limited(router, concurrency, LIMIT).route("/health", get(|| async { "up" }))
    }

    async fn status(router: &Router, path: &str) -> u16 {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        response.status().as_u16()
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_request_is_answered_at_the_limit() {
        let start = Instant::now();
        assert_eq!(status(&router(1), "/stuck").await, 408);
        assert_eq!(start.elapsed(), LIMIT);
    }

    #[tokio::test(start_paused = true)]
    async fn beyond_the_limit_requests_of_every_route_are_shed_at_once() {
        let (router, start) = (router(2), Instant::now());
        let (a, b, shed, health) = tokio::join!(
            status(&router, "/slow"),
            status(&router, "/slow"),
            async { (status(&router, "/").await, start.elapsed()) },
            status(&router, "/health"),
        );
        assert_eq!((a, b, health), (200, 200, 200));
        assert_eq!(shed, (503, Duration::ZERO));
        assert_eq!(status(&router, "/").await, 200, "the places came back");
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_is_given_up_frees_its_place() {
        let router = router(1);
        let given_up = tokio::time::timeout(SLOW / 3, status(&router, "/stuck")).await;
        assert!(given_up.is_err());
        assert_eq!(status(&router, "/").await, 200);
    }

    /// Connections without sockets, so that the clock can be paused.
    struct Pipes(mpsc::Receiver<DuplexStream>);

    impl Listener for Pipes {
        type Io = DuplexStream;
        type Addr = ();
        async fn accept(&mut self) -> (DuplexStream, ()) {
            match self.0.recv().await {
                Some(pipe) => (pipe, ()),
                None => pending().await,
            }
        }
        fn local_addr(&self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Sends a request for `path`, and stops the server one second later.
    async fn stop_during(path: &str) -> (io::Result<()>, Duration, String) {
        let (connect, incoming) = mpsc::channel(1);
        let stop = CancellationToken::new();
        let server = serve(Pipes(incoming), router(2), stop.clone(), 2 * SLOW);
        let server = tokio::spawn(server);
        let (mut client, pipe) = duplex(1024);
        connect.send(pipe).await.unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nhost: test\r\n\r\n");
        client.write_all(head.as_bytes()).await.unwrap();
        sleep(Duration::from_secs(1)).await;
        let start = Instant::now();
        stop.cancel();
        let result = server.await.unwrap();
        let elapsed = start.elapsed();
        let mut response = String::new();
        let _ = tokio::time::timeout(SLOW, client.read_to_string(&mut response)).await;
        (result, elapsed, response)
    }

    #[tokio::test(start_paused = true)]
    async fn an_open_request_is_finished_first() {
        let (result, elapsed, response) = stop_during("/slow").await;
        assert!(result.is_ok());
        assert_eq!(elapsed, Duration::from_secs(2));
        assert!(response.starts_with("HTTP/1.1 200 OK"), "{response}");
    }

    #[tokio::test(start_paused = true)]
    async fn an_idle_connection_does_not_hold_up_the_stop() {
        let (result, elapsed, response) = stop_during("/").await;
        assert!(result.is_ok() && response.ends_with("hello"));
        assert_eq!(elapsed, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn the_drain_ends_at_its_deadline() {
        let (result, elapsed, response) = stop_during("/stuck").await;
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::TimedOut);
        assert_eq!((elapsed, response.as_str()), (2 * SLOW, ""));
    }
}
