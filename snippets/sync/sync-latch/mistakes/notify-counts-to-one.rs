//! Three events are notified before anybody waits, and then three are waited for.

use tokio::sync::Notify;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let ready = Notify::new();
    for _ in 0..3 {
        ready.notify_one();
    }
    println!("reached");
    for _ in 0..3 {
        ready.notified().await;
    }
    println!("all are ready");
}
