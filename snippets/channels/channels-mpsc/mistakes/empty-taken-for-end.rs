//! A loop over `try_recv` takes a queue that is empty just now for one that has ended.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, mut receiver) = mpsc::channel::<&str>(8);
    let producer = tokio::spawn(async move { sender.send("hello").await });
    loop {
        match receiver.try_recv() {
            Ok(message) => println!("{message}"),
            Err(error) => {
                println!("the consumer leaves: {error}");
                break;
            }
        }
    }
    let _ = producer.await;
}
