//! Wrong: each restart gets the state that the crash has broken.

use std::sync::{Arc, Mutex};

async fn work(state: Arc<Mutex<Vec<u32>>>) {
    let state = state.lock().expect("nobody panicked");
    assert!(!state.is_empty(), "no data yet");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    std::panic::set_hook(Box::new(|panic| println!("{panic}")));
    let state = Arc::default();
    for _ in 0..3 {
        let _ = tokio::spawn(work(Arc::clone(&state))).await;
    }
}
