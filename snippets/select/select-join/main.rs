//! Wait for all of several futures at the same time.
//!
//! Use it when one task needs the results of several operations that wait: requests, queries,
//! reads. They take turns inside this one task, so computing gets no faster by it.
//!
//! Prevents: waits that add up because each operation is begun only after the one before it.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use futures_util::future::{join_all, try_join_all};
use tokio::time::sleep;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let page = load_page(7).await?;
    println!("page of {} with {} orders", page.user, page.orders);

    println!("all or nothing: {:?}", prices(&[1, 2, 0]).await);
    println!("each on its own: {:?}", prices_or_errors(&[1, 2, 0]).await);

    // `join!` waits for every one, whatever comes out, and gives a tuple of the outputs.
    let (answer, ()) = tokio::join!(price(3), sleep(Duration::from_millis(1)));
    println!("both: {answer:?}");
    Ok(())
}

struct Page {
    user: String,
    orders: usize,
}

/// A fixed number of operations: the first error is returned at once, the others are dropped.
async fn load_page(id: u32) -> Result<Page, NotFound> {
    let (user, orders) = tokio::try_join!(user(id), orders(id))?;
    Ok(Page { user, orders })
}

/// Any number of operations, all or nothing; results in the order of `ids`.
///
/// Nothing limits how many run at the same time: for thousands of ids bound it.
async fn prices(ids: &[u32]) -> Result<Vec<u32>, NotFound> {
    try_join_all(ids.iter().copied().map(price)).await
}

/// Any number of operations, each with its own outcome.
async fn prices_or_errors(ids: &[u32]) -> Vec<Result<u32, NotFound>> {
    join_all(ids.iter().copied().map(price)).await
}

async fn user(id: u32) -> Result<String, NotFound> {
    request(id).await.map(|id| format!("user {id}"))
}

async fn orders(id: u32) -> Result<usize, NotFound> {
    request(id).await.map(|_| 2)
}

async fn price(id: u32) -> Result<u32, NotFound> {
    request(id).await.map(|id| id * 10)
}

/// Stands for a request over the network; there is nothing under the id 0.
async fn request(id: u32) -> Result<u32, NotFound> {
    sleep(Duration::from_millis(5)).await;
    if id == 0 { Err(NotFound) } else { Ok(id) }
}

#[derive(Debug, PartialEq)]
struct NotFound;

impl fmt::Display for NotFound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not found")
    }
}

impl Error for NotFound {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;
    use tokio::time::Instant;

    /// Ends after so many milliseconds and counts itself as finished only then.
    async fn step(ms: u64, ok: bool, finished: &Cell<u32>) -> Result<u64, NotFound> {
        sleep(Duration::from_millis(ms)).await;
        finished.set(finished.get() + 1);
        if ok { Ok(ms) } else { Err(NotFound) }
    }

    #[tokio::test(start_paused = true)]
    async fn waits_do_not_add_up() {
        let (start, finished) = (Instant::now(), Cell::new(0));
        let results = tokio::join!(
            step(300, true, &finished),
            step(200, false, &finished),
            step(100, true, &finished)
        );
        assert_eq!(results, (Ok(300), Err(NotFound), Ok(100)));
        assert_eq!(start.elapsed(), Duration::from_millis(300));
        assert_eq!(finished.get(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn the_first_error_drops_the_others() {
        let (start, finished) = (Instant::now(), Cell::new(0));
        let result = tokio::try_join!(
            step(300, true, &finished),
            step(100, false, &finished),
            step(200, true, &finished)
        );
        assert_eq!(result, Err(NotFound));
        assert_eq!(start.elapsed(), Duration::from_millis(100));
        sleep(Duration::from_secs(1)).await;
        assert_eq!(finished.get(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_takes_as_long_as_its_slowest_part() {
        let start = Instant::now();
        let page = load_page(1).await.unwrap();
        assert_eq!((page.user.as_str(), page.orders), ("user 1", 2));
        assert_eq!(start.elapsed(), Duration::from_millis(5));
        assert!(load_page(0).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn many_keep_the_order_of_their_inputs() {
        let start = Instant::now();
        let ids: Vec<u32> = (1..=100).collect();
        let expected: Vec<u32> = ids.iter().map(|id| id * 10).collect();
        assert_eq!(prices(&ids).await, Ok(expected));
        assert_eq!(start.elapsed(), Duration::from_millis(5));
        assert_eq!(prices(&[]).await, Ok(vec![]));
    }

    #[tokio::test(start_paused = true)]
    async fn errors_spoil_all_or_only_themselves() {
        assert_eq!(prices(&[1, 0]).await, Err(NotFound));
        assert_eq!(prices_or_errors(&[1, 0]).await, [Ok(10), Err(NotFound)]);
    }
}
