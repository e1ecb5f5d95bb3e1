//! Wrong: the body waits for a permit that a future of the buffer holds, which nobody polls.

use futures_util::{StreamExt, stream};
use tokio::{sync::Semaphore, task::yield_now};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), tokio::sync::AcquireError> {
    let connections = Semaphore::new(1);
    let requests = stream::iter(0..3).map(|_| async {
        let _connection = connections.acquire().await?;
        yield_now().await;
        Ok(())
    });
    let mut results = std::pin::pin!(requests.buffer_unordered(2));
    while let Some(result) = results.next().await {
        result?;
        println!("reached");
        let _connection = connections.acquire().await?;
    }
    Ok(())
}
