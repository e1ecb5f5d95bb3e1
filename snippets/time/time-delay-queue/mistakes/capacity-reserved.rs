//! Room is reserved for every address there is.

use tokio_util::time::DelayQueue;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut expirations = DelayQueue::<u32>::new();
    expirations.reserve(1 << 32);
}
