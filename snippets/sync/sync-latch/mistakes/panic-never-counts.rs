//! Each task counts in its last line, which the one that panics never reaches.

use tokio::sync::watch;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let left = watch::Sender::new(3);
    for number in 0..3 {
        let left = left.clone();
        tokio::spawn(async move {
            assert_ne!(number, 1, "a bug");
            left.send_modify(|left| *left -= 1);
        });
    }
    println!("reached");
    let _ = left.subscribe().wait_for(|left| *left == 0).await;
    println!("all have ended");
}
