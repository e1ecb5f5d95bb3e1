//! Asynchronous work at the end of a value's life, which `Drop` cannot do.
//!
//! Use it when something must be said before it is gone: a session's goodbye, a transaction's
//! rollback, a lease that is given back.
//!
//! Prevents: `block_on` in `Drop`, which panics inside a runtime, and resources that nobody gives
//! back when a task is cancelled.

use std::error::Error;

use tokio::runtime::Handle;
use tokio::sync::mpsc;

/// What a server is told. Stands for a connection.
#[derive(Clone)]
struct Connection(mpsc::Sender<String>);

impl Connection {
    async fn say(&self, what: &str) -> Result<(), mpsc::error::SendError<String>> {
        self.0.send(what.to_owned()).await
    }
}

/// A session that says goodbye exactly once.
struct Session {
    name: &'static str,
    /// Gone once goodbye is said.
    connection: Option<Connection>,
}

impl Session {
    fn new(name: &'static str, connection: Connection) -> Self {
        Self {
            name,
            connection: Some(connection),
        }
    }

    /// The way to end it: errors are seen, and it is over when this returns. Where it is cancelled
    /// before, `Drop` says goodbye.
    async fn close(mut self) -> Result<(), mpsc::error::SendError<String>> {
        let said = match &self.connection {
            Some(connection) => connection.say(&format!("{}: closed", self.name)).await,
            None => Ok(()),
        };
        // Only now. Where half of a goodbye may be sent already, take it before, and close it.
        self.connection = None;
        said
    }
}

/// The net for early returns, panics and cancelled tasks. Nobody waits for it or sees its error.
impl Drop for Session {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        let goodbye = format!("{}: dropped", self.name);
        // No runtime, no goodbye: a server has to notice that by itself.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move { connection.say(&goodbye).await });
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let (said, mut heard) = mpsc::channel(8);
    let connection = Connection(said);

    Session::new("first", connection.clone()).close().await?;

    let session = Session::new("second", connection);
    let task = tokio::spawn(async move {
        let _session = session;
        std::future::pending::<()>().await;
    });
    tokio::task::yield_now().await;
    task.abort();

    // Ends when every connection is gone, the one in the clean-up task too.
    while let Some(goodbye) = heard.recv().await {
        println!("{goodbye}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn close_says_goodbye_once() {
        let (said, mut heard) = mpsc::channel(8);
        Session::new("a", Connection(said)).close().await.unwrap();
        assert_eq!(heard.recv().await.as_deref(), Some("a: closed"));
        assert_eq!(heard.recv().await, None);
    }

    #[tokio::test]
    async fn close_tells_that_the_other_side_is_gone() {
        let (said, heard) = mpsc::channel(8);
        drop(heard);
        assert!(Session::new("a", Connection(said)).close().await.is_err());
    }

    #[tokio::test]
    async fn a_dropped_session_says_goodbye_too() {
        let (said, mut heard) = mpsc::channel(8);
        drop(Session::new("a", Connection(said)));
        assert_eq!(heard.recv().await.as_deref(), Some("a: dropped"));
        assert_eq!(heard.recv().await, None);
    }

    #[tokio::test]
    async fn a_cancelled_close_leaves_goodbye_to_drop() {
        let (said, mut heard) = mpsc::channel(1);
        said.send("no room".to_owned()).await.unwrap();
        let close = tokio::spawn(Session::new("a", Connection(said)).close());
        tokio::task::yield_now().await;
        close.abort();
        assert_eq!(heard.recv().await.as_deref(), Some("no room"));
        assert_eq!(heard.recv().await.as_deref(), Some("a: dropped"));
        assert_eq!(heard.recv().await, None);
    }

    #[test]
    fn without_a_runtime_it_is_dropped_in_silence() {
        let (said, mut heard) = mpsc::channel(8);
        drop(Session::new("a", Connection(said)));
        assert_eq!(
            heard.try_recv(),
            Err(mpsc::error::TryRecvError::Disconnected)
        );
    }
}
