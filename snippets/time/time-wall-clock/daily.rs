//! Act once a day at a time of day, even after a suspend or when the clock is set.
//!
//! Use it when something is due by the clock on the wall: a nightly backup, a report at three. The
//! time is UTC; for local time compute the next run with a calendar crate, and wait as here.
//!
//! Prevents: one long sleep, which follows a clock that may stand still while the machine is
//! suspended and knows nothing of a clock that is set; a run that comes twice.

use std::mem::replace;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::sleep;

/// When it is time: so long after midnight, UTC. Three o'clock.
pub const AT: Duration = Duration::from_secs(10_800);
/// How often the clock is looked at: as late may a run be after a suspend or when it was set.
pub const RECHECK: Duration = Duration::from_secs(60);

// In UTC as computers count it every day is as long; leap seconds have no number of their own.
const DAY: Duration = Duration::from_secs(86_400);

/// Waits for the same time each day.
#[derive(Debug)]
pub struct Daily<C> {
    at: Duration,
    recheck: Duration,
    clock: C,
    due: SystemTime,
}

impl<C: Fn() -> SystemTime> Daily<C> {
    /// `clock` is [`SystemTime::now`], or one that tests can set. The first run is still to come:
    /// what was due before the start is not made up for.
    ///
    /// # Panics
    ///
    /// If `at` is a day or more, or `recheck` is zero.
    pub fn new(at: Duration, recheck: Duration, clock: C) -> Self {
        assert!(at < DAY, "a day ends before that time");
        assert!(!recheck.is_zero(), "the clock would be asked all the time");
        let due = next_run(clock(), at);
        Self {
            at,
            recheck,
            clock,
            due,
        }
    }

    /// When the next run is due.
    pub fn due(&self) -> SystemTime {
        self.due
    }

    /// Waits until a run is due, and gives the time it was due at.
    ///
    /// It is never early by the clock. Runs that were missed, be it several, are made up for by
    /// one, as soon as that is noticed. A future that is dropped has missed nothing.
    pub async fn next(&mut self) -> SystemTime {
        loop {
            let now = (self.clock)();
            match self.due.duration_since(now) {
                // Right after a run it is one day. A clock set back by a little must not make
                // that run come again; one that was wrong by years must not hold up the next.
                Ok(left) if left > 2 * DAY => self.due = next_run(now, self.at),
                Ok(left) if !left.is_zero() => sleep(left.min(self.recheck)).await,
                _ => return replace(&mut self.due, next_run(now, self.at)),
            }
        }
    }
}

