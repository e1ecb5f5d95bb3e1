//! The program as others see it: flags, variables, output, signals and exit codes.

#![cfg(unix)]

use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

/// The program. Named through the package, so that a new name needs no change here.
const PROGRAM: &str = env!(concat!("CARGO_BIN_EXE_", env!("CARGO_PKG_NAME")));

/// Every setting, so that no default matters here. A flag given again wins.
const LIMITS: &[&str] = &[
    "--bind=127.0.0.1:0",
    "--log=info",
    "--max-connections=1000",
    "--idle-timeout=1m",
    "--write-timeout=1m",
    "--close-timeout=5s",
    "--drain-deadline=10s",
];

/// Far longer than a whole test takes, even on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

struct Server {
    process: Child,
    stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
    address: SocketAddr,
}

impl Server {
    async fn start(flags: &[&str]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.env_clear().args(LIMITS).args(flags);
        Self::spawn(command).await
    }

    /// Reads the address that the server got; then the server is ready, too.
    async fn spawn(mut command: Command) -> Self {
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let stderr = BufReader::new(process.stderr.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).await.unwrap();
        let address = line.trim_end().strip_prefix("listening on ").unwrap();
        Self {
            process,
            stdout,
            stderr,
            address: address.parse().unwrap(),
        }
    }

    async fn client(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn signal(&self, name: &str) {
        signal(&self.process, name).await;
    }

    /// Waits until the log says it.
    async fn logs(&mut self, text: &str) {
        let mut line = String::new();
        while !line.contains(text) {
            line.clear();
            let count = timeout(PATIENCE, self.stderr.read_line(&mut line)).await;
            assert_ne!(count.unwrap().unwrap(), 0, "the log ended without {text:?}");
        }
    }

    /// Waits for the end of the server.
    async fn end(mut self) -> End {
        let (mut stdout, mut stderr) = (String::new(), String::new());
        let ended = async {
            tokio::try_join!(
                self.process.wait(),
                self.stdout.read_to_string(&mut stdout),
                self.stderr.read_to_string(&mut stderr),
            )
        };
        let (status, ..) = timeout(PATIENCE, ended).await.unwrap().unwrap();
        assert!(!stderr.contains("panicked"), "{stderr}");
        End {
            code: status.code(),
            stdout,
        }
    }
}

struct End {
    code: Option<i32>,
    /// What followed the first line.
    stdout: String,
}

/// Only a shell has `kill` on every Unix, and the standard library has none.
async fn signal(process: &Child, name: &str) {
    let kill = format!("kill -{name} {}", process.id().unwrap());
    let status = Command::new("sh").args(["-c", &kill]).status().await;
    assert!(status.unwrap().success());
}

async fn assert_echoes(client: &mut TcpStream) {
    client.write_all(b"ping").await.unwrap();
    let mut reply = [0; 4];
    client.read_exact(&mut reply).await.unwrap();
    assert_eq!(&reply, b"ping");
}

/// Sends without reading until the server cannot go on either.
async fn stall(client: &mut TcpStream) {
    let chunk = vec![7; 64 * 1024];
    while let Ok(written) = timeout(Duration::from_millis(500), client.write(&chunk)).await {
        written.unwrap();
    }
}

#[tokio::test]
async fn five_hundred_clients_get_everything_back() {
    const CLIENTS: usize = 500;
    const MESSAGES: usize = 20;

    let server = Server::start(&[]).await;
    let address = server.address;
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        clients.spawn(async move {
            // Where this process may have few files open, clients take turns.
            let mut stream = loop {
                match TcpStream::connect(address).await {
                    Ok(stream) => break stream,
                    Err(_) => sleep(Duration::from_millis(10)).await,
                }
            };
            for message in 0..MESSAGES {
                let sent = format!("client {client}, message {message}");
                stream.write_all(sent.as_bytes()).await.unwrap();
                let mut reply = vec![0; sent.len()];
                stream.read_exact(&mut reply).await.unwrap();
                assert_eq!(reply, sent.as_bytes());
            }
        });
    }
    let done = timeout(PATIENCE, clients.join_all()).await.unwrap();
    assert_eq!(done.len(), CLIENTS);
    server.signal("TERM").await;
    assert_eq!(server.end().await.code, Some(0));
}

#[tokio::test]
async fn sigterm_under_load_loses_no_reply() {
    const CLIENTS: usize = 50;
    const DEADLINE: Duration = Duration::from_secs(10);
    const MESSAGE: [u8; 16] = *b"sixteen bytes...";

    /// Talks until the server closes, which may be between two replies only.
    async fn talk(mut client: TcpStream, started: Arc<Barrier>) {
        assert_echoes(&mut client).await;
        started.wait().await;
        loop {
            client.write_all(&MESSAGE).await.unwrap();
            let mut reply = Vec::new();
            while reply.len() < MESSAGE.len() {
                if client.read_buf(&mut reply).await.unwrap() == 0 {
                    assert_eq!(reply, [], "a reply was cut");
                    return;
                }
            }
            assert_eq!(reply, MESSAGE);
        }
    }

    let server = Server::start(&["--drain-deadline=10s"]).await;
    let started = Arc::new(Barrier::new(CLIENTS + 1));
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(talk(server.client().await, started.clone()));
    }
    started.wait().await;

    let start = Instant::now();
    server.signal("TERM").await;
    let end = server.end().await;
    assert!(start.elapsed() < DEADLINE + Duration::from_secs(1));
    assert_eq!(end.code, Some(0));
    assert_eq!(end.stdout, format!("drained={CLIENTS} aborted=0\n"));
    clients.join_all().await;
}

