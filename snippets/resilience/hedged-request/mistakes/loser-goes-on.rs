//! Wrong: the requests are spawned, so the loser is not dropped with its handle and goes on.

use std::future::pending;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::sleep;

async fn request(slow: bool) {
    if slow {
        pending().await
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for _ in 0..3 {
        let first = tokio::spawn(request(true));
        let hedge = async {
            sleep(Duration::from_millis(10)).await;
            tokio::spawn(request(false)).await
        };
        tokio::select! {
            _ = first => {}
            _ = hedge => {}
        }
    }
    let alive = Handle::current().metrics().num_alive_tasks();
    println!("3 answers, requests still under way: {alive}");
}
