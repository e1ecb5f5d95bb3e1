//! Wrong: the loop goes on polling a receiver that has already delivered its value.

use tokio::sync::{mpsc, oneshot};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (stop, mut stopped) = oneshot::channel();
    let (jobs, mut queue) = mpsc::channel(8);
    stop.send("stop").unwrap();
    jobs.send("job").await.unwrap();

    for _ in 0..3 {
        tokio::select! {
            biased;
            word = &mut stopped => println!("{word:?}"),
            job = queue.recv() => println!("{job:?}"),
        }
    }
}
