//! Choose from a stream, cut it, look ahead, and notice that it has fallen silent.
//!
//! Use it when the items of a stream are to be filtered, skipped, taken up to a point or watched
//! over time, one after the other and without tasks.
//!
//! Prevents: loops with flags around `next`, and a source that has died and is waited for ever.

use std::time::Duration;

use tokio::time::{Instant, interval_at};
use tokio_stream::{Stream, StreamExt, iter, once, pending};

/// After so long without an item the source counts as silent.
const SILENCE: Duration = Duration::from_millis(10);

/// The readings of a sensor: what cannot be read is left out.
fn readings(lines: impl Stream<Item = &'static str>) -> impl Stream<Item = i32> {
    lines.filter_map(|line| line.parse().ok())
}

/// Pairs up equal neighbours: what comes next decides, so it looks ahead without taking.
async fn runs(numbers: impl Stream<Item = i32> + Unpin) -> Vec<(i32, usize)> {
    let mut numbers = numbers.peekable();
    let mut runs = Vec::new();
    while let Some(number) = numbers.next().await {
        let mut length = 1;
        while numbers.peek().await == Some(&number) {
            numbers.next().await;
            length += 1;
        }
        runs.push((number, length));
    }
    runs
}

/// How often the source was silent before it ended, for each period of silence anew.
///
/// After `patience` of them it counts as dead, and is waited for no more.
async fn silences(source: impl Stream<Item = i32>, patience: usize) -> usize {
    let ticks = interval_at(Instant::now() + SILENCE, SILENCE);
    let watched = source.timeout_repeating(ticks);
    let silent = watched.filter(Result::is_err).take(patience);
    silent.fold(0, |silences, _| silences + 1).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let lines = iter([
        "# header", "7", "7", "broken", "-1", "3", "3", "3", "end", "9",
    ]);
    // `end` is not handed on, and nothing after it is asked for.
    let lines = lines.skip(1).take_while(|line| *line != "end");
    println!("runs {:?}", runs(readings(lines)).await);

    let warm = iter([-3, -1, 4, -2]).skip_while(|degrees| *degrees < 0);
    println!(
        "from the first warm one: {:?}",
        warm.collect::<Vec<_>>().await
    );

    // Fused, a stream may be asked after its end, whatever it would do by itself.
    let mut one = once("only").fuse();
    println!(
        "{:?} {:?} {:?}",
        one.next().await,
        one.next().await,
        one.next().await
    );

    let dead = once(1).chain(pending());
    println!("fell silent {} times", silences(dead, 2).await);
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::sleep;

    #[tokio::test]
    async fn runs_of_nothing_are_none() {
        assert!(runs(iter([])).await.is_empty());
        assert_eq!(runs(iter([1, 1, 2, 1])).await, [(1, 2), (2, 1), (1, 1)]);
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_left_out() {
        let numbers = readings(iter(["1", "x", "", "-2"]));
        assert_eq!(numbers.collect::<Vec<_>>().await, [1, -2]);
    }

    #[tokio::test(start_paused = true)]
    async fn each_period_of_silence_counts() {
        let slow = once(1).then(async |item| {
            sleep(SILENCE * 3 + SILENCE / 2).await;
            item
        });
        assert_eq!(silences(slow, 9).await, 3);
        assert_eq!(silences(iter([1, 2, 3]), 9).await, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_dead_source_is_waited_for_no_longer_than_patience() {
        let begun = Instant::now();
        assert_eq!(silences(pending(), 4).await, 4);
        assert_eq!(begun.elapsed(), SILENCE * 4);
    }
}
