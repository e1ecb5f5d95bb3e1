//! Nobody promised that the future of a trait's `async fn` is `Send`.

use std::sync::Arc;

trait Store: Send + Sync {
    async fn get(&self) -> u32;
}

fn spawn_get<S: Store + 'static>(store: Arc<S>) {
    tokio::spawn(async move { store.get().await });
}

struct One;

impl Store for One {
    async fn get(&self) -> u32 {
        1
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    spawn_get(Arc::new(One));
}
