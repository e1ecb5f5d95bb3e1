//! Tasks by name: one for each key, replaced, stopped and told apart.
//!
//! Use it when every key (a user, a file, a device) has at most one task, and tasks are stopped or
//! asked about by key, by handle or by id.
//!
//! Prevents: two tasks for one key, a map of handles that nobody clears, and results that cannot be
//! matched with what they belong to.

use std::collections::BTreeSet;
use std::future::pending;

use tokio::task::{self, AbortHandle, JoinSet};
use tokio_util::task::{JoinMap, JoinMapKeys};

/// What a set of tasks came to: who ended with what, who was stopped.
async fn outcomes(mut tasks: JoinMap<&'static str, u32>) -> BTreeSet<(&'static str, Option<u32>)> {
    let mut outcomes = BTreeSet::new();
    while let Some((key, result)) = tasks.join_next().await {
        // A panic would be an error too; `is_cancelled` tells them apart.
        outcomes.insert((key, result.ok()));
    }
    outcomes
}

/// The keys that have a task now, in order.
fn sorted<V: 'static>(keys: JoinMapKeys<'_, &'static str, V>) -> Vec<&'static str> {
    let mut keys: Vec<_> = keys.copied().collect();
    keys.sort_unstable();
    keys
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), task::JoinError> {
    let mut tasks = JoinMap::new();
    tasks.spawn("ann", async { 1 });
    tasks.spawn("ben", pending());
    // A second task for the same key aborts the first.
    tasks.spawn("ann", async { 2 });
    println!("keys {:?}", sorted(tasks.keys()));
    tasks.abort(&"ben");
    println!("{:?}", outcomes(tasks).await);

    // Without keys, the id says which task it was.
    let mut set = JoinSet::new();
    let stop: AbortHandle = set.spawn(pending::<()>());
    let stopped: task::Id = stop.id();
    set.spawn(async {});
    stop.abort();
    while let Some(ended) = set.join_next_with_id().await {
        let id = ended
            .as_ref()
            .map_or_else(task::JoinError::id, |(id, ())| *id);
        if id == stopped {
            println!("the stopped one ended well: {}", ended.is_ok());
        }
    }

    // In a task it is known which one runs; `main` is none.
    println!("main is a task: {}", task::try_id().is_some());
    let task = tokio::spawn(async { task::id() });
    println!("the id is the handle's: {}", task.id() == task.await?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_key_has_one_task_and_the_last_one_counts() {
        let mut tasks = JoinMap::new();
        tasks.spawn("a", pending());
        tasks.spawn("a", async { 7 });
        assert_eq!(tasks.len(), 1);
        assert_eq!(outcomes(tasks).await, [("a", Some(7))].into());
    }

    #[tokio::test]
    async fn one_key_is_stopped_without_the_others() {
        let mut tasks = JoinMap::new();
        tasks.spawn("a", pending());
        tasks.spawn("b", async { 1 });
        assert!(tasks.abort("a"));
        assert!(!tasks.abort("c"));
        assert_eq!(outcomes(tasks).await, [("a", None), ("b", Some(1))].into());
    }

    #[tokio::test]
    async fn dropping_the_map_stops_all() {
        let (gone, hears) = tokio::sync::oneshot::channel::<()>();
        let mut tasks = JoinMap::new();
        tasks.spawn("a", async move {
            let _gone = gone;
            pending::<u32>().await
        });
        drop(tasks);
        assert!(hears.await.is_err());
    }
}
