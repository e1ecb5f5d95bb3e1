//! Wrong: `now_or_never` takes a used-up budget for an empty queue.

use futures_util::FutureExt;
use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, mut queue) = mpsc::unbounded_channel();
    for item in 0..1000 {
        let _ = sender.send(item);
    }

    let mut drained = 0;
    while let Some(Some(_item)) = queue.recv().now_or_never() {
        drained += 1;
    }
    println!(
        "drained {drained} of 1000, left in the queue {}",
        queue.len()
    );
}
