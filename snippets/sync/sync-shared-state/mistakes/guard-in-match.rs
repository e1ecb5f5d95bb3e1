//! Wrong: the guard in the head of the `match` is still held when an arm locks again.

use std::collections::HashMap;
use std::sync::Mutex;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let cache: Mutex<HashMap<&str, u32>> = Mutex::default();

    println!("reached");
    let value = match cache.lock().unwrap().get("key") {
        Some(value) => *value,
        None => *cache.lock().unwrap().entry("key").or_insert(42),
    };
    println!("{value}");
}
