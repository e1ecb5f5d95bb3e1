//! The clock is paused although the feature `test-util` is off; `full` does not contain it.

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::time::pause();
}
