//! The lock that lets several invocations share the cache: many read and build units at once, one alone builds
//! dependencies or cleans.
//!
//! A task holds it once at a time: one that waits for a second while it holds a first may wait for ever.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use super::cache::{self, Cache};
use super::supervise::Supervisor;
use crate::report::Listener;

/// How often a taken lock is tried again. The lock has no wake-up that a signal could interrupt.
const TRY_AGAIN: Duration = Duration::from_millis(20);

/// Held while it lives.
#[derive(Debug)]
pub(crate) struct Held(#[expect(dead_code, reason = "closing it gives the lock back")] File);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Share {
    /// With others who read and build units.
    Together,
    Alone,
}

impl Cache {
    /// # Errors
    /// [`crate::error::Problem`] when the lock file cannot be used; the interruption, when one came while waiting.
    pub(crate) async fn lock(
        &self,
        share: Share,
        supervisor: &Supervisor,
        listener: &dyn Listener,
    ) -> anyhow::Result<Held> {
        let mut waiter = Waiter {
            cache: self,
            supervisor,
            listener,
            told: false,
        };
        // Who wants to be alone holds the gate while waiting, so that those who come later let it go first.
        let gate = waiter.take("gate", share).await?;
        let held = waiter.take("lock", share).await?;
        drop(gate);
        Ok(held)
    }
}

impl Cache {
    /// The lock, unless another holds it.
    ///
    /// # Errors
    /// [`crate::error::Problem`] when the lock file cannot be used.
    pub(crate) fn try_lock(&self, share: Share) -> anyhow::Result<Option<Held>> {
        try_file(&self.folder().join("lock"), share)
    }
}

/// Takes the lock of a file if that is possible now.
fn try_file(path: &Path, share: Share) -> anyhow::Result<Option<Held>> {
    let problem = |error: std::io::Error| cache::problem(path, &error);
    let file = File::options()
        .read(true)
        .append(true)
        .create(true)
        .open(path)
        .map_err(problem)?;
    let tried = match share {
        Share::Alone => file.try_lock(),
        Share::Together => file.try_lock_shared(),
    };
    match tried {
        Ok(()) => Ok(Some(Held(file))),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(problem(error).into()),
    }
}

struct Waiter<'a> {
    cache: &'a Cache,
    supervisor: &'a Supervisor,
    listener: &'a dyn Listener,
    told: bool,
}

impl Waiter<'_> {
    async fn take(&mut self, name: &str, share: Share) -> anyhow::Result<Held> {
        let path = self.cache.folder().join(name);
        loop {
            if let Some(held) = try_file(&path, share)? {
                return Ok(held);
            }
            self.supervisor.check()?;
            if !self.told {
                self.told = true;
                self.listener
                    .note("waiting for another tokio-cmd that is building");
            }
            tokio::time::sleep(TRY_AGAIN).await;
        }
    }
}
