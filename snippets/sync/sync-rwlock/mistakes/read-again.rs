//! Wrong: a task that reads calls a function that reads too, while a writer waits.

use std::sync::Arc;

use tokio::sync::RwLock;

async fn length(data: &RwLock<Vec<u32>>) -> usize {
    data.read().await.len()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let data = Arc::new(RwLock::new(vec![1, 2, 3]));
    let values = data.read().await;

    let writer = Arc::clone(&data);
    tokio::spawn(async move { writer.write().await.push(4) });
    tokio::task::yield_now().await;

    println!("reached");
    println!("{:?} {}", *values, length(&data).await);
}
