//! Wrong: the worker waits for the stop flag to change, and the flag is already set.

use std::time::Duration;

use tokio::sync::watch;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (stop, _) = watch::channel(false);
    stop.send_replace(true);

    let mut stopped = stop.subscribe();
    println!("reached");
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_millis(10)) => {}
            _ = stopped.changed() => break,
        }
    }
}
