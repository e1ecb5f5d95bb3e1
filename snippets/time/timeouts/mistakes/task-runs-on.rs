//! The timeout takes the `JoinHandle` and drops it, which detaches the task instead of ending it.
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::timeout;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (go, gone) = oneshot::channel::<()>();
    let (report, reported) = oneshot::channel();
    let task = tokio::spawn(async move {
        let _ = gone.await;
        let _ = report.send("the task is still running");
    });
    if timeout(Duration::from_millis(10), task).await.is_err() {
        println!("timed out");
    }
    let _ = go.send(());
    println!("{}", reported.await.unwrap_or("the task is gone"));
}
