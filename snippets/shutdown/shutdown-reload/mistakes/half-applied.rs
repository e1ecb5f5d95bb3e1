//! The host is published before the port, and a reader takes both in between.

use tokio::sync::watch;
use tokio::task::yield_now;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (hosts, host) = watch::channel("old.example");
    let (ports, port) = watch::channel(1);
    let reader = tokio::spawn(async move {
        println!("connecting to {} port {}", *host.borrow(), *port.borrow());
    });
    hosts.send_replace("new.example");
    // Stands for the reading of the next value.
    yield_now().await;
    ports.send_replace(2);
    let _ = reader.await;
}
