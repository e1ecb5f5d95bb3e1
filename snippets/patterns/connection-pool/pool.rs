//! A connection pool: a limit, a time to wait for it, and a check before reuse.
//!
//! Use it when connections are dear to open and the other side allows only so many. For databases,
//! take the driver's pool, or the crate deadpool.
//!
//! Prevents: a connection for each request, callers that wait for ever, and connections that come
//! back broken or half read.

use std::future::Future;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{error::Elapsed, timeout};

/// Connections that may be open at the same time.
pub const MAX_CONNECTIONS: usize = 8;
/// How long [`Pool::get`] may take, for the place, the check and the connection.
pub const MAX_WAIT: Duration = Duration::from_secs(5);

/// Knows the connections.
pub trait Connect: Send + Sync + 'static {
    /// What the pool holds; dropping it closes it.
    type Connection: Send + 'static;
    /// Why there is none; [`Elapsed`] if the limit of time ended. `std::io::Error` will do.
    type Error: From<Elapsed>;

    /// Opens a connection.
    fn connect(&self) -> impl Future<Output = Result<Self::Connection, Self::Error>> + Send;

    /// Whether an idle connection still works: a ping with a limit of its own, say.
    fn check(&self, connection: &mut Self::Connection) -> impl Future<Output = bool> + Send;
}

/// Lends connections. Clones are the same pool.
pub struct Pool<C: Connect>(Arc<Shared<C>>);

struct Shared<C: Connect> {
    connector: C,
    idle: Mutex<Vec<C::Connection>>,
    places: Arc<Semaphore>,
    max_wait: Duration,
}

impl<C: Connect> Clone for Pool<C> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<C: Connect> Pool<C> {
    /// A pool that opens connections when they are asked for; a limit of 0 works like 1.
    ///
    /// # Panics
    ///
    /// If the limit is more than [`Semaphore::MAX_PERMITS`].
    pub fn new(connector: C, max_connections: usize, max_wait: Duration) -> Self {
        Self(Arc::new(Shared {
            connector,
            idle: Mutex::default(),
            places: Arc::new(Semaphore::new(max_connections.max(1))),
            max_wait,
        }))
    }

    /// The connection that was used last and still works, or a new one; first come, first served.
    ///
    /// A future that is dropped gives its place back. A task that holds a connection and asks for
    /// another may wait for itself.
    ///
    /// # Errors
    ///
    /// The error of [`Connect::connect`], or [`Elapsed`] turned into one.
    pub async fn get(&self) -> Result<Lent<C>, C::Error> {
        timeout(self.0.max_wait, self.lend()).await?
    }

    async fn lend(&self) -> Result<Lent<C>, C::Error> {
        // An error would mean that the semaphore was closed, which nobody does.
        let place = Arc::clone(&self.0.places).acquire_owned().await.ok();
        let connection = self.idle_or_new().await?;
        Ok(Lent {
            connection,
            pool: self.clone(),
            place,
        })
    }

