//! A task that is not `Send` is spawned on a runtime that is not local.

use std::rc::Rc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let name = Rc::new("local");
    let task = tokio::task::spawn_local(async move { println!("{name}") });
    let _ = task.await;
}
