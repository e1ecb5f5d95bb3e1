//! Wrong: the worker stops at any news of the flag, without reading it.

use std::future::pending;

use tokio::sync::watch;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (stop, mut stopped) = watch::channel(false);
    stop.send_replace(false);

    tokio::select! {
        () = pending() => {}
        _ = stopped.changed() => println!("stopped although the flag is {}", *stopped.borrow()),
    }
}
