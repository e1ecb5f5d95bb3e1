//! Wrong: the first task takes the only sender, so there is none for the next.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, mut rx) = mpsc::channel(8);
    for n in 0..3 {
        tokio::spawn(async move { tx.send(n).await });
    }
    while let Some(n) = rx.recv().await {
        println!("{n}");
    }
}
