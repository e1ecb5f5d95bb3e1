//! Twenty requests share a few connections, and who asks for one too many waits.

use pool::{Connect, MAX_CONNECTIONS, MAX_WAIT, Pool};
use std::io;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::JoinSet;
use tokio::time::timeout;

pub mod pool;

/// To be less than `MAX_WAIT`, or a peer that has vanished costs its caller all of that.
const PING_LIMIT: Duration = Duration::from_secs(1);

/// Opens connections to an echo server. A `TcpStream` would do the same.
struct Echo {
    opened: &'static AtomicU32,
}

impl Connect for Echo {
    type Connection = DuplexStream;
    type Error = io::Error;

    async fn connect(&self) -> io::Result<DuplexStream> {
        self.opened.fetch_add(1, Ordering::Relaxed);
        let (ours, theirs) = duplex(64);
        tokio::spawn(async move {
            let (mut reader, mut writer) = tokio::io::split(theirs);
            tokio::io::copy(&mut reader, &mut writer).await
        });
        Ok(ours)
    }

    async fn check(&self, connection: &mut DuplexStream) -> bool {
        matches!(timeout(PING_LIMIT, ping(connection, 0)).await, Ok(Ok(0)))
    }
}

async fn ping(connection: &mut DuplexStream, number: u8) -> io::Result<u8> {
    connection.write_u8(number).await?;
    connection.read_u8().await
}

async fn request(pool: Pool<Echo>, number: u8) -> io::Result<u8> {
    let mut connection = pool.get().await?;
    let answer = ping(&mut connection, number).await?;
    // Only here it is clean; after an error above it was dropped.
    connection.give_back();
    Ok(answer)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    static OPENED: AtomicU32 = AtomicU32::new(0);
    let pool = Pool::new(Echo { opened: &OPENED }, MAX_CONNECTIONS, MAX_WAIT);
    let requests: JoinSet<_> = (1..=20).map(|n| request(pool.clone(), n)).collect();
    let sum = requests
        .join_all()
        .await
        .into_iter()
        .sum::<io::Result<u8>>()?;
    println!("sum {sum}, connections {}", OPENED.load(Ordering::Relaxed));

    let mut all = Vec::new();
    for _ in 0..MAX_CONNECTIONS {
        all.push(pool.get().await?);
    }
    let impatient = timeout(Duration::from_millis(20), pool.get()).await;
    println!("one more: {}", impatient.is_ok());
    Ok(())
}
