//! A retry budget: all retries together add no more than a share of the calls.
//!
//! Use it when many tasks retry calls to the same service. One budget for each service, told of each
//! call and asked before each retry: `budget.on_call()`, then
//! `Retry::default().run(call, |error| is_transient(error) && budget.try_retry())`.
//!
//! Prevents: retry storms, in which every caller of a failing service sends its three attempts and
//! keeps it down.

use std::sync::atomic::{AtomicU64, Ordering};

/// Retries in percent of the calls, in the long run.
pub const PERCENT: u32 = 10;
/// Retries that may be saved up while all goes well; there are that many at the start.
pub const RESERVE: u32 = 10;

/// Hundredths of a retry: a call earns some, a retry costs a hundred.
const RETRY: u64 = 100;

/// Counts calls and retries. Shared by `&self`, without a lock.
#[derive(Debug)]
pub struct RetryBudget {
    percent: u64,
    reserve: u64,
    balance: AtomicU64,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self::new(PERCENT, RESERVE)
    }
}

impl RetryBudget {
    /// A budget with its reserve filled.
    ///
    /// What calls earn goes into the reserve, so one of 0 means no retries at all.
    pub fn new(percent: u32, reserve: u32) -> Self {
        let reserve = u64::from(reserve) * RETRY;
        Self {
            percent: percent.into(),
            reserve,
            balance: AtomicU64::new(reserve),
        }
    }

    /// Counts a call. Once for each, before its first attempt.
    pub fn on_call(&self) {
        self.change(|balance| Some((balance + self.percent).min(self.reserve)));
    }

    /// Whether there may be one more retry; if so, it is paid for.
    #[must_use]
    pub fn try_retry(&self) -> bool {
        self.change(|balance| balance.checked_sub(RETRY))
    }

    /// The retries that would be allowed now.
    pub fn available(&self) -> u64 {
        self.balance.load(Ordering::Relaxed) / RETRY
    }

    fn change(&self, change: impl FnMut(u64) -> Option<u64>) -> bool {
        // Relaxed: only the number itself is shared.
        let (set, fetch) = (Ordering::Relaxed, Ordering::Relaxed);
        self.balance.fetch_update(set, fetch, change).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tokio::task::JoinSet;

    /// Makes `calls` that fail for ever, and gives the retries.
    fn outage(budget: &RetryBudget, calls: u32) -> usize {
        let retries = |_| {
            budget.on_call();
            std::iter::repeat_with(|| budget.try_retry())
                .take_while(|&allowed| allowed)
                .count()
        };
        (0..calls).map(retries).sum()
    }

    #[test]
    fn an_outage_adds_its_share_and_what_was_saved_up() {
        let budget = RetryBudget::new(10, 10);
        // The first call cannot add to a reserve that is full: 9.9 more are earned until 100.
        assert_eq!(outage(&budget, 100), 19);
        assert_eq!(outage(&budget, 901), 91);
        assert_eq!(outage(&budget, 1000), 100);
        assert_eq!(outage(&budget, 1000), 100);
    }

    #[test]
    fn good_times_save_up_no_more_than_the_reserve() {
        let budget = RetryBudget::new(10, 10);
        assert_eq!(outage(&budget, 100), 19);
        assert_eq!(budget.available(), 0);
        for _ in 0..10_000 {
            budget.on_call();
        }
        assert_eq!(budget.available(), 10);
    }

    #[test]
    fn a_retry_is_allowed_once_it_is_earned() {
        let budget = RetryBudget::new(25, 1);
        assert!(budget.try_retry());
        for call in 1..=4 {
            assert!(!budget.try_retry());
            budget.on_call();
            assert_eq!(budget.available(), u64::from(call == 4));
        }
        assert!(budget.try_retry());
    }

    #[test]
    fn no_percent_no_reserve_and_more_than_all() {
        assert_eq!(outage(&RetryBudget::new(0, 5), 1000), 5);
        assert_eq!(outage(&RetryBudget::new(10, 0), 1000), 0);
        assert_eq!(outage(&RetryBudget::new(200, 2), 1000), 2000);
        assert_eq!(
            RetryBudget::new(u32::MAX, u32::MAX).available(),
            u32::MAX.into()
        );
        outage(&RetryBudget::new(u32::MAX, 10), 100);
        assert_eq!(RetryBudget::default().available(), RESERVE.into());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn tasks_share_it_and_none_is_counted_twice() {
        let budget = Arc::new(RetryBudget::new(0, 1000));
        let mut tasks = JoinSet::new();
        for _ in 0..4 {
            let budget = Arc::clone(&budget);
            tasks.spawn(async move { outage(&budget, 400) });
        }
        let retries = tasks.join_all().await;
        assert_eq!(retries.iter().sum::<usize>(), 1000);
        assert!(!budget.try_retry());
    }
}
