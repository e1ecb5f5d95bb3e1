//! A worker task panics and nobody awaits its handle.

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let worker = tokio::spawn(async { panic!("the queue is broken") });
    while !worker.is_finished() {
        tokio::task::yield_now().await;
    }
    println!("main: all is well");
}
