//! Keep one operation going while other things happen.
//!
//! Use it when a `select!` loop has to watch an operation that takes many turns: report progress
//! while it runs, or take orders that replace it. It is pinned outside the loop and lent to each turn.
//!
//! Prevents: an operation that begins anew in every turn and never ends, and the panic of polling
//! one that has ended.

use std::cell::Cell;
use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{Fuse, FusedFuture};
use tokio::sync::mpsc;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};

/// How often progress is reported.
const PERIOD: Duration = Duration::from_millis(20);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let reported = Cell::new(false);
    // Stands for work that outlasts a period, however busy the machine is.
    let backup = async {
        while !reported.get() {
            sleep(PERIOD).await;
        }
        "backup done"
    };
    let outcome = with_progress(backup, PERIOD, || reported.set(true)).await;
    println!("{outcome}, progress reported: {}", reported.get());

    let (keys, queries) = mpsc::channel(8);
    for query in ["t", "to", "tokio"] {
        // The queue has room for all of them.
        let _ = keys.send(query.to_owned()).await;
    }
    drop(keys);
    println!("found: {:?}", newest_only(queries).await);
}

/// Runs the operation to its end, and calls `report` every so often until then.
///
/// # Panics
///
/// If `period` is zero.
async fn with_progress<T>(
    operation: impl Future<Output = T>,
    period: Duration,
    mut report: impl FnMut(),
) -> T {
    let mut operation = pin!(operation);
    let mut ticks = interval_at(Instant::now() + period, period);
    // After a stall one report, not all that were missed.
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            // Polled by reference: a tick that wins does not drop it. The end leaves the loop,
            // so it is never polled again.
            output = &mut operation => return output,
            _ = ticks.tick() => report(),
        }
    }
}

/// Answers queries as they come; a new one replaces the search that is under way.
async fn newest_only(mut queries: mpsc::Receiver<String>) -> Vec<String> {
    let mut found = Vec::new();
    let mut more = true;
    // A terminated `Fuse` is never ready: it stands for "no search", and is safe to poll.
    let mut search = pin!(Fuse::terminated());
    while more || !search.is_terminated() {
        tokio::select! {
            biased;
            query = queries.recv(), if more => match query {
                // Drops the old search, where it stands, and puts the new one in its place.
                Some(query) => search.set(lookup(query).fuse()),
                None => more = false,
            },
            result = &mut search => found.push(result),
        }
    }
    found
}

/// Stands for a request to a search engine.
async fn lookup(query: String) -> String {
    sleep(Duration::from_millis(20)).await;
    format!("{query}.rs")
}

#[cfg(test)]
mod tests {
    use super::*;
    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[tokio::test(start_paused = true)]
    async fn the_operation_ends_once_after_three_reports() {
        let (start, begun, mut reports) = (Instant::now(), Cell::new(0), Vec::new());
        let operation = async {
            begun.set(begun.get() + 1);
            sleep(ms(1000)).await;
            7
        };
        let output = with_progress(operation, ms(300), || reports.push(start.elapsed())).await;
        assert_eq!((output, begun.get()), (7, 1));
        assert_eq!(reports, [ms(300), ms(600), ms(900)]);
        assert_eq!(start.elapsed(), ms(1000));
    }

    #[tokio::test(start_paused = true)]
    async fn a_quick_operation_reports_nothing() {
        let output = with_progress(async { 7 }, ms(300), || unreachable!()).await;
        assert_eq!(output, 7);
    }

    /// Queries at the given times in milliseconds; what was found, and when the loop ended.
    async fn search(queries: &[(u64, &str)]) -> (Vec<String>, Duration) {
        let start = Instant::now();
        let (keys, receiver) = mpsc::channel(1);
        let typing = async move {
            for &(at, query) in queries {
                tokio::time::sleep_until(start + ms(at)).await;
                keys.send(query.to_owned()).await.unwrap();
            }
        };
        let (found, ()) = tokio::join!(newest_only(receiver), typing);
        (found, start.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_newer_query_replaces_the_search() {
        let (found, end) = search(&[(0, "t"), (10, "to"), (15, "tokio")]).await;
        assert_eq!(found, ["tokio.rs"]);
        assert_eq!(end, ms(35));
    }

    #[tokio::test(start_paused = true)]
    async fn a_search_that_has_time_is_answered() {
        let (found, end) = search(&[(0, "a"), (50, "b")]).await;
        assert_eq!(found, ["a.rs", "b.rs"]);
        assert_eq!(end, ms(70));
    }

    #[tokio::test(start_paused = true)]
    async fn without_queries_it_just_ends() {
        assert_eq!(search(&[]).await, (vec![], Duration::ZERO));
    }
}
