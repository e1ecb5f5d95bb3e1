//! A tree of cancellations: a token for the service, child tokens for its parts.
//!
//! Use it when tasks have to be told to stop, all of them or those of one part. Cancelling a token
//! cancels its children but not its parent, and a `DropGuard` cancels it when its owner ends.
//!
//! Prevents: flags that are polled or missed, and tasks that run on when the one that they work
//! for returns early or panics.

use std::future::pending;
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;

/// Takes as long as the token lets it: `None` means that it was dropped half way, at an await.
async fn endless(stop: CancellationToken) -> Option<()> {
    stop.run_until_cancelled(pending()).await
}

/// Does its last work after the cancellation, in its own time.
async fn tidy(stop: CancellationToken) -> &'static str {
    stop.cancelled().await;
    "tidied up"
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), JoinError> {
    let service = CancellationToken::new();
    let session = service.child_token();
    let in_session = tokio::spawn(endless(session.clone()));
    let in_service = tokio::spawn(tidy(service.clone()));

    // Whatever way this block is left, the guard ends the session.
    {
        let _session_ends_here = session.drop_guard();
    }
    println!("in the session: {:?}", in_session.await?);
    println!("service cancelled: {}", service.is_cancelled());

    service.cancel();
    println!("in the service: {}", in_service.await?);
    println!("a later child: {:?}", endless(service.child_token()).await);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::ready;

    #[tokio::test]
    async fn a_parent_cancels_its_children_and_their_children() {
        let parent = CancellationToken::new();
        let grandchild = parent.child_token().child_token();
        let task = tokio::spawn(endless(grandchild.clone()));
        parent.cancel();
        assert_eq!(task.await.expect("no panic"), None);
        assert!(grandchild.is_cancelled());
    }

    #[tokio::test]
    async fn a_child_cancels_neither_its_parent_nor_its_siblings() {
        let parent = CancellationToken::new();
        let (first, second) = (parent.child_token(), parent.child_token());
        first.cancel();
        assert!(!parent.is_cancelled() && !second.is_cancelled());
        assert_eq!(second.run_until_cancelled(ready(7)).await, Some(7));
    }

    #[tokio::test]
    async fn a_clone_is_the_same_token() {
        let token = CancellationToken::new();
        token.clone().cancel();
        assert!(token.is_cancelled());
    }

    #[tokio::test]
    async fn a_guard_cancels_when_its_owner_panics() {
        let token = CancellationToken::new();
        let guard = token.clone().drop_guard();
        let owner = tokio::spawn(async move {
            let _guard = guard;
            panic!("a bug");
        });
        assert_eq!(tidy(token).await, "tidied up");
        assert!(owner.await.expect_err("a bug").is_panic());
    }

    #[tokio::test]
    async fn a_disarmed_guard_cancels_nothing() {
        let token = CancellationToken::new();
        let disarmed = token.clone().drop_guard().disarm();
        drop(disarmed);
        assert!(!token.is_cancelled());
    }

    #[tokio::test]
    async fn dropping_tokens_cancels_nothing() {
        let parent = CancellationToken::new();
        let child = parent.child_token();
        drop(parent);
        assert!(!child.is_cancelled());
    }

    #[tokio::test]
    async fn work_under_a_cancelled_token_does_not_start() {
        let token = CancellationToken::new();
        token.cancel();
        assert_eq!(
            token.run_until_cancelled(async { panic!("started") }).await,
            None::<()>
        );
        assert_eq!(
            tidy(token).await,
            "tidied up",
            "and the cancellation is not missed"
        );
    }
}
