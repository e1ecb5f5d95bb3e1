//! A resource that may not change threads is moved into `spawn_blocking`.

use std::rc::Rc;
use tokio::task::spawn_blocking;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let store = Rc::new("value");
    let length = spawn_blocking(move || store.len()).await;
    println!("{length:?}");
}
