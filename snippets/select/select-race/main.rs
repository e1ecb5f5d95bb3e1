//! Race several futures: the first counts, the others are dropped.
//!
//! Use it when one answer is enough: the quicker of two sources, any mirror of a list, the work or
//! the call to stop it.
//!
//! Prevents: losers that go on, what a loser had taken and does not give back, and an early error
//! that wins over a late success.

use std::error::Error;
use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};
use tokio::time::sleep;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let held = AtomicU32::new(0);
    let (soon, late) = (Duration::from_millis(5), Duration::from_secs(60));
    let winner = quicker(book("fast", &held, soon), book("slow", &held, late)).await;
    let held = held.load(Ordering::Relaxed);
    println!("winner={winner}, seats held: {held}");

    let mirrors = ["down", "near", "gone"].map(download);
    let answer = first_success(mirrors).await.ok_or("no mirrors")??;
    println!("{answer}");
    Ok(())
}

/// The output that is there first. The other future is dropped at the await where it stands.
async fn quicker<T>(one: impl Future<Output = T>, other: impl Future<Output = T>) -> T {
    tokio::select! {
        // Where both are ready, this order decides; otherwise it would be chance.
        biased;
        output = one => output,
        output = other => output,
    }
}

/// The first success, or the last error when none succeeds; `None` of no futures.
///
/// All run in this one task, and those that remain are dropped.
async fn first_success<T, E, F>(futures: impl IntoIterator<Item = F>) -> Option<Result<T, E>>
where
    F: Future<Output = Result<T, E>>,
{
    let mut running: FuturesUnordered<F> = futures.into_iter().collect();
    let mut last = None;
    while let Some(result) = running.next().await {
        if result.is_ok() {
            return Some(result);
        }
        last = Some(result);
    }
    last
}

/// Stands for a reservation that a server confirms after a while.
async fn book(airline: &'static str, held: &AtomicU32, answer: Duration) -> &'static str {
    let seat = Seat::hold(held);
    sleep(answer).await;
    // A loser never comes here, so its cleanup cannot be a line of this function.
    seat.keep();
    airline
}

/// Gives the seat back when it is dropped, unless it was to be kept.
struct Seat<'a> {
    held: &'a AtomicU32,
    kept: bool,
}

impl<'a> Seat<'a> {
    fn hold(held: &'a AtomicU32) -> Self {
        held.fetch_add(1, Ordering::Relaxed);
        Self { held, kept: false }
    }

    fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        if !self.kept {
            self.held.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Stands for a download: one mirror refuses at once, one never answers.
async fn download(mirror: &'static str) -> Result<String, String> {
    match mirror {
        "down" => return Err(format!("{mirror}: connection refused")),
        "gone" => std::future::pending().await,
        _ => sleep(Duration::from_millis(5)).await,
    }
    Ok(format!("from {mirror}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::{pending, ready};
    use tokio::time::{Instant, timeout};

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    async fn after<T>(time: Duration, output: T) -> T {
        sleep(time).await;
        output
    }

    #[tokio::test(start_paused = true)]
    async fn the_quicker_one_wins_on_either_side() {
        let start = Instant::now();
        assert_eq!(quicker(after(ms(100), 1), after(ms(300), 2)).await, 1);
        assert_eq!(start.elapsed(), ms(100));
        assert_eq!(quicker(after(ms(300), 1), after(ms(100), 2)).await, 2);
        assert_eq!(start.elapsed(), ms(200));
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_wins_a_tie() {
        for _ in 0..100 {
            assert_eq!(quicker(ready(1), ready(2)).await, 1);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_loser_ends_with_the_race_and_gives_back() {
        let held = AtomicU32::new(0);
        let start = Instant::now();
        let race = quicker(book("a", &held, ms(300)), book("b", &held, ms(100)));
        let watch = async {
            sleep(ms(50)).await;
            held.load(Ordering::Relaxed)
        };
        let (winner, during) = tokio::join!(race, watch);
        assert_eq!((winner, during), ("b", 2));
        assert_eq!(held.load(Ordering::Relaxed), 1);
        assert_eq!(start.elapsed(), ms(100));
        sleep(ms(1_000)).await;
        assert_eq!(held.load(Ordering::Relaxed), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_race_that_is_given_up_leaves_nothing() {
        let held = AtomicU32::new(0);
        let race = quicker(book("a", &held, ms(300)), book("b", &held, ms(200)));
        assert!(timeout(ms(100), race).await.is_err());
        assert_eq!(held.load(Ordering::Relaxed), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_success_goes_before_early_errors() {
        let start = Instant::now();
        let answers = [
            after(ms(10), Err("a")),
            after(ms(200), Ok("b")),
            after(ms(20), Err("c")),
            after(ms(100), Ok("d")),
        ];
        assert_eq!(first_success(answers).await, Some(Ok("d")));
        assert_eq!(start.elapsed(), ms(100));
    }

    #[tokio::test(start_paused = true)]
    async fn all_failed_is_the_last_error() {
        let start = Instant::now();
        let answers = [after(ms(20), Err::<(), _>("a")), after(ms(10), Err("b"))];
        assert_eq!(first_success(answers).await, Some(Err("a")));
        assert_eq!(start.elapsed(), ms(20));
    }

    #[tokio::test(start_paused = true)]
    async fn of_none_there_is_none() {
        let none: [std::future::Pending<Result<(), ()>>; 0] = [];
        assert_eq!(first_success(none).await, None);
        let silent = first_success([pending::<Result<(), ()>>()]);
        assert!(timeout(ms(100), silent).await.is_err());
    }
}
