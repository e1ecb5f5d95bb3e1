//! The loop waits for each client in turn, and the second one does not read.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (quick, mut quick_messages) = mpsc::channel(1);
    let (slow, _slow_messages) = mpsc::channel(1);
    tokio::spawn(async move { while quick_messages.recv().await.is_some() {} });

    println!("reached");
    for n in 0..3 {
        for client in [&quick, &slow] {
            let _ = client.send(n).await;
        }
    }
}