/// The first moment after `now` at which it is `at`.
pub fn next_run(now: SystemTime, at: Duration) -> SystemTime {
    let since = now.duration_since(UNIX_EPOCH).unwrap_or_default();
    let midnight = Duration::from_secs(since.as_secs() / DAY.as_secs() * DAY.as_secs());
    let today = midnight + at;
    UNIX_EPOCH + if today > since { today } else { today + DAY }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::{Cell, RefCell};
    use tokio::time::{Instant, timeout};

    const HOUR: Duration = Duration::from_secs(3_600);
    const SECOND: Duration = Duration::from_secs(1);

    /// So many days and hours after 1970 began.
    fn on(day: u32, hours: u32) -> SystemTime {
        UNIX_EPOCH + DAY * day + HOUR * hours
    }

    /// A clock on the wall that goes with Tokio's, and can be set.
    struct Wall {
        shows: Cell<SystemTime>,
        since: Cell<Instant>,
        start: Instant,
        asked: RefCell<Vec<Duration>>,
    }

    impl Wall {
        fn new(shows: SystemTime) -> Self {
            let start = Instant::now();
            Self {
                shows: Cell::new(shows),
                since: Cell::new(start),
                start,
                asked: RefCell::default(),
            }
        }

        fn set(&self, shows: SystemTime) {
            self.shows.set(shows);
            self.since.set(Instant::now());
        }

        fn now(&self) -> SystemTime {
            self.shows.get() + self.since.get().elapsed()
        }

        fn ask(&self) -> SystemTime {
            self.asked.borrow_mut().push(self.start.elapsed());
            self.now()
        }

        /// When it was asked, and so how long the sleeps in between were.
        fn asked(&self) -> Vec<u64> {
            let asked = self.asked.take();
            asked.iter().map(Duration::as_secs).collect()
        }
    }

    #[test]
    fn the_next_run_is_today_or_tomorrow_but_never_now() {
        let at = HOUR * 3;
        assert_eq!(next_run(on(9, 0), at), on(9, 3));
        assert_eq!(next_run(on(9, 2), at), on(9, 3));
        assert_eq!(next_run(on(9, 3), at), on(10, 3));
        assert_eq!(next_run(on(9, 23), at), on(10, 3));
        let nearly = on(9, 3) - Duration::from_nanos(1);
        assert_eq!(next_run(nearly, at), on(9, 3));
        assert_eq!(next_run(on(9, 0), Duration::ZERO), on(10, 0));
        assert_eq!(next_run(UNIX_EPOCH - HOUR, at), on(0, 3), "a clock not set");
    }

    #[tokio::test(start_paused = true)]
    async fn it_sleeps_in_steps_and_wakes_to_the_second() {
        let wall = Wall::new(on(9, 3) - SECOND * 150);
        let mut daily = Daily::new(HOUR * 3, SECOND * 60, || wall.ask());
        assert_eq!(daily.due(), on(9, 3));
        assert_eq!(daily.next().await, on(9, 3));
        assert_eq!(wall.now(), on(9, 3));
        assert_eq!(wall.asked(), [0, 0, 60, 120, 150]);
    }

    #[tokio::test(start_paused = true)]
    async fn every_day_once() {
        let wall = Wall::new(on(9, 12));
        let mut daily = Daily::new(HOUR * 3, HOUR, || wall.now());
        for day in 10..15 {
            assert_eq!(daily.next().await, on(day, 3));
            assert_eq!(wall.now(), on(day, 3));
            // The work takes its time, and that does not move the next run.
            sleep(HOUR * 2).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_suspend_the_missed_run_comes_within_a_step() {
        for (wakes, next) in [(on(9, 4), on(10, 3)), (on(12, 1), on(12, 3))] {
            let wall = Wall::new(on(9, 2));
            let mut daily = Daily::new(HOUR * 3, SECOND * 60, || wall.ask());
            let suspend = async {
                sleep(SECOND * 90).await;
                wall.set(wakes);
            };
            let (due, ()) = tokio::join!(daily.next(), suspend);
            assert_eq!((due, daily.due()), (on(9, 3), next));
            assert_eq!(wall.asked(), [0, 0, 60, 120]);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_set_back_makes_it_wait_longer() {
        let wall = Wall::new(on(9, 2));
        let mut daily = Daily::new(HOUR * 3, SECOND * 60, || wall.now());
        let start = Instant::now();
        let set = async {
            sleep(SECOND * 90).await;
            wall.set(on(9, 1));
        };
        let (due, ()) = tokio::join!(daily.next(), set);
        assert_eq!((due, wall.now()), (on(9, 3), on(9, 3)));
        assert_eq!(start.elapsed(), SECOND * 90 + HOUR * 2);
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_set_back_over_a_run_does_not_repeat_it() {
        let wall = Wall::new(on(9, 2));
        let mut daily = Daily::new(HOUR * 3, SECOND * 60, || wall.now());
        assert_eq!(daily.next().await, on(9, 3));
        wall.set(on(9, 3) - SECOND * 2);
        assert_eq!(daily.next().await, on(10, 3));
    }

    #[tokio::test(start_paused = true)]
    async fn a_clock_that_was_wrong_by_years_does_not_hold_up_the_next_run() {
        let wall = Wall::new(on(9_000, 2));
        let mut daily = Daily::new(HOUR * 3, SECOND * 60, || wall.now());
        let set = async {
            sleep(SECOND * 90).await;
            wall.set(on(9, 1));
        };
        let (due, ()) = tokio::join!(daily.next(), set);
        assert_eq!((due, wall.now()), (on(9, 3), on(9, 3)));
    }

    #[tokio::test(start_paused = true)]
    async fn a_next_that_is_dropped_misses_nothing() {
        let wall = Wall::new(on(9, 2));
        let mut daily = Daily::new(HOUR * 3, SECOND * 60, || wall.now());
        for _ in 0..3 {
            assert!(timeout(SECOND * 1_000, daily.next()).await.is_err());
        }
        assert_eq!(daily.next().await, on(9, 3));
        assert_eq!(wall.now(), on(9, 3));
    }

    #[test]
    #[should_panic(expected = "a day ends before that time")]
    fn there_are_24_hours() {
        let _ = Daily::new(DAY, RECHECK, SystemTime::now);
    }

    #[test]
    #[should_panic(expected = "all the time")]
    fn it_must_sleep_in_between() {
        let _ = Daily::new(AT, Duration::ZERO, SystemTime::now);
    }
}
