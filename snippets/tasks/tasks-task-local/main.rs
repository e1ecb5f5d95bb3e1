//! Context that follows a task: a request's id that no call has to pass on.
//!
//! Use it when code deep down needs the context of the request it serves (for logs, tracing, a
//! tenant) and its functions cannot take one more argument.
//!
//! Prevents: a panic in a task that was spawned inside a request: it begins without the values of
//! the task that spawned it.

use std::future::Future;

use tokio::task::{JoinError, JoinHandle};

tokio::task_local! {
    /// The request that the current task works for.
    static REQUEST: u64;
}

/// What a function far below the handler knows.
fn current_request() -> Option<u64> {
    // `get` would panic outside a request.
    REQUEST.try_get().ok()
}

/// Spawns within the same request, if there is one.
fn spawn_in_request<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
{
    match current_request() {
        Some(request) => tokio::spawn(REQUEST.scope(request, future)),
        None => tokio::spawn(future),
    }
}

async fn handle() -> Result<(), JoinError> {
    println!("handler: {:?}", current_request());
    // Futures of the same task share its values.
    let both = tokio::join!(async { current_request() }, async { current_request() });
    println!("join!: {both:?}");

    let plain = tokio::spawn(async { current_request() });
    println!("spawn: {:?}", plain.await?);
    let scoped = spawn_in_request(async { current_request() });
    println!("spawn_in_request: {:?}", scoped.await?);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), JoinError> {
    REQUEST.scope(7, handle()).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_scope_ends_with_its_future() {
        assert_eq!(REQUEST.scope(1, async { current_request() }).await, Some(1));
        assert_eq!(current_request(), None);
    }

    #[tokio::test]
    async fn the_inner_scope_hides_the_outer() {
        let seen = REQUEST.scope(1, async {
            let inner = REQUEST.scope(2, async { current_request() }).await;
            (inner, current_request())
        });
        assert_eq!(seen.await, (Some(2), Some(1)));
    }

    #[tokio::test]
    async fn a_spawned_task_has_only_what_it_is_given() {
        let seen = REQUEST.scope(3, async {
            let plain = tokio::spawn(async { current_request() });
            let scoped = spawn_in_request(async { current_request() });
            (plain.await.unwrap(), scoped.await.unwrap())
        });
        assert_eq!(seen.await, (None, Some(3)));
    }

    #[tokio::test]
    async fn outside_a_request_nothing_is_given() {
        let seen = spawn_in_request(async { current_request() });
        assert_eq!(seen.await.unwrap(), None);
    }
}