    async fn idle_or_new(&self) -> Result<C::Connection, C::Error> {
        loop {
            let idle = self.idle().pop();
            let Some(mut connection) = idle else {
                return self.0.connector.connect().await;
            };
            if self.0.connector.check(&mut connection).await {
                return Ok(connection);
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<C::Connection>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection on loan. Dropping it closes it; [`Lent::give_back`] keeps it for the next one.
///
/// So what was dropped half way, by a timeout, an error or a panic, never comes back.
pub struct Lent<C: Connect> {
    connection: C::Connection,
    pool: Pool<C>,
    place: Option<OwnedSemaphorePermit>,
}

impl<C: Connect> Lent<C> {
    /// Puts the connection back into the pool. Only after a complete exchange.
    pub fn give_back(self) {
        self.pool.idle().push(self.connection);
        // Last, so that who gets the place finds the connection.
        drop(self.place);
    }
}

impl<C: Connect> Deref for Lent<C> {
    type Target = C::Connection;

    fn deref(&self) -> &Self::Target {
        &self.connection
    }
}

impl<C: Connect> DerefMut for Lent<C> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.connection
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use std::io::{Error, ErrorKind};
    use std::sync::atomic::{AtomicU32, Ordering};
    use tokio::task::{JoinSet, yield_now};
    use tokio::time::{Instant, sleep};

    const WAIT: Duration = Duration::from_secs(1);

    #[derive(Default)]
    struct Server {
        opened: AtomicU32,
        open: AtomicU32,
        peak: AtomicU32,
    }

    struct Connection {
        id: u32,
        broken: bool,
        hangs: bool,
        server: Arc<Server>,
    }

    impl Drop for Connection {
        fn drop(&mut self) {
            self.server.open.fetch_sub(1, Ordering::Relaxed);
        }
    }

    impl Server {
        fn numbers(&self) -> (u32, u32, u32) {
            let [opened, open, peak] =
                [&self.opened, &self.open, &self.peak].map(|number| number.load(Ordering::Relaxed));
            (opened, open, peak)
        }
    }

    struct Connector(Arc<Server>);

    impl Connect for Connector {
        type Connection = Connection;
        type Error = Error;

        async fn connect(&self) -> Result<Connection, Error> {
            let id = self.0.opened.fetch_add(1, Ordering::Relaxed) + 1;
            yield_now().await;
            if id == 13 {
                return Err(ErrorKind::ConnectionRefused.into());
            }
            let open = self.0.open.fetch_add(1, Ordering::Relaxed) + 1;
            self.0.peak.fetch_max(open, Ordering::Relaxed);
            Ok(Connection {
                id,
                broken: false,
                hangs: false,
                server: Arc::clone(&self.0),
            })
        }

        async fn check(&self, connection: &mut Connection) -> bool {
            if connection.hangs {
                pending::<()>().await;
            }
            !connection.broken
        }
    }

    fn pool(max_connections: usize) -> (Pool<Connector>, Arc<Server>) {
        let server = Arc::new(Server::default());
        let connector = Connector(Arc::clone(&server));
        (Pool::new(connector, max_connections, WAIT), server)
    }

    #[tokio::test(start_paused = true)]
    async fn many_tasks_share_a_few_connections() {
        let (pool, server) = pool(3);
        let begun = Instant::now();
        let mut tasks = JoinSet::new();
        for _ in 0..12 {
            let pool = pool.clone();
            tasks.spawn(async move {
                let connection = pool.get().await?;
                sleep(WAIT / 10).await;
                connection.give_back();
                Ok::<_, Error>(())
            });
        }
        assert!(tasks.join_all().await.iter().all(Result::is_ok));
        assert_eq!(begun.elapsed(), WAIT / 10 * 4);
        assert_eq!(server.numbers(), (3, 3, 3));
        drop(pool);
        assert_eq!(server.numbers(), (3, 0, 3), "closed with the pool");
    }

    #[tokio::test(start_paused = true)]
    async fn the_wait_for_a_place_has_a_limit() -> Result<(), Error> {
        let (pool, server) = pool(1);
        let first = pool.get().await?;
        let begun = Instant::now();
        let error = pool.get().await.err().map(|error| error.kind());
        assert_eq!((error, begun.elapsed()), (Some(ErrorKind::TimedOut), WAIT));
        first.give_back();
        assert_eq!(pool.get().await?.id, 1);
        assert_eq!(server.numbers().0, 1);
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn dropped_is_closed_and_given_back_is_kept() -> Result<(), Error> {
        let (pool, server) = pool(2);
        drop(pool.get().await?);
        assert_eq!(server.numbers(), (1, 0, 1));
        let (first, second) = (pool.get().await?, pool.get().await?);
        assert_eq!((first.id, second.id), (2, 3));
        first.give_back();
        second.give_back();
        assert_eq!(pool.get().await?.id, 3, "the last one used");
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn broken_ones_are_replaced() -> Result<(), Error> {
        let (pool, server) = pool(2);
        let (first, mut second) = (pool.get().await?, pool.get().await?);
        second.broken = true;
        first.give_back();
        second.give_back();
        assert_eq!(pool.get().await?.id, 1);
        assert_eq!(pool.get().await?.id, 3);
        assert_eq!(server.numbers(), (3, 0, 2));
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn a_check_that_hangs_ends_at_the_limit_and_keeps_no_place() -> Result<(), Error> {
        let (pool, server) = pool(1);
        let mut connection = pool.get().await?;
        connection.hangs = true;
        connection.give_back();
        let begun = Instant::now();
        assert!(pool.get().await.is_err());
        assert_eq!((begun.elapsed(), server.numbers().1), (WAIT, 0));
        assert_eq!(pool.get().await?.id, 2);
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn a_failed_connect_keeps_no_place() -> Result<(), Error> {
        let (pool, _) = pool(1);
        for _ in 0..12 {
            drop(pool.get().await?);
        }
        let error = pool.get().await.err().map(|error| error.kind());
        assert_eq!(error, Some(ErrorKind::ConnectionRefused));
        assert_eq!(pool.get().await?.id, 14);
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_that_panics_or_is_aborted_gives_no_connection_back() -> Result<(), Error> {
        let (pool, server) = pool(0);
        for panics in [true, false] {
            let pool = pool.clone();
            let task = tokio::spawn(async move {
                let _connection = pool.get().await;
                assert!(!panics, "half way");
                pending::<()>().await;
            });
            for _ in 0..3 {
                yield_now().await;
            }
            task.abort();
            assert!(task.await.is_err());
            assert_eq!(server.numbers().1, 0);
        }
        assert_eq!(pool.get().await?.id, 3);
        Ok(())
    }

    #[tokio::test(start_paused = true)]
    async fn it_can_be_used_from_any_task() {
        let (pool, _) = pool(MAX_CONNECTIONS);
        let lent = tokio::spawn(async move { pool.get().await.map(|lent| lent.id) });
        assert!(lent.await.is_ok_and(|id| id.is_ok()));
    }
}
