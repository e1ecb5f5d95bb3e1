//! Tasks that belong together: one failure stops the others, all are awaited.
//!
//! Use it when several tasks form one unit (reader and writer of a connection, the parts of a service)
//! and none may be left behind when the unit ends.
//!
//! Prevents: orphans that go on working after `?` returned an error, and siblings cut off by an abort
//! before they could put their things in order.

use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

/// Waits for all tasks. After the first failure `stop` is cancelled and the others are still awaited.
///
/// Give every task a clone of `stop`, and let it watch `stop.cancelled()` wherever it waits: a task
/// that does not look at the token runs to its own end. One whose success ends the group too, such
/// as a reader at the end of its stream, cancels `stop` before it returns. To end the group from
/// outside, cancel `stop`; take a `child_token` if the program has a token of its own that must not
/// be cancelled by this group. The outputs are in the order in which the tasks finished.
///
/// # Errors
///
/// The error of the task that failed first; a panic arrives as `E::from(JoinError)`. Outputs and later
/// errors are dropped.
///
/// # Cancel safety
///
/// Dropping the future aborts all tasks at their next `.await` and waits for none of them. Await it to
/// the end and cancel `stop` instead.
pub async fn join_or_cancel<T, E>(
    mut tasks: JoinSet<Result<T, E>>,
    stop: &CancellationToken,
) -> Result<Vec<T>, E>
where
    T: 'static,
    E: From<JoinError> + 'static,
{
    let mut outputs = Vec::with_capacity(tasks.len());
    let mut failure = None;
    while let Some(joined) = tasks.join_next().await {
        match joined.map_err(E::from).and_then(|result| result) {
            Ok(output) => outputs.push(output),
            Err(error) => {
                stop.cancel();
                failure.get_or_insert(error);
            }
        }
    }
    failure.map_or(Ok(outputs), Err)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;
    use tokio::time::{Instant, sleep};

    /// Waits for `stop`, then takes a second to put things in order.
    async fn sibling(stop: CancellationToken, tidy: Arc<AtomicUsize>) -> io::Result<u32> {
        stop.cancelled().await;
        sleep(Duration::from_secs(1)).await;
        tidy.fetch_add(1, Ordering::Relaxed);
        Ok(0)
    }

    async fn fail_after(seconds: u64, kind: io::ErrorKind) -> io::Result<u32> {
        sleep(Duration::from_secs(seconds)).await;
        Err(kind.into())
    }

    #[tokio::test(start_paused = true)]
    async fn success_gives_every_output_and_cancels_nothing() -> io::Result<()> {
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        for number in [2_u32, 1] {
            tasks.spawn(async move {
                sleep(Duration::from_secs(number.into())).await;
                io::Result::Ok(number)
            });
        }
        assert_eq!(join_or_cancel(tasks, &stop).await?, [1, 2]);
        assert!(!stop.is_cancelled());
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_failure_stops_the_others_and_waits_for_them() {
        let start = Instant::now();
        let (stop, tidy) = (CancellationToken::new(), Arc::new(AtomicUsize::new(0)));
        let mut tasks = JoinSet::new();
        tasks.spawn(sibling(stop.clone(), Arc::clone(&tidy)));
        tasks.spawn(fail_after(5, io::ErrorKind::BrokenPipe));
        tasks.spawn(sibling(stop.clone(), Arc::clone(&tidy)));

        let result = join_or_cancel(tasks, &stop).await;
        assert!(result.is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe));
        assert_eq!(tidy.load(Ordering::Relaxed), 2);
        assert_eq!(start.elapsed(), Duration::from_secs(6));
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_error_is_the_one_reported() {
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        tasks.spawn(fail_after(2, io::ErrorKind::TimedOut));
        tasks.spawn(fail_after(1, io::ErrorKind::NotFound));
        let result = join_or_cancel(tasks, &stop).await;
        assert!(result.is_err_and(|error| error.kind() == io::ErrorKind::NotFound));
    }

    #[tokio::test(start_paused = true)]
    async fn a_panic_stops_the_others_too() {
        let (stop, tidy) = (CancellationToken::new(), Arc::new(AtomicUsize::new(0)));
        let mut tasks = JoinSet::new();
        tasks.spawn(sibling(stop.clone(), Arc::clone(&tidy)));
        tasks.spawn(async { panic!("broken") });
        assert!(join_or_cancel(tasks, &stop).await.is_err());
        assert_eq!(tidy.load(Ordering::Relaxed), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn the_group_can_be_ended_from_outside() -> io::Result<()> {
        let program = CancellationToken::new();
        let (stop, tidy) = (program.child_token(), Arc::new(AtomicUsize::new(0)));
        let mut tasks = JoinSet::new();
        tasks.spawn(sibling(stop.clone(), Arc::clone(&tidy)));
        program.cancel();
        assert_eq!(join_or_cancel(tasks, &stop).await?, [0]);
        assert_eq!(tidy.load(Ordering::Relaxed), 1);
        Ok(())
    }

    #[tokio::test]
    async fn an_empty_group_is_done() -> io::Result<()> {
        let tasks = JoinSet::<io::Result<u32>>::new();
        assert_eq!(join_or_cancel(tasks, &CancellationToken::new()).await?, []);
        Ok(())
    }
}
