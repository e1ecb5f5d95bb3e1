//! Wrong: nobody awaits the task, so its end goes unnoticed and the service goes on without it.

use tokio::task::yield_now;

async fn consume() -> Result<(), std::io::Error> {
    yield_now().await;
    Err(std::io::ErrorKind::ConnectionReset.into())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let consumer = tokio::spawn(consume());
    for _ in 0..10 {
        // Requests are served meanwhile.
        yield_now().await;
    }
    println!("healthy, consumer running: {}", !consumer.is_finished());
}
