//! A pinned future with a task-local is awaited a second time.

use std::pin::pin;

tokio::task_local! {
    static REQUEST: u32;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut request = pin!(REQUEST.scope(7, std::future::ready("done")));
    for _ in 0..2 {
        tokio::select! {
            result = &mut request => println!("{result}"),
        }
    }
}
