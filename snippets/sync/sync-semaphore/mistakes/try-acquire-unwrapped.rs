//! A permit is taken as if one were always free.

use tokio::sync::Semaphore;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let connections = Semaphore::new(1);
    let _first = connections.try_acquire().unwrap();
    let _second = connections.try_acquire().unwrap();
}
