//! One HTTP client for the whole program, with limits on time and concurrency.
//!
//! Use it when your program calls an HTTP service. Make it once and clone it: clones share the
//! connections and the limit. For `https` enable a TLS feature of reqwest (`rustls`).
//!
//! Prevents: a client per request connects anew each time, and reqwest of itself has no time limit
//! and sends as many requests at once as you start.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, ClientBuilder, RequestBuilder, Response, Result};
use tokio::sync::Semaphore;

/// Requests that are under way at once.
pub const CONCURRENCY: usize = 16;
/// Longest wait for a connection.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// From the start of a request (connecting included) to the last byte of its reply.
pub const TIMEOUT: Duration = Duration::from_secs(30);

/// reqwest's configuration with this module's time limits; add headers and the like. Proxies come
/// from the environment (`HTTP_PROXY`, `NO_PROXY`) unless you call `no_proxy`.
pub fn builder() -> ClientBuilder {
    Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(TIMEOUT)
}

/// A [`Client`] with a limit on its concurrent requests.
#[derive(Debug, Clone)]
pub struct HttpClient {
    client: Client,
    places: Arc<Semaphore>,
}

impl HttpClient {
    /// Allows `concurrency` requests at once, for instance [`CONCURRENCY`].
    pub fn new(client: Client, concurrency: usize) -> Self {
        Self {
            client,
            places: Arc::new(Semaphore::new(concurrency)),
        }
    }

    /// Makes requests for [`fetch`](Self::fetch): `http.client().get(url)`.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Waits for a place, sends `request` and takes the reply's body with `read`.
    ///
    /// `read` is `Response::text`, `Response::bytes`, `Response::json` or your own. The wait for
    /// a place is not part of the client's time limit. May be cancelled at any time; the service
    /// may have acted on the request all the same.
    ///
    /// # Errors
    ///
    /// Those of reqwest, of `read`, and a status of 4xx or 5xx.
    pub async fn fetch<T, F>(
        &self,
        request: RequestBuilder,
        read: impl FnOnce(Response) -> F,
    ) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        // Always a permit, since nobody closes the semaphore. Kept until the body has been read.
        let _place = self.places.acquire().await;
        let response = request.send().await?.error_for_status()?;
        read(response).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use std::io;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::{TcpListener, TcpSocket, TcpStream};
    use tokio::sync::Barrier;
    use tokio::task::JoinSet;

    const SHORT: Duration = Duration::from_millis(20);

    struct Service {
        together: Barrier,
        now: AtomicUsize,
        peak: AtomicUsize,
    }

    impl Service {
        /// Replies when `together` requests are there.
        async fn start(together: usize) -> (String, Arc<Self>) {
            let service = Arc::new(Self {
                together: Barrier::new(together),
                now: AtomicUsize::new(0),
                peak: AtomicUsize::new(0),
            });
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let url = format!("http://{}", listener.local_addr().unwrap());
            let server = Arc::clone(&service);
            tokio::spawn(async move {
                while let Ok((socket, _)) = listener.accept().await {
                    let server = Arc::clone(&server);
                    tokio::spawn(async move { server.answer(socket).await });
                }
            });
            (url, service)
        }

        async fn answer(&self, mut socket: TcpStream) -> io::Result<()> {
            let (input, mut output) = socket.split();
            let mut lines = BufReader::new(input).lines();
            let mut path = String::new();
            while let Some(line) = lines.next_line().await? {
                if let Some(target) = line.strip_prefix("GET ") {
                    path = target.replace(" HTTP/1.1", "");
                } else if line.is_empty() {
                    let now = 1 + self.now.fetch_add(1, Ordering::SeqCst);
                    self.peak.fetch_max(now, Ordering::SeqCst);
                    self.together.wait().await;
                    self.now.fetch_sub(1, Ordering::SeqCst);
                    let reply: &[u8] = match path.as_str() {
                        "/missing" => b"HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno",
                        "/cut" => b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nhalf",
                        "/silent" => pending().await,
                        _ => b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n[42]",
                    };
                    output.write_all(reply).await?;
                    if path == "/cut" {
                        return Ok(());
                    }
                }
            }
            Ok(())
        }
    }

    async fn fetch(http: &HttpClient, url: String) -> Result<String> {
        http.fetch(http.client().get(url), Response::text).await
    }

    #[tokio::test]
    async fn as_many_requests_at_once_as_allowed() {
        let (url, service) = Service::start(5).await;
        let http = HttpClient::new(builder().no_proxy().build().unwrap(), 5);
        let mut requests = JoinSet::new();
        for _ in 0..50 {
            let (http, url) = (http.clone(), url.clone());
            requests.spawn(async move { fetch(&http, url).await });
        }
        for reply in requests.join_all().await {
            assert_eq!(reply.unwrap(), "[42]");
        }
        assert_eq!(service.peak.load(Ordering::SeqCst), 5);
    }

    #[tokio::test]
    async fn a_silent_service_is_given_up_and_the_place_comes_back() {
        let (url, _service) = Service::start(1).await;
        let http = HttpClient::new(builder().no_proxy().timeout(SHORT).build().unwrap(), 1);
        let error = fetch(&http, format!("{url}/silent")).await.unwrap_err();
        assert!(error.is_timeout());
        let http = HttpClient {
            client: builder().no_proxy().build().unwrap(),
            ..http
        };
        assert_eq!(fetch(&http, url).await.unwrap(), "[42]");
    }

    #[tokio::test]
    async fn a_place_is_held_until_the_body_has_been_read() {
        let (url, _service) = Service::start(1).await;
        let http = HttpClient::new(builder().no_proxy().build().unwrap(), 1);
        let free = http.places.clone();
        let read = async move |response: Response| {
            assert_eq!(free.available_permits(), 0);
            response.bytes().await
        };
        let body = http.fetch(http.client().get(url), read).await.unwrap();
        assert_eq!(&body[..], b"[42]");
        assert_eq!(http.places.available_permits(), 1);
    }

    #[tokio::test]
    async fn failures_are_told_apart() {
        let (url, _service) = Service::start(1).await;
        let http = HttpClient::new(builder().no_proxy().build().unwrap(), 1);
        let missing = fetch(&http, format!("{url}/missing")).await.unwrap_err();
        assert_eq!(missing.status().unwrap().as_u16(), 404);
        let cut = fetch(&http, format!("{url}/cut")).await.unwrap_err();
        assert!(cut.is_body() || cut.is_decode());

        // Bound, so that nobody else gets the port, but not listening.
        let deaf = TcpSocket::new_v4().unwrap();
        deaf.bind(([127, 0, 0, 1], 0).into()).unwrap();
        let address = deaf.local_addr().unwrap();
        let refused = fetch(&http, format!("http://{address}")).await.unwrap_err();
        assert!(refused.is_connect());
    }
}
