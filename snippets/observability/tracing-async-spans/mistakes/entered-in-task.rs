//! The guard of `entered()` belongs to one thread, so a task may not hold it across an await.

use tokio::task::yield_now;
use tracing::{info, info_span};

#[tokio::main]
async fn main() {
    let task = tokio::spawn(async {
        let _guard = info_span!("request").entered();
        yield_now().await;
        info!("answered");
    });
    let _ = task.await;
}
