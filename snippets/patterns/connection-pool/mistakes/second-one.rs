//! Wrong: every task holds a connection and asks for a second one, which none of them gets.

use std::sync::Arc;
use tokio::sync::{Barrier, Semaphore};
use tokio::task::JoinSet;

async fn transfer(pool: Arc<Semaphore>, both: Arc<Barrier>) -> bool {
    let first = pool.acquire().await;
    both.wait().await;
    let second = pool.acquire().await;
    first.is_ok() && second.is_ok()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (pool, both) = (Arc::new(Semaphore::new(2)), Arc::new(Barrier::new(2)));
    let tasks: JoinSet<_> = (0..2)
        .map(|_| transfer(Arc::clone(&pool), Arc::clone(&both)))
        .collect();
    println!("reached");
    println!("{:?}", tasks.join_all().await);
}
