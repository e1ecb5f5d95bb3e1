//! Two tasks are spawned under one name, and only the later one runs.

use std::time::Duration;
use tokio::time::sleep;
use tokio_util::task::JoinMap;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut tasks = JoinMap::new();
    for name in ["first", "second"] {
        tasks.spawn("worker", async move {
            sleep(Duration::from_millis(1)).await;
            name
        });
    }
    let mut run = Vec::new();
    while let Some((_name, result)) = tasks.join_next().await {
        run.extend(result);
    }
    println!("tasks that run: {run:?}");
}
