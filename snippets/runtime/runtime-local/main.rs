//! Tasks that stay on one thread, so that their state need not be `Send`.
//!
//! Use it when a program keeps its state in `Rc`, `RefCell` or a library's thread-bound handles,
//! and one thread is enough for it.
//!
//! Prevents: `Arc` and `Mutex` around state that no other thread touches, and "`spawn_local`
//! called from outside of a `task::LocalSet`".

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use tokio::task::{JoinError, spawn_local, yield_now};

type Counts = Rc<RefCell<BTreeMap<&'static str, u32>>>;

/// Counts its words, giving way after each.
async fn count(words: &'static str, counts: Counts) {
    for word in words.split(' ') {
        // A borrow must end before the next `.await`: other tasks run there.
        *counts.borrow_mut().entry(word).or_default() += 1;
        yield_now().await;
    }
}

#[tokio::main(flavor = "local")]
async fn main() -> Result<(), JoinError> {
    let counts = Counts::default();
    let tasks = ["to be or not to be", "not to worry"].map(|words| {
        // Not `Send`, and it does not have to be.
        spawn_local(count(words, Rc::clone(&counts)))
    });
    for task in tasks {
        task.await?;
    }
    println!("{:?}", counts.borrow());
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::task::LocalSet;

    use super::*;

    /// Where the runtime is another's, a `LocalSet` makes the place for local tasks.
    #[tokio::test]
    async fn a_local_set_does_it_within_any_runtime() {
        let counts = Counts::default();
        let task = async { spawn_local(count("a b a", Rc::clone(&counts))).await };
        LocalSet::new().run_until(task).await.unwrap();
        assert_eq!(*counts.borrow(), BTreeMap::from([("a", 2), ("b", 1)]));
    }

    #[tokio::test(flavor = "local")]
    async fn tasks_share_what_is_not_send() {
        let counts = Counts::default();
        let first = spawn_local(count("a b a", Rc::clone(&counts)));
        let second = spawn_local(count("b", Rc::clone(&counts)));
        first.await.unwrap();
        second.await.unwrap();
        let expected = BTreeMap::from([("a", 2), ("b", 2)]);
        assert_eq!(*counts.borrow(), expected);
    }

    #[tokio::test(flavor = "local")]
    async fn a_local_task_runs_on_the_thread_that_spawned_it() {
        let here = std::thread::current().id();
        let there = spawn_local(async {
            yield_now().await;
            std::thread::current().id()
        });
        assert_eq!(there.await.unwrap(), here);
    }
}
