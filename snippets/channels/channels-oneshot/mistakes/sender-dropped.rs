//! Wrong: on one way out of the task no value is sent, and the other side unwraps its absence.

use tokio::sync::oneshot;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (reply, value) = oneshot::channel();
    tokio::spawn(async move {
        if let Ok(number) = "forty-two".parse::<u32>() {
            let _ = reply.send(number);
        }
    });
    println!("{}", value.await.unwrap());
}
