//! Every `JoinError` is reported as a panic.

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let task = tokio::spawn(std::future::pending::<()>());
    task.abort();
    if let Err(error) = task.await {
        println!("Task panicked (is_panic: {})", error.is_panic());
    }
}
