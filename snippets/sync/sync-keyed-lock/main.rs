//! Deposits that read, wait and write: in turn for one account, side by side for two.

use keyed_lock::KeyedLock;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Barrier;
use tokio::task::{JoinSet, yield_now};

pub mod keyed_lock;

#[derive(Default)]
struct Bank {
    locks: KeyedLock<&'static str>,
    balances: Mutex<HashMap<&'static str, u32>>,
}

impl Bank {
    fn balance(&self, account: &str) -> u32 {
        let balances = self.balances.lock().unwrap_or_else(PoisonError::into_inner);
        balances.get(account).copied().unwrap_or(0)
    }

    /// The lock of the account is held over the await, the one of the map only for a moment.
    async fn deposit(&self, account: &'static str, amount: u32) {
        let _turn = self.locks.lock(account).await;
        let balance = self.balance(account);
        yield_now().await;
        let mut balances = self.balances.lock().unwrap_or_else(PoisonError::into_inner);
        balances.insert(account, balance + amount);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let bank = Arc::new(Bank::default());
    let mut deposits = JoinSet::new();
    for account in ["ann", "bob"].repeat(50) {
        let bank = Arc::clone(&bank);
        deposits.spawn(async move { bank.deposit(account, 1).await });
    }
    deposits.join_all().await;
    println!("ann {}, bob {}", bank.balance("ann"), bank.balance("bob"));

    // Both are inside at the same time, or neither would get over the barrier.
    let both = Barrier::new(2);
    tokio::join!(
        async {
            let _turn = bank.locks.lock("ann").await;
            both.wait().await;
        },
        async {
            let _turn = bank.locks.lock("bob").await;
            both.wait().await;
        },
    );
    println!("keys left in the map: {}", bank.locks.len());
}
