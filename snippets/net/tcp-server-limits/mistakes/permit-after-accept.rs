//! Everybody is accepted, and only the work is limited.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

#[tokio::main(flavor = "current_thread")]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let mut clients = Vec::new();
    for _ in 0..10 {
        clients.push(TcpStream::connect(listener.local_addr()?).await?);
    }

    let limit = Arc::new(Semaphore::new(2));
    let open = Arc::new(AtomicUsize::new(0));
    for _ in 0..10 {
        let (socket, _) = listener.accept().await?;
        open.fetch_add(1, Relaxed);
        let limit = Arc::clone(&limit);
        tokio::spawn(async move {
            // Belongs before the `accept`.
            let _permit = limit.acquire().await;
            std::future::pending::<()>().await;
            drop(socket);
        });
    }
    println!(
        "{} connections are open, the limit is 2",
        open.load(Relaxed)
    );
    Ok(())
}
