//! The error of `send_timeout` is logged, and the message in it is dropped.

use std::time::Duration;

use tokio::sync::mpsc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (orders, _slow_consumer) = mpsc::channel(1);
    for order in ["first", "second"] {
        if let Err(error) = orders.send_timeout(order, Duration::from_millis(5)).await {
            println!("given up: {error}");
        }
    }
}
