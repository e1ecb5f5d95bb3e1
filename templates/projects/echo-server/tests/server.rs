//! The server inside the test: real sockets, short limits.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use echo_server::{Config, Report, run};

/// Every limit, so that no default matters here.
const LIMITS: Config = Config {
    max_connections: 100,
    idle_timeout: Duration::from_secs(60),
    write_timeout: Duration::from_secs(60),
    close_timeout: Duration::from_secs(5),
    drain_deadline: Duration::from_secs(10),
};

struct Server {
    address: SocketAddr,
    stop: CancellationToken,
    report: JoinHandle<Report>,
}

impl Server {
    /// The bound listener takes connections before the server does, so no client comes too early.
    async fn start(config: Config) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let report = tokio::spawn(run(listener, config, stop.clone()));
        Self {
            address,
            stop,
            report,
        }
    }

    async fn client(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn stop(self) -> Report {
        self.stop.cancel();
        self.report.await.unwrap()
    }
}

async fn assert_echoes(client: &mut TcpStream) {
    client.write_all(b"ping").await.unwrap();
    let mut reply = [0; 4];
    client.read_exact(&mut reply).await.unwrap();
    assert_eq!(&reply, b"ping");
}

#[tokio::test]
async fn a_silent_client_is_closed() {
    let server = Server::start(Config {
        idle_timeout: Duration::from_millis(50),
        ..LIMITS
    })
    .await;
    let mut client = server.client().await;
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
    drop(client);
    assert!(server.stop().await.is_clean());
}

#[tokio::test]
async fn a_client_that_never_reads_is_closed_and_harms_nobody() {
    // Far more than the kernel keeps for two sockets.
    const TOO_MUCH: usize = 64 * 1024 * 1024;

    let server = Server::start(Config {
        write_timeout: Duration::from_millis(100),
        ..LIMITS
    })
    .await;
    let mut flood = server.client().await;
    let mut polite = server.client().await;
    assert_echoes(&mut polite).await;

    let chunk = vec![7; 64 * 1024];
    let mut taken = 0;
    // The server ends it with a reset, which is an error here.
    while let Ok(count) = flood.write(&chunk).await {
        taken += count;
        assert!(taken < TOO_MUCH, "the server keeps what nobody reads");
    }
    assert_echoes(&mut polite).await;
    drop(polite);
    assert!(server.stop().await.is_clean());
}

#[tokio::test]
async fn no_more_clients_are_served_at_once_than_allowed() {
    const LIMIT: usize = 3;
    const CLIENTS: usize = 12;

    let server = Server::start(Config {
        max_connections: LIMIT,
        ..LIMITS
    })
    .await;
    let (hold, mut next) = mpsc::channel(CLIENTS);
    for _ in 0..CLIENTS {
        let mut client = server.client().await;
        let hold = hold.clone();
        tokio::spawn(async move {
            assert_echoes(&mut client).await;
            hold.send(client).await.unwrap();
        });
    }

    let mut open = Vec::new();
    for _ in 0..LIMIT {
        open.push(next.recv().await.unwrap());
    }
    for _ in LIMIT..CLIENTS {
        // A server without a limit would have served another one by now.
        let beyond = timeout(Duration::from_millis(5), next.recv()).await;
        assert!(beyond.is_err(), "a client was served beyond the limit");
        // One leaves, one comes in.
        open.pop();
        open.push(next.recv().await.unwrap());
    }
    drop(open);
    let report = server.stop().await;
    assert_eq!((report.accepted, report.peak), (CLIENTS, LIMIT));
}

#[tokio::test]
async fn a_stop_ends_idle_connections_and_refuses_new_ones() {
    let server = Server::start(LIMITS).await;
    let mut clients = Vec::new();
    for _ in 0..10 {
        let mut client = server.client().await;
        assert_echoes(&mut client).await;
        clients.push(client);
    }
    let address = server.address;
    let stopped = tokio::spawn(server.stop());
    for mut client in clients {
        assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
    }
    let report = stopped.await.unwrap();
    assert_eq!((report.drained, report.aborted), (10, 0));
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_stop_loses_no_reply_to_a_client_that_still_sends() {
    let server = Server::start(LIMITS).await;
    let (mut input, mut output) = server.client().await.into_split();
    let numbers: Vec<u8> = (0..250).cycle().take(250 * 256).collect();
    let sender = tokio::spawn(async move { while output.write_all(&numbers).await.is_ok() {} });

    let mut received = vec![0; 1024 * 1024];
    input.read_exact(&mut received).await.unwrap();
    let stopped = tokio::spawn(server.stop());
    // A reset would be an error here: there is always input that the server has not read.
    input.read_to_end(&mut received).await.unwrap();
    let expected = (0..250).cycle().take(received.len());
    assert!(received.iter().copied().eq(expected));

    sender.abort();
    drop(input);
    let report = stopped.await.unwrap();
    assert_eq!((report.drained, report.aborted), (1, 0));
}

#[tokio::test]
async fn a_dropped_server_leaves_no_connection_behind() {
    let server = Server::start(LIMITS).await;
    let mut client = server.client().await;
    assert_echoes(&mut client).await;
    server.report.abort();
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_client_that_keeps_its_side_open_does_not_spoil_the_stop() {
    let server = Server::start(Config {
        close_timeout: Duration::from_secs(3600),
        drain_deadline: Duration::from_millis(500),
        ..LIMITS
    })
    .await;
    let mut client = server.client().await;
    assert_echoes(&mut client).await;
    let report = server.stop().await;
    assert_eq!((report.drained, report.aborted), (1, 0));
    drop(client);
}

#[tokio::test]
async fn a_client_that_resets_harms_nobody() {
    let server = Server::start(LIMITS).await;
    for _ in 0..10 {
        let mut client = server.client().await;
        assert_echoes(&mut client).await;
        client.set_zero_linger().unwrap();
    }
    assert_echoes(&mut server.client().await).await;
    let report = server.stop().await;
    assert_eq!((report.accepted, report.aborted), (11, 0));
}
