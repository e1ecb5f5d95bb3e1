//! Wrong: `Rc` and `RefCell` in a task that may change its thread.

use std::cell::RefCell;
use std::rc::Rc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let count = Rc::new(RefCell::new(0));
    let _ = tokio::spawn(async move { *count.borrow_mut() += 1 }).await;
}
