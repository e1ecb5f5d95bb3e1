//! The peer hangs up and the reader ends, but the map with the waiting callers lives on.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio::sync::oneshot;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let pending = Arc::new(Mutex::new(HashMap::<u8, oneshot::Sender<()>>::new()));
    let (client, mut server) = duplex(64);
    let (mut reader, mut writer) = tokio::io::split(client);
    tokio::spawn({
        let pending = Arc::clone(&pending);
        async move {
            while let Ok(id) = reader.read_u8().await {
                if let Some(caller) = pending.lock().unwrap().remove(&id) {
                    let _ = caller.send(());
                }
            }
        }
    });
    tokio::spawn(async move {
        let _ = server.read_u8().await;
    });

    let (answer, answered) = oneshot::channel();
    pending.lock().unwrap().insert(1, answer);
    writer.write_u8(1).await.unwrap();
    println!("reached");
    let _ = answered.await;
}