#[tokio::test]
async fn what_does_not_end_in_time_is_aborted() {
    const DEADLINE: Duration = Duration::from_secs(1);
    /// For a busy machine; without the flag below it would be ten seconds and more.
    const SLACK: Duration = Duration::from_secs(5);

    let server = Server::start(&["--drain-deadline=1s", "--write-timeout=1h"]).await;
    let mut stalled = server.client().await;
    stall(&mut stalled).await;
    let mut polite = server.client().await;
    assert_echoes(&mut polite).await;

    let start = Instant::now();
    server.signal("INT").await;
    assert_eq!(polite.read(&mut [0]).await.unwrap(), 0);
    drop(polite);
    let end = server.end().await;
    assert!(start.elapsed() >= DEADLINE);
    assert!(start.elapsed() < DEADLINE + SLACK);
    assert_eq!(end.code, Some(1));
    assert_eq!(end.stdout, "drained=1 aborted=1\n");
}

#[tokio::test]
async fn a_second_signal_ends_the_drain() {
    let server = Server::start(&["--drain-deadline=1h", "--write-timeout=1h"]).await;
    let mut stalled = server.client().await;
    stall(&mut stalled).await;

    server.signal("TERM").await;
    // A refusal says that the first signal has arrived; two at once could be one to the server.
    let refused = async {
        while TcpStream::connect(server.address).await.is_ok() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, refused).await.unwrap();
    server.signal("INT").await;
    let end = server.end().await;
    assert_eq!(end.code, Some(130));
    assert_eq!(end.stdout, "");
}

#[tokio::test]
async fn the_address_is_free_at_once() {
    let mut address = "127.0.0.1:0".to_owned();
    for _ in 0..3 {
        let server = Server::start(&["--bind", &address]).await;
        address = server.address.to_string();
        let mut client = server.client().await;
        assert_echoes(&mut client).await;
        server.signal("TERM").await;
        // The server closes first, so the address is left in TIME_WAIT.
        assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
        drop(client);
        assert_eq!(server.end().await.code, Some(0));
    }
}

#[tokio::test]
async fn a_taken_address_is_an_error_that_names_it() {
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = Command::new(PROGRAM)
        .env_clear()
        .args(["--bind", &address])
        .output()
        .await
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.contains(&format!("cannot listen on {address}")),
        "{stderr}"
    );
}

#[tokio::test]
async fn variables_set_what_flags_do_not() {
    let prefix = env!("CARGO_PKG_NAME").to_uppercase().replace('-', "_");
    let mut command = Command::new(PROGRAM);
    command
        .env_clear()
        .env(format!("{prefix}_BIND"), "127.0.0.1:0")
        .env(format!("{prefix}_IDLE_TIMEOUT"), "50ms")
        .env(format!("{prefix}_DRAIN_DEADLINE"), "nonsense")
        .args(["--drain-deadline=10s"]);
    let server = Server::spawn(command).await;
    let mut client = server.client().await;
    // The default is a minute.
    let closed = timeout(PATIENCE / 2, client.read(&mut [0])).await;
    assert_eq!(closed.unwrap().unwrap(), 0);
    server.signal("TERM").await;
    assert_eq!(server.end().await.code, Some(0));
}

#[tokio::test]
async fn a_lack_of_files_is_survived() {
    // Enough to start with, too few for the clients.
    let script = r#"ulimit -n 24 && exec "$0" "$@""#;
    let mut command = Command::new("sh");
    command.args(["-c", script, PROGRAM]).args(LIMITS);
    let mut server = Server::spawn(command).await;
    let mut clients = Vec::new();
    for _ in 0..30 {
        clients.push(server.client().await);
    }
    server.logs("cannot accept").await;
    // Those that wait are served as others leave.
    for mut client in clients {
        assert_echoes(&mut client).await;
    }
    server.signal("TERM").await;
    assert_eq!(server.end().await.code, Some(0));
}

#[tokio::test]
async fn that_nobody_reads_the_output_ends_nothing() {
    let mut server = Server::start(&["--log=trace"]).await;
    drop((server.stdout, server.stderr));
    let mut client = TcpStream::connect(server.address).await.unwrap();
    assert_echoes(&mut client).await;
    signal(&server.process, "TERM").await;
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
    drop(client);
    let status = timeout(PATIENCE, server.process.wait()).await.unwrap();
    assert_eq!(status.unwrap().code(), Some(0));
}
