//! Wrong: the deadline ends the wait but not the receiver, so the worker is never told.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (reply, mut value) = oneshot::channel::<u32>();

    let waited = timeout(Duration::from_millis(10), &mut value).await;
    assert!(waited.is_err());

    println!(
        "deadline over, caller still counted as waiting: {}",
        !reply.is_closed()
    );
}
