//! A paused clock on the multi-thread runtime.

#[tokio::main(flavor = "multi_thread", start_paused = true)]
async fn main() {
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
}
