//! The task holds an `Rc` while it waits.

use std::rc::Rc;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let task = tokio::spawn(async {
        let name = Rc::new("report");
        tokio::task::yield_now().await;
        println!("{name}");
    });
    task.await.unwrap();
}
