//! `Drop` waits for a future on the thread that would have to drive it.

use tokio::runtime::Handle;

struct Session;

impl Drop for Session {
    fn drop(&mut self) {
        Handle::current().block_on(async { println!("goodbye") });
    }
}

#[tokio::main]
async fn main() {
    drop(Session);
}
