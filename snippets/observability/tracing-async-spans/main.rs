//! Spans that stay with their task across `.await` and `spawn`.
//!
//! Use it when async code is traced: attach the span to the future with `#[instrument]` or
//! `.instrument(span)`, and to a spawned future with `.in_current_span()` or a span of its own.
//!
//! Prevents: `Span::enter` held across an await, after which other tasks' lines carry this span; and
//! spawned work whose lines carry no span at all.

use std::error::Error;
use std::io;

use tokio::task::{JoinError, spawn_blocking, yield_now};
use tracing::{Instrument, Span, info, info_span, instrument};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    tracing_subscriber::fmt()
        .with_writer(io::stdout)
        // Only so that the lines are the same in every run.
        .without_time()
        .with_target(false)
        .with_ansi(false)
        .try_init()?;

    tokio::join!(biased; download("a"), download("b"));
    order(7).await?;
    // A span of its own: for what outlives its caller, such as the task of a connection.
    tokio::spawn(async { info!("report written") }.instrument(info_span!("nightly"))).await?;
    Ok(())
}

/// The span is entered at each poll of the future and left after it, so two of them never mix.
#[instrument]
async fn download(file: &str) {
    info!("begins");
    yield_now().await;
    info!("ends");
}

#[instrument]
async fn order(id: u32) -> Result<(), JoinError> {
    // A spawned task starts without a span; this one takes the order's along.
    let invoice = tokio::spawn(async { info!("invoice sent") }.in_current_span());
    invoice.await?;
    // Code without an await may enter the span itself: no other task runs on its thread meanwhile.
    let span = Span::current();
    let left = spawn_blocking(move || span.in_scope(|| count_stock(id))).await?;
    info!(left, "shipped");
    Ok(())
}

fn count_stock(id: u32) -> u32 {
    info!("counting");
    10 - id
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn capture() -> (Log, tracing::subscriber::DefaultGuard) {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .without_time()
            .with_target(false)
            .with_level(false)
            .with_ansi(false)
            .finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn lines(log: &Log) -> String {
        String::from_utf8(log.0.lock().unwrap().clone()).unwrap()
    }

    #[tokio::test]
    async fn interleaved_futures_keep_their_own_span() {
        let (log, _guard) = capture();
        tokio::join!(biased; download("a"), download("b"));
        assert_eq!(
            lines(&log),
            "download{file=\"a\"}: begins\n\
             download{file=\"b\"}: begins\n\
             download{file=\"a\"}: ends\n\
             download{file=\"b\"}: ends\n"
        );
    }

    #[tokio::test]
    async fn a_spawned_task_has_the_span_only_when_it_is_given_one() -> Result<(), JoinError> {
        let (log, _guard) = capture();
        async {
            tokio::spawn(async { info!("forgotten") }).await?;
            tokio::spawn(async { info!("taken along") }.in_current_span()).await
        }
        .instrument(info_span!("request"))
        .await?;
        assert_eq!(lines(&log), "forgotten\nrequest: taken along\n");
        Ok(())
    }

    #[tokio::test]
    async fn the_span_ends_with_its_future() {
        let (_log, _guard) = capture();
        async { assert!(!Span::current().is_none()) }
            .instrument(info_span!("request"))
            .await;
        assert!(Span::current().is_none());
    }
}
