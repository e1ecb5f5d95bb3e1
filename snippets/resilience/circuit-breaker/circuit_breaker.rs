//! A circuit breaker: closed, open, and half-open with a few probes.
//!
//! Use it when many callers share a service that can go down: while it fails, calls are rejected
//! at once. One breaker per service, shared by `&self`.
//!
//! Prevents: without a half-open state all rush in after the pause; `&mut self` is not shared.

use std::future::Future;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Failures in a row that open the breaker.
pub const FAILURE_THRESHOLD: u32 = 5;
/// How long an open breaker rejects every call.
pub const RECOVERY_TIMEOUT: Duration = Duration::from_secs(30);
/// Probes of a half-open breaker: that many successes close it, one failure opens it.
pub const HALF_OPEN_PROBES: u32 = 1;

/// What happens to calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// They pass.
    Closed,
    /// They are rejected.
    Open,
    /// A few pass as probes.
    HalfOpen,
}

/// Keeps calls away from a service that fails.
#[derive(Debug)]
pub struct CircuitBreaker {
    threshold: u32,
    recovery: Duration,
    probes: u32,
    phase: Mutex<Phase>,
}

#[derive(Debug)]
struct Phase {
    state: State,
    id: u64,
    since: Instant,
    // Closed: failures in a row; half-open: successes.
    count: u32,
    in_flight: u32,
}

impl Phase {
    fn new(state: State, id: u64) -> Self {
        Self {
            state,
            id,
            since: Instant::now(),
            count: 0,
            in_flight: 0,
        }
    }
}

impl Default for CircuitBreaker {
    fn default() -> Self {
        Self::new(FAILURE_THRESHOLD, RECOVERY_TIMEOUT, HALF_OPEN_PROBES)
    }
}

impl CircuitBreaker {
    /// A closed breaker; a count of 0 works like 1.
    pub fn new(threshold: u32, recovery: Duration, probes: u32) -> Self {
        Self {
            threshold,
            recovery,
            probes: probes.max(1),
            phase: Mutex::new(Phase::new(State::Closed, 0)),
        }
    }

    /// Runs `operation`, or gives `None` without starting it when the breaker rejects the call.
    ///
    /// Errors that `is_failure` picks count against the service; others ("not found") show that it
    /// works. A call that is dropped or panics counts neither way, and such a probe frees its
    /// place: a timeout counts only inside `operation`.
    #[must_use]
    pub async fn call<T, E>(
        &self,
        operation: impl Future<Output = Result<T, E>>,
        is_failure: impl FnOnce(&E) -> bool,
    ) -> Option<Result<T, E>> {
        let mut call = self.admit()?;
        let result = operation.await;
        call.failed = Some(result.as_ref().is_err_and(is_failure));
        Some(result)
    }

    /// As the latest call left it.
    pub fn state(&self) -> State {
        self.lock().state
    }

    fn lock(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn admit(&self) -> Option<Call<'_>> {
        let mut phase = self.lock();
        let due = phase.since.elapsed() >= self.recovery;
        match phase.state {
            State::Closed => {}
            State::Open if due => *phase = Phase::new(State::HalfOpen, phase.id + 1),
            // `due`: probes that hang must not block the recovery.
            State::HalfOpen if due || phase.count + phase.in_flight < self.probes => {
                phase.since = Instant::now();
            }
            _ => return None,
        }
        phase.in_flight += 1;
        Some(Call {
            breaker: self,
            phase: phase.id,
            failed: None,
        })
    }
}

