//! Wrong: a list that is complete before its first item is used.

use std::sync::atomic::{AtomicU32, Ordering};

static FETCHED: AtomicU32 = AtomicU32::new(0);

async fn fetch(page: u32) -> Vec<u32> {
    FETCHED.fetch_add(1, Ordering::Relaxed);
    tokio::task::yield_now().await;
    vec![page; 10]
}

async fn all_items() -> Vec<u32> {
    let mut items = Vec::new();
    for page in 0..1000 {
        items.extend(fetch(page).await);
    }
    items
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let shown = all_items().await.into_iter().take(3).count();
    let fetched = FETCHED.load(Ordering::Relaxed);
    println!("{fetched} pages fetched to show {shown} items");
}
