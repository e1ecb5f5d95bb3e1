//! Every task gets a monitor of its own, and the one that is read has seen none of them.

use tokio_metrics::TaskMonitor;

#[tokio::main]
async fn main() {
    let monitor = TaskMonitor::new();
    for id in 0..3 {
        let work = TaskMonitor::new().instrument(async move { id });
        let _ = tokio::spawn(work).await;
    }
    println!("instrumented: {}", monitor.cumulative().instrumented_count);
}
