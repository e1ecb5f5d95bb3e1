//! A trait with async methods: generic, spawned, and behind `dyn`.
//!
//! Use it when several types do the same asynchronous thing (stores, clients, handlers) and the
//! callers should not care which.
//!
//! Prevents: "future cannot be sent between threads safely" in generic code that spawns, and "the
//! trait is not dyn compatible".

use std::collections::HashMap;
use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// A future on the heap, as `dyn` needs it.
type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where values come from.
trait Store: Send + Sync {
    /// Written out, so that `Send` is part of the promise; an implementation may use `async fn`.
    fn get(&self, key: &str) -> impl Future<Output = Option<String>> + Send;
}

/// The same for `dyn DynStore`: every [`Store`] is one.
trait DynStore: Send + Sync {
    fn get_boxed<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Option<String>>;
}

impl<S: Store> DynStore for S {
    fn get_boxed<'a>(&'a self, key: &'a str) -> BoxFuture<'a, Option<String>> {
        Box::pin(self.get(key))
    }
}

/// Keeps values in memory.
struct Memory(HashMap<String, String>);

impl Store for Memory {
    async fn get(&self, key: &str) -> Option<String> {
        self.0.get(key).cloned()
    }
}

/// Has the same value for every key.
struct Constant(&'static str);

impl Store for Constant {
    async fn get(&self, _key: &str) -> Option<String> {
        // Stands for the work of a real store.
        tokio::task::yield_now().await;
        Some(self.0.to_owned())
    }
}

/// Static dispatch costs nothing, and the future can be spawned.
fn spawn_get<S: Store + 'static>(
    store: Arc<S>,
    key: &'static str,
) -> tokio::task::JoinHandle<Option<String>> {
    tokio::spawn(async move { store.get(key).await })
}

/// Dynamic dispatch: the first of several stores that knows the key.
async fn first(stores: &[Box<dyn DynStore>], key: &str) -> Option<String> {
    for store in stores {
        if let Some(value) = store.get_boxed(key).await {
            return Some(value);
        }
    }
    None
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let memory = || Memory(HashMap::from([("greeting".to_owned(), "hello".to_owned())]));

    println!("generic: {:?}", memory().get("greeting").await);
    println!(
        "spawned: {:?}",
        spawn_get(Arc::new(memory()), "greeting").await?
    );

    let stores: [Box<dyn DynStore>; 2] = [Box::new(memory()), Box::new(Constant("default"))];
    println!("dyn: {:?}", first(&stores, "greeting").await);
    println!("dyn: {:?}", first(&stores, "farewell").await);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Knows nothing.
    struct Empty;

    impl Store for Empty {
        async fn get(&self, _key: &str) -> Option<String> {
            None
        }
    }

    #[tokio::test]
    async fn both_ways_give_the_same() {
        let store = Constant("x");
        assert_eq!(store.get("a").await, store.get_boxed("a").await);
    }

    #[tokio::test]
    async fn the_first_store_that_knows_answers() {
        let stores: [Box<dyn DynStore>; 3] = [
            Box::new(Empty),
            Box::new(Constant("1")),
            Box::new(Constant("2")),
        ];
        assert_eq!(first(&stores, "a").await.as_deref(), Some("1"));
        assert_eq!(first(&stores[..1], "a").await, None);
    }

    #[tokio::test]
    async fn a_future_behind_dyn_can_be_spawned() {
        let store: Arc<dyn DynStore> = Arc::new(Constant("x"));
        let value = tokio::spawn(async move { store.get_boxed("a").await });
        assert_eq!(value.await.unwrap().as_deref(), Some("x"));
    }
}
