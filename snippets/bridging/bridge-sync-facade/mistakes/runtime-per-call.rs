//! Every call makes its own runtime, so the socket outlives the one it belongs to.

use std::future::Future;
use std::io::Result;
use std::net::TcpListener;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::runtime::Builder;

fn call<T>(operation: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(operation)
}

fn main() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut socket = call(TcpStream::connect(listener.local_addr()?))?;
    match call(socket.read_u8()) {
        Ok(byte) => println!("read {byte}"),
        Err(error) => println!("{error}"),
    }
    Ok(())
}
