//! Start together: nobody goes on before everybody has arrived.
//!
//! Use it when a fixed number of tasks work in phases, and no phase may begin before the last one
//! is complete everywhere. To wait for tasks to end, join them instead.
//!
//! Prevents: a `wait` inside `select!`, which still counts as an arrival after it was dropped; and
//! a worker that returns early and leaves the others waiting for ever.

use std::error::Error;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Barrier;
use tokio::task::{JoinError, JoinSet};

/// How many workers meet at the barrier.
const WORKERS: usize = 3;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    println!("all ready: {:?}", start([true; WORKERS]).await?);

    let mut ready = [true; WORKERS];
    ready[0] = false;
    println!("one not ready: {:?}", start(ready).await?);
    Ok(())
}

#[derive(Debug, Default, PartialEq)]
struct Started {
    workers: usize,
    leaders: usize,
}

/// Starts one worker for each entry, which says whether its preparation will succeed.
async fn start(workers: [bool; WORKERS]) -> Result<Started, JoinError> {
    let barrier = Arc::new(Barrier::new(workers.len()));
    let ready = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for succeeds in workers {
        tasks.spawn(work(succeeds, Arc::clone(&barrier), Arc::clone(&ready)));
    }

    let mut started = Started::default();
    while let Some(role) = tasks.join_next().await {
        match role? {
            Some(Role::Leader) => {
                started.leaders += 1;
                started.workers += 1;
            }
            Some(Role::Follower) => started.workers += 1,
            None => {}
        }
    }
    Ok(started)
}

enum Role {
    /// Exactly one worker of each round, for what is to be done once.
    Leader,
    Follower,
}

async fn work(succeeds: bool, barrier: Arc<Barrier>, ready: Arc<AtomicUsize>) -> Option<Role> {
    if prepare(succeeds).await.is_ok() {
        ready.fetch_add(1, Ordering::Relaxed);
    }

    // Also after a failure, because the others cannot go on without this arrival. A worker that
    // panics never arrives; then `start` returns, and its set aborts those that wait.
    let arrival = barrier.wait().await;

    // Everybody has counted by now and sees the same number, so all go on or none.
    if ready.load(Ordering::Relaxed) < WORKERS {
        return None;
    }
    Some(if arrival.is_leader() {
        Role::Leader
    } else {
        Role::Follower
    })
}

/// Stands for loading or connecting.
async fn prepare(succeeds: bool) -> Result<(), &'static str> {
    tokio::task::yield_now().await;
    if succeeds {
        Ok(())
    } else {
        Err("no connection")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::{Instant, sleep};

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn all_start_with_one_leader() {
        let expected = Started {
            workers: WORKERS,
            leaders: 1,
        };
        assert_eq!(start([true; WORKERS]).await.unwrap(), expected);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn none_starts_when_one_is_not_ready() {
        for failing in 0..WORKERS {
            let mut workers = [true; WORKERS];
            workers[failing] = false;
            assert_eq!(start(workers).await.unwrap(), Started::default());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn everybody_waits_for_the_last() {
        let (start, barrier) = (Instant::now(), Barrier::new(3));
        let pass = async |ms| {
            sleep(Duration::from_millis(ms)).await;
            let leader = barrier.wait().await.is_leader();
            (start.elapsed().as_millis(), leader)
        };
        let passed: [_; 3] = tokio::join!(pass(100), pass(300), pass(200)).into();
        assert!(passed.iter().all(|(ms, _)| *ms == 300));
        // Which one leads is not promised.
        assert_eq!(passed.iter().filter(|(_, leader)| *leader).count(), 1);
    }

    #[tokio::test]
    async fn a_barrier_serves_round_after_round() {
        let barrier = Barrier::new(2);
        for _ in 0..3 {
            let (one, other) = tokio::join!(barrier.wait(), barrier.wait());
            assert!(one.is_leader() != other.is_leader());
        }
    }
}
