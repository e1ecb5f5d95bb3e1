//! Wrong: the requests are described and never made.

use futures_util::{StreamExt, stream};

async fn request(n: u32) -> u32 {
    n * 10
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    stream::iter(0..5).map(request).buffer_unordered(2);
}
