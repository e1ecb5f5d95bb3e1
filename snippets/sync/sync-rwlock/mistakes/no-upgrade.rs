//! Wrong: the task asks for the write guard while it still holds its read guard.

use std::collections::HashMap;

use tokio::sync::RwLock;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cache: RwLock<HashMap<&str, u32>> = RwLock::default();

    println!("reached");
    let values = cache.read().await;
    if !values.contains_key("key") {
        cache.write().await.insert("key", 42);
    }
    println!("{}", cache.read().await["key"]);
}
