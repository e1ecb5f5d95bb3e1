//! A stream by hand: so many items, one each tick.
//!
//! Use it when neither `unfold`, `async_stream` nor a channel can say what the stream does, or the
//! stream is a type of a library's interface.
//!
//! Prevents: a stream that hangs whoever asks once more after its end, and a `size_hint` that lies.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::time::{Interval, interval};
use tokio_stream::{Stream, StreamExt};

/// The time from one item to the next.
const PERIOD: Duration = Duration::from_millis(10);

/// Counts down to zero, one number each period, the first at once.
struct Countdown {
    /// `None` once zero was given.
    next: Option<u32>,
    ticks: Interval,
}

impl Countdown {
    fn new(from: u32, period: Duration) -> Self {
        Self {
            next: Some(from),
            ticks: interval(period),
        }
    }
}

impl Stream for Countdown {
    type Item = u32;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<u32>> {
        let Some(next) = self.next else {
            // However often it is asked after the end.
            return Poll::Ready(None);
        };
        // Polled, the interval keeps the waker: `Pending` may be passed on.
        ready!(self.ticks.poll_tick(context));
        self.next = next.checked_sub(1);
        Poll::Ready(Some(next))
    }

    /// Exact, so that `collect` allocates once.
    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.next.map_or(0, |next| u64::from(next) + 1);
        match usize::try_from(left) {
            Ok(left) => (left, Some(left)),
            Err(_) => (usize::MAX, None),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut countdown = Countdown::new(3, PERIOD);
    println!("to come: {}", countdown.size_hint().0);
    while let Some(number) = countdown.next().await {
        println!("{number}");
    }
    println!("after the end: {:?}", countdown.next().await);
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_item_comes_each_period() {
        let begun = Instant::now();
        let mut times = Vec::new();
        let mut countdown = Countdown::new(2, PERIOD);
        while let Some(number) = countdown.next().await {
            times.push((number, begun.elapsed()));
        }
        assert_eq!(times, [(2, Duration::ZERO), (1, PERIOD), (0, 2 * PERIOD)]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_end_stays_the_end() {
        let mut countdown = Countdown::new(0, PERIOD);
        assert_eq!(countdown.next().await, Some(0));
        for _ in 0..3 {
            assert_eq!(countdown.next().await, None);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_hint_is_what_comes() {
        let mut countdown = Countdown::new(4, PERIOD);
        for left in (0..5).rev() {
            assert_eq!(countdown.size_hint(), (left + 1, Some(left + 1)));
            countdown.next().await;
        }
        assert_eq!(countdown.size_hint(), (0, Some(0)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_waiting_item_is_not_lost_when_the_wait_is_cancelled() {
        let mut countdown = Countdown::new(1, PERIOD);
        assert_eq!(countdown.next().await, Some(1));
        let early = tokio::time::timeout(PERIOD / 2, countdown.next()).await;
        assert!(early.is_err());
        assert_eq!(countdown.next().await, Some(0));
    }
}
