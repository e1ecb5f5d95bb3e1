//! Wrong: both futures are made first, but each runs only while it is awaited.

use std::cell::RefCell;

async fn operation(name: &str, log: &RefCell<Vec<String>>) {
    log.borrow_mut().push(format!("{name} begins"));
    tokio::task::yield_now().await;
    log.borrow_mut().push(format!("{name} ends"));
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let log = RefCell::default();
    let a = operation("a", &log);
    let b = operation("b", &log);
    a.await;
    b.await;
    println!("{}", log.borrow().join(", "));
}
