//! Nine clients come at once to a server that has three places.

use limited_server::{Limits, serve};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::{io, net::SocketAddr};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

pub mod limited_server;

const PLACES: usize = 3;
const CLIENTS: usize = 9;

/// A handler that shows how many of its kind there are.
#[derive(Clone)]
struct Handler {
    open: Arc<AtomicUsize>,
    peak: Arc<AtomicUsize>,
    full: Arc<Barrier>,
}

impl Handler {
    async fn greet(self, mut socket: TcpStream, peer: SocketAddr) {
        let open = self.open.fetch_add(1, Relaxed) + 1;
        self.peak.fetch_max(open, Relaxed);
        // Nobody leaves before all places are taken.
        self.full.wait().await;
        self.open.fetch_sub(1, Relaxed);
        // Small replies at once, instead of waiting for more to send with them.
        let sent = match socket.set_nodelay(true) {
            Ok(()) => socket.write_all(b"hello").await,
            error => error,
        };
        if let Err(error) = sent {
            eprintln!("{peer}: {error}");
        }
    }
}

async fn visit(server: SocketAddr) -> io::Result<String> {
    let mut greeting = String::new();
    let mut socket = TcpStream::connect(server).await?;
    socket.read_to_string(&mut greeting).await?;
    Ok(greeting)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let limits = Limits {
        max_connections: PLACES,
        ..Limits::default()
    };
    let handler = Handler {
        open: Arc::default(),
        peak: Arc::default(),
        full: Arc::new(Barrier::new(PLACES)),
    };
    let (peak, stop) = (Arc::clone(&handler.peak), CancellationToken::new());
    let server = tokio::spawn(serve(
        listener,
        limits,
        stop.clone(),
        move |socket, peer| handler.clone().greet(socket, peer),
        |error| eprintln!("accept: {error}"),
    ));

    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        clients.spawn(visit(address));
    }
    let mut greeted = 0;
    for greeting in clients.join_all().await {
        greeted += usize::from(greeting? == "hello");
    }
    println!("greeted {greeted}, at most {} at once", peak.load(Relaxed));

    stop.cancel();
    server.await?;
    println!("stopped");
    Ok(())
}
