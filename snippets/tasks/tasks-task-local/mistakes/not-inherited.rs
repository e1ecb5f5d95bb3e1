//! A spawned task reads a task-local that only its parent has.

tokio::task_local! {
    static REQUEST: u32;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let handled = REQUEST.scope(7, async {
        let task = tokio::spawn(async { REQUEST.get() });
        task.await
    });
    if let Err(error) = handled.await {
        std::panic::resume_unwind(error.into_panic());
    }
}
