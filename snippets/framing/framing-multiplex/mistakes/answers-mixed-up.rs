//! The answers are taken in the order of the requests; the peer was quicker with the second one.

use std::collections::VecDeque;

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (mut client, mut server) = duplex(64);
    tokio::spawn(async move {
        let mut requests = [0; 2];
        server.read_exact(&mut requests).await.unwrap();
        requests.reverse();
        server.write_all(&requests).await.unwrap();
    });

    client.write_all(b"ab").await.unwrap();
    let mut callers = VecDeque::from(['a', 'b']);
    while let Some(caller) = callers.pop_front() {
        let answer = char::from(client.read_u8().await.unwrap());
        println!("asked for {caller}, got the answer to {answer}");
    }
}
