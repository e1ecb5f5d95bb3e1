//! A runtime built by hand without its I/O driver.

use tokio::net::TcpListener;
use tokio::runtime::Builder;

fn main() -> std::io::Result<()> {
    let runtime = Builder::new_multi_thread().worker_threads(1).build()?;
    runtime.block_on(async { TcpListener::bind("127.0.0.1:0").await.map(drop) })
}
