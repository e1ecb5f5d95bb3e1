//! One `notify_one` for each item, one item for each wake-up: the rest stays where it is.

use std::future::ready;

use tokio::select;
use tokio::sync::Notify;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let added = Notify::new();
    let mut queue = Vec::new();
    for item in 0..3 {
        queue.push(item);
        added.notify_one();
    }

    let mut taken = 0;
    loop {
        select! {
            biased;
            () = added.notified() => {
                queue.pop();
                taken += 1;
            }
            // Nothing wakes it any more.
            () = ready(()) => break,
        }
    }
    println!("taken {taken}, left in the queue {}", queue.len());
}
