//! The limit for silence is put around the whole conversation.

use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::time::{sleep, timeout};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let idle = Duration::from_millis(100);
    let (mut client, mut server) = duplex(64);
    tokio::spawn(async move {
        while client.write_all(b"x").await.is_ok() {
            sleep(idle / 50).await;
        }
    });

    let conversation = async { while server.read_u8().await.is_ok() {} };
    if timeout(idle, conversation).await.is_err() {
        println!("cut off, although it was never silent");
    }
}
