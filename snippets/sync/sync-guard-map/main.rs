//! Hand out a part of what is locked, and nothing else of it.
//!
//! Use it when a type keeps several things under one lock and a caller should hold just one of
//! them, over an `.await` if it must: an entry of a map, a field of a state.
//!
//! Prevents: public locks around whole states, and a second look-up because the first guard could
//! not be narrowed.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::{
    MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard,
    OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock,
    RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard,
};

/// Accounts by name, under one lock.
#[derive(Debug, Default)]
struct Bank {
    accounts: Mutex<HashMap<String, i64>>,
}

impl Bank {
    /// One account, made if need be. The others are locked as long as this guard lives.
    async fn account(&self, name: &str) -> MappedMutexGuard<'_, i64> {
        let accounts = self.accounts.lock().await;
        MutexGuard::map(accounts, |accounts| {
            accounts.entry(name.to_owned()).or_default()
        })
    }
}

/// One account of a shared map, for a task: the guard owns its lock. `None` if there is none.
async fn owned_account(
    accounts: Arc<Mutex<HashMap<String, i64>>>,
    name: &str,
) -> Option<OwnedMappedMutexGuard<HashMap<String, i64>, i64>> {
    let accounts = accounts.lock_owned().await;
    OwnedMutexGuard::try_map(accounts, |accounts| accounts.get_mut(name)).ok()
}

/// A state of which most callers only read.
#[derive(Debug, Default)]
struct State {
    name: String,
    hits: u64,
}

/// The counter alone, to be changed.
async fn hits(state: &RwLock<State>) -> RwLockMappedWriteGuard<'_, u64> {
    RwLockWriteGuard::map(state.write().await, |state| &mut state.hits)
}

/// The name alone, to be read beside other readers.
async fn name(state: &RwLock<State>) -> RwLockReadGuard<'_, str> {
    RwLockReadGuard::map(state.read().await, |state| state.name.as_str())
}

/// The same for tasks, which cannot borrow.
async fn owned_hits(state: Arc<RwLock<State>>) -> OwnedRwLockMappedWriteGuard<State, u64> {
    OwnedRwLockWriteGuard::map(state.write_owned().await, |state| &mut state.hits)
}

async fn owned_name(state: Arc<RwLock<State>>) -> OwnedRwLockReadGuard<State, str> {
    OwnedRwLockReadGuard::map(state.read_owned().await, |state| state.name.as_str())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let bank = Bank::default();
    *bank.account("ann").await += 10;
    *bank.account("ann").await -= 3;
    println!("ann has {}", *bank.account("ann").await);

    let accounts = Arc::new(bank.accounts);
    let ben = owned_account(Arc::clone(&accounts), "ben").await;
    println!("ben has an account: {}", ben.is_some());

    let state = Arc::new(RwLock::new(State {
        name: "counter".to_owned(),
        hits: 0,
    }));
    *hits(&state).await += 1;
    *owned_hits(Arc::clone(&state)).await += 1;
    // Two readers, each of which lets go before it waits for anything else.
    let one = async { name(&state).await.to_owned() };
    let other = async { owned_name(Arc::clone(&state)).await.to_owned() };
    let (one, other) = tokio::join!(one, other);
    println!("{one} and {other}");
    println!("hits {}", *hits(&state).await);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_part_keeps_the_whole_locked() {
        let bank = Bank::default();
        let ann = bank.account("ann").await;
        assert!(bank.accounts.try_lock().is_err());
        drop(ann);
        assert_eq!(bank.accounts.try_lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_part_that_is_not_there_unlocks_again() {
        let accounts = Arc::new(Mutex::new(HashMap::new()));
        assert!(owned_account(Arc::clone(&accounts), "x").await.is_none());
        assert!(accounts.try_lock().is_ok());
    }

    #[tokio::test]
    async fn an_owned_guard_goes_into_a_task() {
        let state = Arc::new(RwLock::new(State::default()));
        let mut hits = owned_hits(Arc::clone(&state)).await;
        tokio::spawn(async move { *hits += 5 }).await.unwrap();
        assert_eq!(state.read().await.hits, 5);
    }
}
