//! Why a spawned task owns its data, and the forms that work.
//!
//! Use it when `tokio::spawn` refuses a reference. A task may outlive the function that spawned
//! it, also when you await its handle: move the data, share it by `Arc`, or do not spawn at all.
//!
//! Prevents: the errors "borrowed data escapes", "may outlive" and "does not live long enough",
//! and deep copies made only to silence them.

use std::sync::Arc;

use futures_util::future::join_all;
use tokio::task::{JoinError, JoinHandle, JoinSet};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), JoinError> {
    let draft = sign(String::from("draft")).await?;
    println!("moved in and given back: {draft}");

    let words: Arc<[String]> = ["spawn", "owns", "data"].map(String::from).into();
    println!("shared by tasks: {}", count_all(&words).await?);

    let store = Arc::new(Store { words });
    println!("method as a task: {}", store.count_in_background().await?);
    println!(
        "borrowed, not spawned: {}",
        count_borrowed(&store.words).await
    );
    Ok(())
}

/// Needed by one task only: move it in, and return it if it is needed afterwards.
fn sign(mut text: String) -> JoinHandle<String> {
    tokio::spawn(async move {
        text.push_str(", signed");
        text
    })
}

/// Needed by several tasks: an `Arc`, cloned before each `async move`.
///
/// # Errors
///
/// If a task panicked.
async fn count_all(words: &Arc<[String]>) -> Result<usize, JoinError> {
    let mut tasks = JoinSet::new();
    for index in 0..words.len() {
        // The clone is a new count, not a copy of the words; it is what the task takes along.
        let words = Arc::clone(words);
        tasks.spawn(async move { count(&words[index]).await });
    }
    let mut letters = 0;
    while let Some(counted) = tasks.join_next().await {
        letters += counted?;
    }
    Ok(letters)
}

struct Store {
    words: Arc<[String]>,
}

impl Store {
    /// With `&self` the task would borrow the store; an `Arc` of it can be cloned and moved.
    fn count_in_background(self: &Arc<Self>) -> JoinHandle<usize> {
        let store = Arc::clone(self);
        // Where a single field is enough, clone that one and move it alone.
        tokio::spawn(async move { count_borrowed(&store.words).await })
    }
}

/// Only waiting is to overlap: futures of this task may borrow, for they cannot outlive it.
async fn count_borrowed(words: &[String]) -> usize {
    join_all(words.iter().map(|word| count(word)))
        .await
        .into_iter()
        .sum()
}

/// Stands for a request about the word. What a task calls may well take references.
async fn count(word: &str) -> usize {
    tokio::task::yield_now().await;
    word.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> Arc<[String]> {
        ["a", "bc", "def"].map(String::from).into()
    }

    #[tokio::test]
    async fn what_is_moved_in_comes_back() {
        assert_eq!(sign(String::from("x")).await.unwrap(), "x, signed");
    }

    #[tokio::test]
    async fn tasks_share_one_allocation_and_let_go_of_it() {
        let words = words();
        assert_eq!(count_all(&words).await.unwrap(), 6);
        assert_eq!(Arc::strong_count(&words), 1);
    }

    #[tokio::test]
    async fn a_task_outlives_the_arc_that_started_it() {
        let store = Arc::new(Store { words: words() });
        let task = store.count_in_background();
        drop(store);
        assert_eq!(task.await.unwrap(), 6);
    }

    #[tokio::test]
    async fn futures_of_one_task_borrow_local_data() {
        let local = [String::from("on"), String::from("the stack")];
        assert_eq!(count_borrowed(&local).await, 11);
        assert_eq!(count_borrowed(&[]).await, 0);
    }
}
