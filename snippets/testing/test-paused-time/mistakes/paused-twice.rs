//! The clock is paused by the attribute and once more by hand.

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    tokio::time::pause();
}
