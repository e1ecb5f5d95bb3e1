//! Metrics of the runtime and of your own, for Prometheus to fetch.
//!
//! Use it when a service should be watched from outside: wrap the work in `track`, and serve `routes`
//! on a port that only the monitoring can reach.
//!
//! Prevents: a gauge that never comes down because a cancelled request skipped the line that lowers
//! it, and metrics that show errors but not what was dropped half way.

use std::fmt::{self, Display, Write};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{
    AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};
use std::time::Duration;

use axum::http::header::CONTENT_TYPE;
use axum::{Router, routing::get};
use tokio::runtime::Handle;

/// Counts jobs by how they ended. Share it in an `Arc`.
#[derive(Debug, Default)]
pub struct Metrics {
    started: AtomicU64,
    ok: AtomicU64,
    failed: AtomicU64,
    dropped: AtomicU64,
}

impl Metrics {
    /// Runs `job` and counts it, also when it panics or when the returned future is dropped.
    ///
    /// # Errors
    ///
    /// Those of `job`.
    pub async fn track<T, E>(&self, job: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        self.started.fetch_add(1, Relaxed);
        // Counts in `Drop`, for a line after the await is not reached by every job.
        let mut end = CountAtEnd(&self.dropped);
        let result = job.await;
        end.0 = if result.is_ok() {
            &self.ok
        } else {
            &self.failed
        };
        result
    }

    /// All metrics in Prometheus' text form, with those of the runtime that it is called in.
    ///
    /// # Panics
    ///
    /// Outside a Tokio runtime.
    #[must_use]
    pub fn render(&self) -> String {
        let runtime = Handle::current().metrics();
        let [ok, failed, dropped] =
            [&self.ok, &self.failed, &self.dropped].map(|end| end.load(Acquire));
        // Read last: at worst a job that ends just now is still counted as running.
        let running = self
            .started
            .load(Relaxed)
            .saturating_sub(ok + failed + dropped);
        let busy: Duration = (0..runtime.num_workers())
            .map(|worker| runtime.worker_total_busy_duration(worker))
            .sum();

        let mut page = Page(String::new());
        page.family("jobs_total", "counter", "Jobs by how they ended.");
        // A label's values must be few: each of them is a time series of its own.
        page.sample(r#"jobs_total{end="ok"}"#, ok);
        page.sample(r#"jobs_total{end="failed"}"#, failed);
        page.sample(r#"jobs_total{end="dropped"}"#, dropped);
        page.family("jobs_running", "gauge", "Jobs under way.");
        page.sample("jobs_running", running);
        page.family("tokio_workers", "gauge", "Worker threads.");
        page.sample("tokio_workers", runtime.num_workers());
        page.family("tokio_alive_tasks", "gauge", "Tasks that have not ended.");
        page.sample("tokio_alive_tasks", runtime.num_alive_tasks());
        page.family("tokio_global_queue", "gauge", "Tasks in the global queue.");
        page.sample("tokio_global_queue", runtime.global_queue_depth());
        page.family("tokio_busy_seconds_total", "counter", "Of all workers.");
        page.sample("tokio_busy_seconds_total", busy.as_secs_f64());
        page.0
    }
}

/// The route `/metrics`.
pub fn routes(metrics: Arc<Metrics>) -> Router {
    let page = move || async move {
        let content_type = [(CONTENT_TYPE, "text/plain; version=0.0.4")];
        (content_type, metrics.render())
    };
    Router::new().route("/metrics", get(page))
}

struct CountAtEnd<'a>(&'a AtomicU64);

impl Drop for CountAtEnd<'_> {
    fn drop(&mut self) {
        // Who sees the end sees the start, too.
        self.0.fetch_add(1, Release);
    }
}

struct Page(String);

impl Page {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        self.line(format_args!("# HELP {name} {help}"));
        self.line(format_args!("# TYPE {name} {kind}"));
    }

    fn sample(&mut self, series: &str, value: impl Display) {
        self.line(format_args!("{series} {value}"));
    }

    fn line(&mut self, line: fmt::Arguments<'_>) {
        // Writing to a `String` cannot fail.
        let _ = writeln!(self.0, "{line}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use std::future::{pending, ready};
    use tower::ServiceExt;

    fn value(page: &str, series: &str) -> Option<String> {
        let value = page.lines().find_map(|line| line.strip_prefix(series))?;
        Some(value.trim().to_owned())
    }

    #[tokio::test]
    async fn every_end_is_counted_once() {
        let metrics = Arc::new(Metrics::default());
        assert_eq!(metrics.track(ready(Ok::<_, ()>(1))).await, Ok(1));
        assert_eq!(metrics.track(ready(Err::<(), _>("no"))).await, Err("no"));

        let hanging = Arc::clone(&metrics);
        let hanging = tokio::spawn(async move { hanging.track(pending::<Result<(), ()>>()).await });
        tokio::task::yield_now().await;
        assert_eq!(
            value(&metrics.render(), "jobs_running ").as_deref(),
            Some("1")
        );
        hanging.abort();
        assert!(hanging.await.is_err());

        let panicking = Arc::clone(&metrics);
        let job = async { panic!("as planned") };
        let panicking = tokio::spawn(async move { panicking.track::<(), ()>(job).await });
        assert!(panicking.await.is_err());

        let page = metrics.render();
        let total = |end| value(&page, &format!("jobs_total{{end=\"{end}\"}}"));
        assert_eq!(total("ok").as_deref(), Some("1"));
        assert_eq!(total("failed").as_deref(), Some("1"));
        assert_eq!(total("dropped").as_deref(), Some("2"));
        assert_eq!(value(&page, "jobs_running ").as_deref(), Some("0"));
    }

    #[tokio::test]
    async fn a_job_that_is_never_polled_does_not_count() {
        let metrics = Metrics::default();
        drop(metrics.track(ready(Ok::<_, ()>(()))));
        assert_eq!(
            value(&metrics.render(), "jobs_running ").as_deref(),
            Some("0")
        );
    }

    #[tokio::test]
    async fn the_route_answers_in_the_format_that_prometheus_reads()
    -> Result<(), Box<dyn std::error::Error>> {
        let metrics = Arc::new(Metrics::default());
        let request = Request::get("/metrics").body(Body::empty())?;
        let response = routes(metrics).oneshot(request).await?;
        assert_eq!(
            response.headers()[CONTENT_TYPE],
            "text/plain; version=0.0.4"
        );
        let body = to_bytes(response.into_body(), 64 * 1024).await?;
        let page = std::str::from_utf8(&body)?;
        assert!(page.ends_with('\n'), "the last line must end too");
        assert_eq!(value(page, "tokio_workers ").as_deref(), Some("1"));
        let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
        for line in page.lines().filter(|line| !line.starts_with('#')) {
            let (series, value) = line.rsplit_once(' ').ok_or("a name and a value")?;
            assert!(
                series.starts_with(is_name) && value.parse::<f64>().is_ok(),
                "{line}"
            );
        }
        Ok(())
    }
}
