//! Two tasks lock the same two accounts in different orders.

use tokio::sync::Mutex;
use tokio::task::yield_now;

async fn transfer(from: &Mutex<i64>, to: &Mutex<i64>) {
    let mut from = from.lock().await;
    yield_now().await;
    let mut to = to.lock().await;
    *from -= 1;
    *to += 1;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (ann, bob) = (Mutex::new(10), Mutex::new(10));
    println!("reached");
    tokio::join!(transfer(&ann, &bob), transfer(&bob, &ann));
}
