//! Wrong: the first sender stays alive while the receiver waits for the end of the channel.

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (tx, mut rx) = mpsc::channel(8);
    for n in 0..3 {
        let tx = tx.clone();
        tokio::spawn(async move { tx.send(n).await });
    }

    println!("reached");
    while let Some(n) = rx.recv().await {
        eprintln!("{n}");
    }
    println!("never printed: `tx` is dropped at the end of `main`");
}
