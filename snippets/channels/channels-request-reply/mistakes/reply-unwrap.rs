//! Wrong: the task unwraps the send of a reply that the caller no longer waits for.

use tokio::sync::{mpsc, oneshot};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (requests, mut receiver) = mpsc::channel::<oneshot::Sender<u32>>(8);
    let task = tokio::spawn(async move {
        while let Some(reply) = receiver.recv().await {
            reply.send(42).unwrap();
        }
    });

    let (reply, answer) = oneshot::channel();
    requests.send(reply).await.unwrap();
    // As a timeout or a lost `select!` does.
    drop(answer);

    drop(requests);
    task.await.unwrap();
}
