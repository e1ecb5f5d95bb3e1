//! Wrong: one of the workers fails and returns before it has arrived at the barrier.

use std::sync::Arc;

use tokio::sync::Barrier;
use tokio::task::JoinSet;

async fn work(id: u32, barrier: Arc<Barrier>) -> Result<(), String> {
    if id == 0 {
        Err("no connection")?;
    }
    barrier.wait().await;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let barrier = Arc::new(Barrier::new(3));
    let mut workers = JoinSet::new();
    for id in 0..3 {
        workers.spawn(work(id, Arc::clone(&barrier)));
    }
    println!("reached");
    println!("{:?}", workers.join_all().await);
}
