//! Periodic work: interval, first tick, and what happens to missed ticks.
//!
//! Use it when something is to happen every so often: a flush, a poll, a heartbeat. The work of a
//! tick is part of the period. After a tick more than 5 ms late, `Burst` and `Skip` keep to the
//! schedule, and `Delay` begins a new one.
//!
//! Prevents: a loop over `sleep`, which drifts by the work's own time; a burst of ticks after a
//! stall; surprise that the first tick of `interval` comes at once.

use std::time::Duration;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

/// Time from one tick to the next.
const PERIOD: Duration = Duration::from_millis(50);
/// What becomes of ticks that were missed: `Burst` makes up for them at once, `Skip` leaves them
/// out and keeps to the schedule, `Delay` leaves them out and counts the period anew.
const MISSED_TICKS: MissedTickBehavior = MissedTickBehavior::Delay;

/// Ticks that begin one period from now; `interval(period)` would tick at once.
///
/// # Panics
///
/// If `period` is zero.
fn every(period: Duration, missed: MissedTickBehavior) -> Interval {
    let mut interval = interval_at(Instant::now() + period, period);
    interval.set_missed_tick_behavior(missed);
    interval
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut interval = every(PERIOD, MISSED_TICKS);
    for count in 1..=3 {
        // Cancel safe: in a `select!` no tick is lost.
        interval.tick().await;
        println!("tick {count}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{interval, sleep};

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    /// The times of six ticks of 100 ms, the first of which is followed by work of 250 ms.
    async fn ticks_around_a_stall(missed: MissedTickBehavior) -> Vec<u128> {
        let start = Instant::now();
        let mut interval = interval(ms(100));
        interval.set_missed_tick_behavior(missed);
        let mut ticks = Vec::new();
        for tick in 0..6 {
            interval.tick().await;
            ticks.push(start.elapsed().as_millis());
            if tick == 0 {
                sleep(ms(250)).await;
            }
        }
        ticks
    }

    #[tokio::test(start_paused = true)]
    async fn burst_makes_up_for_missed_ticks() {
        let ticks = ticks_around_a_stall(MissedTickBehavior::Burst).await;
        assert_eq!(ticks, [0, 250, 250, 300, 400, 500]);
    }

    #[tokio::test(start_paused = true)]
    async fn delay_counts_the_period_from_the_late_tick() {
        let ticks = ticks_around_a_stall(MissedTickBehavior::Delay).await;
        assert_eq!(ticks, [0, 250, 350, 450, 550, 650]);
    }

    #[tokio::test(start_paused = true)]
    async fn skip_keeps_to_the_schedule() {
        let ticks = ticks_around_a_stall(MissedTickBehavior::Skip).await;
        assert_eq!(ticks, [0, 250, 300, 400, 500, 600]);
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_tick_comes_after_one_period() {
        let start = Instant::now();
        let mut interval = every(PERIOD, MISSED_TICKS);
        interval.tick().await;
        assert_eq!(start.elapsed(), PERIOD);
    }

    #[tokio::test(start_paused = true)]
    async fn the_work_is_part_of_the_period() {
        let start = Instant::now();
        let mut interval = every(ms(100), MISSED_TICKS);
        for _ in 0..10 {
            interval.tick().await;
            sleep(ms(30)).await;
        }
        assert_eq!(start.elapsed(), ms(1030));
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_tick_is_not_lost() {
        let start = Instant::now();
        let mut interval = every(ms(100), MISSED_TICKS);
        for _ in 0..5 {
            let wait = tokio::time::timeout(ms(19), interval.tick()).await;
            assert!(wait.is_err(), "95 ms are over at most");
        }
        interval.tick().await;
        assert_eq!(start.elapsed(), ms(100));
    }
}