struct Call<'a> {
    breaker: &'a CircuitBreaker,
    phase: u64,
    failed: Option<bool>,
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        let mut phase = self.breaker.lock();
        // A late result says nothing about a later phase.
        if phase.id != self.phase {
            return;
        }
        phase.in_flight -= 1;
        let Some(failed) = self.failed else { return };
        phase.count += 1;
        let (enough, next) = match (phase.state, failed) {
            (State::Closed, true) => (self.breaker.threshold, State::Open),
            (State::Closed, false) => return phase.count = 0,
            (_, true) => (0, State::Open),
            (_, false) => (self.breaker.probes, State::Closed),
        };
        if phase.count >= enough {
            *phase = Phase::new(next, phase.id + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{future::pending, sync::Arc};
    use tokio::{sync::oneshot, time::advance};

    const RECOVERY: Duration = Duration::from_secs(10);
    const ALMOST: Duration = Duration::from_nanos(9_999_999_999);

    async fn ok(breaker: &CircuitBreaker) -> Option<Result<(), &'static str>> {
        breaker.call(async { Ok(()) }, |_| true).await
    }

    async fn fail(breaker: &CircuitBreaker) -> Option<Result<(), &'static str>> {
        breaker.call(async { Err("down") }, |_| true).await
    }

    async fn opened(probes: u32) -> Arc<CircuitBreaker> {
        let breaker = Arc::new(CircuitBreaker::new(1, RECOVERY, probes));
        assert_eq!(fail(&breaker).await, Some(Err("down")));
        assert_eq!(breaker.state(), State::Open);
        breaker
    }

    /// A call in its own task, under way when this returns; it ends as `true` (well) or `false`.
    async fn start(
        breaker: &Arc<CircuitBreaker>,
    ) -> (oneshot::Sender<bool>, tokio::task::JoinHandle<bool>) {
        let breaker = Arc::clone(breaker);
        let (end, ended) = oneshot::channel();
        let (started, has_started) = oneshot::channel();
        let task = tokio::spawn(async move {
            let operation = async {
                started.send(()).expect("the test waits");
                if ended.await.expect("the test ends it") {
                    Ok(())
                } else {
                    Err("down")
                }
            };
            breaker.call(operation, |_| true).await.is_some()
        });
        has_started.await.expect("the call is admitted");
        (end, task)
    }

    #[tokio::test(start_paused = true)]
    async fn opens_at_the_threshold_of_failures_in_a_row() {
        let breaker = CircuitBreaker::new(3, RECOVERY, 1);
        fail(&breaker).await;
        fail(&breaker).await;
        ok(&breaker).await;
        fail(&breaker).await;
        fail(&breaker).await;
        assert_eq!(breaker.state(), State::Closed);
        fail(&breaker).await;
        assert_eq!(breaker.state(), State::Open);
        assert_eq!(ok(&breaker).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_rejected_operation_is_not_started() {
        let breaker = opened(1).await;
        let operation = async { panic!("started") };
        assert_eq!(
            breaker.call(operation, |(): &()| true).await,
            None::<Result<(), ()>>
        );
    }

    #[tokio::test(start_paused = true)]
    async fn errors_that_are_no_failures_count_as_success() {
        let breaker = CircuitBreaker::new(2, RECOVERY, 1);
        fail(&breaker).await;
        let not_found = breaker
            .call(async { Err::<(), _>("not found") }, |_| false)
            .await;
        assert_eq!(not_found, Some(Err("not found")));
        fail(&breaker).await;
        assert_eq!(breaker.state(), State::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_crowd_after_the_pause_meets_one_probe() {
        let breaker = opened(1).await;
        advance(ALMOST).await;
        assert_eq!(ok(&breaker).await, None);
        advance(RECOVERY.abs_diff(ALMOST)).await;
        let (end, probe) = start(&breaker).await;
        assert_eq!(breaker.state(), State::HalfOpen);
        for _ in 1..100 {
            assert_eq!(ok(&breaker).await, None);
        }
        end.send(true).expect("the probe waits");
        assert!(probe.await.expect("no panic"));
        assert_eq!(breaker.state(), State::Closed);
        assert_eq!(ok(&breaker).await, Some(Ok(())));
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_probe_opens_it_for_another_full_pause() {
        let breaker = opened(1).await;
        advance(RECOVERY).await;
        assert_eq!(fail(&breaker).await, Some(Err("down")));
        assert_eq!(breaker.state(), State::Open);
        advance(ALMOST).await;
        assert_eq!(ok(&breaker).await, None);
        advance(RECOVERY.abs_diff(ALMOST)).await;
        assert_eq!(ok(&breaker).await, Some(Ok(())));
        assert_eq!(breaker.state(), State::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn every_probe_must_succeed() {
        let breaker = opened(3).await;
        advance(RECOVERY).await;
        let (end, slow) = start(&breaker).await;
        ok(&breaker).await;
        let (end_failing, failing) = start(&breaker).await;
        assert_eq!(
            ok(&breaker).await,
            None,
            "three probes: two under way, one done"
        );
        end.send(true).expect("the probe waits");
        slow.await.expect("no panic");
        assert_eq!(breaker.state(), State::HalfOpen);
        end_failing.send(false).expect("the probe waits");
        failing.await.expect("no panic");
        assert_eq!(breaker.state(), State::Open);
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_probe_frees_its_place() {
        let breaker = opened(1).await;
        advance(RECOVERY).await;
        let (_end, probe) = start(&breaker).await;
        probe.abort();
        assert!(probe.await.expect_err("aborted").is_cancelled());
        assert_eq!(breaker.state(), State::HalfOpen);
        assert_eq!(ok(&breaker).await, Some(Ok(())));
        assert_eq!(breaker.state(), State::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_panicking_probe_frees_its_place() {
        let breaker = opened(1).await;
        advance(RECOVERY).await;
        let (end, probe) = start(&breaker).await;
        drop(end);
        assert!(probe.await.expect_err("the operation panics").is_panic());
        assert_eq!(ok(&breaker).await, Some(Ok(())));
        assert_eq!(breaker.state(), State::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn a_hanging_probe_does_not_block_the_recovery() {
        let breaker = opened(1).await;
        advance(RECOVERY).await;
        let (end, hanging) = start(&breaker).await;
        advance(RECOVERY).await;
        let (end_second, second) = start(&breaker).await;
        assert_eq!(ok(&breaker).await, None, "one more probe, not a crowd");
        end_second.send(true).expect("the probe waits");
        second.await.expect("no panic");
        assert_eq!(breaker.state(), State::Closed);
        end.send(false).expect("the probe waits");
        hanging.await.expect("no panic");
        assert_eq!(breaker.state(), State::Closed, "its failure is out of date");
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_slower_than_the_pause_still_closes_it() {
        let breaker = opened(1).await;
        advance(RECOVERY).await;
        let (end, slow) = start(&breaker).await;
        advance(RECOVERY).await;
        let (_end_second, _second) = start(&breaker).await;
        end.send(true).expect("the probe waits");
        slow.await.expect("no panic");
        assert_eq!(breaker.state(), State::Closed);
    }

    #[tokio::test(start_paused = true)]
    async fn results_from_before_the_opening_do_not_count() {
        let breaker = Arc::new(CircuitBreaker::new(1, RECOVERY, 1));
        let (end_well, well) = start(&breaker).await;
        let (end_badly, badly) = start(&breaker).await;
        fail(&breaker).await;
        advance(RECOVERY).await;
        let (_end, _probe) = start(&breaker).await;
        end_well.send(true).expect("the call waits");
        end_badly.send(false).expect("the call waits");
        assert!(well.await.expect("no panic") && badly.await.expect("no panic"));
        assert_eq!(breaker.state(), State::HalfOpen);
    }

    #[tokio::test(start_paused = true)]
    async fn a_dropped_call_counts_neither_way() {
        let breaker = CircuitBreaker::new(2, RECOVERY, 1);
        fail(&breaker).await;
        let hanging = breaker.call(pending::<Result<(), &str>>(), |_| true);
        assert!(tokio::time::timeout(RECOVERY, hanging).await.is_err());
        assert_eq!(breaker.state(), State::Closed);
        fail(&breaker).await;
        assert_eq!(
            breaker.state(),
            State::Open,
            "the failure before it still counts"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_count_of_zero_works_like_one() {
        let breaker = Arc::new(CircuitBreaker::new(0, RECOVERY, 0));
        assert_eq!(fail(&breaker).await, Some(Err("down")));
        assert_eq!(breaker.state(), State::Open);
        advance(RECOVERY).await;
        let (_end, probe) = start(&breaker).await;
        assert_eq!(ok(&breaker).await, None);
        probe.abort();
        assert!(probe.await.expect_err("aborted").is_cancelled());
        assert_eq!(ok(&breaker).await, Some(Ok(())));
        assert_eq!(breaker.state(), State::Closed);
    }
}
