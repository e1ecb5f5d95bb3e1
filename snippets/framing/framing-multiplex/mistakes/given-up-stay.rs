//! The entry is removed after the answer, which is not reached when the call is dropped.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

type Pending = Mutex<HashMap<u32, oneshot::Sender<u32>>>;

async fn call(pending: &Pending, id: u32) -> Option<u32> {
    let (answer, answered) = oneshot::channel();
    pending.lock().unwrap().insert(id, answer);
    let answer = answered.await;
    pending.lock().unwrap().remove(&id);
    answer.ok()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let pending = Pending::default();
    let mut timeouts = 0;
    for id in 0..100 {
        let patience = Duration::from_micros(1);
        if timeout(patience, call(&pending, id)).await.is_err() {
            timeouts += 1;
        }
    }
    let entries = pending.lock().unwrap().len();
    println!("{timeouts} timeouts, {entries} entries left");
}
