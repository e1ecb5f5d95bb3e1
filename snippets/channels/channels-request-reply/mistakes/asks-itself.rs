//! Wrong: while it handles a request the task asks itself through its own queue.

use tokio::sync::{mpsc, oneshot};

enum Request {
    Total(oneshot::Sender<u32>),
    Double(oneshot::Sender<u32>),
}

async fn ask(
    requests: &mpsc::Sender<Request>,
    request: impl FnOnce(oneshot::Sender<u32>) -> Request,
) -> u32 {
    let (reply, answer) = oneshot::channel();
    let _ = requests.send(request(reply)).await;
    answer.await.unwrap()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (requests, mut receiver) = mpsc::channel(8);
    let own = requests.clone();
    tokio::spawn(async move {
        while let Some(request) = receiver.recv().await {
            let _ = match request {
                Request::Total(reply) => reply.send(21),
                Request::Double(reply) => reply.send(2 * ask(&own, Request::Total).await),
            };
        }
    });

    println!("reached");
    println!("{}", ask(&requests, Request::Double).await);
}
