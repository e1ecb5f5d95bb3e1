//! A store that is not `Send`, on its thread, used by ten tasks.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::rc::Rc;
use tokio::task::{JoinSet, spawn_blocking};

use thread_owner::ThreadOwner;

pub mod thread_owner;

/// Stands for a database connection: every call blocks, and it may not change threads.
type Store = Rc<RefCell<BTreeMap<u32, String>>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (store, thread) = ThreadOwner::start("store", || io::Result::Ok(Store::default()))?;

    let mut writers = JoinSet::new();
    for key in 0..10 {
        let store = store.clone();
        writers.spawn(async move {
            let write = move |store: &mut Store| {
                store.borrow_mut().insert(key, format!("value {key}"));
            };
            store.call(write).await
        });
    }
    for written in writers.join_all().await {
        written?;
    }

    let value = store.call(|store| store.borrow().get(&7).cloned()).await?;
    println!("key 7: {value:?}");

    drop(store);
    spawn_blocking(|| thread.join())
        .await?
        .map_err(|_| io::Error::other("the thread panicked"))??;
    println!("thread ended");
    Ok(())
}
