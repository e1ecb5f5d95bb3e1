//! A timeout is an everyday event, and `unwrap` makes a panic of it.
use std::future::pending;
use std::time::Duration;
use tokio::time::timeout;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let reply: &str = timeout(Duration::from_millis(10), pending()).await.unwrap();
    println!("{reply}");
}
