//! Wrong: `Duration` is used but never imported.

use tokio::sync::oneshot;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (reply, value) = oneshot::channel();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(100)).await;
        reply.send("result")
    });
    println!("{:?}", value.await);
}
