//! Make a stream: pages that are fetched only when somebody wants them.
//!
//! Use it when values come from repeated async calls (pages, cursors, polling), and the reader
//! decides how many it takes. Two forms of the same: `try_unfold`, and a macro with `yield`.
//!
//! Prevents: fetching all pages before the first item is used; a `Vec` that holds them all.

use futures_util::{Stream, TryStreamExt, stream};
use std::future::Future;
use std::pin::pin;

/// A part of the result, and where the next part is.
#[derive(Default)]
struct Page {
    items: Vec<u32>,
    next: Option<u32>,
}

/// All items, page after page; an error is the last item.
fn items<E, F: Future<Output = Result<Page, E>>>(
    fetch: impl Fn(u32) -> F,
) -> impl Stream<Item = Result<u32, E>> {
    // The state is the next page's number, and `None` when there is no more.
    stream::try_unfold(Some(0), move |page| {
        let fetching = page.map(&fetch);
        async move {
            let Some(fetching) = fetching else {
                return Ok(None);
            };
            let page = fetching.await?;
            Ok(Some((
                stream::iter(page.items.into_iter().map(Ok)),
                page.next,
            )))
        }
    })
    .try_flatten()
}

/// The same with `yield`: easier to read where there are loops, several states, early ends.
fn items_by_macro<E, F: Future<Output = Result<Page, E>>>(
    fetch: impl Fn(u32) -> F,
) -> impl Stream<Item = Result<u32, E>> {
    async_stream::try_stream! {
        let mut page = Some(0);
        while let Some(number) = page {
            let fetched = fetch(number).await?;
            for item in fetched.items {
                yield item;
            }
            page = fetched.next;
        }
    }
}

/// Stands for a remote service with seven items on three pages.
async fn fetch(number: u32) -> Result<Page, String> {
    println!("fetching page {number}");
    match number {
        0 | 1 => Ok(Page {
            items: (number * 3..number * 3 + 3).collect(),
            next: Some(number + 1),
        }),
        2 => Ok(Page {
            items: vec![6],
            next: None,
        }),
        _ => Err(format!("there is no page {number}")),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), String> {
    let all: Vec<u32> = items(fetch).try_collect().await?;
    println!("{all:?}");

    // Five items need two pages: the third is not fetched.
    let mut items = pin!(items_by_macro(fetch));
    for _ in 0..5 {
        println!("{:?}", items.try_next().await?);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::{StreamExt, stream::LocalBoxStream};
    use std::cell::Cell;

    /// Both forms over pages of two items; page `fails` fails, page 2 is empty, page 3 the last.
    fn both(fetched: &Cell<u32>, fails: u32) -> [LocalBoxStream<'_, Result<u32, u32>>; 2] {
        let fetch = move |number| async move {
            fetched.set(fetched.get() + 1);
            let items = match number {
                2 => Vec::new(),
                _ => vec![number * 2, number * 2 + 1],
            };
            let next = (number < 3).then_some(number + 1);
            if number == fails {
                Err(number)
            } else {
                Ok(Page { items, next })
            }
        };
        [
            items(fetch).boxed_local(),
            items_by_macro(fetch).boxed_local(),
        ]
    }

    #[tokio::test]
    async fn all_items_an_empty_page_in_between_does_not_end_it() {
        let fetched = Cell::default();
        for items in both(&fetched, 9) {
            fetched.set(0);
            let all: Result<Vec<_>, _> = items.try_collect().await;
            assert_eq!(all, Ok(vec![0, 1, 2, 3, 6, 7]));
            assert_eq!(fetched.get(), 4);
        }
    }

    #[tokio::test]
    async fn nothing_is_fetched_before_it_is_wanted() {
        let fetched = Cell::default();
        for items in both(&fetched, 9) {
            fetched.set(0);
            let mut items = items.take(3);
            assert_eq!(fetched.get(), 0);
            assert_eq!(items.next().await, Some(Ok(0)));
            assert_eq!(fetched.get(), 1);
            assert_eq!(items.collect::<Vec<_>>().await, [Ok(1), Ok(2)]);
            assert_eq!(fetched.get(), 2);
        }
    }

    #[tokio::test]
    async fn an_error_is_the_last_item() {
        let fetched = Cell::default();
        for items in both(&fetched, 1) {
            let items: Vec<_> = items.collect().await;
            assert_eq!(items, [Ok(0), Ok(1), Err(1)]);
        }
    }

    #[tokio::test]
    async fn an_empty_first_page_is_an_empty_stream() {
        let none = items(async |_| Ok::<_, ()>(Page::default()));
        assert_eq!(none.try_collect::<Vec<_>>().await, Ok(Vec::new()));
    }
}
