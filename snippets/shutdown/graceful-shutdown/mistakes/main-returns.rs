//! `main` returns after telling its task to stop: the runtime drops the task before it has.
use tokio::task::yield_now;
use tokio_util::sync::CancellationToken;

struct Buffer {
    unsaved: usize,
}

impl Drop for Buffer {
    fn drop(&mut self) {
        println!("dropped with {} unsaved records", self.unsaved);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let stop = CancellationToken::new();
    let stopping = stop.clone();
    tokio::spawn(async move {
        let mut buffer = Buffer { unsaved: 3 };
        stopping.cancelled().await;
        yield_now().await; // Here it would write them.
        buffer.unsaved = 0;
    });
    yield_now().await;
    // Tells, but does not wait.
    stop.cancel();
}
