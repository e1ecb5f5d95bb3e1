//! Wrong: a permit that borrows the semaphore goes into a spawned task.

use std::sync::Arc;

use tokio::sync::Semaphore;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let limit = Arc::new(Semaphore::new(3));
    for n in 0..10 {
        let permit = limit.acquire().await.unwrap();
        tokio::spawn(async move {
            println!("{n}");
            drop(permit);
        });
    }
}
