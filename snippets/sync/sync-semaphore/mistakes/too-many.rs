//! Wrong: more permits are asked for than the semaphore has.

use tokio::sync::Semaphore;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let limit = Semaphore::new(3);
    println!("reached");
    let permits = limit.acquire_many(4).await;
    println!("{permits:?}");
}
